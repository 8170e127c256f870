from __future__ import annotations

import pytest

from authui.cli import change_view, sources
from authui.cli.options import Options
from authui.model.credential import BearerToken
from authui.model.errors import Declined, StoreLocked
from authui.model.secret import Secret
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from tests.cli.conftest import Here
from tests.support.gnome_keyring import GnomeKeyring

INFO = StoreInfo("keychain", ("keychain",), "Secret Service", "here", "default", encrypted=True)


class Locked(MemoryStore):
    """A keychain whose window somebody answers at once."""

    declines = False

    def unlock(self, patience: Patience) -> bool:
        patience.begin()
        patience.end()
        if self.declines:
            raise Declined("You said no, so it stays locked", "Try again")
        return super().unlock(patience)


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> Locked:
    store = Locked(INFO, {"a.example": BearerToken(Secret("t"))}, failure=StoreLocked("Locked"))

    def opened(options: Options, *, hosts: object = ()) -> Discovery:
        return Discovery(options.client, (store,), None, ())

    monkeypatch.setattr(sources, "open_stores", opened)
    monkeypatch.setattr(change_view, "open_stores", opened)
    return store


def test_unlock(keychain: Locked, here: Here) -> None:
    done = here("unlock")
    assert (done.out, done.status) == ("The keychain is unlocked\n", 0)
    assert done.err == "note: A window of your keychain is waiting; Ctrl-C ends the wait\n"
    assert here("unlock", "--json").object == {"version": 1, "unlocked": False}


def test_nothing_to_unlock(here: Here) -> None:
    done = here("--demo", "unlock")
    assert (done.out, done.status) == ("", 0)
    assert "note: Nothing in the keychain is locked" in done.err


def test_a_person_says_no(keychain: Locked, here: Here) -> None:
    keychain.declines = True
    done = here("unlock", "--json")
    assert done.status == 1
    assert done.object["error"] == {
        "message": "You said no, so it stays locked",
        "hint": "Try again",
    }


def test_no_keychain(here: Here) -> None:
    done = here("unlock")
    assert done.status == 1
    assert done.err.startswith("error: ")
    assert "hint: " in done.err


@pytest.mark.keychain
def test_a_real_keychain_without_a_window(
    own_gnome_keyring: GnomeKeyring, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    assert here("unlock").status == 0
    assert here("set", "a.example", "--kind", "BearerToken", given="t").status == 0
    own_gnome_keyring.lock()
    done = here("unlock")
    assert done.status == 1
    assert "hint: " in done.err
