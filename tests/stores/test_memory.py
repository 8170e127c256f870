from __future__ import annotations

import pytest

from authui.model.credential import BearerToken, OAuth
from authui.model.entry import Answer, Entry, EntryState, Item, Outcome
from authui.model.errors import (
    NoCollection,
    StoreAbsent,
    StoreCorrupt,
    StoreDenied,
    StoreError,
    StoreLocked,
    StoreState,
    StoreTimeout,
    StoreUnreadable,
)
from authui.model.secret import Secret
from authui.stores.base import StoreInfo
from authui.stores.memory import MemoryStore

INFO = StoreInfo("keychain", ("keychain",), "Secret Service", "here", "default", encrypted=True)
TOKEN = BearerToken(Secret("t"))


def test_lists_what_there_is_to_know_without_the_secret() -> None:
    token = OAuth(Secret("t"), "https://idp.test/token", "c", expires_at=7)
    (entry,) = MemoryStore(INFO, {"h": token}).list().entries
    assert entry == Entry("h", "keychain", kind="OAuth", expires_at=7)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (StoreLocked, Outcome.LOCKED),
        (StoreTimeout, Outcome.ERROR),
        (StoreDenied, Outcome.ERROR),
        (StoreUnreadable, Outcome.ERROR),
        (StoreCorrupt, Outcome.ERROR),
        (StoreAbsent, Outcome.MISS),
        (NoCollection, Outcome.MISS),
    ],
)
def test_a_failure_answers_for_what_it_does_not_hold(
    error: type[StoreError], outcome: Outcome
) -> None:
    failure = error("It does not answer", "Wait")
    store = MemoryStore(INFO, {"seen.test": TOKEN}, failure=failure, locked=3)
    listing = store.list()
    assert (listing.state, listing.failure, listing.locked) == (error.state, failure, 3)
    assert [entry.host for entry in listing.entries] == ["seen.test"]
    assert store.get("seen.test") == Answer(Outcome.HIT, TOKEN)
    answer = Answer(outcome, detail="It does not answer", failure=failure)
    assert store.get("h.test") == answer
    assert store.blocks is None


def test_a_state_alone_is_no_failure() -> None:
    store = MemoryStore(INFO, {}, state=StoreState.ABSENT, notes=("It is off.",))
    listing = store.list()
    assert (listing.state, listing.failure, listing.entries) == (StoreState.ABSENT, None, ())
    assert store.get("h.test") == Answer(Outcome.MISS)
    assert store.notes == ("It is off.",)


def test_it_can_be_the_file_that_stops_rattler() -> None:
    failure = StoreCorrupt("rattler refuses it", "Repair it")
    assert MemoryStore(INFO, {}, failure=failure, blocks=True).blocks is failure
    assert MemoryStore(INFO, {}, blocks=True).blocks is None


def test_entries_that_cannot_be_used_have_answers_of_their_own() -> None:
    items = tuple(Item(name, "label", "login", 1, 2, None) for name in ("1", "2"))
    entry = Entry("two.test", "keychain", state=EntryState.AMBIGUOUS, items=items)
    answer = Answer(Outcome.AMBIGUOUS, detail="There are two", items=items)
    store = MemoryStore(INFO, {"h.test": TOKEN}, special={"two.test": (entry, answer)})
    assert entry in store.list().entries
    assert store.get("two.test") is answer
    assert store.get("h.test").outcome is Outcome.HIT


def test_it_keeps_what_it_was_given() -> None:
    given = {"h.test": TOKEN}
    store = MemoryStore(INFO, given)
    given.clear()
    assert store.get("h.test").outcome is Outcome.HIT
