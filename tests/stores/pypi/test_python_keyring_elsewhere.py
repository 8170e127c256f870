"""Python's keyring where its backends do not run here: on a Mac, and in KDE's wallet.

The backend is said to be chosen; macOS' framework and the wallet's daemon are fakes of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from authui.model.errors import StoreLocked
from authui.model.secret import Secret
from authui.stores.environment import Environment
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.python_keyring_backend import Backend
from tests.support.fake_security import FakeSecurity
from tests.support.odd_services import OddService
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
