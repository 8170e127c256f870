"""A store that many threads may ask."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from authui.model.entry import Answer, StoreListing
from authui.model.errors import StoreError
from authui.stores.abilities import AsksForEach, HidesNames
from authui.stores.base import Store, StoreInfo
from authui.stores.patience import Patience


class OneAtATime:
    """A store that many threads may ask: they wait for each other.

    After `list` its properties answer without waiting, so that the event loop may read them while
    a thread asks the store for a key.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: tuple[StoreError | None, tuple[str, ...]] | None = None

    @property
    def info(self) -> StoreInfo:
        """The store's."""
        return self._store.info

    @property
    def blocks(self) -> StoreError | None:
        """The store's, as it was when it last listed."""
        known = self._known
        if known is not None:
            return known[0]
        with self._lock:
            return self._store.blocks

    @property
    def notes(self) -> tuple[str, ...]:
        """The store's, as they were when it last listed."""
        known = self._known
        if known is not None:
            return known[1]
        with self._lock:
            return self._store.notes

    @property
    def hides_names(self) -> bool:
        """Whether it shows only hashes of some names, and can be given names to try on them."""
        return isinstance(self._store, HidesNames)

    def use_known(self, hosts: Iterable[str]) -> None:
        """Names to try; nothing where it hides none."""
        if isinstance(self._store, HidesNames):
            self._store.known_hosts = (*self._store.known_hosts, *hosts)

    def list(self) -> StoreListing:
        """What the store lists."""
        with self._lock:
            listing = self._store.list()
            self._known = (self._store.blocks, self._store.notes)
            return listing

    def get(self, host: str) -> Answer:
        """What the store says to the key."""
        with self._lock:
            return self._store.get(host)


class AskingOneAtATime(OneAtATime):
    """The same for a store that asks the person before it hands out a secret."""

    def __init__(self, store: AsksForEach) -> None:
        super().__init__(store)
        self._asking = store

    @property
    def patience(self) -> Patience:
        """What a window of the store may take."""
        return self._asking.patience

    @patience.setter
    def patience(self, patience: Patience) -> None:
        self._asking.patience = patience

    def peek(self, host: str) -> Answer:
        """What the store says to the key without a window."""
        with self._lock:
            return self._asking.peek(host)


def shared(store: Store) -> OneAtATime:
    """The store for many threads, with what it can do."""
    return AskingOneAtATime(store) if isinstance(store, AsksForEach) else OneAtATime(store)
