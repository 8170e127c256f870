"""What is claimed of an entry holds when the URL is looked up."""

from __future__ import annotations

import random

import pytest

from authui.model.entry import EntryState, StoreId
from authui.model.lookup import CLIENTS, Client
from authui.services.catalog import list_entries
from authui.services.lookup import lookup
from authui.services.reach import MAX_EXCEPTIONS, Example, Holdings
from authui.stores.base import Store
from authui.stores.pixi_config import PixiConfig, S3Bucket
from tests.services.test_lookup import BEARER, NOW, S3, memory

LABELS = ("a", "b", "a.b", "*.a.b", "*.b", "c.a.b", "A.b", "10.0.0.1", "[::1]", "xn--bcher-kva")
PATTERNS = (
    *LABELS,
    *(f"{label}.test" for label in LABELS),
    "s3://bucket",
    "s3://bucket/x",
    "s3://bucket/x/",
    "bucket",
    "*.bucket",
    "a.test:8443",
    "https://a.test/",
    "bücher.test",
    "",
    "*",
    "a b",
    "u:p@a.test",
)
BUCKET = S3Bucket("https://s3.test", "r", force_path_style=True, origin="x")


def world(chance: random.Random) -> list[Store]:
    stores: list[Store] = []
    ids: tuple[StoreId, ...] = ("auth-file", "keychain", "file", "netrc")
    for store in ids:
        held = chance.sample(PATTERNS, chance.randrange(6))
        ambiguous = chance.choice(PATTERNS) if store == "keychain" else None
        credentials = {
            host: S3 if "bucket" in host and chance.random() < 0.8 else BEARER
            for host in held
            if host != ambiguous
        }
        stores.append(memory(store, credentials, ambiguous=ambiguous))
    return stores


@pytest.mark.parametrize("seed", range(60))
def test_an_example_is_looked_up_as_it_is_told(seed: int) -> None:
    chance = random.Random(seed)
    client: Client = chance.choice(CLIENTS)
    pixi = PixiConfig(s3_buckets={"bucket": BUCKET}, mirrors={"https://b.test/": ("https://m/",)})
    stores = world(chance)
    listing = list_entries(stores)
    holdings = Holdings(listing, client, pixi)
    for entry in listing.entries:
        for example in holdings.reach(entry).examples:
            if "•" in example.url:
                continue  # masked: cannot be asked
            result = lookup(example.url, stores, client=client, pixi=pixi, now=NOW)
            match = result.match
            found = match is not None and (match.host, match.store) == (entry.host, entry.store)
            sent = found and result.failure is None and "Nothing is sent" not in result.reason
            assert example.is_answered == sent, (entry, example, result)


def examples(host: str, *stores: Store) -> tuple[Example, ...]:
    listing = list_entries(stores)
    entry = next(e for e in listing.entries if e.host == host)
    return Holdings(listing, "rattler", None).reach(entry).examples


def test_a_wildcard_answers_for_its_domain_and_below() -> None:
    stores = memory("file", {"*.a.test": BEARER}), memory("netrc", {"x.a.test": BEARER})
    assert examples("*.a.test", *stores) == (
        Example("https://a.test/channel"),
        Example("https://repo.a.test/channel"),
        Example("https://a.b.a.test:8443/channel"),
        Example("https://mya.test/channel", "no entry answers it"),
        Example(
            "https://x.a.test/channel", "x.a.test from the netrc file answers it", is_taken=True
        ),
    )


def test_a_shadowed_entry_answers_nothing() -> None:
    stores = memory("keychain", {"a.test": BEARER}), memory("file", {"a.test": BEARER})
    listing = list_entries(stores)
    shadowed = next(e for e in listing.entries if e.state is EntryState.SHADOWED)
    told = Holdings(listing, "rattler", None).reach(shadowed).examples
    assert told[0].why == "a.test from the keychain answers it"
    assert not any(example.is_answered for example in told)


def test_what_rattler_cannot_use_is_passed_over() -> None:
    assert examples("a.test", memory("keychain", ambiguous="a.test"))[0].why == (
        "rattler passes it over"
    )


def test_a_pattern_that_never_matches_says_what_is_looked_up_instead() -> None:
    told = examples("a.test:8080", memory("file", {"a.test:8080": BEARER}))
    assert told[0] == Example("https://a.test:8080/channel", "it is looked up as a.test")


def test_many_exceptions_are_counted() -> None:
    held = {f"h{n}.a.test": BEARER for n in range(10)} | {"*.a.test": BEARER}
    listing = list_entries([memory("file", held)])
    reach = Holdings(listing, "rattler", None).reach(listing.entries[0])
    assert reach.more_exceptions == 10 - MAX_EXCEPTIONS


def test_a_secret_in_a_pattern_is_masked() -> None:
    told = examples("u:p4ss@a.test", memory("file", {"u:p4ss@a.test": BEARER}))
    assert all("p4ss" not in f"{example.url} {example.why}" for example in told)
