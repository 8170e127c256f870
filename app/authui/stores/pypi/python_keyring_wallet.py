"""Whether KDE's wallet is open, which `keyring` does not ask before it has it opened.

Source: keyring 25.7, `backends/kwallet.py`, and kwalletd's interface `org.kde.KWallet`.
"""

from __future__ import annotations

from authui.model.errors import StoreLocked
from authui.stores.keychain.bus import Bus, Refusal, method

_NAME = "org.kde.kwalletd5"
_PATH = "/modules/kwalletd5"
_INTERFACE = "org.kde.KWallet"


def refuse_if_closed(bus: Bus) -> None:
    """Raise `StoreLocked` where the wallet for passwords is closed, and `StoreError`."""
    (wallet,) = bus.call(method(_NAME, _PATH, _INTERFACE, "networkWallet"), "s")
    question = method(_NAME, _PATH, _INTERFACE, "isOpen", "s", wallet)
    for _, reply in bus.call_all([question], "b"):
        if isinstance(reply, Refusal):
            raise reply.to_error()
        if not reply[0]:
            raise StoreLocked(
                "KDE's wallet is closed, and Python's keyring would have it opened",
                "Open it with KWalletManager",
            )
