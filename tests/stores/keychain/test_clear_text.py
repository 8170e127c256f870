"""A default keyring in clear text, as a real gnome-keyring keeps one that has no password."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.stores.environment import Environment
from authui.stores.keychain.clear_text import ClearText
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.odd_keychain import OddKeychain
from tests.support.private_bus import PrivateBus
from tests.support.secret_service_client import ROOT

IN_CLEAR = b"[keyring]\ndisplay-name=Login\n\n[1]\nsecret=CANARY-OF-CLEAR-TEXT\n"
ENCRYPTED = b"GnomeKeyring\n\r\0\n\0\0\0\0"


def environment(home: str, **variables: str) -> Environment:
    return Environment({"HOME": home, **variables}, home, "linux")


def without_password(keyring: GnomeKeyring, label: str = "In clear") -> str:
    """Make a collection without a password the default one; its path."""
    path = keyring.create_collection(label, "")
    keyring.client.call(ROOT, "Service", "SetAlias", "so", "default", path)
    return path


def store_on(keyring: GnomeKeyring) -> SecretServiceStore:
    address = {"DBUS_SESSION_BUS_ADDRESS": keyring.address}
    return SecretServiceStore(environment(keyring.home, **address))


def encrypted(store: SecretServiceStore) -> bool | None:
    return store.info.encrypted


@pytest.mark.keychain
def test_a_keyring_with_a_password(own_gnome_keyring: GnomeKeyring) -> None:
    own_gnome_keyring.create_collection("Not the default", "")
    store = store_on(own_gnome_keyring)
    assert store.info.encrypted is None
    store.list()
    assert (store.info.encrypted, store.clear_text, store.notes) == (None, None, ())


@pytest.mark.keychain
def test_a_keyring_without_one(own_gnome_keyring: GnomeKeyring) -> None:
    without_password(own_gnome_keyring, "In clear: mine")
    own_gnome_keyring.client.put("current", "h.test", '{"BearerToken":"CANARY-OF-CLEAR-TEXT"}')
    store = store_on(own_gnome_keyring)
    assert store.info.encrypted is False, "before anything is asked"
    listing = store.list()
    assert [entry.host for entry in listing.entries] == ["h.test"]
    assert store.info.encrypted is False
    assert store.clear_text is not None
    assert "CANARY-OF-CLEAR-TEXT" in Path(store.clear_text).read_text()
    assert store.info.location == store.clear_text, "what is said of plain text names its file"
    assert store.notes == (
        "The default keyring has no password: gnome-keyring keeps what is in it as clear text, in "
        + store.clear_text,
    )
    store.forget()
    assert store.info.encrypted is False


@pytest.mark.keychain
def test_the_service_knows_better_which_is_the_default(own_gnome_keyring: GnomeKeyring) -> None:
    login = own_gnome_keyring.client.default()
    without_password(own_gnome_keyring)
    store = store_on(own_gnome_keyring)
    own_gnome_keyring.client.call(ROOT, "Service", "SetAlias", "so", "default", login)
    assert store.info.encrypted is False
    store.list()
    assert store.info.encrypted is None


@pytest.mark.keychain
def test_an_old_file_left_by_a_keychain_that_another_has_replaced(
    bus: PrivateBus, tmp_path: Path
) -> None:
    folder = tmp_path / "keyrings"
    folder.mkdir()
    (folder / "default").write_bytes(b"lasting")
    (folder / "lasting.keyring").write_bytes(IN_CLEAR)
    told = {"DBUS_SESSION_BUS_ADDRESS": bus.address, "XDG_DATA_HOME": str(tmp_path)}
    store = SecretServiceStore(environment(str(tmp_path), **told))
    store.list()
    assert encrypted(store) is False, "nobody says otherwise"
    store.forget()
    with OddKeychain(bus.address):
        store.list()
        assert store.clear_text is None
        assert encrypted(store) is None
        store.close()


FILES: dict[str, tuple[dict[str, bytes], bool]] = {
    "nothing": ({}, False),
    "login": ({"login.keyring": IN_CLEAR}, True),
    "encrypted": ({"login.keyring": ENCRYPTED}, False),
    "another default": (
        {"login.keyring": IN_CLEAR, "default": b"mine", "mine.keyring": b""},
        False,
    ),
    "named": ({"default": b"mine\n", "mine.keyring": IN_CLEAR}, True),
    "a default that is gone": ({"default": b"mine", "login.keyring": IN_CLEAR}, False),
    "a path for a name": ({"default": b"../keyrings/login", "login.keyring": IN_CLEAR}, False),
    "no text": ({"default": b"\xff\0", "login.keyring": IN_CLEAR}, False),
    "empty default": ({"default": b"", "login.keyring": IN_CLEAR}, True),
    "not the first line": ({"login.keyring": b"\n[keyring]\n"}, False),
    "windows lines": ({"login.keyring": b"[keyring]\r\n"}, True),
}


@pytest.mark.parametrize("case", FILES)
@pytest.mark.parametrize("by_variable", [True, False])
def test_the_files(case: str, by_variable: bool, tmp_path: Path) -> None:
    files, clear = FILES[case]
    data = tmp_path / "data" if by_variable else tmp_path / ".local" / "share"
    (data / "keyrings").mkdir(parents=True)
    for name, content in files.items():
        (data / "keyrings" / name).write_bytes(content)
    variables = {"XDG_DATA_HOME": str(data)} if by_variable else {"XDG_DATA_HOME": "relative"}
    found = ClearText(environment(str(tmp_path), **variables))
    assert (found.path is not None) is clear
    assert bool(found.notes) is clear
    assert "CANARY" not in repr(vars(found)) + " ".join(found.notes)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / ".local" / "share" / "keyrings"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "default")
    os.mkfifo(folder / "login.keyring")
    assert ClearText(environment(str(tmp_path))).path is None
