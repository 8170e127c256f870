"""The macOS store keeps the contract of every store, against a fake of the Security framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from authui.model.credential import Credential
from authui.model.wire import encode_credential
from authui.stores.base import Store, WritableStore
from authui.stores.keychain.macos import MacKeychainStore
from tests.contracts.store_contract import CANARY, BrokenStoreContract, StoreContract
from tests.contracts.writable_contract import WritableStoreContract
from tests.support.fake_security import PIXI, FakeSecurity


def store_on(mac: FakeSecurity, *, limit: float = 5.0) -> MacKeychainStore:
    return MacKeychainStore(find=mac.find, clock=lambda: mac.now, limit=limit)


class _OnFake:
    """Tests with a Mac of their own, on which what was given out is taken back at the end."""

    @pytest.fixture(autouse=True)
    def use(self) -> Iterator[None]:
        self.mac = FakeSecurity()
        yield
        assert self.mac.may_ask
        assert self.mac.references == {}
        assert self.mac.memory == {}

    def filled(self, credentials: Mapping[str, Credential]) -> MacKeychainStore:
        for host, credential in credentials.items():
            self.mac.put(host, encode_credential(credential), by=PIXI)
        return store_on(self.mac)


class TestMacKeychain(_OnFake, StoreContract):
    reads_kinds = False

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        return self.filled(credentials)


class TestWritableMacKeychain(_OnFake, WritableStoreContract):
    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        return self.filled(credentials)

    def reopen(self, store: WritableStore) -> WritableStore:
        return store_on(self.mac)


class TestInvalidKeychain(_OnFake, BrokenStoreContract):
    def make_broken(self) -> Store:
        self.mac.put("h.test", CANARY)
        self.mac.failing["SecKeychainCopyDomainDefault"] = -25295
        return store_on(self.mac)


class TestSilentKeychain(BrokenStoreContract):
    def make_broken(self) -> Store:
        mac = FakeSecurity(frozen={"SecKeychainCopyDomainDefault"})
        mac.put("h.test", CANARY)
        return store_on(mac, limit=0.1)
