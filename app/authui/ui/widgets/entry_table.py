"""The table of entries in its frame: headings, rows, the filter, and words where no rows are."""

from __future__ import annotations

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from authui.model.entry import Entry
from authui.services.arrange import Sorting, SortKey
from authui.services.marks import Marks
from authui.services.words import count
from authui.ui.cells import HEADINGS, Layout
from authui.ui.session import Snapshot
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.harmless import Harmless
from authui.ui.words import NO_MATCH, TableWords, table_words


class Headings(Static):
    """The names of the columns, with an arrow at the one that the rows are sorted by."""

    class Clicked(Message):
        """A heading was clicked."""

        def __init__(self, key: SortKey) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__(id="headings", markup=False)
        self._columns = Layout((), "")

    def show(self, columns: Layout, sorting: Sorting, *, for_url: bool) -> None:
        """Show the names at the places of the columns."""
        self._columns = columns
        line = ""
        for column, start, width in columns.places():
            name = "For this URL" if for_url and column == "state" else HEADINGS[column]
            if column == sorting.key:
                name += " ▴" if sorting.is_reversed else " ▾"
            line = line.ljust(start) + name[:width]
        self.update(Content(line), layout=False)

    def on_click(self, event: events.Click) -> None:
        """Sort by the column under the mouse."""
        column = self._columns.column_at(event.x)
        if column is not None:
            self.post_message(self.Clicked(column))


class EntryTable(Vertical):
    """Filters, sorts and shows the entries of a snapshot."""

    def __init__(self) -> None:
        super().__init__()
        self._snapshot: Snapshot | None = None
        self._sorting = Sorting()
        self._marks: Marks | None = None

    def compose(self) -> ComposeResult:
        """The filter, the headings, the rows, and the words."""
        with Horizontal(id="filter-line"):
            yield Label("Filter", id="filter-label")
            yield Input(
                placeholder="part of a host, kind, store or state",
                highlighter=Harmless(),
                compact=True,
                id="filter",
            )
        yield Headings()
        yield EntryRows(id="rows")
        yield Static(id="words", markup=False)

    def on_mount(self) -> None:
        """Show that nothing is known yet."""
        self.border_title = "Entries"
        self._say(table_words(None))

    @property
    def rows(self) -> EntryRows:
        """The rows."""
        return self.query_one(EntryRows)

    @property
    def filter(self) -> Input:
        """The line in which a filter is typed."""
        return self.query_one("#filter", Input)

    @property
    def is_filtering(self) -> bool:
        """Whether the line for the filter is open."""
        return self.has_class("-filtering")

    def show(self, snapshot: Snapshot) -> None:
        """Show what the stores have told by now; the cursor stays on its entry."""
        self._snapshot = snapshot
        self._arrange()

    def mark(self, marks: Marks | None) -> None:
        """Say of each entry what a lookup made of it."""
        self._marks = marks
        self.rows.mark(marks)
        self._show_headings()

    def open_filter(self) -> None:
        """Let a filter be typed; what is typed behind the key belongs to it."""
        self.add_class("-filtering")
        self.screen.set_focus(self.filter)
        self.filter.action_select_all()

    def close_filter(self) -> None:
        """Show all entries again."""
        self.remove_class("-filtering")
        self.filter.value = ""

    def leave_filter(self) -> None:
        """Go to the rows that are left; an empty filter closes."""
        if not self.filter.value.strip():
            self.close_filter()
        self.screen.set_focus(self.rows)

    def sort_by(self, key: SortKey | None = None) -> None:
        """Sort by a column, the other way round if that is so already; by the next without one."""
        self._sorting = self._sorting.next() if key is None else self._sorting.by(key)
        self._arrange()

    def reverse(self) -> None:
        """Sort the other way round."""
        self.sort_by(self._sorting.key)

    def go_to(self, entry: Entry) -> None:
        """Put the cursor on an entry, also on one that the filter hides."""
        if entry not in self.rows.entries:
            self.close_filter()
            self._arrange()
        self.rows.go_to(entry)

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._arrange()

    @on(Input.Submitted, "#filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.leave_filter()

    @on(Headings.Clicked)
    def _heading_clicked(self, event: Headings.Clicked) -> None:
        event.stop()
        self.sort_by(event.key)

    def on_resize(self, event: events.Resize) -> None:
        """Give the columns the new width, without that of the scrollbar."""
        del event
        self.rows.fit(self.size.width - 1)
        self._show_headings()

    def _arrange(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        entries = snapshot.arranger.arranged(self.filter.value, self._sorting)
        total = len(snapshot.listing.entries)
        if not total:
            self._say(table_words(snapshot))
        else:
            self._say(None if entries else NO_MATCH)
        self.rows.show(entries, snapshot)
        number = f"{len(entries)} of {count(total, 'entry', 'entries')}"
        self.border_subtitle = number if total else ""
        self._show_headings()

    def _say(self, words: TableWords | None) -> None:
        self.set_class(words is not None, "-empty")
        text = Text()
        if words is not None:
            text.append(words.title, style="bold")
            text.append(f"\n{words.next_step}" if words.next_step else "")
        self.query_one("#words", Static).update(text)

    def _show_headings(self) -> None:
        columns = self.rows.columns
        headings = self.query_one(Headings)
        headings.show(columns, self._sorting, for_url=self._marks is not None)
