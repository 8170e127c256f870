"""What is shown while a change takes more than a moment."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from authui.stores.patience import Patience

_LOOK = 0.1


class WaitingScreen(ModalScreen[None]):
    """Says what goes on, and that a window of the keychain waits where one does."""

    CSS_PATH = "waiting.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop waiting", id="waiting.stop"),
    ]

    def __init__(self, what: str, patience: Patience) -> None:
        super().__init__()
        self._what = what
        self._patience = patience

    def compose(self) -> ComposeResult:
        """Two lines."""
        with Vertical(id="waiting"):
            yield Static(f"{self._what}…", id="waiting-what", markup=False)
            yield Static("", id="waiting-why", markup=False)

    def on_mount(self) -> None:
        """Look again and again whether a window is open."""
        self._tell()
        self.set_interval(_LOOK, self._tell)

    def action_stop(self) -> None:
        """Close the keychain's window, if one is open."""
        self._patience.cancel()
        self._tell()

    def _tell(self) -> None:
        if self._patience.is_cancelled:
            words = "Stopping…"
        elif self._patience.is_waiting:
            words = "A window of your keychain is waiting for you. esc stops waiting for it"
        else:
            words = "The store has not answered yet"
        self.query_one("#waiting-why", Static).update(words)
