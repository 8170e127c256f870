"""The first screen: every entry, above them a line in which a URL is tried, beside them the why."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from authui.model.entry import Entry
from authui.model.errors import AuthuiError
from authui.ui.blocking import run_blocking
from authui.ui.commands import EntriesCommands
from authui.ui.session import Session, Snapshot
from authui.ui.widgets.entries_body import EntriesBody
from authui.ui.widgets.entry_table import EntryTable
from authui.ui.widgets.fitting_footer import FittingFooter
from authui.ui.widgets.status_line import StatusLine
from authui.ui.widgets.url_tester import UrlTester
from authui.ui.words import TOO_SMALL, copyable

if TYPE_CHECKING:
    from authui.stores.discover import Discovery


class EntriesScreen(Screen[None]):
    """Reads the stores when it opens and at each reload, and shows each one's part as it comes."""

    AUTO_FOCUS = "EntryRows"
    COMMANDS = {EntriesCommands}  # noqa: RUF012  as Textual declares it
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Taken before they reach the focused widget, and the focus moves at once: what is typed
        # right behind them, in one burst on a slow line, belongs to the line they open.
        Binding("t", "test", "Test URL", tooltip="Type a URL", priority=True, id="entries.test"),
        Binding(
            "slash",
            "filter",
            "Filter",
            key_display="/",
            priority=True,
            id="entries.filter",
            tooltip="Show only some entries",
        ),
        Binding("s", "sort", "Sort", tooltip="Sort by the next column", id="entries.sort"),
        Binding("S", "reverse", "Sort the other way", show=False, id="entries.reverse"),
        Binding("y", "copy", "Copy host", show=False, id="entries.copy"),
        Binding("r", "reload", "Reload", tooltip="Read all stores again", id="entries.reload"),
        Binding("question_mark", "help", "Help", key_display="?", id="entries.help"),
        Binding("q", "app.quit", "Quit", id="entries.quit"),
        Binding("escape", "back", "Back", tooltip="One step back", id="entries.back"),
    ]

    class Refused(Message):
        """There are no stores to show: what was asked for contradicts itself."""

        def __init__(self, error: AuthuiError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, make_discovery: Callable[[], Discovery], *, demo: bool) -> None:
        super().__init__()
        self._make_discovery = make_discovery
        self._demo = demo
        self._session: Session | None = None
        self._reading = False

    def compose(self) -> ComposeResult:
        """Numbers, tester, entries with the pane, keys."""
        yield StatusLine(demo=self._demo)
        yield UrlTester()
        yield EntriesBody()
        yield FittingFooter()
        yield Static(TOO_SMALL, id="too-small", markup=False)

    def on_mount(self) -> None:
        """Begin to read; the first picture does not wait for it."""
        self.action_reload()

    @property
    def snapshot(self) -> Snapshot | None:
        """What is known by now; None before anything is."""
        return self.body.snapshot

    @property
    def body(self) -> EntriesBody:
        """The entries with their pane."""
        return self.query_one(EntriesBody)

    @property
    def table(self) -> EntryTable:
        """The entries."""
        return self.body.table

    @property
    def tester(self) -> UrlTester:
        """The line for a URL."""
        return self.query_one(UrlTester)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now: no letters while one types, no second reload while one runs."""
        del parameters
        letters = ("test", "filter", "sort", "reverse", "copy", "reload", "help")
        if action in letters and isinstance(self.focused, Input):
            return False
        if action == "back":
            return self.is_mounted and self._way_back() is not None
        if action == "copy" and self.is_mounted and self.table.rows.highlighted is None:
            return None
        return None if action == "reload" and self._reading else True

    # What keys and commands do

    def action_reload(self) -> None:
        """Look for the stores anew and read them; until they answer the old rows stay."""
        if self._reading:
            return
        self._set_reading(True)
        self.run_worker(self._discover(), name="discover", group="reading")

    def action_test(self) -> None:
        """Go to the URL, ready to replace it."""
        self.set_focus(self.tester.input)
        self.tester.input.action_select_all()

    def action_entries(self) -> None:
        """Go back to the entries; the URL and its verdict stay."""
        self.set_focus(self.table.rows)

    def action_filter(self) -> None:
        """Type a filter."""
        self.table.open_filter()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.table.sort_by()

    def action_reverse(self) -> None:
        """Sort the other way round."""
        self.table.reverse()

    async def action_copy(self) -> None:
        """Copy the host pattern of the highlighted entry."""
        from authui.ui.clipboard import Copied, copy

        entry = self.table.rows.highlighted
        host = None if entry is None else copyable(entry)
        if host is None:
            self.notify(
                "This host is not copied: it holds a secret, or characters that could act on a "
                "terminal",
                severity="warning",
                markup=False,
            )
            return
        way = await copy(self.app, host)
        words = "Copied host" if way is Copied.NATIVE else "Sent host to the terminal's clipboard"
        self.notify(words, markup=False)

    def action_help(self) -> None:
        """Show all keys and words."""
        from authui.ui.screens.help import HelpScreen, sections

        self.app.push_screen(HelpScreen(sections(self)))

    def action_stores(self) -> None:
        """Show in the pane where the client looks."""
        self.body.tell_about("stores", open_drawer=True)

    def action_back(self) -> None:
        """One step back: out of the pane or the filter, then close the one, the other, the URL."""
        step = self._way_back()
        if step is not None:
            step()
            self.refresh_bindings()

    def _way_back(self) -> Callable[[], object] | None:
        """What `esc` does now; None where there is nothing to go back from."""
        clear = self.tester.input.clear if self.tester.input.value else None
        return self.body.way_back() or clear

    def go_to(self, entry: Entry) -> None:
        """Put the cursor on an entry and tell about it."""
        self.action_entries()
        self.table.go_to(entry)

    # What happens

    @on(UrlTester.Settled)
    def _settled(self, event: UrlTester.Settled) -> None:
        with self.app.batch_update():
            self.body.answer(event.result)
        self.refresh_bindings()

    @on(UrlTester.Left)
    def _left_url(self) -> None:
        self.action_entries()
        if self.body.match is not None:
            self.table.go_to(self.body.match)

    @on(DescendantFocus)
    def _focused(self) -> None:
        if self.focused is self.tester.input:
            self.body.tell_why()

    # Reading

    async def _discover(self) -> None:
        try:
            discovery = await run_blocking(self._look)
        except AuthuiError as error:
            if not self._is_open:
                return
            self._set_reading(False)
            if self._session is None:
                self.post_message(self.Refused(error))
            else:
                self.query_one(StatusLine).fail(error)
            return
        if not self._is_open:
            return
        session = Session(discovery, before=self._session)
        self._session = session
        self.tester.use(session)
        self._show(session.snapshot())
        await self._read(session)

    def _look(self) -> Discovery:
        # What the pane needs is loaded beside the event loop too.
        import authui.services.reach  # noqa: F401

        return self._make_discovery()

    async def _read(self, session: Session) -> None:
        """Show each store's part as it comes; those that come together in one picture."""
        pending = {asyncio.ensure_future(session.read(store)) for store in session.stores}
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                # With very many entries this takes a moment too.
                snapshot = await run_blocking(session.snapshot)
                if not self._is_open:
                    return
                self._show(snapshot)
                # Not before: collecting while modules load takes a tenth of the time to start.
                # Not after the last store: one may never answer.
                if not gc.isenabled():
                    gc.freeze()
                    gc.enable()
        finally:
            for task in pending:
                task.cancel()

    @property
    def _is_open(self) -> bool:
        """Whether there is still something to show on: a worker may outlive the widgets."""
        return self.app.is_running and any(line.is_attached for line in self.query(StatusLine))

    def _show(self, snapshot: Snapshot) -> None:
        with self.app.batch_update():
            self.query_one(StatusLine).show(snapshot)
            self.body.show(snapshot)
        self._set_reading(bool(snapshot.pending))

    def _set_reading(self, reading: bool) -> None:
        self._reading = reading
        self.refresh_bindings()
