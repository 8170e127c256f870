"""What a change means: what it will be worth before it happens, and what rattler sends after it.

Every sentence is masked and ends in no full stop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from time import time

from authui.model.credential import Kind
from authui.model.entry import Entry, EntryState, StoreId
from authui.model.errors import BadUrl
from authui.model.examples import example_urls, parse_example
from authui.model.host import why_never
from authui.model.lookup import Client
from authui.services.catalog import Listing, list_entries
from authui.services.lookup import lookup
from authui.services.reach import Holdings
from authui.services.words import host_words, store_words
from authui.stores.discover import Discovery
from authui.stores.pixi_config import PixiConfig

_USABLE = (EntryState.ACTIVE, EntryState.SHADOWED)
_EXCEPTIONS = 3


@dataclass(frozen=True, slots=True)
class Effect:
    """What a pattern is worth. `shadowed_by` is an earlier store with the same pattern, if any."""

    shadowed_by: StoreId | None
    sentences: tuple[str, ...]


def effect_of(discovery: Discovery, host: str, store: StoreId) -> Effect:
    """What rattler sends for a pattern in a store by now. Asks every store."""
    listing = list_entries(discovery.stores)
    entry = _entry(listing, host, store)
    if entry is None:
        return Effect(None, tuple(_instead(listing, host, discovery.client, discovery.pixi)))
    shadow = entry.shadowed_by if entry.state is EntryState.SHADOWED else None
    return Effect(shadow, tuple(_of_entry(discovery, listing, entry)))


def answers_after_removal(
    listing: Listing,
    host: str,
    stores: Collection[StoreId],
    client: Client,
    pixi: PixiConfig | None,
) -> tuple[str, ...]:
    """What would answer instead if the pattern were taken out of these stores. Asks none."""
    left = [e for e in listing.entries if not (e.host == host and e.store in stores)]
    rest = Listing(listing.stores, tuple(_unshadowed(left)))
    return tuple(_instead(rest, host, client, pixi))


def foreseen(
    listing: Listing,
    host: str,
    store: StoreId,
    *,
    kind: Kind | None = None,
    replaces: tuple[StoreId, str] | None = None,
) -> Effect:
    """What a credential would be worth under a pattern in a store, before it is written.

    `replaces` is the entry that would then be gone. Asks no store.
    """
    entries = [e for e in listing.entries if (e.store, e.host) not in ((store, host), replaces)]
    order = {report.info.id: report.order for report in listing.stores}
    same = [e for e in entries if e.host == host and e.state in _USABLE]
    earlier = [e for e in same if order[e.store] < order.get(store, 0)]
    later = [e for e in same if order[e.store] > order.get(store, 0)]
    shadow = min(earlier, key=lambda e: order[e.store]).store if earlier else None
    sentences: list[str] = []
    if listing.blocked_by:
        blocking = store_words(listing.blocked_by[0])
        sentences.append(
            f"Rattler-based tools stop at {blocking}: nothing is sent before it is mended"
        )
    if shadow is not None:
        sentences.append(
            f"It would not be sent: {store_words(shadow)} holds the same pattern and is asked first"
        )
    elif later:
        names = " and ".join(store_words(e.store) for e in later)
        sentences.append(f"It would be sent instead of the one in {names}, which stays there")
    inside = Holdings(Listing(listing.stores, tuple(_unshadowed(entries))), "pixi", None).inside(
        host
    )
    sentences += [
        f"{host_words(other)} from {store_words(other.store)} still answers for its own host"
        for other in inside[:_EXCEPTIONS]
    ]
    if len(inside) > _EXCEPTIONS:
        sentences.append(f"and {len(inside) - _EXCEPTIONS} more hosts have entries of their own")
    sentences += _of_netrc(host, store)
    if kind == "S3Credentials" and host.startswith("s3://") and shadow is None:
        bucket = host.removeprefix("s3://").partition("/")[0]
        if any(e.host == bucket and e.state in _USABLE for e in entries):
            sentences.append(
                f"The pattern {bucket} is asked first and answers for the whole bucket"
            )
    return Effect(shadow, tuple(sentences))


def _of_netrc(host: str, store: StoreId) -> Iterator[str]:
    """What a pattern in the netrc file is to the other reader of that file."""
    if store == "netrc" and host.startswith("*."):
        yield "PyPI requests do not use it: they know no wildcards in a netrc file"


def _of_entry(discovery: Discovery, listing: Listing, entry: Entry) -> Iterator[str]:
    never = why_never(entry.host or "")
    if never is not None:
        yield f"No URL is ever looked up under {host_words(entry)}: {never}"
        return
    if entry.state is EntryState.SHADOWED and entry.shadowed_by is not None:
        yield (
            f"It is not sent: {store_words(entry.shadowed_by)} holds the same pattern and is asked "
            "first"
        )
    reach = Holdings(listing, discovery.client, discovery.pixi).reach(entry)
    answered = [example for example in reach.examples if example.is_answered]
    others = [example for example in reach.examples if example.is_taken]
    if answered:
        yield from _reason(discovery, answered[0].url)
    for example in others[:_EXCEPTIONS]:
        yield f"{example.url}: {example.why}"


def _instead(listing: Listing, host: str, client: Client, pixi: PixiConfig | None) -> Iterator[str]:
    if why_never(host) is not None:
        yield "Nothing changes for rattler: no URL is ever looked up under it"
        return
    holdings = Holdings(listing, client, pixi)
    for text in example_urls(host, None):
        url = parse_example(text)
        if url is None:
            continue
        winner = holdings.winner(url)
        if winner is None:
            yield f"{url.masked}: nothing is sent, no store has a pattern for it"
        else:
            yield f"{url.masked}: {host_words(winner)} from {store_words(winner.store)} answers it"
        return


def _reason(discovery: Discovery, text: str) -> Iterator[str]:
    try:
        result = lookup(
            text, discovery.stores, client=discovery.client, pixi=discovery.pixi, now=time()
        )
    except BadUrl:
        return
    yield f"{result.url}: {result.reason}"


def _entry(listing: Listing, host: str, store: StoreId) -> Entry | None:
    return next((e for e in listing.entries if (e.host, e.store) == (host, store)), None)


def _unshadowed(entries: list[Entry]) -> Iterator[Entry]:
    """The entries judged anew: whoever shadowed one may be gone."""
    seen: set[str] = set()
    for entry in entries:  # of one pattern they stand in the order of the stores
        if entry.host is not None and entry.state in _USABLE and entry.host not in seen:
            seen.add(entry.host)
            yield replace(entry, state=EntryState.ACTIVE, shadowed_by=None)
        else:
            yield entry
