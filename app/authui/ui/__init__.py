"""How authui looks: the only package that imports textual.

Importing it drops the variables that make Textual write down every key pressed, before Textual
reads them. `AUTHUI_DEV=1` keeps them, for work on the screen itself.
"""

from __future__ import annotations

import os

# The log file, the development console, a log on the terminal, the printing of results, a picture
# of the screen in a file. Textual reads them once, when it is imported.
LOGGING_VARIABLES = (
    "TEXTUAL_LOG",
    "TEXTUAL",
    "TEXTUAL_DEBUG",
    "TEXTUAL_SHOW_RETURN",
    "TEXTUAL_SCREENSHOT",
)
"""Variables that make Textual write down what is typed or shown."""

if os.environ.get("AUTHUI_DEV") != "1":
    for _name in LOGGING_VARIABLES:
        os.environ.pop(_name, None)
