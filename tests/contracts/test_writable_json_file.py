"""The credentials file keeps the contract of every store that can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from authui.model.credential import Credential
from authui.model.wire import encode_file
from authui.stores.abilities import LeavesTraces
from authui.stores.base import WritableStore
from authui.stores.json_file import JsonFileStore
from tests.contracts.test_stores import FILE
from tests.contracts.writable_contract import WritableStoreContract


class TestJsonFileStore(WritableStoreContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.path = tmp_path / "new" / "credentials.json"

    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        if credentials:  # else not even the folder is there
            self.path.parent.mkdir()
            self.path.write_bytes(encode_file(credentials))
        return JsonFileStore(str(self.path), FILE)

    def reopen(self, store: WritableStore) -> WritableStore:
        return JsonFileStore(str(self.path), FILE)

    def test_it_is_known_for_what_it_can(self) -> None:
        store = self.make_writable({})
        assert isinstance(store, WritableStore)
        assert isinstance(store, LeavesTraces)
        assert not store.info.read_only
