"""What only KeePassXC does: protected attributes, hidden databases, windows before a search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import (
    Ambiguous,
    Declined,
    NoCollection,
    StoreLocked,
    StoreState,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.patience import Patience
from tests.support.judge import Judge
from tests.support.keepassxc import PASSWORD, Database, KeePassXC, Seed
from tests.support.odd_services import Monitor
from tests.support.screen import Screen
from tests.support.secret_service_client import until

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


OLD = Stored(Secret(TOKEN))
NEW = Secret('{"BearerToken":"new"}')
CHANGING = {"Collection.CreateItem", "Item.SetSecret", "Item.Delete"}


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as screen:
        yield screen


@pytest.mark.parametrize("host", ["h.test", "zzz.ex.test"])
def test_an_item_that_answers_every_name_is_never_changed_for_one(host: str) -> None:
    with KeePassXC([Database("one", [PROTECTED])]) as keepassxc:
        monitor = Monitor(keepassxc.address)
        store = store_of(keepassxc)
        assert store.read(host) is None
        (held,) = store.items(host)
        assert held.stored == Stored(Secret(PROTECTED.secret))
        for before in (None, held.stored):
            for item in (None, held.item.id):
                with pytest.raises(WriteFailed):
                    store.write(host, NEW, before=before, item=item)
        for item in (None, held.item.id):
            with pytest.raises(WriteFailed) as failed:
                store.delete(host, item=item)
            assert "protected" in failed.value.message
        assert not CHANGING & set(monitor.close())
        assert store.items(host) == (held,)


def test_beside_an_item_that_answers_every_name_one_must_be_named() -> None:
    with KeePassXC([Database("one", [PROTECTED])]) as keepassxc:
        keepassxc.client.put("current", "exact.test", TOKEN)
        store = store_of(keepassxc)
        own = next(held for held in store.items("exact.test") if held.stored == OLD)
        with pytest.raises(Ambiguous):
            store.write("exact.test", NEW, before=OLD)
        with pytest.raises(Ambiguous):
            store.delete("exact.test")
        store.write("exact.test", NEW, before=OLD, item=own.item.id)
        store.delete("exact.test", item=own.item.id)
        (left,) = store.items("exact.test")
        assert left.stored == Stored(Secret(PROTECTED.secret))


def test_a_secret_with_a_reference_is_refused_and_leaves_nothing() -> None:
    with KeePassXC([Database("one")]) as keepassxc:
        store = store_of(keepassxc)
        text = Secret("{REF:P@I:46C9B1FFBD4ABC4BBB260C6190BAD20C}")
        with pytest.raises(WriteFailed):
            store.write("h.test", text, before=None)
        assert store.items("h.test") == ()
        store.write("h.test", NEW, before=None)
        with pytest.raises(WriteFailed):
            store.write("h.test", text, before=Stored(NEW))
        assert store.read("h.test") == Stored(NEW)


def test_a_locked_database_is_neither_changed_nor_asked_for() -> None:
    shut = Database("shut", [Seed("h.test", TOKEN)], locked=True)
    with KeePassXC([shut], unlock_first=True) as keepassxc:
        monitor = Monitor(keepassxc.address)
        store = store_of(keepassxc)
        for attempt in (
            lambda: store.read("h.test"),
            lambda: store.items("h.test"),
            lambda: store.write("h.test", NEW, before=OLD),
            lambda: store.write("new.test", NEW, before=None),
            lambda: store.delete("h.test"),
        ):
            with pytest.raises(StoreLocked):
                attempt()
        calls = set(monitor.close())
        assert not (CHANGING | {"Service.Unlock", "Service.SearchItems", "Prompt.Prompt"}) & calls


def test_without_a_database_there_is_no_collection() -> None:
    with KeePassXC([]) as keepassxc, pytest.raises(NoCollection):
        store_of(keepassxc).write("h.test", NEW, before=None)


def test_the_window_of_a_database_is_refused_and_answered(screen: Screen) -> None:
    shut = Database("shut", [Seed("h.test", TOKEN)], locked=True)
    with KeePassXC([shut], screen=screen) as keepassxc:
        store = store_of(keepassxc)
        assert store.list().state is StoreState.LOCKED
        with screen.answering(lambda: screen.press("Escape")), pytest.raises(Declined) as caught:
            store.unlock(Patience())
        assert "closed" in caught.value.message
        with screen.answering(lambda: screen.type(PASSWORD)):
            assert store.unlock(Patience())
        assert store.list().state is StoreState.OK
        assert store.read("h.test") == OLD
        assert not store.unlock(Patience(0))


def test_the_window_of_a_database_is_left_alone_and_given_up(screen: Screen) -> None:
    shut = Database("shut", [Seed("h.test", TOKEN)], locked=True)
    with KeePassXC([shut], screen=screen) as keepassxc:
        store = store_of(keepassxc)
        patience = Patience(tell=lambda: Timer(0.2, patience.cancel).start())
        with pytest.raises(Declined) as caught:
            store.unlock(patience)
        assert "still open" in str(caught.value.hint)
        assert not patience.is_waiting
        with pytest.raises(StoreLocked):
            store.read("h.test")
        # The window that was given up is still there, and answering it ends the next wait.
        patience = Patience(tell=lambda: screen.type(PASSWORD))
        assert store.unlock(patience)
        assert store.read("h.test") == OLD


def test_what_another_program_made_is_unlocked_item_by_item(screen: Screen) -> None:
    with KeePassXC(
        [Database("one", [Seed("h.test", TOKEN)])], confirm=True, screen=screen
    ) as keepassxc:
        store = store_of(keepassxc)
        with pytest.raises(StoreLocked):
            store.read("h.test")
        with screen.answering(lambda: screen.press("Escape")), pytest.raises(Declined):
            store.unlock(Patience())
        with screen.answering(lambda: screen.press("Return")):
            assert store.unlock(Patience())
        assert store.read("h.test") == OLD
        store.write("h.test", NEW, before=OLD)
        assert store.read("h.test") == Stored(NEW)
        # Only the connection that made it may read it: it is read back over that one then.
        told: list[bool] = []
        patience = Patience(tell=lambda: told.append(True))
        store.write("new.test", NEW, before=None, patience=patience)
        assert told == []  # its prompt ends by itself
        store.write("new.test", Secret(TOKEN), before=Stored(NEW))
        store.delete("new.test", before=OLD)
        store.delete("h.test")
        assert store.items("h.test") == ()


def test_the_window_before_a_delete_is_refused_left_alone_and_agreed_to(screen: Screen) -> None:
    with KeePassXC(
        [Database("one", [Seed("h.test", TOKEN)])], confirm_delete=True, screen=screen
    ) as keepassxc:
        store = store_of(keepassxc)

        def agree() -> None:
            screen.press("Tab")  # away from the button that cancels
            screen.press("space")

        with screen.answering(lambda: screen.press("Escape")), pytest.raises(Declined):
            store.delete("h.test")
        assert store.read("h.test") == OLD
        with screen.answering(agree):
            store.delete("h.test", before=OLD)
        assert store.read("h.test") is None

        keepassxc.client.put("current", "i.test", TOKEN)
        before = screen.windows()
        with pytest.raises(Declined) as caught:
            store.delete("i.test", patience=Patience(0.6))
        assert "still counts" in str(caught.value.hint)
        assert store.read("i.test") == OLD
        screen.press("Escape")
        until("the window's end", lambda: not screen.windows() - before)
