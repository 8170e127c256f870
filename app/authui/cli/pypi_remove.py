"""`authui remove --pypi`: delete what is stored for a PyPI index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authui.cli.asking import can_ask, says_yes
from authui.cli.change_view import refuse_if_read_only, say_demo
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report
from authui.cli.sources import open_pypi
from authui.model.errors import BadInput, ChangeError, NotStored
from authui.model.pypi import PypiEntry, PypiListing
from authui.model.text import mask_url, printable

if TYPE_CHECKING:
    from authui.services.pypi_change import PypiRemoval


def run(options: Options, report: Report) -> ExitStatus:
    """Delete one entry, and say what remains."""
    from authui.services.pypi_changes import PypiChanges
    from authui.services.pypi_entries import list_pypi
    from authui.stores.settings import Settings

    if not options.yes and not can_ask():
        raise BadInput(
            "There is no terminal to ask whether to delete it", "Say so beforehand with --yes"
        )
    refuse_if_read_only(options)
    say_demo(options, report)
    sources = open_pypi(options)
    service, username = _named(options)
    listing = list_pypi(
        sources,
        indexes=_to_ask_for(service, username),
        settings=None if options.demo else Settings(),
    )
    found = [
        entry
        for entry in listing.entries
        if entry.service == service
        and username in (None, entry.username)
        and options.pypi_store in (None, entry.store)
    ]
    if not found:
        return _nowhere(report, service, username, listing, options)
    if len(found) > 1:
        raise _several(service, found)
    _confirm(options, report, found[0], listing)
    removal = carry_out(
        report, lambda patience: PypiChanges(sources).remove(found[0], patience=patience)
    )
    _say(report, removal)
    return ExitStatus.DONE


def _named(options: Options) -> tuple[str, str | None]:
    """What it is stored under, and whose it is. Raises `BadInput` for a URL of no index."""
    from authui.services.pypi_input import checked_index

    text = options.host.strip()
    if "://" not in text:
        return text, options.username
    index = checked_index(text, options.username)
    if options.pypi_store == "netrc":
        from authui.services.pypi_in_netrc import host_of

        return host_of(index), options.username or index.username
    return index.url, options.username or index.username


def _to_ask_for(service: str, username: str | None) -> tuple[str, ...]:
    """The index, for a keyring that cannot be listed."""
    from authui.stores.pypi.index_urls import parse_index

    index = parse_index(service) if "://" in service else None
    if index is None:
        return ()
    return (index.url if username is None else index.with_username(username),)


def _nowhere(
    report: Report, service: str, username: str | None, listing: PypiListing, options: Options
) -> ExitStatus:
    """That there is nothing to delete, or that this is not known."""
    shown = printable(mask_url(service))
    asked = [one for one in listing.stores if options.pypi_store in (None, one.id)]
    unread = [one for one in asked if not one.state.is_answer]
    if unread:
        for one in unread:
            if one.failure is not None:
                report.problem(f"{one.id}: {one.failure.message}", one.failure.hint)
        error = NotStored(
            f"{shown} is in no store that could be read",
            "Mend or unlock the others first; authui list --pypi tells what ails them",
        )
        return report.error(error, ExitStatus.PARTIAL)
    hint = "authui list --pypi shows what is stored"
    if username is None and any(not one.is_enumerated for one in asked):
        hint = "Python's keyring cannot be listed here: name the user with --username"
    error = NotStored(f"Nothing is stored for {shown}", hint)
    return report.error(error, ExitStatus.NOTHING_APPLIES)


def _several(service: str, found: list[PypiEntry]) -> BadInput:
    listed = ", ".join(f"{printable(one.username or '-')} in {one.store}" for one in found)
    return BadInput(
        f"Several entries are stored for {printable(mask_url(service))}: {listed}",
        "Name one with --username or --store",
    )


def _confirm(options: Options, report: Report, entry: PypiEntry, listing: PypiListing) -> None:
    """Ask, unless it has been said already. Raises `ChangeError` where the answer is no."""
    if options.yes:
        return
    from authui.services.pypi_entries import shown_service

    store = next(one for one in listing.stores if one.id == entry.store)
    whose = f" of {printable(entry.username)}" if entry.username else ""
    question = f"Delete the password{whose} for {shown_service(entry)} from {store.name}"
    if not says_yes(report, f"{question} ({store.location})?"):
        raise ChangeError("Nothing was deleted", "Answer y to delete it, or give --yes")


def _say(report: Report, removal: PypiRemoval) -> None:
    from authui.services.pypi_entries import shown_service

    entry = removal.entry
    index = shown_service(entry)
    if report.as_json:
        result = {
            "index": index,
            "store": entry.store,
            "username": entry.username,
            "removed": True,
            "detail": None,
            "location": removal.location,
            "notes": list(removal.notes),
        }
        report.json({"results": [result]})
        return
    from authui.cli.layout import line

    report.text([line(f"Deleted {index} from {removal.location}", "good")])
    for note in removal.notes:
        report.note(note)
