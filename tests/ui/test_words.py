"""What the screen says, and that none of it can act on a terminal."""

from __future__ import annotations

import pytest

from authui.model.entry import Entry, EntryState, StoreListing
from authui.model.errors import NoCollection, StoreCorrupt, StoreLocked, StoreTimeout
from authui.services.catalog import assemble
from authui.services.words import host_words
from authui.stores.base import Store
from authui.stores.memory import MemoryStore
from authui.ui.session import Snapshot
from authui.ui.words import (
    MAX_LENGTH,
    counts,
    problem_count,
    problems,
    shown,
    state_cell,
    table_words,
)
from tests.ui.support import info, token


def snapshot(
    *stores: Store, pending: tuple[Store, ...] = (), notes: tuple[str, ...] = ()
) -> Snapshot:
    return Snapshot(
        client="pixi",
        order=tuple(store.info.id for store in (*pending, *stores)),
        listing=assemble([(store, store.list()) for store in stores]),
        pending=tuple(store.info.id for store in pending),
        notes=notes,
    )


EMPTY = MemoryStore(info("file"), {})
KEYCHAIN = MemoryStore(info("keychain"), {"a.example": token()})
LOCKED = MemoryStore(
    info("keychain"), {}, failure=StoreLocked("The keychain is locked", "Unlock it")
)
BROKEN = MemoryStore(
    info("file"), {}, failure=StoreCorrupt("line 1, column 2: nonsense"), blocks=True
)


def test_a_text_is_made_harmless_and_cut() -> None:
    assert shown("a\x1b[2J\nb\u202e") == "a\\x1b[2J\\x0ab\\u202e"
    assert len(shown("x" * 10_000)) == MAX_LENGTH
    assert len(shown("\x1b" * 10_000)) == MAX_LENGTH


def test_a_host_is_masked() -> None:
    url = "https://user:hunter2@h.example/t/tk-1/c"
    assert host_words(Entry(url, "file")) == "https://••••••@h.example/t/••••••/c"
    assert host_words(Entry(None, "keychain")) == "(name locked)"


@pytest.mark.parametrize("state", list(EntryState))
def test_every_state_has_words_and_a_symbol(state: EntryState) -> None:
    cell = state_cell(Entry("a", "file", state=state), info("file"), may_be_shadowed=False)
    assert cell.words
    assert len(cell.symbol) == 1


def test_a_state_says_what_else_holds() -> None:
    active = Entry("a", "netrc")
    assert state_cell(active, info("netrc"), may_be_shadowed=False).words == "active, read-only"
    assert state_cell(active, info("netrc"), may_be_shadowed=True).words == "checking"


def test_the_numbers() -> None:
    file = MemoryStore(info("file"), {"a.example": token(), "b.example:1": token()})
    assert [text for _, text in counts(snapshot(KEYCHAIN, file))] == [
        "2 stores",
        "3 entries",
        "2 in plaintext",
        "1 problem",
    ]
    assert [text for _, text in counts(snapshot(KEYCHAIN))][-1] == "no problems"
    assert [text for _, text in counts(snapshot(EMPTY, pending=(KEYCHAIN,)))] == [
        "2 stores",
        "0 entries",
        "Reading the keychain…",
    ]


def test_problems_are_failing_stores_and_useless_entries() -> None:
    file = MemoryStore(info("netrc"), {"*": token(), "a.example": token()})
    assert problem_count(snapshot(LOCKED, BROKEN, file).listing) == 3
    assert problem_count(snapshot(KEYCHAIN, EMPTY).listing) == 0


def test_the_worst_comes_first_and_names_itself() -> None:
    told = [f"{p.word}: {p.sentence}" for p in problems(snapshot(LOCKED, BROKEN, notes=("N",)))]
    assert told == [
        "Rattler stops at the credentials file: line 1, column 2: nonsense",
        "Locked: The keychain is locked (Unlock it)",
        "Note: N",
    ]


def test_a_store_says_what_it_cannot_show() -> None:
    some = MemoryStore(info("keychain"), {}, locked=2, notes=("odd",))
    missing = MemoryStore(info("keychain"), {}, failure=NoCollection("No default collection"))
    slow = MemoryStore(info("netrc"), {}, failure=StoreTimeout("No answer within 2 s"))
    told = [f"{p.word}: {p.sentence}" for p in problems(snapshot(some))]
    assert told == [
        ("Locked: 2 entries of the keychain cannot be seen in full; press o to unlock it"),
        "Note: the keychain: odd",
    ]
    assert [p.word for p in problems(snapshot(missing, slow))] == ["Not answering", "No collection"]


def test_without_rows_the_table_says_why() -> None:
    assert table_words(None).title == "Looking for stores…"
    assert table_words(snapshot(EMPTY, pending=(KEYCHAIN,))).title == "Reading the keychain…"
    assert table_words(snapshot(EMPTY))[0] == "No credentials yet"
    assert table_words(snapshot(LOCKED))[0] == "No entry could be read"


def test_hostile_text_stays_text() -> None:
    evil = "\x1b[2J[/x]\n"
    store = MemoryStore(info("keychain"), {}, failure=StoreTimeout(evil, evil), notes=(evil,))
    listing = store.list()
    assert isinstance(listing, StoreListing)
    for problem in problems(snapshot(store, notes=(evil,))):
        assert problem.sentence.isprintable()
