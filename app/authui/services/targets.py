"""The stores that a credential can be put into."""

from __future__ import annotations

from authui.model.credential import Kind
from authui.model.entry import StoreId
from authui.model.errors import StoreState
from authui.services.catalog import Listing, StoreReport


def is_writable(report: StoreReport) -> bool:
    """Whether an entry could be stored there. A file that is not there yet can be made."""
    if report.info.read_only or report.blocks or not report.info.location:
        return False
    if report.info.id == "keychain":
        return report.state is StoreState.OK or (
            report.state is StoreState.LOCKED and report.entries > report.locked
        )
    return report.state in (StoreState.OK, StoreState.ABSENT)


def cannot_hold(store: StoreId, kind: Kind) -> str | None:
    """Why a store can hold nothing of this kind, as a sentence; None where it can."""
    if store == "netrc" and kind != "BasicHTTP":
        return "A netrc file holds user names with passwords only"
    return None


def targets(listing: Listing) -> tuple[StoreReport, ...]:
    """The stores to choose among, the keychain first, then in the client's order."""
    found = [report for report in listing.stores if is_writable(report)]
    return tuple(sorted(found, key=lambda report: report.info.id != "keychain"))


def default_target(listing: Listing) -> StoreId | None:
    """The store to suggest: the keychain. A file of plain text is never suggested.

    A keychain that keeps clear text is suggested too: rattler stores there, and its notes say so.
    """
    return next((r.info.id for r in targets(listing) if r.info.id == "keychain"), None)


def why_no_keychain(listing: Listing) -> str | None:
    """Why the keychain is not among the targets; None where it is, or where there is none."""
    for report in listing.stores:
        if report.info.id == "keychain" and not is_writable(report):
            return report.detail or "The keychain cannot be written"
    return None
