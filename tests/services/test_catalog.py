from __future__ import annotations

from collections.abc import Iterable

from authui.model.credential import BearerToken
from authui.model.entry import Answer, Entry, EntryState, Outcome
from authui.model.errors import StoreAbsent, StoreCorrupt, StoreLocked, StoreState
from authui.model.secret import Secret
from authui.services.catalog import Listing, list_entries
from authui.stores.memory import MemoryStore
from tests.services.test_lookup import info, memory

TOKEN = BearerToken(Secret("t"))


def states(listing: Listing) -> list[tuple[str | None, str, str, str | None]]:
    return [(e.host, e.store, e.state, e.shadowed_by) for e in listing.entries]


def test_the_first_of_a_pattern_is_active_and_the_others_are_shadowed() -> None:
    listing = list_entries(
        [
            memory("auth-file", {"b.test": TOKEN}),
            memory("keychain", {"*.test": TOKEN, "b.test": TOKEN}),
            memory("file", {"b.test": TOKEN, "a.test": TOKEN}),
        ]
    )
    assert states(listing) == [
        ("*.test", "keychain", "active", None),
        ("a.test", "file", "active", None),
        ("b.test", "auth-file", "active", None),
        ("b.test", "keychain", "shadowed", "auth-file"),
        ("b.test", "file", "shadowed", "auth-file"),
    ]
    assert [report.order for report in listing.stores] == [0, 1, 2]
    assert not listing.is_partial


def test_what_rattler_cannot_use_shadows_nothing() -> None:
    ambiguous = memory("keychain", ambiguous="a.test")
    listing = list_entries([ambiguous, memory("file", {"a.test": TOKEN})])
    assert states(listing) == [
        ("a.test", "keychain", "ambiguous", None),
        ("a.test", "file", "active", None),
    ]


def test_a_pattern_that_never_matches_says_why() -> None:
    (entry,) = list_entries([memory("file", {"h.test:8080": TOKEN})]).entries
    assert entry.state is EntryState.NEVER_MATCHES
    assert entry.detail is not None
    assert "port" in entry.detail


def test_one_broken_store_never_hides_another() -> None:
    corrupt = StoreCorrupt("unknown kind (line 1, column 42)", "Rename it")
    listing = list_entries(
        [
            memory("auth-file", failure=corrupt, blocks=True),
            memory("keychain", failure=StoreLocked("locked")),
            memory("file", {"a.test": TOKEN}),
        ]
    )
    assert states(listing) == [("a.test", "file", "active", None)]
    assert listing.blocked_by == ("auth-file",)
    assert listing.is_partial
    assert [report.state for report in listing.stores] == [
        StoreState.CORRUPT,
        StoreState.LOCKED,
        StoreState.OK,
    ]
    assert listing.stores[0].detail == "unknown kind (line 1, column 42)"


def test_absent_stores_are_an_answer() -> None:
    listing = list_entries([memory("keychain", failure=StoreAbsent("no keychain"))])
    assert not listing.is_partial
    assert listing.blocked_by == ()


def test_entries_without_a_name_come_last_and_locked_ones_are_counted() -> None:
    hidden = Entry(None, "keychain", state=EntryState.LOCKED)
    store = MemoryStore(
        info("keychain"),
        {"z.test": TOKEN},
        special={"?": (hidden, Answer(Outcome.LOCKED))},
        locked=3,
    )
    listing = list_entries([store])
    assert [entry.host for entry in listing.entries] == ["z.test", None]
    assert listing.stores[0].locked == 3


def test_names_of_other_stores_help_to_recognise_hidden_ones() -> None:
    class Hiding(MemoryStore):
        known_hosts: Iterable[str] = ("*.prefix.dev",)

    hiding = Hiding(info("keychain"), {})
    list_entries(
        [memory("auth-file", {"b.test": TOKEN}), hiding, memory("file", {"a.test": TOKEN})]
    )
    assert hiding.known_hosts == ("*.prefix.dev", "a.test", "b.test")
