"""A real KDE wallet without a screen, as the Secret Service of a private bus.

The daemon opens a wallet without a window when it is given the key in the way of KDE's login
module. With the empty password `Unlock` opens no window either.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from functools import partial

from tests.support.closing import Closing
from tests.support.private_bus import PrivateBus, end
from tests.support.screen import Screen
from tests.support.secret_service_client import SecretServiceClient, until

DAEMONS = ("ksecretd", "kwalletd6", "kwalletd5")
PACKAGES = {
    "kwalletd5": "libkf5wallet-bin",
    "dbus-daemon": "dbus",
}
PLUGINS = "libqca-qt5-2-plugins"
"""Without it the wallet has no encrypted sessions. It is a library: no program shows it."""

_COLLECTIONS = "/org/freedesktop/secrets/collection/"

_SETTINGS = """[Wallet]
Enabled=true
First Use=false
Default Wallet={default}
Close When Idle=false
Leave Open=true
Prompt on Open=false
Launch Manager=false

[org.freedesktop.secrets]
apiEnabled=true
"""

_SALT_BYTES = 56
_ROUNDS = 50_000


def daemon() -> str | None:
    """The wallet daemon of this system, the newest there is."""
    return next((found for name in DAEMONS if (found := shutil.which(name))), None)


class KWallet(Closing):
    """A running wallet daemon; the first wallet is the default collection, all are unlocked.

    With a `password` unlocking opens a window on the `screen`, and only the first is unlocked.
    """

    def __init__(
        self,
        wallets: Sequence[str] = ("kdewallet", "two"),
        *,
        password: str = "",
        screen: Screen | None = None,
    ) -> None:
        self._password = password
        self._screen = screen
        self.bus = PrivateBus()
        self.address = self.bus.address
        self._home = os.path.join(self.bus.folder, "home")
        self._store = os.path.join(self._home, ".local", "share", "kwalletd")
        os.makedirs(self._store)
        os.mkdir(os.path.join(self._home, ".config"))
        os.mkdir(os.path.join(self._home, "run"), 0o700)
        self._daemon: subprocess.Popen[bytes] | None = None
        self.client = SecretServiceClient(self.address)
        try:
            self._wallets = tuple(wallets)
            # The daemon offers the wallets that are there when it starts, and makes only one.
            for wallet in wallets:
                self._start(wallet)
                until(f"the wallet {wallet}", partial(self._exists, wallet))
                self._stop()
            self.open_again()
        except BaseException:
            self.close()
            raise

    def open_again(self) -> None:
        """Start the daemon on the wallets as they were written, and unlock them."""
        wallets = self._wallets
        self._start(wallets[0])
        until("the wallets", lambda: len(self.client.collections()) >= len(wallets))
        opened = [_COLLECTIONS + w for w in (wallets[:1] if self._password else wallets)]
        self.client.unlock(*opened)
        until("the wallets, open", lambda: not any(map(self.client.locked, opened)))

    def kill(self) -> None:
        """End it at once, so that it writes nothing more."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait()
        self._daemon = None
        until("the wallet daemon's end", lambda: not self.client.owned())

    def _exists(self, wallet: str) -> bool:
        path = os.path.join(self._store, f"{wallet}.kwl")
        return os.path.exists(path) and os.path.getsize(path) > 0

    def _start(self, wallet: str) -> None:
        with open(os.path.join(self._home, ".config", "kwalletrc"), "w", encoding="utf-8") as file:
            file.write(_SETTINGS.format(default=wallet))
        program = daemon()
        assert program is not None, "no wallet daemon"
        meeting = os.path.join(self.bus.folder, "login")
        screen = {"QT_QPA_PLATFORM": "offscreen"}
        if self._screen is not None:
            screen = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": self._screen.name}
        variables = {
            **screen,
            "PATH": os.environ["PATH"],
            "HOME": self._home,
            "XDG_RUNTIME_DIR": os.path.join(self._home, "run"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "LC_ALL": "C.UTF-8",
            "PAM_KWALLET5_LOGIN": meeting,
        }
        reader, writer = os.pipe()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(meeting)
            listener.listen(1)
            self._daemon = subprocess.Popen(
                [program, "--pam-login", str(reader), str(listener.fileno())],
                pass_fds=(reader, listener.fileno()),
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            os.close(reader)
            os.write(writer, self._key(wallet))
            os.close(writer)
            with socket.socket(socket.AF_UNIX) as session:
                session.connect(meeting)  # closed at once: the session has nothing to add
        os.unlink(meeting)
        until("the wallet daemon", self.client.owned)

    def _key(self, wallet: str) -> bytes:
        path = os.path.join(self._store, f"{wallet}.salt")
        if not os.path.exists(path):
            with open(path, "wb") as file:
                file.write(os.urandom(_SALT_BYTES))
            os.chmod(path, 0o600)
        with open(path, "rb") as file:
            salt = file.read()
        return hashlib.pbkdf2_hmac("sha512", self._password.encode(), salt, _ROUNDS, _SALT_BYTES)

    def _stop(self) -> None:
        if self._daemon is not None:
            end(self._daemon)
            self._daemon = None
            until("the wallet daemon's end", lambda: not self.client.owned())

    def close(self) -> None:
        """End daemon and bus."""
        self.client.close()
        if self._daemon is not None:
            end(self._daemon)
        self.bus.close()
