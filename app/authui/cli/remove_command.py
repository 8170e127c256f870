"""`authui remove`: delete one copy of a credential, or every copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from authui.cli.asking import can_ask, says_yes
from authui.cli.change_view import (
    changes_of,
    holders,
    info_of,
    refuse_if_read_only,
    say_demo,
    several_hold,
    survey,
    where_words,
    with_items,
)
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report, first_of
from authui.cli.store_view import say_problems
from authui.model.entry import Entry, StoreId
from authui.model.errors import Ambiguous, BadInput, ChangeError, NotStored, StoreError
from authui.model.text import mask_url, upper_first

if TYPE_CHECKING:
    from authui.services.catalog import Listing
    from authui.services.change import Removal
    from authui.stores.discover import Discovery


def run(options: Options, report: Report) -> ExitStatus:
    """Delete it, and say what answers now."""
    if options.pypi:
        from authui.cli.pypi_remove import run as run_pypi

        return run_pypi(options, report)
    _check(options)
    refuse_if_read_only(options)
    say_demo(options, report)
    host = options.host
    discovery, listing = survey(options, host)
    store = _store(options, discovery)
    entries = [entry for entry in holders(listing, host) if store in (None, entry.store)]
    if not entries:
        return _nowhere(report, host, discovery, listing, store)
    if store is None and len(entries) > 1 and not options.all_stores:
        raise several_hold(host, entries, " or all of them with --all-stores")
    if not options.all_stores:
        _check_entry(options, discovery, entries[0])
    _confirm(options, report, discovery, listing, entries)
    if options.all_stores:
        return _remove_everywhere(options, report)
    status = _remove(options, report, entries[0])
    # A store that was not named and could not be read may hold another copy.
    if store is None and listing.is_partial:
        say_problems(report, discovery, listing.stores)
        return first_of([status, ExitStatus.PARTIAL])
    return status


def _check(options: Options) -> None:
    if options.item is not None and options.all_stores:
        raise BadInput("--item does not go with --all-stores", "It names one copy in the keychain")
    if options.item is not None and options.store not in (None, "keychain"):
        raise BadInput("--item goes with --store keychain only", "Only a keychain has items")
    if not options.yes and not can_ask():
        raise BadInput(
            "There is no terminal to ask whether to delete it", "Say so beforehand with --yes"
        )


def _store(options: Options, discovery: Discovery) -> StoreId | None:
    """The store that is named, by the first of its names. An item is one of the keychain's."""
    from authui.services.places import store_named

    named = options.store or (None if options.item is None else "keychain")
    return None if named is None else store_named(discovery, named).info.id


def _check_entry(options: Options, discovery: Discovery, entry: Entry) -> None:
    """Raise what would make the answer to a question useless."""
    from authui.services.change import Place
    from authui.services.places import writable

    writable(discovery, Place(entry.store, options.host))
    if entry.items and options.item is None:
        raise with_items(entry)


def _nowhere(
    report: Report, host: str, discovery: Discovery, listing: Listing, store: StoreId | None
) -> ExitStatus:
    """That there is nothing to delete, or that this is not known."""
    from authui.services.words import store_words

    asked = [r for r in listing.stores if store in (None, r.info.id)]
    if any(not r.state.is_answer for r in asked):
        say_problems(report, discovery, asked)
        error = NotStored(
            f"{mask_url(host)} is in no store that could be read",
            "Mend or unlock the others first; authui stores tells what ails them",
        )
        return report.error(error, ExitStatus.PARTIAL)
    what = "No store holds anything" if store is None else ""
    what = what or f"{upper_first(store_words(store or 'keychain'))} holds nothing"
    elsewhere = ", ".join(entry.store for entry in holders(listing, host))
    hint = f"It is in {elsewhere}" if elsewhere else "authui list shows what is stored"
    error = NotStored(f"{what} for {mask_url(host)}", hint)
    return report.error(error, ExitStatus.NOTHING_APPLIES)


def _confirm(
    options: Options,
    report: Report,
    discovery: Discovery,
    listing: Listing,
    entries: Sequence[Entry],
) -> None:
    """Ask, unless it has been said already. Raises `ChangeError` where the answer is no."""
    if options.yes:
        return
    host = options.host
    where = " and ".join(where_words(info_of(listing, entry.store)) for entry in entries)
    after = "; ".join(_afterwards(options, discovery, listing, entries))
    what_then = f" What answers afterwards: {after}." if after else ""
    question = f"Delete {mask_url(host)} from {where}?{what_then}"
    if not says_yes(report, question):
        raise ChangeError("Nothing was deleted", "Answer y to delete it, or give --yes")


def _afterwards(
    options: Options, discovery: Discovery, listing: Listing, entries: Sequence[Entry]
) -> tuple[str, ...]:
    """What would be sent then. Of several keychain items one stays, and nobody can say yet."""
    from authui.services.effects import answers_after_removal

    gone = [e.store for e in entries if not info_of(listing, e.store).read_only]
    if options.item is not None or not gone:
        return ()
    return answers_after_removal(listing, options.host, gone, discovery.client, discovery.pixi)


def _remove(options: Options, report: Report, entry: Entry) -> ExitStatus:
    from authui.services.change import Place, Removal

    place = Place(entry.store, options.host, options.item)
    changes = changes_of(options, options.host)
    try:
        change = carry_out(report, lambda patience: changes.remove(place, patience=patience))
    except Ambiguous as error:
        raise with_items(entry, error) from None
    return _say(report, [Removal(place, change.location)], change.effect.sentences, change.notes)


def _remove_everywhere(options: Options, report: Report) -> ExitStatus:
    changes, host = changes_of(options, options.host), options.host
    done = carry_out(report, lambda patience: changes.remove_everywhere(host, patience=patience))
    return _say(report, done.results, done.effect.sentences, done.notes)


def _say(
    report: Report, removals: Sequence[Removal], effect: Sequence[str], notes: Sequence[str]
) -> ExitStatus:
    """What became of each copy, and what answers now."""
    from authui.services.words import store_words

    if report.as_json:
        results = [_object(removal) for removal in removals]
        report.json({"results": results, "effect": list(effect), "notes": list(notes)})
    else:
        from authui.cli.layout import line

        for removal in removals:
            if removal.error is None:
                where = f"{store_words(removal.place.store)} ({removal.location})"
                report.text([line(f"Deleted {_name(removal)} from {where}", "good")])
        for sentence in (*effect, *notes):
            report.note(sentence)
    for removal in removals:
        if removal.error is not None:
            message = f"{removal.place.store}: {removal.error.message}"
            report.problem(message, removal.error.hint)
    return first_of(_status(removal) for removal in removals)


def _object(removal: Removal) -> dict[str, Any]:
    error = removal.error
    hint = "" if error is None or error.hint is None else f": {error.hint}"
    return {
        "host": mask_url(removal.place.host),
        "store": removal.place.store,
        "item": removal.place.item,
        "removed": removal.is_done,
        "detail": None if error is None else error.message + hint,
    }


def _name(removal: Removal) -> str:
    host, item = mask_url(removal.place.host), removal.place.item
    return host if item is None else f"{host}, item {item},"


def _status(removal: Removal) -> ExitStatus:
    if removal.error is None:
        return ExitStatus.DONE
    unread = isinstance(removal.error, StoreError) and not removal.error.state.is_answer
    return ExitStatus.PARTIAL if unread else ExitStatus.ERROR
