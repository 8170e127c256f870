from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, Credential
from authui.model.errors import StoreLocked
from authui.model.wire import encode_file
from authui.stores.base import Store, StoreInfo
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.stores.netrc import NetrcStore
from tests.contracts.store_contract import (
    CANARY,
    PASSWORDS,
    BrokenStoreContract,
    StoreContract,
)

FILE = StoreInfo("file", ("file",), "credentials file", "x", "default", encrypted=False)
NETRC = StoreInfo("netrc", ("netrc",), "netrc", "x", "default", encrypted=False)


class TestMemoryStore(StoreContract, BrokenStoreContract):
    def make(self, credentials: Mapping[str, Credential]) -> Store:
        return MemoryStore(FILE, credentials)

    def make_broken(self) -> Store:
        return MemoryStore(FILE, {}, failure=StoreLocked("It is locked", "Unlock it"))


class TestJsonFileStore(StoreContract, BrokenStoreContract):
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.path = tmp_path / "credentials.json"

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        self.path.write_bytes(encode_file(credentials))
        return JsonFileStore(str(self.path), FILE)

    def make_broken(self) -> Store:
        self.path.write_text(f'{{"h.test":{{"BearerToken":"{CANARY}"}},"x":"{CANARY}"}}')
        return JsonFileStore(str(self.path), FILE)


class TestNetrcStore(StoreContract, BrokenStoreContract):
    credentials = PASSWORDS

    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.path = tmp_path / ".netrc"

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        text = ""
        for host, credential in credentials.items():
            assert isinstance(credential, BasicHTTP)
            secret = credential.password.reveal()
            text += f"machine {host} login {credential.username} password {secret}\n"
        self.path.write_text(text)
        return NetrcStore(str(self.path), NETRC)

    def make_broken(self) -> Store:
        self.path.write_text(f"machine h.test login u password {CANARY} {CANARY}")
        return NetrcStore(str(self.path), NETRC)
