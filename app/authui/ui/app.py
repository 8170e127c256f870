"""The app around the screens: theme, palette, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import WorkerFailed

from authui.model.errors import OutcomeUnknown
from authui.model.secret import Secret
from authui.ui.screens.changing import Services
from authui.ui.screens.entries import EntriesScreen
from authui.ui.signals import run_until_told, stay_stopped
from authui.ui.themes import DARK, THEMES
from authui.ui.writes import LIMIT, Writes

if TYPE_CHECKING:
    from authui.services.audit.auditing import Audit
    from authui.services.changes import Changes
    from authui.services.migration.migration import Migration
    from authui.services.pypi_changes import PypiChanges
    from authui.stores.discover import Discovery
    from authui.stores.environment import Environment
    from authui.stores.pypi.sources import PypiSources
    from authui.ui.copying import OnClipboard


def run_app(
    make_discovery: Callable[[], Discovery], *, demo: bool = False, read_only: bool = False
) -> int:
    """Show the screen until the person leaves it, and return the exit status.

    `make_discovery` is called beside the event loop, at the start and at each reload. What it
    raises at the start, and what crashes the app, is raised from here once the terminal is as it
    was: the caller reports it as it reports everything else, without a secret.
    """
    app = AuthuiApp(make_discovery, demo=demo, read_only=read_only)
    try:
        run_until_told(app, app.finish)
    finally:
        ended = app.writes.join()
        app.clear_clipboard()
    if app.failure is not None:
        raise app.failure
    if not ended:
        raise OutcomeUnknown(
            "A change was still being made when authui ended", "authui list shows what is stored"
        )
    return app.return_code or 0


class AuthuiApp(App[None]):
    """Holds no logic. `failure` is what ended the app, if something did."""

    TITLE = "authui"
    # Of its first screen Textual loads no style sheet by itself. A mode would, but composes its
    # screen before it is on the stack where tasks start at once (Python 3.12 and later), and an
    # input does not survive that.
    CSS_PATH = "screens/entries.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        # The footer shows one key for each action: this one where `q` is a letter to type.
        Binding("ctrl+q", "app.quit", "Quit", priority=True, id="quit"),
    ]

    def __init__(
        self,
        make_discovery: Callable[[], Discovery],
        *,
        demo: bool = False,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        self.writes = Writes()
        self._on_clipboard: OnClipboard | None = None
        self._migrations: Migration | None = None
        self._is_leaving = False
        self.failure: Exception | None = None
        self._make_discovery = make_discovery
        for theme in THEMES:
            self.register_theme(theme)
        # Textual took the variable before there were themes of ours, and drew another in its place:
        # only a change has the colours made anew.
        wanted = os.environ.get("TEXTUAL_THEME", DARK.name)
        self.set_reactive(App.theme, "textual-dark")
        self.theme = wanted if wanted in self.available_themes else DARK.name
        self._demo = demo
        self._read_only = read_only

    def get_default_screen(self) -> EntriesScreen:
        """The entries: where the app starts."""
        services = Services(self._changes, self._migration, self._audit, self._pypi)
        return EntriesScreen(self._make_discovery, services, self.writes, demo=self._demo)

    def _changes(self) -> Changes:
        # The first picture does not wait for it to be loaded.
        from authui.services.changes import Changes

        return Changes(self._make_discovery, read_only=self._read_only)

    def _migration(self) -> Migration:
        from authui.services.migration.migration import Migration

        if self._migrations is None:  # one for the run: it knows what can be taken back
            self._migrations = Migration(
                self._make_discovery, self._machine(), read_only=self._read_only
            )
        return self._migrations

    def _machine(self) -> Environment | None:
        """This machine, None for the sample stores."""
        from authui.stores.environment import Environment

        return None if self._demo else Environment.current()

    def _audit(self) -> Audit:
        from authui.services.audit.auditing import Audit
        from authui.stores.settings import Settings

        return Audit(
            self._make_discovery,
            self._machine(),
            read_only=self._read_only,
            silences=None if self._demo else Settings(),
        )

    def _pypi(self, sources: PypiSources) -> PypiChanges:
        from authui.services.pypi_changes import PypiChanges

        return PypiChanges(sources, read_only=self._read_only)

    @property
    def on_clipboard(self) -> OnClipboard:
        """The secret that was put on the system's clipboard, if one was."""
        if self._on_clipboard is None:
            from authui.ui.copying import OnClipboard

            self._on_clipboard = OnClipboard()
        return self._on_clipboard

    def finish(self) -> None:
        """Wait for a change that is under way, where the app cannot end in order. Blocks."""
        self.writes.end_waits()
        self.writes.join()
        self.clear_clipboard()

    def clear_clipboard(self) -> None:
        """Take a secret off the system's clipboard, if it is still there. Blocks."""
        if self._on_clipboard is not None:
            self._on_clipboard.clear()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands but two.

        The screenshot would write what is on the screen to a file, and the keys stand in the help.
        """
        for command in super().get_system_commands(screen):
            if command.title not in ("Screenshot", "Keys"):
                yield command

    async def action_quit(self) -> None:
        """End, once the screen stands: one that is still being built cannot be taken down."""
        if self.screen.is_mounted:
            self.exit()
        else:
            self.set_timer(0.02, self.action_quit)

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """End, once the change that is under way has: a half made one would be worse than a wait.

        A window of the keychain that waits for the person is closed instead.
        """
        del result
        if not self.writes.is_running:
            self._end_now(return_code, message)
        elif not self._is_leaving:
            self._is_leaving = True
            self.writes.end_waits()
            with self._context():  # a signal comes from outside of it
                self.notify("Ending once the change is made", markup=False)
                self._exit_after(monotonic() + LIMIT, return_code)

    def _end_now(self, return_code: int, message: RenderableType | None = None) -> None:
        if not self.is_headless:
            stay_stopped()
        super().exit(None, return_code, message)

    def _exit_after(self, end: float, return_code: int) -> None:
        if self.writes.is_running and monotonic() < end:
            self.set_timer(0.05, lambda: self._exit_after(end, return_code))
        else:
            self._end_now(return_code)

    def send_to_terminal_clipboard(self, secret: Secret) -> None:
        """Have the terminal copy a secret (OSC 52), and keep nothing of it here."""
        self.copy_to_clipboard(secret.reveal())
        self._clipboard = ""

    @on(EntriesScreen.Refused)
    def _refuse(self, message: EntriesScreen.Refused) -> None:
        self.failure = message.error
        self.exit(return_code=1)

    def _handle_exception(self, error: Exception) -> None:
        """Keep what crashed the app for `run_app`, the first of several."""
        if self.failure is None:
            self.failure = error.error if isinstance(error, WorkerFailed) else error  # type: ignore[assignment]
        super()._handle_exception(error)

    def panic(self, *renderables: object) -> None:
        """Close without printing: an error that draws itself may show anything."""
        del renderables
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Close without Textual's report, which prints the local variables of every frame."""
        self.bell()
        self._close_messages_no_wait()
