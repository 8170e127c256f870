"""What only KeePassXC does: protected attributes, hidden databases, windows before a search."""

from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.support.judge import Judge
from tests.support.keepassxc import Database, KeePassXC, Seed
from tests.support.odd_services import Monitor

pytestmark = pytest.mark.providers

TOKEN = '{"BearerToken":"t"}'
PROTECTED = Seed("h.test", '{"BearerToken":"protected"}', protected=True)


def store_of(keepassxc: KeePassXC) -> SecretServiceStore:
    return SecretServiceStore(
        Environment({"DBUS_SESSION_BUS_ADDRESS": keepassxc.address}, "/", "linux")
    )


def test_a_protected_user_name_answers_every_key(own_home: Path) -> None:
    with KeePassXC([Database("one", [PROTECTED])]) as keepassxc:
        store = store_of(keepassxc)
        (entry,) = store.list().entries
        assert (entry.host, entry.kind, entry.state) == (None, "BearerToken", EntryState.ACTIVE)
        assert entry.detail is not None
        assert "any host" in entry.detail
        answer = store.get("zzz.ex.test")
        assert answer.outcome is Outcome.HIT
        assert answer.detail is not None
        with Judge(bus=keepassxc.address) as judge:
            sent = judge.send("http://zzz.ex.test/c", variables={"HOME": str(own_home)})
            assert sent.authorization == "Bearer protected"

            keepassxc.client.put("current", "exact.test", TOKEN)
            store = store_of(keepassxc)
            found = {entry.host: entry for entry in store.list().entries}
            assert {host: entry.state for host, entry in found.items()} == {
                "exact.test": EntryState.AMBIGUOUS,
                None: EntryState.ACTIVE,
            }
            assert len(found["exact.test"].items) == 2
            assert store.get("exact.test").outcome is Outcome.AMBIGUOUS
            sent = judge.send("http://exact.test/c", variables={"HOME": str(own_home)})
            # Ambiguous for its own name, so the next key is asked, and that is answered too.
            assert store.get("*.exact.test").outcome is Outcome.HIT
            assert sent.authorization == "Bearer protected"


def test_two_protected_user_names_make_every_key_ambiguous(own_home: Path) -> None:
    other = Seed("i.test", TOKEN, protected=True)
    with KeePassXC([Database("one", [PROTECTED, other])]) as keepassxc:
        store = store_of(keepassxc)
        (entry,) = store.list().entries
        assert (entry.host, entry.state, len(entry.items)) == (None, EntryState.AMBIGUOUS, 2)
        assert store.get("h.test").outcome is Outcome.AMBIGUOUS
        with Judge(bus=keepassxc.address) as judge:
            sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
        assert (sent.authorization, sent.error) == (None, None)


def test_a_locked_database_hides_what_it_holds_from_rattler_too(own_home: Path) -> None:
    databases = [Database("open"), Database("shut", [Seed("h.test", TOKEN)], locked=True)]
    with KeePassXC(databases) as keepassxc:
        keepassxc.client.put("current", "open.test", TOKEN, keepassxc.collection("open"))
        store = store_of(keepassxc)
        listing = store.list()
        assert listing.state in (StoreState.OK, StoreState.NO_COLLECTION)
        assert [entry.host for entry in listing.entries] == ["open.test"]
        (note,) = store.notes
        assert "shut is locked" in note
        assert store.get("h.test").outcome is Outcome.MISS
        with Judge(bus=keepassxc.address) as judge:
            sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
        assert (sent.authorization, sent.error) == (None, None)


@pytest.mark.parametrize("unlock_first", [False, True])
def test_a_search_never_opens_the_window_that_keepassxc_would_show(unlock_first: bool) -> None:
    shut = Database("shut", [Seed("h.test", TOKEN)], locked=True)
    with KeePassXC([shut], unlock_first=unlock_first) as keepassxc:
        monitor = Monitor(keepassxc.address)
        store = store_of(keepassxc)
        listing = store.list()
        answer = store.get("h.test")
        calls = monitor.close()
    assert (listing.state, listing.entries, listing.locked) == (StoreState.LOCKED, (), 0)
    assert answer.outcome is Outcome.LOCKED
    assert "Service.SearchItems" not in calls
    assert "Collection.SearchItems" in calls


def test_an_item_that_waits_for_consent_is_locked() -> None:
    with KeePassXC([Database("one")], confirm=True) as keepassxc:
        keepassxc.client.put("current", "h.test", TOKEN)
        store = store_of(keepassxc)
        listing = store.list()
        assert (listing.state, listing.locked) == (StoreState.LOCKED, 1)
        assert [(e.host, e.state) for e in listing.entries] == [("h.test", EntryState.LOCKED)]
        assert store.get("h.test").outcome is Outcome.LOCKED
