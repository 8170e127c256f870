"""Whether two stores are in a condition to move something between them."""

from __future__ import annotations

from authui.model.errors import StoreCorrupt, StoreLocked, StoreState
from authui.services.catalog import Listing, StoreReport
from authui.stores.abilities import Particular
from authui.stores.base import WritableStore


def of_store(listing: Listing, store: WritableStore) -> StoreReport:
    """What the listing tells about a store."""
    return next(report for report in listing.stores if report.info.id == store.info.id)


def must_be_readable(report: StoreReport, *, is_source: bool) -> None:
    """Raise the store's failure. A locked target can be planned for, a locked source cannot."""
    failure = report.failure
    if failure is None or (report.state is StoreState.LOCKED and not is_source):
        return
    if isinstance(failure, StoreCorrupt):
        raise StoreCorrupt(
            f"{failure.message}, so nothing can be moved",
            "authui audit mends it entry by entry; nothing in it is lost",
        )
    if is_source and report.state.is_answer and report.info.id != "keychain":
        return  # a file that is not there holds nothing
    if is_source and report.state is StoreState.NO_COLLECTION:
        return
    if not is_source and report.state is StoreState.ABSENT and report.info.id != "keychain":
        return  # it is made
    raise failure


def must_give(source: WritableStore) -> None:
    """Raise why nothing could be taken out of a file, before a copy of it is made elsewhere."""
    if source.info.id != "keychain":
        must_take(source)


def must_take(target: WritableStore) -> None:
    """Raise why nothing can be added to it, such as a keychain that lives in memory only."""
    refusal = target.refusal() if isinstance(target, Particular) else None
    if refusal is not None and not isinstance(refusal, StoreLocked):
        raise refusal
