"""What is pasted into a line of text, shown without doing anything."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text

from authui.model.text import printable


class Harmless(Highlighter):
    """Shows a stand-in for each pasted character that could act on the terminal or hide itself.

    The text itself stays as it is, and keeps its length: rattler would be given it too.
    """

    def highlight(self, text: Text) -> None:
        """Replace what is not to be shown."""
        text.plain = "".join(
            character if printable(character) == character else "\N{REPLACEMENT CHARACTER}"
            for character in text.plain
        )
