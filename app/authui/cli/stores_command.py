"""`authui stores`: every store that the client asks, in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report
from authui.cli.sources import open_stores
from authui.cli.store_view import position, say_problems, status_of, stores_object
from authui.model.errors import StoreState

if TYPE_CHECKING:
    from authui.cli.layout import Cell, Table
    from authui.services.catalog import Listing, StoreReport


def run(options: Options, report: Report) -> ExitStatus:
    """Show the stores. The status says whether each could be read."""
    from authui.services.catalog import list_entries

    discovery = open_stores(options)
    listing = list_entries(discovery.stores)
    if report.as_json:
        report.json(stores_object(discovery, listing))
    else:
        report.text([_table(listing)])
    say_problems(report, discovery, listing.stores)
    return status_of(listing)


def _table(listing: Listing) -> Table:
    from authui.cli.layout import Cell, Table

    headings = ("#", "Store", "Name", "Location", "Origin", "State", "Encrypted", "Entries")
    rows = [
        (
            Cell(str(position(store))),
            Cell(", ".join(store.info.names), "strong"),
            Cell(store.info.name),
            Cell(store.info.location),
            Cell(store.info.origin),
            _state_cell(store),
            Cell({True: "yes", False: "no", None: "not known"}[store.info.encrypted]),
            Cell(_entries(store)),
        )
        for store in listing.stores
    ]
    return Table(headings, rows, folding=("Name", "Location", "Origin"))


def _state_cell(store: StoreReport) -> Cell:
    from authui.cli.layout import Cell

    text = store.state.value + (", stops every tool" if store.blocks else "")
    if not store.state.is_answer:
        return Cell(text, "bad", "✗")
    return Cell(text, "good" if store.state is StoreState.OK else "quiet")


def _entries(store: StoreReport) -> str:
    return f"{store.entries} ({store.locked} locked)" if store.locked else str(store.entries)
