"""The store of Windows keeps the contract of every store, on the calls of Windows themselves."""

from __future__ import annotations

from collections.abc import Mapping

from authui.model.credential import Credential
from authui.model.wire import encode_credential
from authui.stores.base import Store, WritableStore
from authui.stores.keychain.windows import CredentialManagerStore
from tests.contracts.store_contract import SHORT_KINDS, StoreContract
from tests.contracts.writable_contract import WritableStoreContract
from tests.support import credential_manager
from tests.support.credential_manager import Kept


def hold(credentials: Mapping[str, Credential]) -> None:
    """Put these there as rattler does."""
    for host, credential in credentials.items():
        blob = encode_credential(credential).encode("utf-16-le")
        credential_manager.put(Kept(f"{host}.rattler", blob, host))


class TestCredentialManager(StoreContract):
    credentials = SHORT_KINDS
    folds_case = True

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        hold(credentials)
        return CredentialManagerStore()


class TestWritableCredentialManager(WritableStoreContract):
    credentials = SHORT_KINDS
    folds_case = True

    def make_writable(self, credentials: Mapping[str, Credential]) -> WritableStore:
        hold(credentials)
        return CredentialManagerStore()

    def reopen(self, store: WritableStore) -> WritableStore:
        del store
        return CredentialManagerStore()
