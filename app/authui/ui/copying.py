"""A secret on the clipboard: only when asked for, and taken away again where that can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from authui.model.credential import Credential, secret_of
from authui.model.secret import Secret
from authui.services.words import KIND_WORDS
from authui.stores.environment import Environment
from authui.ui.blocking import run_blocking
from authui.ui.clipboard import clear_native, copy_native
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.tones import paragraph

if TYPE_CHECKING:
    from authui.ui.app import AuthuiApp

CLEARED_AFTER: Final = 30.0
"""Seconds for which a secret stays on the clipboard."""


class OnClipboard:
    """The secret that was put on the system's clipboard, until it is taken away."""

    def __init__(self) -> None:
        self._secret: Secret | None = None

    def put(self, secret: Secret) -> bool:
        """Copy it; whether the system's clipboard took it. Blocks."""
        if not copy_native(secret.reveal(), Environment.current()):
            return False
        self._secret = secret
        return True

    def clear(self) -> None:
        """Empty the clipboard if it still holds the secret. Blocks."""
        secret, self._secret = self._secret, None
        if secret is not None:
            clear_native(secret.reveal(), Environment.current())


async def copy_secret(app: AuthuiApp, name: str, credential: Credential) -> None:
    """Copy what authenticates, once the person has said so; `name` is the host as it is shown."""
    told = (
        paragraph(f"The secret of this {KIND_WORDS[credential.kind]} goes to the clipboard, where"),
        paragraph("every program of this session can read it."),
    )
    if not await app.push_screen_wait(ConfirmScreen(f"Copy {name}?", told, yes="Copy")):
        return
    secret = secret_of(credential)
    if await run_blocking(app.on_clipboard.put, secret):
        app.set_timer(CLEARED_AFTER, lambda: _clear(app))
        words = f"Copied the secret: it is taken off the clipboard in {CLEARED_AFTER:.0f} s"
    else:
        app.send_to_terminal_clipboard(secret)
        words = (
            "Sent the secret to the terminal, which does not confirm that it took it. authui "
            "cannot take it off that clipboard again"
        )
    app.notify(words, markup=False, timeout=8)


def _clear(app: AuthuiApp) -> None:
    app.run_worker(run_blocking(app.on_clipboard.clear), name="clear-clipboard")
