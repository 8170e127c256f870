"""What macOS handed out once is not asked for again in the same process, until somebody changes it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import Outcome
from authui.model.secret import Secret
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.macos_memory import Memory
from tests.support.fake_security import OURS, FakeSecurity, Press

OLD, NEW = '{"BearerToken":"old"}', '{"BearerToken":"new"}'


class Process:
    """Stores that are opened one after the other on one Mac."""

    def __init__(self) -> None:
        self.mac = FakeSecurity()
        self.memory = Memory()

    def store(self) -> MacKeychainStore:
        return MacKeychainStore(
            find=self.mac.find, clock=lambda: self.mac.now, limit=5.0, memory=self.memory
        )

    def text(self) -> str | None:
        stored = self.store().read("h.test")
        return None if stored is None or stored.text is None else stored.text.reveal()

    def peeked(self) -> object:
        return self.store().peek("h.test").credential


@pytest.fixture
def process() -> Process:
    return Process()


def test_one_window_for_all_stores(process: Process) -> None:
    process.mac.put("h.test", OLD)
    assert process.store().get("h.test").credential == BearerToken(Secret("old"))
    assert process.text() == OLD
    assert process.peeked() == BearerToken(Secret("old"))
    (entry,) = process.store().list().entries
    assert entry.kind == "BearerToken"
    assert process.mac.windows == ["secret of h.test"]


def test_what_another_changed_is_unread_again(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.text()
    process.mac.now += 60
    process.mac.change("h.test", NEW)
    process.mac.now += 60
    (entry,) = process.store().list().entries
    assert entry.kind is None
    assert process.peeked() is None
    assert process.text() == NEW
    assert len(process.mac.windows) == 2


def test_a_change_with_the_same_date_is_noticed(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.mac.change("h.test", OLD)  # now
    process.text()
    process.mac.change("h.test", NEW)  # in the same second
    assert process.peeked() is None  # read again, if macOS does not ask
    assert process.text() == NEW
    assert len(process.mac.windows) == 2


def test_what_authui_stored_is_known_and_stays_known(process: Process) -> None:
    store = process.store()
    store.write("h.test", Secret(NEW), before=None)
    for _ in range(3):
        assert process.peeked() == BearerToken(Secret("new"))
        process.mac.now += 60
    assert process.mac.windows == []


def test_what_authui_changed_in_place_is_known_too(process: Process) -> None:
    process.mac.put("h.test", OLD)
    store = process.store()
    store.write("h.test", Secret(NEW), before=store.read("h.test"))
    for _ in range(3):
        assert process.peeked() == BearerToken(Secret("new"))
        process.mac.now += 60
    assert process.mac.windows == ["secret of h.test"]


def test_nor_is_what_another_wrote_over_it_in_the_same_second(process: Process) -> None:
    process.store().write("h.test", Secret(OLD), before=None)
    process.mac.change("h.test", NEW, by=OURS)
    assert process.peeked() == BearerToken(Secret("new"))


def test_what_was_deleted_is_forgotten(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.text()
    process.store().delete("h.test")
    assert process.peeked() is None
    assert process.store().peek("h.test").outcome is Outcome.MISS
    process.mac.put("h.test", NEW)
    assert process.text() == NEW


def test_what_was_refused_is_asked_for_again(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.mac.presses = [Press.DENY]
    assert process.store().get("h.test").outcome is Outcome.ERROR
    assert process.peeked() is None
    assert process.store().get("h.test").outcome is Outcome.HIT


def test_a_locked_keychain_shows_nothing_of_it(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.text()
    process.mac.is_locked = True
    assert process.store().peek("h.test").outcome is Outcome.LOCKED
    (entry,) = process.store().list().entries
    assert entry.kind is None


def test_another_service_is_another_matter(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.mac.put("h.test", NEW, service=b"other")
    process.text()
    other = MacKeychainStore(
        find=process.mac.find, clock=lambda: process.mac.now, service="other", memory=process.memory
    )
    assert other.peek("h.test").credential is None
    assert other.get("h.test").credential == BearerToken(Secret("new"))


def test_nothing_of_it_shows(process: Process) -> None:
    process.mac.put("h.test", OLD)
    process.text()
    assert "old" not in repr(process.memory) + repr(vars(process.memory.of("rattler")))


def test_a_sight_tells_of_any_change(process: Process) -> None:
    seen = [process.store().sight()]
    process.mac.put("h.test", OLD)
    seen.append(process.store().sight())
    assert process.store().sight() == seen[-1]
    process.mac.change("h.test", NEW)
    seen.append(process.store().sight())
    process.mac.is_locked = True
    seen.append(process.store().sight())
    process.mac.has_default = False
    seen.append(process.store().sight())
    assert all(one != other for one, other in pairwise(seen))
    assert process.mac.windows == []
