"""Which keychain store this system has."""

from __future__ import annotations

from authui.model.entry import Answer, Outcome, StoreListing
from authui.model.errors import StoreError, StoreUnreadable
from authui.stores.base import Store, StoreInfo
from authui.stores.environment import Environment

_NAMES = {"darwin": "macOS keychain", "win32": "Windows Credential Manager"}


def open_keychain(environment: Environment, info: StoreInfo | None = None) -> Store:
    """The keychain that rattler uses on this system. Nothing is asked of it yet."""
    name = _NAMES.get(environment.platform)
    if name is not None:
        return UnreadKeychain(name, info)
    from authui.stores.keychain.secret_service import SecretServiceStore

    return SecretServiceStore(environment, info)


class UnreadKeychain:
    """A keychain that rattler uses and this version does not read: it says so."""

    def __init__(self, name: str, info: StoreInfo | None = None) -> None:
        self._info = info or StoreInfo("keychain", ("keychain",), name, name, "default", True)
        self._failure = StoreUnreadable(
            f"This version of authui does not read the {name}",
            "What rattler finds there is not shown; the other stores are",
        )

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without its keychain."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """None."""
        return ()

    def list(self) -> StoreListing:
        """Nothing but the failure."""
        return StoreListing(self._failure.state, failure=self._failure)

    def get(self, host: str) -> Answer:
        """The failure, for any key."""
        del host
        return Answer(Outcome.ERROR, detail=self._failure.message, failure=self._failure)
