"""The netrc file keeps the contract of every store that can be changed, as far as its kind goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, Credential
from authui.model.secret import Secret
from authui.stores.abilities import LeavesTraces
from authui.stores.base import WritableStore
from authui.stores.netrc import NetrcStore
from tests.contracts.store_contract import CANARY, PASSWORDS
from tests.contracts.test_stores import NETRC
from tests.contracts.writable_contract import WritableStoreContract

UNQUOTED: Mapping[str, Credential] = {
    **PASSWORDS,
    "H.test": BasicHTTP("a:b", Secret("'#{}" + CANARY)),
}
"""The same without what a netrc file cannot hold."""


class TestNetrcStore(WritableStoreContract):
    credentials = UNQUOTED
    new = (BasicHTTP("new", Secret("new" + CANARY)), BasicHTTP("other", Secret("other" + CANARY)))

    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> None:
        self.path = tmp_path / "new" / ".netrc"

    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        if credentials:  # else not even the folder is there
            self.path.parent.mkdir()
            text = ""
            for host, credential in credentials.items():
                assert isinstance(credential, BasicHTTP)
                secret = credential.password.reveal()
                text += f"machine {host}\n  login {credential.username}\n  password {secret}\n"
            self.path.write_text(text)
        return NetrcStore(str(self.path), NETRC)

    def reopen(self, store: WritableStore) -> WritableStore:
        return NetrcStore(str(self.path), NETRC)

    def test_it_is_known_for_what_it_can(self) -> None:
        store = self.make_writable({})
        assert isinstance(store, WritableStore)
        assert isinstance(store, LeavesTraces)
        assert not store.info.read_only
