"""The pane beside the table: all about one entry, the steps of a lookup, or the stores."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from authui.ui.widgets.folded import Folded, Tell


class EntryDetail(VerticalScroll, inherit_bindings=False):
    """Shows paragraphs under a title, folded to its width."""

    BINDING_GROUP_TITLE = "Details"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False, id="detail.up"),
        Binding("down,j", "scroll_down", "Down", show=False, id="detail.down"),
        Binding("pageup", "page_up", "Page up", show=False, id="detail.page-up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="detail.page-down"),
        Binding("home,g", "scroll_home", "First", show=False, id="detail.first"),
        Binding("end,G", "scroll_end", "Last", show=False, id="detail.last"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._title = ""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Folded(id="detail")

    def show(self, title: str, tell: Tell) -> None:
        """Show something else, from its beginning."""
        if title != self._title:
            self.scroll_home(animate=False)
        self._title = title
        self.border_title = Content(title)
        self.query_one(Folded).show(tell)
