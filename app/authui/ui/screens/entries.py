"""The first screen: every entry, and above them a line in which a URL is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, HelpPanel, Input

from authui.model.errors import AuthuiError
from authui.stores.base import Store
from authui.stores.discover import Discovery
from authui.ui.blocking import run_blocking
from authui.ui.session import Session
from authui.ui.widgets.entry_table import EntryRows, EntryTable
from authui.ui.widgets.status_line import StatusLine
from authui.ui.widgets.url_tester import UrlTester


class EntriesScreen(Screen[None]):
    """Reads the stores when it opens and at each reload, and shows each one's part as it comes."""

    AUTO_FOCUS = "EntryRows"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012  as Textual declares it
    HELP = """\
**URL**: type one and read which entry answers it, and why.

**● active**: asked for. **○ shadowed**: an earlier store has the same pattern. \
**✗**: of no use to rattler. **plaintext**: lies readable in a file.

Nothing here changes or sends anything.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        # Taken before it reaches the focused widget, and the focus moves at once: what is typed
        # right behind it, in one burst on a slow line, belongs to the URL.
        Binding("t", "test", "Test URL", tooltip="Type a URL", priority=True, id="entries.test"),
        Binding("r", "reload", "Reload", tooltip="Read all stores again", id="entries.reload"),
        Binding("question_mark", "help", "Help", key_display="?", id="entries.help"),
        Binding("q", "app.quit", "Quit", id="entries.quit"),
        Binding("escape", "back", "Back", show=False, id="entries.back"),
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
        """Numbers, tester, entries, keys."""
        yield StatusLine(demo=self._demo)
        yield UrlTester()
        yield EntryTable()
        yield Footer()

    def on_mount(self) -> None:
        """Begin to read; the first picture does not wait for it."""
        self.action_reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the reload while one runs; leave `t` to the URL while one is typed."""
        del parameters
        if action == "test" and isinstance(self.focused, Input):
            return False
        return None if action == "reload" and self._reading else True

    def action_reload(self) -> None:
        """Look for the stores anew and read them; until they answer the old rows stay."""
        self._set_reading(True)
        self.run_worker(self._discover(), name="discover", group="reading")

    def action_test(self) -> None:
        """Go to the URL, ready to replace it."""
        url = self.query_one("#url", Input)
        self.set_focus(url)
        url.action_select_all()

    def action_entries(self) -> None:
        """Go back to the entries; the URL and its verdict stay."""
        self.set_focus(self.query_one(EntryRows))

    def action_help(self) -> None:
        """Open or close the panel with all keys."""
        if self.query(HelpPanel):
            self.app.action_hide_help_panel()
        else:
            self.app.action_show_help_panel()

    def action_back(self) -> None:
        """Close the help."""
        self.app.action_hide_help_panel()

    async def _discover(self) -> None:
        try:
            discovery = await run_blocking(self._make_discovery)
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
        self.query_one(UrlTester).use(session)
        self._show(session)
        for store in session.stores:
            self.run_worker(self._read(session, store), name="store", group="reading")

    async def _read(self, session: Session, store: Store) -> None:
        await session.read(store)
        if self._is_open:
            self._show(session)

    @property
    def _is_open(self) -> bool:
        """Whether there is still something to show on: a worker may outlive the widgets."""
        return self.app.is_running and any(line.is_attached for line in self.query(StatusLine))

    def _show(self, session: Session) -> None:
        snapshot = session.snapshot()
        self.query_one(StatusLine).show(snapshot)
        self.query_one(EntryTable).show(snapshot)
        self._set_reading(bool(snapshot.pending))

    def _set_reading(self, reading: bool) -> None:
        self._reading = reading
        self.refresh_bindings()
