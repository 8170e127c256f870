"""A screen of entries with a line for a URL, about which others than the stores can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from authui.ui.screens.changing import ChangingScreen
from authui.ui.widgets.url_tester import UrlTester

if TYPE_CHECKING:
    from authui.ui.probing import Probing
    from authui.ui.session import Session

_LETTERS = ("pypi", "turn_requests", "run_keyring")


class AskingScreen(ChangingScreen):
    """Has the keys that ask a server, turn to PyPI requests or run the keyring; `Probing` does it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pypi", "PyPI", tooltip="What is stored for PyPI indexes", id="entries.pypi"),
        # Before it reaches the focused widget, so that it comes before a `t` right behind it.
        Binding(
            "P",
            "turn_requests",
            "PyPI requests",
            show=False,
            priority=True,
            tooltip="Answer the URL for PyPI indexes, or for conda channels again",
            id="entries.pypi-requests",
        ),
        Binding(
            "K",
            "run_keyring",
            "Run keyring",
            tooltip="Run the keyring program as pixi would, after a question",
            id="entries.run-keyring",
        ),
    ]

    _probing: Probing | None = None

    @property
    def session(self) -> Session | None:
        """The stores as they were last found; None before there are any."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        """Whether there is still something to show on."""
        raise NotImplementedError

    def action_test(self) -> None:
        """Go to the URL."""
        raise NotImplementedError

    @property
    def tester(self) -> UrlTester:
        """The line for a URL."""
        return self.query_one(UrlTester)

    @property
    def asking(self) -> Probing:
        """What asks others about the URL."""
        if self._probing is None:  # not before the first picture
            from authui.ui.probing import Probing

            self._probing = Probing(self)
        return self._probing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now: no letters while one types."""
        if action in _LETTERS and isinstance(self.focused, Input):
            return False
        if action == "run_keyring":
            return self.is_mounted and self.asking.can_run_keyring
        return super().check_action(action, parameters)

    def action_pypi_requests(self) -> None:
        """Answer the URL for PyPI requests, or for conda requests again."""
        self.asking.turn()

    def action_turn_requests(self) -> None:
        """The same by its letter, which is a letter while one types."""
        self.action_pypi_requests()

    def action_run_keyring(self) -> None:
        """Run the keyring program as pixi would, after a question."""
        self.run_worker(self.asking.run_keyring(), name="keyring", group="asking")

    def action_pypi(self) -> None:
        """Show what is stored for PyPI indexes."""
        from authui.ui.screens.pypi import PypiScreen

        session = self.session
        if session is not None:
            sources = session.sources
            screen = PypiScreen(sources, self._services.pypi(sources), self._writes)
            self.app.push_screen(screen, self._try_index)

    def _try_index(self, url: str | None) -> None:
        """Come back from there, with an index to be answered for."""
        if url is not None:
            self.tester.take_for_index(self.session is not None and self.session.client == "pixi")
            self.tester.input.value = url
            self.action_test()
        self.reload()

    @on(UrlTester.Probe)
    def _probe(self) -> None:
        self.run_worker(self.asking.ask_server(), name="probe", group="asking")
