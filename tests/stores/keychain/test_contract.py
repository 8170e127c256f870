"""The keychain store keeps the contract of every store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from authui.model.credential import Credential
from authui.model.wire import encode_credential
from authui.stores.base import Store, WritableStore
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.contracts.store_contract import BrokenStoreContract, StoreContract
from tests.contracts.writable_contract import WritableStoreContract
from tests.support.keychain_provider import Provider
from tests.support.odd_services import EVERYTHING, OddService
from tests.support.private_bus import PrivateBus

pytestmark = pytest.mark.keychain


class TestKeychain(StoreContract):
    @pytest.fixture(autouse=True)
    def use(self, provider: Provider) -> None:
        self.provider = provider

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        for host, credential in credentials.items():
            self.provider.client.put("current", host, encode_credential(credential))
        return self.provider.store()


class TestWritableKeychain(WritableStoreContract):
    @pytest.fixture(autouse=True)
    def use(self, provider: Provider) -> None:
        self.provider = provider

    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        for host, credential in credentials.items():
            self.provider.client.put("current", host, encode_credential(credential))
        return self.provider.store()

    def reopen(self, store: WritableStore) -> WritableStore:
        del store
        return self.provider.store()


class TestMuteService(BrokenStoreContract):
    @pytest.fixture(autouse=True)
    def use(self, bus: PrivateBus) -> Iterator[None]:
        self.bus = bus
        with OddService(bus.address, silent=[EVERYTHING]):
            yield

    def make_broken(self) -> Store:
        environment = Environment({"DBUS_SESSION_BUS_ADDRESS": self.bus.address}, "/", "linux")
        return SecretServiceStore(environment, limit=0.1)


class TestNonsense(BrokenStoreContract):
    @pytest.fixture(autouse=True)
    def use(self, bus: PrivateBus) -> Iterator[None]:
        self.bus = bus
        with OddService(bus.address, nonsense=["SearchItems", "Get"]):
            yield

    def make_broken(self) -> Store:
        environment = Environment({"DBUS_SESSION_BUS_ADDRESS": self.bus.address}, "/", "linux")
        return SecretServiceStore(environment)
