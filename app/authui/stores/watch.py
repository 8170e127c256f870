"""Noticing that another program changed a store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.file_watch import FileWatch
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.stores.netrc import NetrcStore

if TYPE_CHECKING:
    from authui.stores.keychain.polling import PolledWatch
    from authui.stores.keychain.watching import KeychainWatch

LOOK = 0.4
"""Seconds between two looks at the files."""


class StoreWatch:
    """The files and the keychain of a discovery, and pixi's configuration behind it.

    Only real stores are watched. `aim` may be called from any thread, also while `wait` waits.
    """

    def __init__(self) -> None:
        self._paths: tuple[str, ...] = ()
        self._files = FileWatch(())
        self._keychain: KeychainWatch | PolledWatch | None = None
        self._has_keychain = False

    def aim(self, discovery: Discovery) -> None:
        """Watch these stores from now on: what changes after this call is noticed."""
        real = [s for s in discovery.stores if isinstance(s, (JsonFileStore, NetrcStore))]
        paths = [store.info.location for store in real if store.info.location]
        if discovery.pixi is not None and real:
            paths += [file.path for file in discovery.pixi.files]
        if tuple(paths) != self._paths:
            self._paths, self._files = tuple(paths), FileWatch(paths)
        self._has_keychain = _has_keychain(discovery)

    def wait(self, seconds: float) -> bool:
        """Whether anything changed since the last call, waiting at most so long for it."""
        end = time.monotonic() + seconds
        while not self._files.changed():
            left = end - time.monotonic()
            if left <= 0:
                return False
            keychain = self._watched_keychain()
            if keychain is None:
                time.sleep(min(LOOK, left))
            elif keychain.wait(min(LOOK, left)):
                return True
        return True

    def close(self) -> None:
        """Look at nothing any more."""
        if self._keychain is not None:
            self._keychain.close()

    def _watched_keychain(self) -> KeychainWatch | PolledWatch | None:
        if self._has_keychain and self._keychain is None:
            self._keychain = _watch_keychain()
        return self._keychain if self._has_keychain else None


def _has_keychain(discovery: Discovery) -> bool:
    """Whether the discovery has the system's own keychain, and not one of the samples."""
    return any(s.info.id == "keychain" and not isinstance(s, MemoryStore) for s in discovery.stores)


def _watch_keychain() -> KeychainWatch | PolledWatch:
    from authui.stores.keychain import open_keychain
    from authui.stores.keychain.polling import PolledWatch, Sighted

    environment = Environment.current()
    store = open_keychain(environment)  # of its own: what it reads is nobody else's
    if isinstance(store, Sighted):
        return PolledWatch(store)
    from authui.stores.keychain.watching import KeychainWatch

    return KeychainWatch(environment)
