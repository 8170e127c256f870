"""Python's keyring where its backends do not run here: on a Mac, and in odd keychains.

The backend is said to be chosen; macOS' framework and the programs on the bus are fakes of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from authui.model.errors import StoreLocked, StoreTimeout
from authui.model.secret import Secret
from authui.stores.environment import Environment
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.python_keyring_backend import Backend
from tests.support.fake_security import FakeSecurity
from tests.support.odd_services import EVERYTHING, OddService
from tests.support.private_bus import PrivateBus
from tests.support.secret_service_client import BUS_NAME

INDEX = "https://pypi.example/simple"
KNOWN = IndexUrl(INDEX, None, "pixi.toml")


def chosen(backend: Backend) -> PythonKeyring:
    keyring = PythonKeyring(Environment.current())
    keyring._backend = backend
    return keyring


def test_on_a_mac_names_are_read_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    mac = FakeSecurity(is_locked=True)
    monkeypatch.setattr("authui.stores.keychain.macos_functions.system_function", mac.find)
    mac.put("bob", "pw", service=INDEX.encode())
    mac.put("al", "pw", service=b"pypi.example")
    mac.put("pypi.example", "{}")
    mac.put("x", "pw", service=b"https://unknown.example/")
    backend = Backend("keyring.backends.macOS.Keyring", "macos", "default")
    with chosen(backend) as keyring:
        found = {(item.service, item.username) for item in keyring.contents([KNOWN]).items}
    assert found == {(INDEX, "bob"), ("pypi.example", "al")}
    assert not backend.is_enumerated
    assert mac.windows == []


class Wallet(OddService):
    """A closed wallet, under another name on the bus than KDE's."""

    def _method(self, member: str, body: Sequence[Any]) -> tuple[str, tuple[Any, ...]] | None:
        match member:
            case "networkWallet":
                return "s", ("kdewallet",)
            case "isOpen":
                return "b", (False,)
        return super()._method(member, body)


@pytest.fixture
def wallet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wallet]:
    monkeypatch.setattr("authui.stores.pypi.python_keyring_wallet._NAME", BUS_NAME)
    with PrivateBus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        with Wallet(bus.address) as wallet:
            yield wallet


@pytest.mark.parametrize("members", [(), ("kwallet", "other")])
def test_a_closed_wallet_is_not_opened(wallet: Wallet, members: tuple[Any, ...]) -> None:
    name = "keyring.backends.kwallet.DBusKeyring"
    kind: Any = "chainer" if members else "kwallet"
    with chosen(Backend(name, kind, "default", members)) as keyring:
        assert isinstance(keyring.contents([KNOWN]).failure, StoreLocked)
        with pytest.raises(StoreLocked):
            keyring.set(INDEX, "bob", Secret("p"))
    assert set(wallet.calls) == {"networkWallet", "isOpen"}


class OnlyNamed(OddService):
    """As KeePassXC: a search for nothing in particular finds nothing."""

    def _search(self, wanted: Mapping[str, str]) -> list[str]:
        return super()._search(wanted) if wanted else []


def test_items_are_listed_also_where_a_search_for_all_finds_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items = [({"service": INDEX, "username": name}, b"p") for name in ("bob", "al")]
    with PrivateBus() as bus, OnlyNamed(bus.address, items) as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        backend = Backend("keyring.backends.SecretService.Keyring", "secret-service", "default")
        with chosen(backend) as keyring:
            found = {(item.service, item.username) for item in keyring.contents([]).items}
        assert found == {(INDEX, "bob"), (INDEX, "al")}
        assert not {"GetSecret", "GetSecrets", "OpenSession", "Unlock"} & set(service.calls)


def test_a_mute_service_is_a_timeout_and_is_asked_to_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with PrivateBus() as bus, OddService(bus.address, silent=[EVERYTHING]) as service:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        with PythonKeyring(Environment.current(), limit=0.4) as keyring:
            assert isinstance(keyring.contents([KNOWN]).failure, StoreTimeout)
            with pytest.raises(StoreTimeout):
                keyring.set(INDEX, "bob", Secret("p"))
        assert "CreateItem" not in service.calls
