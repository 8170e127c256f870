"""Which keychain there is, and how little is loaded before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from authui.model.entry import Outcome
from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.keychain import open_keychain
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.keychain.windows import CredentialManagerStore
from tests.support.gnome_keyring import GnomeKeyring

LOADED = """
import json, sys
from authui.stores.environment import Environment
from authui.stores.keychain import open_keychain
store = open_keychain(Environment({"DBUS_SESSION_BUS_ADDRESS": sys.argv[1]}, "/", "linux"))
store.list(), store.get("h.test")
names = ("jeepney", "secretstorage", "cryptography", "asyncio")
print(json.dumps([name for name in names if name in sys.modules]))
"""


def loaded(address: str) -> list[str]:
    """The costly modules that a reading of the keychain at an address loads."""
    run = subprocess.run(
        [sys.executable, "-c", LOADED, address], capture_output=True, text=True, check=True
    )
    names: list[str] = json.loads(run.stdout)
    return names


def test_linux_has_the_secret_service(environment: Environment) -> None:
    assert isinstance(open_keychain(environment), SecretServiceStore)


@pytest.mark.parametrize(
    ("platform", "kind", "name"),
    [
        ("darwin", MacKeychainStore, "macOS keychain"),
        ("win32", CredentialManagerStore, "Windows Credential Manager"),
    ],
)
def test_the_other_systems_have_their_own(platform: str, kind: type, name: str) -> None:
    store = open_keychain(Environment({}, "/", platform))
    assert isinstance(store, kind)
    assert store.info.name == name
    listing = store.list()  # as here is no such thing
    assert listing.state is StoreState.ABSENT
    assert store.get("h.test").outcome is Outcome.MISS
    assert (store.blocks, store.notes) == (None, ())


def test_linux_loads_nothing_of_theirs() -> None:
    code = (
        "import sys; from authui.cli.main import main; main(['list']); "
        "print([name for name in sys.modules if 'windows' in name or 'macos' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1] == "[]"


def test_without_a_bus_nothing_is_loaded() -> None:
    assert loaded("") == []


@pytest.mark.keychain
def test_cryptography_is_loaded_only_for_something_found(gnome_keyring: GnomeKeyring) -> None:
    gnome_keyring.client.create({"service": "other", "username": "h.test"}, "x")
    assert loaded(gnome_keyring.address) == ["jeepney"]
    gnome_keyring.client.put("current", "h.test", '{"BearerToken":"t"}')
    assert loaded(gnome_keyring.address) == ["jeepney", "secretstorage", "cryptography"]
