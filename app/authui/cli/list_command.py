"""`authui list`: every entry of every store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report
from authui.cli.sources import open_stores
from authui.cli.store_view import say_problems, status_of, stores_object
from authui.model.entry import Entry, EntryState, Item
from authui.model.text import mask_url

if TYPE_CHECKING:
    from authui.cli.layout import Cell, Table
    from authui.services.catalog import Listing
    from authui.stores.base import StoreInfo


def run(options: Options, report: Report) -> ExitStatus:
    """Show the entries. The status says whether every store could be read."""
    if options.pypi:
        from authui.cli.pypi_list import run as run_pypi

        return run_pypi(options, report)
    from authui.services.asking import is_unread, will_ask
    from authui.services.catalog import list_entries
    from authui.services.words import host_words

    discovery = open_stores(options)
    listing = list_entries(discovery.stores)
    if report.as_json:
        entries = [entry_object(entry) for entry in listing.entries]
        report.json({**stores_object(discovery, listing), "entries": entries})
    elif listing.entries:
        report.text([_table(listing)])
    else:
        report.note("No entries; authui stores tells where they were looked for")
    say_problems(report, discovery, listing.stores)
    if not report.as_json:
        for entry in listing.entries:
            if entry.detail is not None:
                report.note(f"{host_words(entry)} in {entry.store}: {entry.detail}")
        unread = {entry.store for entry in listing.entries if is_unread(entry)}
        for one in listing.stores:
            if one.info.id in unread:
                report.note(f"{will_ask(one.info)}, so authui list does not read it")
    return status_of(listing)


def entry_object(entry: Entry) -> dict[str, Any]:
    """An entry as JSON has it."""
    return {
        "host": None if entry.host is None else mask_url(entry.host),
        "store": entry.store,
        "kind": entry.kind,
        "state": entry.state.value,
        "shadowed_by": entry.shadowed_by,
        "username": entry.username,
        "expires_at": entry.expires_at,
        "items": [_item_object(item) for item in entry.items],
        "detail": entry.detail,
    }


def _item_object(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "collection": item.collection,
        "created": item.created,
        "modified": item.modified,
        "written_by": item.written_by,
    }


def _table(listing: Listing) -> Table:
    from authui.cli.layout import Cell, Table
    from authui.services.asking import is_unread
    from authui.services.words import host_words, kind_or_none, state_words

    infos = {store.info.id: store.info for store in listing.stores}
    rows = [
        (
            Cell(host_words(entry), "strong" if entry.state is EntryState.ACTIVE else "plain"),
            Cell(kind_or_none(entry) if entry.kind or is_unread(entry) else "-"),
            _store_cell(infos[entry.store]),
            Cell(*state_words(entry, infos[entry.store])),
        )
        for entry in listing.entries
    ]
    return Table(("Host", "Kind", "Store", "State"), rows, folding=("Host",))


def _store_cell(info: StoreInfo) -> Cell:
    from authui.cli.layout import Cell

    if info.encrypted is False:
        return Cell(f"{info.id} (plaintext)", "warning")
    return Cell(info.id)
