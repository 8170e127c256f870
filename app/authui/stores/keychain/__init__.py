"""Which keychain store this system has."""

from __future__ import annotations

from authui.stores.base import Store, StoreInfo
from authui.stores.environment import Environment


def open_keychain(environment: Environment, info: StoreInfo | None = None) -> Store:
    """The keychain that rattler uses on this system. Nothing is asked of it yet."""
    if environment.platform == "win32":
        from authui.stores.keychain.windows import CredentialManagerStore

        return CredentialManagerStore(info)
    if environment.platform == "darwin":
        from authui.stores.keychain.macos import MacKeychainStore

        return MacKeychainStore(info)
    from authui.stores.keychain.secret_service import SecretServiceStore

    return SecretServiceStore(environment, info)
