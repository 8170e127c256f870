"""The first screen: every entry, above them a line in which a URL is tried, beside them the why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus
from textual.message import Message
from textual.widgets import Input, Static

from authui.model.entry import Entry, StoreId
from authui.model.errors import AuthuiError
from authui.ui.commands import EntriesCommands
from authui.ui.reader import Reader
from authui.ui.screens.asking import AskingScreen
from authui.ui.screens.changing import Services
from authui.ui.session import Session, Snapshot
from authui.ui.widgets.entries_body import EntriesBody
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.entry_table import EntryTable
from authui.ui.widgets.fitting_footer import FittingFooter
from authui.ui.widgets.status_line import StatusLine
from authui.ui.widgets.url_tester import UrlTester
from authui.ui.words import TOO_SMALL, copyable
from authui.ui.writes import Writes

if TYPE_CHECKING:
    from authui.stores.discover import Discovery


_LETTERS = ("test", "filter", "sort", "reverse", "copy", "reload", "help")


class EntriesScreen(AskingScreen):
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

    def __init__(
        self,
        make_discovery: Callable[[], Discovery],
        services: Services,
        writes: Writes,
        *,
        demo: bool,
    ) -> None:
        super().__init__(services, writes)
        self._demo = demo
        self._reader = Reader(self, make_discovery, demo=demo)
        self._goal: tuple[StoreId, str] | None = None

    def compose(self) -> ComposeResult:
        """Numbers, tester, entries with the pane, keys."""
        yield StatusLine(demo=self._demo)
        yield UrlTester()
        yield EntriesBody()
        yield FittingFooter()
        yield Static(TOO_SMALL, id="too-small", markup=False)

    def on_mount(self) -> None:
        """Begin to read; the first picture does not wait for it."""
        self.reload()
        self.run_worker(self._reader.watch(), name="watch", group="watch")

    @property
    def highlighted(self) -> Entry | None:
        """The entry under the cursor."""
        return self.table.rows.highlighted

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
    def session(self) -> Session | None:
        """The stores as they were last found."""
        return self._reader.session

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now: no letters while one types, no second reload while one runs."""
        if action in _LETTERS and isinstance(self.focused, Input):
            return False
        if action == "back":
            return self.is_mounted and self._way_back() is not None
        if action == "copy" and self.is_mounted and self.table.rows.highlighted is None:
            return None
        if action == "reload" and self._reader.is_reading:
            return None
        return super().check_action(action, parameters)

    # What keys and commands do

    def reload(self, *, go_to: tuple[StoreId, str] | None = None) -> None:
        """Look for the stores anew and read them, then go to an entry; the old rows stay so long."""
        if go_to is not None:
            self._goal = go_to
        self.run_worker(self._reader.read(), name="read", group="reading")
        self.call_later(self.refresh_bindings)

    def action_reload(self) -> None:
        """Read all stores again; of an ambiguous entry show the items."""
        if not self.resolve():
            self.reload()

    def action_test(self) -> None:
        """Go to the URL, ready to replace it."""
        self.set_focus(self.tester.input)
        self.tester.input.action_select_all()

    def action_entries(self) -> None:
        """Go back to the entries; the URL and its verdict stay, and no server is waited for."""
        if not self.asking.give_up():
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
        if self.asking.is_asking:
            return self.asking.give_up
        clear = self.tester.input.clear if self.tester.input.value else None
        return self.body.way_back() or clear

    def unanswered_host(self) -> str:
        """The host of the URL above, where no entry answers it."""
        result = self.body.result
        return (
            "" if result is None or result.match is not None or not result.keys else result.keys[0]
        )

    def go_to(self, entry: Entry) -> None:
        """Put the cursor on an entry and tell about it."""
        self.set_focus(self.table.rows)
        self.table.go_to(entry)

    # What happens

    @on(UrlTester.Settled)
    def _settled(self, event: UrlTester.Settled) -> None:
        with self.app.batch_update():
            self.body.answer(event.answer)
        self.refresh_bindings()

    @on(UrlTester.Left)
    def _left_url(self) -> None:
        self.set_focus(self.table.rows)
        if self.body.match is not None:
            self.table.go_to(self.body.match)

    @on(EntryRows.Chosen)
    def _chosen(self) -> None:
        self.action_edit()

    @on(DescendantFocus)
    def _focused(self) -> None:
        if self.focused is self.tester.input:
            self.body.tell_why()

    # Reading

    @property
    def is_open(self) -> bool:
        """Whether there is still something to show on: a worker may outlive the widgets."""
        return self.app.is_running and any(line.is_attached for line in self.query(StatusLine))

    def begin(self, session: Session) -> None:
        """Ask these stores from now on."""
        self.tester.use(session)

    def show(self, snapshot: Snapshot) -> None:
        """Show what the stores have told by now."""
        with self.app.batch_update():
            self.query_one(StatusLine).show(snapshot)
            self.body.show(snapshot)
            self._go_to_goal(snapshot)
        if not snapshot.pending:
            self.notice_changes()

    def finish(self) -> None:
        """Let the stores be read again."""
        self.refresh_bindings()

    def fail(self, error: AuthuiError, *, at_start: bool) -> None:
        """Say that the stores could not even be looked for."""
        if at_start:
            self.post_message(self.Refused(error))
        else:
            self.query_one(StatusLine).fail(error)

    def _go_to_goal(self, snapshot: Snapshot) -> None:
        """Go to the entry that was just stored, once it is there."""
        for entry in snapshot.listing.entries:
            if (entry.store, entry.host) == self._goal:
                self._goal = None
                self.table.go_to(entry)
                return
