"""The store in memory keeps the contract of every store that can be changed."""

from __future__ import annotations

from collections.abc import Mapping

from authui.model.credential import Credential
from authui.stores.base import WritableStore
from authui.stores.memory import MemoryStore
from tests.contracts.test_stores import FILE
from tests.contracts.writable_contract import WritableStoreContract


class TestMemoryStore(WritableStoreContract):
    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        return MemoryStore(FILE, credentials)

    def reopen(self, store: WritableStore) -> WritableStore:
        return store
