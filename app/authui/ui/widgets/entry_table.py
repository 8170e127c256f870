"""The entries of all stores, one row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeAlias

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import DataTable, Static

from authui.model.entry import Entry, EntryState, StoreId
from authui.services.words import Tone, count, host_words
from authui.ui.session import Snapshot
from authui.ui.words import TONES, shown, state_cell, table_words

Place: TypeAlias = tuple[StoreId, str | None]
"""What stays the same when the entries are read again."""

COLUMNS = ("Host", "Kind", "Store", "State")
Row: TypeAlias = tuple[Text, Text, Text, Text]
"""The cells of an entry, in the order of `COLUMNS`."""

Columns: TypeAlias = tuple[tuple[int, int], ...]
"""The columns shown: the place of each in `COLUMNS`, and its width."""

_HOST, _KIND = 0, 1
_MIN_HOST = 18
_SPARE = 8


class EntryTable(Vertical):
    """The table in its frame, with words in place of rows where there are none."""

    def compose(self) -> ComposeResult:
        """The rows, and the words."""
        yield EntryRows(id="rows")
        yield Static(id="words", markup=False)

    def on_mount(self) -> None:
        """Show that nothing is known yet."""
        self.border_title = "Entries"
        self._say(table_words(None))

    def show(self, snapshot: Snapshot) -> None:
        """Show what the stores have told by now; the cursor stays on its entry."""
        self.query_one(EntryRows).show(snapshot)
        number = len(snapshot.listing.entries)
        self._say(() if number else table_words(snapshot))
        self.border_subtitle = count(number, "entry", "entries") if number else ""

    def _say(self, lines: tuple[str, ...]) -> None:
        self.set_class(bool(lines), "-empty")
        words = Text(lines[0], style="bold") if lines else Text()
        for line in lines[1:]:
            words.append(f"\n{line}", style="not bold")
        self.query_one("#words", Static).update(words)


class EntryRows(DataTable[Text], inherit_bindings=False):
    """The rows. Every cell is text, never markup."""

    BINDING_GROUP_TITLE = "Entries"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "Up", show=False, id="rows.up"),
        Binding("down,j", "cursor_down", "Down", show=False, id="rows.down"),
        Binding("pageup", "page_up", "Page up", show=False, id="rows.page-up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="rows.page-down"),
        Binding("home,g", "scroll_top", "First", show=False, id="rows.first"),
        Binding("end,G", "scroll_bottom", "Last", show=False, id="rows.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--quiet",
        "rows--good",
        "rows--warning",
        "rows--bad",
    }

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id, cursor_type="row", zebra_stripes=False)
        self._snapshot: Snapshot | None = None
        self._drawn: tuple[Snapshot, int, tuple[Style, ...]] | None = None
        self._entries: tuple[Entry, ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        """Show these entries."""
        self._snapshot = snapshot
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Give the host column what the others leave."""
        del event
        self._draw()

    def notify_style_update(self) -> None:
        """Take the colours of a new theme."""
        super().notify_style_update()
        self.call_later(self._draw)

    def _draw(self) -> None:
        """Draw all rows, unless they already stand there so."""
        snapshot, width = self._snapshot, self.size.width
        styles = tuple(self._style(tone) for tone in TONES)
        if snapshot is None or width == 0 or self._drawn == (snapshot, width, styles):
            return
        self._drawn = (snapshot, width, styles)
        before, top = self._at_cursor(), self.scroll_y
        self._entries = snapshot.listing.entries
        rows, columns = self._laid_out(snapshot, width)
        self.clear(columns=True)
        for place, column in columns:
            self.add_column(Text(COLUMNS[place]), width=column)
        self.add_rows(tuple(row[place] for place, _ in columns) for row in rows)
        if before in self._places():
            self.move_cursor(row=self._places().index(before), animate=False, scroll=False)
            self.scroll_to(y=top, animate=False)

    def _laid_out(self, snapshot: Snapshot, width: int) -> tuple[list[Row], Columns]:
        """The rows in full, or where the host gets too little room, as short as they can be."""
        rows = self._rows(snapshot, "plaintext")
        columns, enough = _columns(rows, range(len(COLUMNS)), width)
        if not enough:
            rows = self._rows(snapshot, "plain")
            columns, _ = _columns(rows, [n for n in range(len(COLUMNS)) if n != _KIND], width)
        return rows, columns

    def _rows(self, snapshot: Snapshot, mark: str) -> list[Row]:
        return [self._row(entry, snapshot, mark) for entry in snapshot.listing.entries]

    def _places(self) -> list[Place]:
        return [(entry.store, entry.host) for entry in self._entries]

    def _at_cursor(self) -> Place | None:
        places = self._places()
        # At the top the cursor rests: it does not follow the first entry that happened to come.
        return places[self.cursor_row] if 0 < self.cursor_row < len(places) else None

    def _row(self, entry: Entry, snapshot: Snapshot, mark: str) -> Row:
        info = snapshot.infos[entry.store]
        state = state_cell(entry, info, may_be_shadowed=snapshot.pending_before(entry.store))
        quiet = entry.state is EntryState.SHADOWED
        words = self._style("plain" if state.tone == "good" else state.tone)
        store = self._text(entry.store, "quiet" if quiet else "plain")
        if info.encrypted is False:
            store.append(f" {mark}", self._style("quiet" if quiet else "warning"))
        return (
            self._text(shown(host_words(entry)), "quiet" if quiet else "plain"),
            self._text(entry.kind or "not read", "quiet" if quiet or not entry.kind else "plain"),
            store,
            self._text("", "plain")
            .append(f"{state.symbol} ", self._style(state.tone))
            .append(state.words, words),
        )

    def _text(self, text: str, tone: Tone) -> Text:
        return Text(text, self._style(tone), no_wrap=True, overflow="ellipsis")

    def _style(self, tone: Tone) -> Style:
        if tone == "plain":
            return Style.null()
        return self.get_component_rich_style(f"rows--{tone}", partial=True)


def _columns(rows: list[Row], places: Iterable[int], width: int) -> tuple[Columns, bool]:
    """Columns as wide as their texts, the host with what is left, and whether that is enough."""
    wanted = {
        place: max(cell_len(text) for text in (COLUMNS[place], *(row[place].plain for row in rows)))
        for place in places
    }
    room = width - 2 * len(wanted) - sum(wanted.values()) + wanted[_HOST]
    enough = room >= min(wanted[_HOST], _MIN_HOST)
    wanted[_HOST] = max(min(room, wanted[_HOST] + _SPARE), 1)
    return tuple(wanted.items()), enough
