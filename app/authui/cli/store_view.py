"""What `list` and `stores` both say about the stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from authui.cli.report import ExitStatus, Report
from authui.model.errors import StoreState

if TYPE_CHECKING:
    from authui.services.catalog import Listing, StoreReport
    from authui.stores.discover import Discovery


def stores_object(discovery: Discovery, listing: Listing) -> dict[str, Any]:
    """The part of the JSON object that `stores` and `list` share."""
    return {
        "client": discovery.client,
        "blocked_by": list(listing.blocked_by),
        "stores": [_store_object(report) for report in listing.stores],
        "notes": list(discovery.notes),
    }


def _store_object(report: StoreReport) -> dict[str, Any]:
    from authui.services.targets import is_writable

    info = report.info
    return {
        "id": info.id,
        "names": list(info.names),
        "name": info.name,
        "location": info.location,
        "origin": info.origin,
        "order": position(report),
        "state": report.state.value,
        "writable": is_writable(report),
        "encrypted": info.encrypted,
        "detail": report.detail,
        "entries": report.entries,
        "locked": report.locked,
        "notes": list(report.notes),
    }


def position(report: StoreReport) -> int:
    """The place of a store in the client's order, from 1."""
    return report.order + 1


def say_problems(report: Report, discovery: Discovery, stores: Sequence[StoreReport]) -> None:
    """What a person should know about the stores, on standard error."""
    for store in stores:
        name = store.info.id
        if store.failure is not None and not store.state.is_answer:
            stops = "; rattler-based tools stop at this file" if store.blocks else ""
            report.problem(f"{name}: {store.failure.message}{stops}", store.failure.hint)
        elif store.failure is not None and store.state is StoreState.NO_COLLECTION:
            report.note(f"{name}: {store.failure.message}")
        elif store.locked:
            noun = "entry is" if store.locked == 1 else "entries are"
            report.note(f"{name}: {store.locked} {noun} locked and not shown in full")
        for note in store.notes:
            report.note(f"{name}: {note}")
    for note in discovery.notes:
        report.note(note)


def status_of(listing: Listing) -> ExitStatus:
    """The exit status of a command that reads all stores."""
    return ExitStatus.PARTIAL if listing.is_partial else ExitStatus.DONE
