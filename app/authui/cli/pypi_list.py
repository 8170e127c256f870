"""`authui list --pypi`: everything that is stored for PyPI indexes, and who would ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report, first_of
from authui.cli.sources import open_pypi, open_stores
from authui.cli.store_view import stores_object
from authui.model.errors import NotStored
from authui.model.pypi import PypiEntry, PypiListing, PypiStoreReport
from authui.model.text import printable

if TYPE_CHECKING:
    from authui.cli.layout import Block, Cell, Table
    from authui.stores.pypi.sources import PypiSources

_STATES = {
    "active": ("active", "good"),
    "shadowed": ("shadowed", "quiet"),
    "locked": ("locked", "warning"),
    "unreadable": ("unreadable", "bad"),
}


@dataclass(frozen=True, slots=True)
class _Program:
    """The keyring program that uv would run. `backends` is None where it does not tell them."""

    path: str | None = None
    backends: tuple[str, ...] | None = None


def run(options: Options, report: Report) -> ExitStatus:
    """Show it. The status says whether every store could be read."""
    from authui.services.pypi_entries import list_pypi
    from authui.stores.settings import Settings

    if (status := _change_indexes(options, report)) is not None:
        return status
    sources = open_pypi(options)
    listing = list_pypi(sources, settings=None if options.demo else Settings())
    program = _program(sources)
    statuses = [ExitStatus.PARTIAL if listing.is_partial else ExitStatus.DONE]
    if report.as_json:
        statuses.append(_say_json(options, report, listing, sources, program))
    elif listing.entries:
        report.text([_table(listing), *_lines(sources, program)])
    else:
        report.note("Nothing is stored for PyPI indexes")
        report.text(_lines(sources, program))
    _say(report, listing)
    return first_of(statuses)


def _change_indexes(options: Options, report: Report) -> ExitStatus | None:
    """Add or forget an index, where that is asked for. A status ends the command."""
    from authui.cli.change_view import refuse_if_read_only

    text = options.add_index if options.add_index is not None else options.forget_index
    if text is None:
        return None
    from authui.services.pypi_input import index_to_add
    from authui.stores.settings import Settings

    refuse_if_read_only(options)
    index = index_to_add(text)
    url = index.url if index.username is None else index.with_username(index.username)
    if options.demo:
        report.note("These are sample stores: nothing of it is kept")
        return None
    settings = Settings()
    if options.add_index is not None:
        settings.add_index(url)
        report.note(f"{index.shown} is looked for from now on")
        return None
    if url not in settings.indexes():
        error = NotStored(f"{index.shown} was not added", "Only what was added can be forgotten")
        return report.error(error, ExitStatus.NOTHING_APPLIES)
    settings.forget_index(url)
    report.note(f"{index.shown} is looked for no longer")
    return None


def _program(sources: PypiSources) -> _Program:
    if sources.environment is None:
        return _Program()
    from authui.stores.pypi.keyring_program import KeyringProgram

    program = KeyringProgram(sources.environment)
    return _Program(program.path, program.backends())


def _say_json(
    options: Options,
    report: Report,
    listing: PypiListing,
    sources: PypiSources,
    program: _Program,
) -> ExitStatus:
    """Both halves, since who reads it may want to compare; the status of the other half."""
    from authui.cli.list_command import entry_object
    from authui.cli.store_view import status_of
    from authui.services.catalog import list_entries

    discovery = open_stores(options)
    conda = list_entries(discovery.stores)
    report.json(
        {
            **stores_object(discovery, conda),
            "entries": [entry_object(entry) for entry in conda.entries],
            "pypi": {
                "provider": sources.pixi.keyring_provider,
                "provider_origin": sources.pixi.keyring_origin,
                "program": program.path,
                "backends": None if program.backends is None else list(program.backends),
                "stores": [_store_object(one) for one in listing.stores],
                "entries": [entry_view(entry) for entry in listing.entries],
                "notes": list(listing.notes),
            },
        }
    )
    return status_of(conda)


def _store_object(store: PypiStoreReport) -> dict[str, Any]:
    return {
        "id": store.id,
        "name": store.name,
        "location": store.location,
        "state": store.state.value,
        "writable": store.writable,
        "encrypted": store.encrypted,
        "detail": None if store.failure is None else store.failure.message,
        "enumerated": store.is_enumerated,
        "entries": store.entries,
    }


def entry_view(entry: PypiEntry) -> dict[str, Any]:
    """An entry as JSON has it, with nothing secret."""
    from authui.services.pypi_entries import shown_service

    return {
        "index": shown_service(entry),
        "store": entry.store,
        "username": entry.username,
        "state": entry.state,
        "detail": entry.detail,
    }


def _table(listing: PypiListing) -> Table:
    from authui.cli.layout import Cell, Table
    from authui.services.pypi_entries import shown_service

    encrypted = {store.id: store.encrypted for store in listing.stores}
    rows = [
        (
            Cell(shown_service(entry), "strong" if entry.state == "active" else "plain"),
            Cell("-" if entry.username is None else entry.username),
            _store_cell(entry, encrypted[entry.store]),
            Cell(*_state(entry)),
        )
        for entry in listing.entries
    ]
    return Table(("Index", "User", "Store", "State"), rows, folding=("Index",))


def _state(entry: PypiEntry) -> Any:
    return _STATES[entry.state]


def _store_cell(entry: PypiEntry, encrypted: bool | None) -> Cell:
    from authui.cli.layout import Cell

    if encrypted is False:
        return Cell(f"{entry.store} (plaintext)", "warning")
    return Cell(entry.store)


def _lines(sources: PypiSources, program: _Program) -> list[Block]:
    """Who would ask the keyring, and which one."""
    from authui.cli.layout import line

    if sources.environment is None:
        return []
    origin = sources.pixi.keyring_origin
    where = f" ({printable(origin)})" if origin else ""
    lines = [line(), line(f"keyring provider  {sources.pixi.keyring_provider}{where}")]
    path = "none on the PATH" if program.path is None else printable(program.path)
    lines.append(line(f"keyring program   {path}"))
    lines += [line(f"  backend         {printable(name)}") for name in program.backends or ()]
    if program.path is not None and program.backends is None:
        lines.append(line("  It does not tell its backends", "warning"))
    return [*lines]


def _say(report: Report, listing: PypiListing) -> None:
    """What a person should know about the stores and entries, on standard error."""
    from authui.services.pypi_entries import shown_service

    for store in listing.stores:
        if store.failure is None:
            if not store.is_enumerated:
                report.note(
                    f"{store.name} cannot be listed: it was asked for the indexes that are known; "
                    "--add-index URL adds one"
                )
        elif store.state.is_answer:
            report.note(f"{store.id}: {store.failure.message}")
        else:
            report.problem(f"{store.id}: {store.failure.message}", store.failure.hint)
    if not report.as_json:
        for entry in listing.entries:
            if entry.detail is not None:
                report.note(f"{shown_service(entry)} in {entry.store}: {entry.detail}")
        for note in listing.notes:
            report.note(note)
