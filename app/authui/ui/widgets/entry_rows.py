"""The rows of the table: only those on the screen are ever drawn, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from authui.model.entry import Entry, StoreId
from authui.services.marks import Marks
from authui.services.words import Tone
from authui.ui.cells import GAP, Layout, Row, layout, row_of
from authui.ui.session import Snapshot

Place: TypeAlias = tuple[StoreId, str | None]
"""What stays the same when the entries are read again."""

CURSOR = "▌"
"""Stands before the highlighted row, so that it shows without colour too."""

MAX_STRIPS = 2000
"""Drawn rows that are kept: more than any screen shows."""


def fitted(text: str, width: int) -> str:
    """The text in exactly so many cells, cut with an ellipsis where it is longer."""
    if cell_len(text) > width:
        text = set_cell_size(text, max(width - 1, 0)) + "…"
    return set_cell_size(text, width)


class EntryRows(ScrollView, can_focus=True, inherit_bindings=False):
    """A list of entries, one line each, with a cursor. Every text is shown as it is."""

    BINDING_GROUP_TITLE = "Entries"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="rows.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="rows.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="rows.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="rows.page-down"),
        Binding("home,g", "end(0)", "First", show=False, id="rows.first"),
        Binding("end,G", "end(1)", "Last", show=False, id="rows.last"),
        # Hidden: the footer shows `e`, which does the same.
        Binding("enter", "choose", "Edit", show=False, tooltip="Edit the entry", id="rows.choose"),
        Binding(
            "space", "details", "Details", show=False, tooltip="All about it", id="rows.details"
        ),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--quiet",
        "rows--good",
        "rows--warning",
        "rows--bad",
        "rows--cursor",
        "rows--hover",
        "rows--lit",
    }

    class Highlighted(Message):
        """The cursor is on another entry, or on none."""

        def __init__(self, entry: Entry | None, *, by_hand: bool) -> None:
            super().__init__()
            self.entry = entry
            self.by_hand = by_hand

    class Chosen(Message):
        """Enter or a second click on the highlighted entry."""

    class Asked(Message):
        """All about the highlighted entry is wanted."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.entries: Sequence[Entry] = ()
        self.cursor = 0
        self.columns = Layout((), "")
        self._snapshot: Snapshot | None = None
        self._marks: Marks | None = None
        self._hover: int | None = None
        self._is_placed = False
        self._shown_for_url: int | None = None
        self._strips: dict[tuple[int, int, bool, bool, bool], Strip] = {}
        self._width = 0

    @property
    def highlighted(self) -> Entry | None:
        """The entry under the cursor."""
        return self.entries[self.cursor] if self.cursor < len(self.entries) else None

    def show(self, entries: Sequence[Entry], snapshot: Snapshot) -> None:
        """Show these entries of a snapshot; the cursor stays on its own where it is still there."""
        before = self._place(self.highlighted)
        offset = self.cursor - self.scroll_offset.y
        self.entries, self._snapshot = entries, snapshot
        # Untouched it rests at the top: it does not follow the first entry that happened to come.
        place = before if self._is_placed else None
        found = (n for n, entry in enumerate(entries) if self._place(entry) == place)
        self.cursor = next(found, 0) if place else 0
        self._lay_out()
        if self.cursor:
            self.scroll_to(y=self.cursor - offset, animate=False, force=True)
        self.post_message(self.Highlighted(self.highlighted, by_hand=False))

    def fit(self, width: int) -> None:
        """Give the columns so many cells."""
        self._width = width
        self._lay_out()

    def mark(self, marks: Marks | None) -> None:
        """Say of each entry what a lookup made of it, and bring the one that answers into view."""
        self._marks = marks
        self._strips.clear()
        self._shown_for_url = None
        if marks is not None:
            numbered = list(enumerate(self.entries))
            concerned = next((n for n, entry in numbered if marks.concerns(entry)), None)
            match = next((n for n, entry in numbered if marks.is_match(entry)), concerned)
            if match is not None and not self.has_focus:
                self._shown_for_url = match
                self._bring_into_view(match)
        self.refresh()

    def go_to(self, entry: Entry) -> None:
        """Put the cursor on an entry."""
        place = self._place(entry)
        found = (n for n, other in enumerate(self.entries) if self._place(other) == place)
        self._move_to(next(found, self.cursor))

    def row(self, number: int) -> Row:
        """The texts of a row."""
        if self._snapshot is None:
            raise IndexError(number)
        return row_of(self.entries[number], self._snapshot, self._marks)

    def render_line(self, y: int) -> Strip:
        """One line of what is on the screen."""
        number = y + self.scroll_offset.y
        width = self.size.width
        if number >= len(self.entries):
            return Strip.blank(width, self.rich_style)
        is_cursor = number == self.cursor
        key = (number, width, is_cursor, is_cursor and self.has_focus, number == self._hover)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) >= MAX_STRIPS:
                self._strips.clear()
            strip = self._strips[key] = self._strip(*key)
        return strip

    def _strip(
        self, number: int, width: int, is_cursor: bool, has_focus: bool, is_hover: bool
    ) -> Strip:
        row = self.row(number)
        base = self.rich_style
        for name, wanted in (
            ("rows--lit", row.is_lit),
            ("rows--hover", is_hover),
            ("rows--cursor", has_focus),
        ):
            if wanted:
                base += self.get_component_rich_style(name, partial=True)
        segments = self._segments(row, base, is_cursor=is_cursor)
        return Strip(segments).adjust_cell_length(width, base)

    def _segments(self, row: Row, base: Style, *, is_cursor: bool) -> Iterator[Segment]:
        plain = base + self._style(row.tone)
        yield Segment((CURSOR if is_cursor else " ").ljust(GAP), base + self._style("plain"))
        for column, width in self.columns.columns:
            if column == "host":
                yield Segment(fitted(row.host, width), plain)
            elif column == "kind":
                yield Segment(fitted(row.kind, width), plain)
            elif column == "store":
                mark = self.columns.plaintext if row.is_plaintext else ""
                name = f"{row.store} " if self.columns.names_stores else ""
                yield Segment(name, plain)
                style = plain if row.is_quiet else base + self._style("warning")
                yield Segment(fitted(mark, width - len(name)), style)
            else:
                style = base + self._style(row.state.tone)
                words = "plain" if row.state.tone == "good" and not row.is_lit else row.state.tone
                yield Segment(f"{row.state.symbol} ", style)
                yield Segment(fitted(row.state.words, width - 2), base + self._style(words))
            yield Segment(" " * GAP, base)

    def _style(self, tone: Tone) -> Style:
        if tone == "plain":
            return Style.null()
        return self.get_component_rich_style(f"rows--{tone}", partial=True)

    def on_resize(self) -> None:
        """Keep in view what was: the drawer may have taken its place."""
        place = None if self.has_focus else self._shown_for_url
        self._bring_into_view(self.cursor if place is None else place)

    def on_focus(self) -> None:
        """Show where the cursor is."""
        self._shown_for_url = None
        self._bring_into_view(self.cursor)
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Highlight the row, or choose it where it is highlighted already."""
        number = event.y + self.scroll_offset.y
        if number >= len(self.entries):
            return
        if number == self.cursor:
            self.post_message(self.Chosen())
        else:
            self._move_to(number)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which row a click would take, and in full the host that was cut."""
        number = event.y + self.scroll_offset.y
        hover = number if number < len(self.entries) else None
        if hover == self._hover:
            return
        self._hover = hover
        host = "" if hover is None else self.row(hover).host
        widths = dict(self.columns.columns)
        self.tooltip = Text(host) if cell_len(host) > widths.get("host", 0) else None
        self.refresh()

    def on_leave(self) -> None:
        """Show no row under the mouse."""
        self._hover = None
        self.tooltip = None
        self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._move_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        self._move_to(self.cursor + pages * max(self.size.height - 1, 1))

    def action_end(self, last: int) -> None:
        """Move the cursor to the first row, or to the last."""
        self._move_to(len(self.entries) - 1 if last else 0)

    def action_choose(self) -> None:
        """Do what is done with an entry first of all."""
        if self.highlighted is not None:
            self.post_message(self.Chosen())

    def action_details(self) -> None:
        """Ask for the details of the highlighted entry."""
        if self.highlighted is not None:
            self.post_message(self.Asked())

    def _move_to(self, number: int) -> None:
        self._is_placed = True
        self.cursor = max(min(number, len(self.entries) - 1), 0)
        self._bring_into_view(self.cursor)
        self.refresh()
        self.post_message(self.Highlighted(self.highlighted, by_hand=True))

    def _bring_into_view(self, number: int) -> None:
        self.scroll_to_region(Region(0, number, 1, 1), animate=False, force=True)

    def notify_style_update(self) -> None:
        """Take the colours of a new theme."""
        super().notify_style_update()
        self._strips.clear()

    def _lay_out(self) -> None:
        self._strips.clear()
        self.columns = layout(self.entries, self._snapshot, self._width)
        self.virtual_size = Size(self._width, len(self.entries))
        self.refresh()

    @staticmethod
    def _place(entry: Entry | None) -> Place | None:
        return None if entry is None else (entry.store, entry.host)
