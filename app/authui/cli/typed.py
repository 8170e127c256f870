"""What Python reads from a console of Windows while nothing is shown.

Source: CPython, `getpass.win_getpass`, which takes what `_getwch` gives: half a character at a time
beyond the first 65,536, and two for a key that is no character.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from authui.model.errors import BadInput

# Arrows, Home, End, Insert and the like; a zero begins the function keys.
_KEY: Final = re.compile("\0|\xe0[GHIKMOPQRS]")
_END_OF_INPUT: Final = "\x1a"


def as_text(typed: str) -> str | None:
    """The text that was typed, None where Ctrl+Z says that there is none.

    Raises `BadInput` where a key was pressed that is no character, or half of one came.
    """
    if typed == _END_OF_INPUT:
        return None
    text: str | None = None
    if _KEY.search(typed) is None:
        with suppress(UnicodeDecodeError):  # which holds what was typed
            text = typed.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    if text is None:
        raise BadInput(
            "A key that is no character was pressed, such as an arrow, and is in what was typed",
            "Type it again, or write it to standard input",
        )
    return text
