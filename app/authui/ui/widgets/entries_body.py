"""The table with its pane: beside it where there is room, else a drawer below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import time
from typing import Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from authui.model.entry import Entry
from authui.model.lookup import LookupResult
from authui.services.marks import Marks
from authui.ui.answer_detail import about_answer
from authui.ui.answered import Answered
from authui.ui.detail import about_entry, about_stores, title_of
from authui.ui.session import Snapshot
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.entry_table import EntryTable

About: TypeAlias = Literal["entry", "lookup", "stores"]
"""What the pane tells about: the highlighted entry, the URL above, or the stores."""


class EntriesBody(Container):
    """Keeps the pane on what was last asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.snapshot: Snapshot | None = None
        self._answer: Answered | None = None
        self._about: About = "entry"

    def compose(self) -> ComposeResult:
        """The table, and the pane."""
        yield EntryTable()
        yield EntryDetail()

    @property
    def table(self) -> EntryTable:
        """The entries."""
        return self.query_one(EntryTable)

    @property
    def pane(self) -> EntryDetail:
        """What tells about one of them."""
        return self.query_one(EntryDetail)

    @property
    def match(self) -> Entry | None:
        """The entry that answers the URL."""
        match = None if self.result is None else self.result.match
        if match is None or self.snapshot is None:
            return None
        wanted = (match.host, match.store)
        entries = self.snapshot.listing.entries
        return next((entry for entry in entries if (entry.host, entry.store) == wanted), None)

    @property
    def result(self) -> LookupResult | None:
        """The answer to the URL."""
        return None if self._answer is None else self._answer.shown

    def show(self, snapshot: Snapshot) -> None:
        """Show what the stores have told by now."""
        self.snapshot = snapshot
        self.table.show(snapshot)
        self.tell()

    def answer(self, answer: Answered | None) -> None:
        """Show what a URL makes of the entries, and why; None where there is no URL any more."""
        self._answer = answer
        self.table.mark(None if answer is None else Marks(answer.shown))
        if answer is not None:
            self.tell_why()
        elif self._about == "lookup":
            self.remove_class("-drawer")
            self.tell_about("entry")

    def tell_why(self) -> None:
        """Tell the steps of the lookup, if there is one; a low screen keeps its rows."""
        if self._answer is not None:
            self.tell_about("lookup", open_drawer=self.screen.has_class("-tall"))

    def tell_about(self, about: About, *, open_drawer: bool = False) -> None:
        """Turn the pane to something else."""
        self._about = about
        if open_drawer:
            self.add_class("-drawer")
        self.tell()
        self.screen.refresh_bindings()

    def tell(self) -> None:
        """Tell anew what the pane is on."""
        snapshot, answer = self.snapshot, self._answer
        if snapshot is None or not self.is_attached:
            return
        entry = self.table.rows.highlighted
        if self._about == "lookup" and answer is not None:
            brief = self._has_drawer
            self.pane.show("Why", lambda: about_answer(answer, brief=brief))
        elif self._about == "stores" or entry is None:
            self.pane.show("Stores", lambda: about_stores(snapshot))
        else:
            self.pane.show(title_of(entry), lambda: about_entry(entry, snapshot, time()))

    def way_back(self) -> Callable[[], object] | None:
        """What `esc` does here now; None where there is nothing to go back from."""
        if self.table.is_filtering:
            return self._drop_filter
        if self._has_drawer and self.has_class("-drawer"):
            return self._close_drawer
        if self.screen.focused is self.pane:
            return partial(self.screen.set_focus, self.table.rows)
        return partial(self.tell_about, "entry") if self._about == "stores" else None

    def on_resize(self) -> None:
        """Tell at the length that the new size has room for."""
        self.call_after_refresh(self.tell)

    @on(EntryRows.Highlighted)
    def _highlighted(self, event: EntryRows.Highlighted) -> None:
        self.screen.refresh_bindings()  # not every entry can be deleted
        if event.by_hand and self._about != "entry":
            self.tell_about("entry")
        elif self._about == "entry":
            self.tell()

    @on(EntryRows.Asked)
    def _asked(self) -> None:
        if not self._has_drawer:
            self.tell_about("entry")
            self.screen.set_focus(self.pane)
        elif self.has_class("-drawer") and self._about == "entry":
            self._close_drawer()
        else:
            self.tell_about("entry", open_drawer=True)

    @property
    def _has_drawer(self) -> bool:
        return not self.screen.has_class("-wide")

    def _drop_filter(self) -> None:
        self.table.close_filter()
        self.screen.set_focus(self.table.rows)

    def _close_drawer(self) -> None:
        self.remove_class("-drawer")
        self.screen.set_focus(self.table.rows)
        self.screen.refresh_bindings()
