"""Everything that is stored, in one frozen listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from authui.model.entry import Entry, EntryState, StoreId, StoreListing
from authui.model.errors import StoreError, StoreState
from authui.model.host import why_never
from authui.stores.abilities import HidesNames
from authui.stores.base import Store, StoreInfo


@dataclass(frozen=True, slots=True)
class StoreReport:
    """One store as it was found: what it is, its condition, and how much it holds.

    `blocks` says that rattler-based tools stop at this store. `locked` counts those of its
    entries that cannot be seen in full before it is unlocked.
    """

    info: StoreInfo
    order: int
    state: StoreState
    failure: StoreError | None
    entries: int
    locked: int
    blocks: bool
    notes: tuple[str, ...] = ()

    @property
    def detail(self) -> str | None:
        """What there is to know about the condition, as one sentence."""
        return None if self.failure is None else self.failure.message


@dataclass(frozen=True, slots=True)
class Listing:
    """All entries of all stores, sorted by host pattern and then in the client's store order."""

    stores: tuple[StoreReport, ...]
    entries: tuple[Entry, ...]

    @property
    def blocked_by(self) -> tuple[StoreId, ...]:
        """The stores whose file rattler rejects or may not read: every rattler tool stops there."""
        return tuple(report.info.id for report in self.stores if report.blocks)

    @property
    def is_partial(self) -> bool:
        """Whether a store could not be read."""
        return any(not report.state.is_answer for report in self.stores)


def is_locked(listing: Listing) -> bool:
    """Whether unlocking the keychain would show or give more."""
    return any(
        report.info.id == "keychain" and (report.state is StoreState.LOCKED or report.locked > 0)
        for report in listing.stores
    )


def list_entries(stores: Sequence[Store]) -> Listing:
    """Every entry of every store. One broken store never hides the others. Raises nothing."""
    found: dict[StoreId, StoreListing] = {}
    # Whoever hides names is asked last: other stores may hold the same ones.
    for store in sorted(stores, key=lambda store: isinstance(store, HidesNames)):
        if isinstance(store, HidesNames):
            hosts = {e.host for listing in found.values() for e in listing.entries if e.host}
            store.known_hosts = (*store.known_hosts, *sorted(hosts))
        found[store.info.id] = store.list()
    return assemble([(store, found[store.info.id]) for store in stores])


def assemble(found: Sequence[tuple[Store, StoreListing]]) -> Listing:
    """One listing from what each store told, in the order in which the client asks them."""
    reports = tuple(
        StoreReport(
            info=store.info,
            order=order,
            state=listing.state,
            failure=listing.failure,
            entries=len(listing.entries),
            locked=listing.locked,
            blocks=store.blocks is not None,
            notes=store.notes,
        )
        for order, (store, listing) in enumerate(found)
    )
    entries: list[Entry] = []
    first: dict[str, StoreId] = {}
    for _, listing in found:
        entries.extend(_judged(entry, first) for entry in listing.entries)
    order_of = {report.info.id: report.order for report in reports}
    entries.sort(key=lambda e: (e.host is None, e.host or "", order_of[e.store]))
    return Listing(reports, tuple(entries))


def _judged(entry: Entry, first: dict[str, StoreId]) -> Entry:
    """The entry with what the earlier stores make of it.

    Only an entry that rattler can use hides one of the same pattern further down: what is
    ambiguous, unreadable or locked makes rattler ask the next store.
    """
    if entry.host is None or entry.state is not EntryState.ACTIVE:
        return entry
    never = why_never(entry.host)
    if never is not None:
        detail = f"No URL is ever looked up under this: {never}"
        return replace(entry, state=EntryState.NEVER_MATCHES, detail=entry.detail or detail)
    shadow = first.setdefault(entry.host, entry.store)
    if shadow != entry.store:
        return replace(entry, state=EntryState.SHADOWED, shadowed_by=shadow)
    return entry
