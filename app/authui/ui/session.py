"""The stores as one reading of this machine found them, asked beside the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from time import time

from authui.model.entry import Answer, StoreId, StoreListing
from authui.model.errors import StoreError
from authui.model.lookup import Client, LookupResult
from authui.services.catalog import Listing, assemble
from authui.services.lookup import lookup
from authui.stores.base import Store, StoreInfo
from authui.stores.discover import Discovery
from authui.ui.blocking import run_blocking


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known at one moment.

    `order` is that in which the client asks the stores, `pending` those that have not answered yet.
    """

    client: Client
    order: tuple[StoreId, ...]
    listing: Listing
    pending: tuple[StoreId, ...]
    notes: tuple[str, ...]

    @property
    def infos(self) -> dict[StoreId, StoreInfo]:
        """What and where the stores are that have answered."""
        return {report.info.id: report.info for report in self.listing.stores}

    def pending_before(self, store: StoreId) -> bool:
        """Whether a store that is asked earlier has not answered, and may shadow this one."""
        return any(self.order.index(name) < self.order.index(store) for name in self.pending)


class Session:
    """One discovery, from its first store's answer until the next reload.

    Each store is asked by one thread at a time, several stores at once.
    """

    def __init__(self, discovery: Discovery, *, before: Session | None = None) -> None:
        """`before` lends what its stores said until the same stores have answered anew."""
        self._discovery = discovery
        self.stores = tuple(_OneAtATime(store) for store in discovery.stores)
        self._found: dict[StoreId, tuple[Store, StoreListing]] = {}
        self._pending = {store.info.id for store in self.stores}
        if before is not None:
            self._found = {
                name: told for name, told in before.told.items() if name in self._pending
            }

    @property
    def told(self) -> dict[StoreId, tuple[Store, StoreListing]]:
        """What each store said."""
        return dict(self._found)

    @property
    def pending(self) -> tuple[StoreId, ...]:
        """The stores that have not told their entries yet, in the client's order."""
        return tuple(store.info.id for store in self.stores if store.info.id in self._pending)

    async def read(self, store: Store) -> None:
        """Have one store list its entries."""
        listing = await run_blocking(store.list)
        self._found[store.info.id] = (store, listing)
        self._pending.discard(store.info.id)

    def snapshot(self) -> Snapshot:
        """Everything that the stores have told so far. Asks none of them."""
        order = tuple(store.info.id for store in self.stores)
        return Snapshot(
            client=self._discovery.client,
            order=order,
            listing=assemble([self._found[name] for name in order if name in self._found]),
            pending=self.pending,
            notes=self._discovery.notes,
        )

    async def lookup(self, text: str) -> LookupResult:
        """Which entry answers the URL in `text`. Raises `BadUrl`."""
        return await run_blocking(
            lookup,
            text,
            self.stores,
            client=self._discovery.client,
            pixi=self._discovery.pixi,
            now=time(),
        )


class _OneAtATime:
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
        return self._store.info

    @property
    def blocks(self) -> StoreError | None:
        known = self._known
        if known is not None:
            return known[0]
        with self._lock:
            return self._store.blocks

    @property
    def notes(self) -> tuple[str, ...]:
        known = self._known
        if known is not None:
            return known[1]
        with self._lock:
            return self._store.notes

    def list(self) -> StoreListing:
        with self._lock:
            listing = self._store.list()
            self._known = (self._store.blocks, self._store.notes)
            return listing

    def get(self, host: str) -> Answer:
        with self._lock:
            return self._store.get(host)
