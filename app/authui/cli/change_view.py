"""What the commands that change something share: what they ask before, and what they say of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from authui.cli.options import Options
from authui.cli.report import Report
from authui.cli.sources import open_stores
from authui.model.entry import Entry, Item, StoreId
from authui.model.errors import Ambiguous, BadInput
from authui.model.text import mask_url

if TYPE_CHECKING:
    from authui.model.credential import Kind
    from authui.services.catalog import Listing
    from authui.services.change import Change
    from authui.services.changes import Changes
    from authui.stores.base import StoreInfo
    from authui.stores.discover import Discovery


def changes_of(options: Options, *hosts: str) -> Changes:
    """Changes to the stores that were asked for; the hosts are recognised where names are hidden."""
    from functools import partial

    from authui.services.changes import Changes

    opened = partial(open_stores, options, hosts=hosts)
    return Changes(opened, read_only=options.read_only)


def survey(options: Options, *hosts: str) -> tuple[Discovery, Listing]:
    """What there is before a change."""
    from authui.services.catalog import list_entries

    discovery = open_stores(options, hosts=hosts)
    return discovery, list_entries(discovery.stores)


def refuse_if_read_only(options: Options) -> None:
    """Raise `ReadOnly` before anything is asked, where it would be in vain."""
    if options.read_only:
        from authui.services.changes import may_change_nothing

        raise may_change_nothing()


def say_demo(options: Options, report: Report) -> None:
    """Say that the stores are samples."""
    if options.demo:
        report.note("These are sample stores: nothing of it is kept")


def say_plaintext(report: Report, info: StoreInfo) -> None:
    """Say where a secret will lie in plain text."""
    if info.encrypted is False:
        report.note(f"{info.location} is plain text: whoever can read the file has the secret")


def info_of(listing: Listing, store: StoreId) -> StoreInfo:
    """What is known about a store of the listing."""
    return next(report.info for report in listing.stores if report.info.id == store)


def where_words(info: StoreInfo) -> str:
    """A store and where it lies: "the credentials file (/home/x/.rattler/credentials.json)"."""
    from authui.services.words import store_words

    return f"{store_words(info)} ({info.location})"


def pattern_to_store(
    typed: str, kind: Kind | None, report: Report, *, option: str, force: bool
) -> str:
    """The pattern to store, with what there is to know about it said.

    Raises `BadInput` for one that can never match, unless it is forced, and for one that would
    show a secret in every list. `option` is how the command line calls it.
    """
    from authui.model.pattern import advise, shown

    advice = advise(typed, kind)
    if advice.stored_as is None or (advice.is_refused and not (force and advice.may_force)):
        hint = "; ".join(advice.why) or "Name a host, such as prefix.dev or *.prefix.dev"
        if advice.proposal is not None:
            hint = f"Use {shown(advice.proposal)} instead"
        if advice.may_force:
            hint += "; --force stores it as it is"
        raise BadInput(f"{option} {shown(typed)} can never match: {advice.never}", hint)
    if advice.stored_as != typed:
        report.note(f"The white space around {option} was left out")
    if advice.is_refused:
        report.note(f"No URL is ever looked up under {shown(typed)}: {advice.never}")
        return advice.stored_as
    if advice.proposal is not None:
        report.note(f"{shown(advice.proposal)} may be meant: {'; '.join(advice.why)}")
    elif advice.covers is not None:
        report.note(f"It covers {advice.covers[:1].lower()}{advice.covers[1:]}")
    for warning in advice.warnings:
        report.note(warning)
    for suggestion in advice.suggestions:
        report.note(f"{shown(suggestion.pattern)} may be meant: {suggestion.why}")
    return advice.stored_as


def holders(listing: Listing, host: str) -> tuple[Entry, ...]:
    """Every entry of a pattern, in the order in which the stores are asked."""
    return tuple(entry for entry in listing.entries if entry.host == host)


def several_hold(host: str, entries: Sequence[Entry], more: str = "") -> BadInput:
    """That the command line has to name one of several stores."""
    stores = ", ".join(entry.store for entry in entries)
    return BadInput(
        f"Several stores hold {mask_url(host)}: {stores}", f"Name one with --store{more}"
    )


def with_items(
    entry: Entry, error: Ambiguous | None = None, *, has_option: bool = True
) -> Ambiguous:
    """The items to choose from, as far as the listing knows them; else the error."""
    if error is not None and not entry.items:
        return error
    choose = "Name one with --item" if has_option else "Delete others: authui remove HOST --item ID"
    items = "; ".join(map(_item_words, entry.items))
    return Ambiguous(
        f"The keychain has {len(entry.items)} items for {mask_url(entry.host or '')}, and rattler "
        "uses none of them",
        f"{choose}: {items}",
    )


def _item_words(item: Item) -> str:
    from time import gmtime, strftime

    words = [item.label or "without a label"]
    if item.written_by:
        words.append(f"by {item.written_by}")
    for verb, moment in (("created", item.created), ("modified", item.modified)):
        if moment:
            words.append(f"{verb} {strftime('%Y-%m-%d', gmtime(moment))}")
    return f"{item.id} ({', '.join(words)})"


def stale_copies(listing: Listing, host: str, store: StoreId) -> Iterator[str]:
    """What to know about the copies in stores that are asked later than this one."""
    from authui.services.words import store_words

    order = {report.info.id: report.order for report in listing.stores}
    for entry in holders(listing, host):
        if order[entry.store] > order[store]:
            way = f"authui remove {mask_url(host)} --store {entry.store} deletes it"
            if info_of(listing, entry.store).read_only:
                way = "authui does not write it"
            yield f"Another copy stays in {store_words(entry.store)}: {way}"


def say_change(
    report: Report, change: Change, verb: str, *, notes: Sequence[str] = (), **more: Any
) -> None:
    """The change that was made, and what is sent now."""
    host, all_notes = mask_url(change.place.host), (*change.notes, *notes)
    if report.as_json:
        report.json(
            {
                "host": host,
                **more,
                "store": change.place.store,
                "location": change.location,
                "created": change.created,
                "shadowed_by": change.effect.shadowed_by,
                "effect": list(change.effect.sentences),
                "notes": list(all_notes),
            }
        )
        return
    from authui.cli.layout import line
    from authui.services.words import store_words

    where = f"{store_words(change.place.store)} ({change.location})"
    report.text([line(f"{verb} {host} in {where}", "good")])
    for sentence in (*change.effect.sentences, *all_notes):
        report.note(sentence)
