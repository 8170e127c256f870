"""The store of Windows keeps the contracts on a stand-in for the calls of Windows.

Under Wine it keeps them on the calls themselves: `make test-windows`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from authui.model.credential import Credential
from authui.stores.abilities import AddsMany, DropsMany, HoldsMisplaced, Particular, ReadsMany
from authui.stores.base import Store, WritableStore
from authui.stores.keychain.windows import CredentialManagerStore
from tests.contracts.store_contract import SHORT_KINDS, BrokenStoreContract, StoreContract
from tests.contracts.writable_contract import WritableStoreContract
from tests.support.fake_credentials import FakeCredentials, refused


class TestCredentialManager(StoreContract, BrokenStoreContract):
    credentials = SHORT_KINDS
    folds_case = True

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        api = FakeCredentials()
        for host, credential in credentials.items():
            api.hold(host, credential)
        return api.store()

    def make_broken(self) -> Store:
        api = FakeCredentials()
        api.hold("h.test", SHORT_KINDS["h.test"])

        def refuse(_: int) -> None:
            raise refused(5)

        api.before = {"enumerate": refuse, "read": refuse}
        return api.store()


class TestWritableCredentialManager(WritableStoreContract):
    credentials = SHORT_KINDS
    folds_case = True

    @pytest.fixture(autouse=True, params=[False, True], ids=["new spelling", "old spelling"])
    def use(self, request: pytest.FixtureRequest) -> None:
        self.api = FakeCredentials(keeps_spelling=request.param)

    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        for host, credential in credentials.items():
            self.api.hold(host, credential)
        return self.api.store()

    def reopen(self, store: WritableStore) -> WritableStore:
        del store
        return self.api.store()

    def test_it_is_known_for_what_it_can(self) -> None:
        store = self.make_writable({})
        for what in (WritableStore, ReadsMany, AddsMany, DropsMany, Particular, HoldsMisplaced):
            assert isinstance(store, what)
        assert not store.info.read_only


def test_there_is_none_elsewhere() -> None:
    store = CredentialManagerStore()
    assert store.list().failure is not None
    assert store.list().state.is_answer
    assert store.refusal() is not None
