"""A real gnome-keyring on a private bus with its own HOME.

Fixtures: `gnome_keyring` is unlocked and empty; a test that locks, restarts or breaks it takes
`own_gnome_keyring`, which is made for that test alone. Import the ones a suite uses, and
`shared_gnome_keyring` with `gnome_keyring`, into its conftest.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest
from jeepney import DBusAddress  # type: ignore[import-untyped]

from tests.support.closing import Closing
from tests.support.private_bus import PrivateBus, end
from tests.support.secret_service_client import (
    BUS_NAME,
    ROOT,
    SecretServiceClient,
    until,
)
from tests.support.system import require

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")

# What GNOME's password program uses: it takes the password of a collection instead of asking.
_INTERNAL = DBusAddress(
    ROOT,
    bus_name=BUS_NAME,
    interface="org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
)
_PASSWORD = "pw"


class GnomeKeyring(Closing):
    """A bus with a gnome-keyring whose `login` collection is unlocked, until it is closed."""

    def __init__(self, *, unlock: bool = True) -> None:
        self.bus = PrivateBus()
        self.address = self.bus.address
        self.home = os.path.join(self.bus.folder, "home")
        os.mkdir(self.home)
        os.mkdir(os.path.join(self.bus.folder, "run"), 0o700)
        self._daemon: subprocess.Popen[bytes] | None = None
        self.client = SecretServiceClient(self.address)
        try:
            self.start(unlock=unlock)
        except BaseException:
            self.close()
            raise

    def start(self, *, unlock: bool = True) -> None:
        """Start the daemon and wait until it serves.

        Without `unlock` the `login` collection stays locked, or is not there at all where it has
        never been unlocked: then only the collection in memory is.
        """
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": self.home,
            "XDG_RUNTIME_DIR": os.path.join(self.bus.folder, "run"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "LC_ALL": "C.UTF-8",
        }
        self._daemon = subprocess.Popen(
            [
                "gnome-keyring-daemon",
                "--foreground",
                "--components=secrets",
                *(["--unlock"] if unlock else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=variables,
            cwd=self.home,
        )
        assert self._daemon.stdin is not None
        if unlock:
            self._daemon.stdin.write(_PASSWORD.encode())
        self._daemon.stdin.close()
        until("gnome-keyring", self.client.owned)
        if unlock:
            until("the login collection", lambda: self.client.default() != "/")

    def stop(self) -> None:
        """End the daemon; what it kept on disk stays."""
        if self._daemon is not None:
            end(self._daemon)
            self._daemon = None
            until("gnome-keyring's end", lambda: not self.client.owned())

    def restart(self, *, unlock: bool = True) -> None:
        """End the daemon and start it on the same files, `login` locked unless it is unlocked."""
        self.stop()
        self.client.close()
        self.client = SecretServiceClient(self.address)
        self.start(unlock=unlock)

    def create_collection(self, label: str, password: str = _PASSWORD) -> str:
        """A further, unlocked collection; its path. Without a password unlocking asks nobody."""
        properties = {"org.freedesktop.Secret.Collection.Label": ("s", label)}
        master = (self.client.session(), b"", password.encode(), "text/plain")
        made = self.client.send(
            _INTERNAL, "CreateWithMasterPassword", "a{sv}(oayays)", properties, master
        )
        return str(made[0])

    def lock(self, collection: str | None = None) -> None:
        """Lock a collection, the default one unless another is named."""
        self.client.lock(collection or self.client.default())

    def unlock(self, collection: str) -> None:
        """Unlock a collection without anybody being asked."""
        master = (self.client.session(), b"", _PASSWORD.encode(), "text/plain")
        self.client.send(_INTERNAL, "UnlockWithMasterPassword", "o(oayays)", collection, master)

    def reset(self) -> None:
        """Back to one empty, unlocked `login` and the empty collection in memory."""
        for collection in self.client.collections():
            if collection == self.client.default() or collection.endswith("/session"):
                if self.client.locked(collection):
                    self.unlock(collection)
            else:
                self.client.call(collection, "Collection", "Delete")
        self.client.clear()

    def close(self) -> None:
        """End daemon and bus."""
        self.client.close()
        if self._daemon is not None:
            end(self._daemon)
            self._daemon = None
        self.bus.close()


@pytest.fixture(scope="session")
def shared_gnome_keyring() -> Iterator[GnomeKeyring]:
    """One daemon for all tests of a worker process."""
    require(*PROGRAMS)
    with GnomeKeyring() as keyring:
        yield keyring


@pytest.fixture
def gnome_keyring(shared_gnome_keyring: GnomeKeyring) -> GnomeKeyring:
    """An unlocked gnome-keyring without any item."""
    shared_gnome_keyring.reset()
    return shared_gnome_keyring


@pytest.fixture
def own_gnome_keyring() -> Iterator[GnomeKeyring]:
    """An unlocked gnome-keyring for one test, which may do with it what it likes."""
    require(*PROGRAMS)
    with GnomeKeyring() as keyring:
        yield keyring
