"""`authui rename`: give a credential another host pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authui.cli.change_view import (
    changes_of,
    holders,
    info_of,
    pattern_to_store,
    refuse_if_read_only,
    say_change,
    say_demo,
    say_plaintext,
    several_hold,
    survey,
    with_items,
)
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report
from authui.cli.store_view import say_problems
from authui.model.errors import Ambiguous, NotStored
from authui.model.text import mask_url, upper_first

if TYPE_CHECKING:
    from authui.model.entry import Entry
    from authui.services.catalog import Listing
    from authui.stores.discover import Discovery


def run(options: Options, report: Report) -> ExitStatus:
    """Store it under the new pattern, read it back, and delete it under the old one."""
    from authui.services.change import Place
    from authui.services.effects import foreseen

    refuse_if_read_only(options)
    say_demo(options, report)
    old, new = options.old, options.new
    discovery, listing = survey(options, old, new)
    entry = _entry(options, report, discovery, listing)
    new = pattern_to_store(new, entry.kind, report, option="NEW", force=options.force)
    store = entry.store
    say_plaintext(report, info_of(listing, store))
    replaces = (store, old)
    for sentence in foreseen(listing, new, store, kind=entry.kind, replaces=replaces).sentences:
        report.note(sentence)
    changes = changes_of(options, old, new)
    try:
        change = carry_out(
            report,
            lambda patience: changes.relocate(
                Place(store, old), Place(store, new), patience=patience
            ),
        )
    except Ambiguous as error:
        raise with_items(entry, error, has_option=False) from None
    say_change(report, change, f"Renamed {mask_url(old)} to", old_host=mask_url(old))
    return ExitStatus.DONE


def _entry(options: Options, report: Report, discovery: Discovery, listing: Listing) -> Entry:
    """The one entry that is meant. Raises `BadInput` for several, `NotStored` for none."""
    from authui.services.places import store_named
    from authui.services.words import store_words

    entries = holders(listing, options.old)
    nothing = "No store holds anything"
    if options.store is not None:
        store = store_named(discovery, options.store).info
        entries = tuple(entry for entry in entries if entry.store == store.id)
        nothing = f"{upper_first(store_words(store))} holds nothing"
    if len(entries) > 1:
        raise several_hold(options.old, entries)
    if not entries:
        say_problems(report, discovery, listing.stores)
        raise NotStored(
            f"{nothing} for {mask_url(options.old)}", "authui list shows what is stored"
        )
    return entries[0]
