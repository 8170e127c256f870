"""Paragraphs folded to whatever width there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from authui.ui.tones import Paragraph, laid_out

Tell: TypeAlias = Callable[[], Iterable[Paragraph]]
"""Makes the paragraphs anew, for each width."""


class Folded(Widget):
    """As high as its text. `most` is the number of lines after which it is cut, if any."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.most: int | None = None
        self._tell: Tell = tuple
        self._folded: tuple[int, list[Content]] | None = None

    def show(self, tell: Tell) -> None:
        """Show other paragraphs; the screen is laid out anew only if they need other lines."""
        before = self._folded
        self._tell = tell
        self._folded = None
        same = before is not None and len(before[1]) == len(self._lines(before[0]))
        self.refresh(layout=not same)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All there is."""
        del viewport
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines at this width."""
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Content:
        """The text at the width of the moment."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        if self._folded is None or self._folded[0] != width:
            lines = laid_out(self._tell(), width) if width > 0 else []
            if self.most is not None and len(lines) > self.most:
                lines = lines[: self.most]
                lines[-1] = (lines[-1] + " …").truncate(width, ellipsis=True)
            self._folded = (width, lines)
        return self._folded[1]
