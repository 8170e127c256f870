"""Python's keyring on Windows: the real library in a process of its own, and a real listing."""

from __future__ import annotations

from collections.abc import Iterator

import keyring as library
import pytest
from keyring.backends.Windows import WinVaultKeyring

from authui.model.errors import BadInput, NotStored
from authui.model.secret import Secret
from authui.services.pypi_changes import PypiChanges
from authui.services.pypi_entries import list_pypi
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.sources import PypiSources
from tests.support.credential_manager import Kept, everything, put

INDEX = "https://pypi.example/simple/"


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    before = library.get_keyring()
    library.set_keyring(WinVaultKeyring())  # type: ignore[no-untyped-call]
    yield
    library.set_keyring(before)


@pytest.fixture
def keyring() -> Iterator[PythonKeyring]:
    with PythonKeyring(Environment.current(), limit=20) as keyring:
        yield keyring


def test_what_is_set_is_read_listed_and_deleted(keyring: PythonKeyring) -> None:
    assert keyring.backend.kind == "windows"
    keyring.set(INDEX, "bob", Secret("pä-4711"))
    keyring.set(INDEX, "al", Secret("other"))
    assert library.get_password(INDEX, "bob") == "pä-4711"
    assert keyring.get(INDEX, "al") == Secret("other")
    found = {(one.service, one.username) for one in keyring.contents([]).items}
    assert found == {(INDEX, "bob"), (INDEX, "al")}
    keyring.delete(INDEX, "bob")
    assert library.get_password(INDEX, "bob") is None
    assert library.get_password(INDEX, "al") == "other"
    with pytest.raises(NotStored):
        keyring.delete(INDEX, "bob")


def test_only_what_keyring_stored_for_indexes_is_listed(keyring: PythonKeyring) -> None:
    for service in ("rattler", "host.example.rattler", "my app", INDEX, "h.example:81"):
        library.set_password(service, "me@corp.example", "p")
        library.set_password(service, "al", "p")
    put(Kept("https://other.example/", b"p\0", "al"))
    before = [one for one in everything() if "rattler" in (one.target or "")]
    found = {(one.service, one.username) for one in keyring.contents([]).items}
    users = ("me@corp.example", "al")
    assert found == {(service, user) for service in (INDEX, "h.example:81") for user in users}
    with pytest.raises(BadInput):
        keyring.delete("host.example.rattler", "al")
    assert [one for one in everything() if "rattler" in (one.target or "")] == before


def test_a_change_is_made_and_taken_back() -> None:
    sources = PypiSources(Environment.current(), PixiConfig())
    made = PypiChanges(sources).put(INDEX, "bob", Secret("one"))
    assert made.created
    assert library.get_password(INDEX, "bob") == "one"
    listing = list_pypi(sources)
    assert [entry.username for entry in listing.entries] == ["bob"]
    PypiChanges(sources).remove(listing.entries[0])
    assert list_pypi(sources).entries == ()
