"""The stores as one reading of this machine found them, asked beside the event loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property
from time import time
from typing import TYPE_CHECKING

from authui.model.entry import StoreId, StoreListing
from authui.model.lookup import Client
from authui.services.arrange import Arranger
from authui.services.catalog import Listing, assemble
from authui.stores.base import Store, StoreInfo
from authui.ui.answered import Answered
from authui.ui.blocking import run_blocking
from authui.ui.one_at_a_time import OneAtATime, shared

# The first picture needs none of these.
if TYPE_CHECKING:
    from authui.services.reach import Holdings
    from authui.stores.discover import Discovery
    from authui.stores.pixi_config import PixiConfig
    from authui.stores.pypi.sources import PypiSources

COURTESY = 0.3
"""Seconds for which a store that hides names waits for those of the others."""


@dataclass(frozen=True)
class Snapshot:
    """What is known at one moment.

    `order` is that in which the client asks the stores, `pending` those that have not answered yet.
    """

    client: Client
    order: tuple[StoreId, ...]
    listing: Listing
    pending: tuple[StoreId, ...]
    notes: tuple[str, ...]
    pixi: PixiConfig | None = None

    @cached_property
    def infos(self) -> dict[StoreId, StoreInfo]:
        """What and where the stores are that have answered."""
        return {report.info.id: report.info for report in self.listing.stores}

    @cached_property
    def arranger(self) -> Arranger:
        """The entries, to be filtered and sorted."""
        return Arranger(self.listing)

    @cached_property
    def holdings(self) -> Holdings:
        """The entries that rattler can use."""
        from authui.services.reach import Holdings

        return Holdings(self.listing, self.client, self.pixi)

    def pending_before(self, store: StoreId) -> bool:
        """Whether a store that is asked earlier has not answered, and may shadow this one."""
        return any(self.order.index(name) < self.order.index(store) for name in self.pending)


class Session:
    """One discovery, from its first store's answer until the next reload.

    Each store is asked by one thread at a time, several stores at once.
    """

    def __init__(
        self, discovery: Discovery, *, before: Session | None = None, demo: bool = False
    ) -> None:
        """`before` lends what its stores said until the same stores have answered anew.

        `demo` says that the stores are samples: nothing of this machine is looked at for them.
        """
        self._discovery = discovery
        self._demo = demo
        self.stores = tuple(shared(store) for store in discovery.stores)
        self._found: dict[StoreId, tuple[Store, StoreListing]] = {}
        self._pending = {store.info.id for store in self.stores}
        self._told = asyncio.Event()
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

    async def read(self, store: OneAtATime) -> None:
        """Have one store list its entries.

        One that hides names waits a moment for the others: they may hold the same names, which it
        can then be asked for.
        """
        if store.hides_names:
            await self._others_than(store)
            store.use_known(sorted(self._hosts()))
        listing = await run_blocking(store.list)
        self._found[store.info.id] = (store, listing)
        self._pending.discard(store.info.id)
        self._told.set()
        self._told = asyncio.Event()

    async def _others_than(self, store: OneAtATime) -> None:
        try:
            async with asyncio.timeout(COURTESY):
                while self._pending != {store.info.id}:
                    await self._told.wait()
        except TimeoutError:
            return

    def _hosts(self) -> set[str]:
        listings = [listing for _, listing in self._found.values()]
        return {entry.host for listing in listings for entry in listing.entries if entry.host}

    def snapshot(self) -> Snapshot:
        """Everything that the stores have told so far. Asks none of them."""
        order = tuple(store.info.id for store in self.stores)
        pending = (
            self.pending
        )  # before the entries: nothing is then missed that is said to be there
        return Snapshot(
            client=self._discovery.client,
            order=order,
            listing=assemble([self._found[name] for name in order if name in self._found]),
            pending=pending,
            notes=self._discovery.notes,
            pixi=self._discovery.pixi,
        )

    @property
    def client(self) -> Client:
        """The program whose rules are followed."""
        return self._discovery.client

    @property
    def pixi(self) -> PixiConfig | None:
        """What pixi's configuration says, None where it does not matter."""
        return self._discovery.pixi

    @property
    def is_demo(self) -> bool:
        """Whether the stores are samples."""
        return self._demo

    @property
    def sources(self) -> PypiSources:
        """What decides about PyPI requests."""
        from authui.stores.environment import Environment
        from authui.stores.pixi_config import PixiConfig
        from authui.stores.pypi.sources import PypiSources

        environment = None if self._demo else Environment.current()
        return PypiSources(environment, self._discovery.pixi or PixiConfig())

    async def lookup(
        self, text: str, *, for_index: bool = False, run_keyring: bool = False
    ) -> Answered:
        """Which entry answers the URL in `text`, for PyPI requests too if asked. Raises `BadUrl`.

        `run_keyring` runs the keyring program, as pixi would.
        """
        return await run_blocking(self._look, text, for_index, run_keyring)

    def _look(self, text: str, for_index: bool, run_keyring: bool) -> Answered:
        from authui.services.lookup import lookup

        now = time()
        found = lookup(text, self.stores, client=self.client, pixi=self._discovery.pixi, now=now)
        if not for_index:
            return Answered(found)
        from authui.services.pypi import pypi_lookup
        from authui.services.registries import advise_registry

        sources = self.sources
        index = pypi_lookup(text, self.stores, sources, now=now, run_keyring=run_keyring)
        advice = advise_registry(text, sources, run=run_keyring)
        return Answered(found, index, advice=() if advice is None else advice.sentences)
