"""When macOS opens a window for authui, and what comes of it. Against a fake of the framework."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import Answer, EntryState, Outcome
from authui.model.errors import ChangedMeanwhile, StoreDenied, StoreState, StoreTimeout
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.abilities import AsksForEach, HoldsSeveral, Lockable, Particular
from authui.stores.base import Stored, WritableStore
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.macos_reading import NOT_READ
from authui.stores.patience import Patience
from tests.contracts.store_contract import CANARY
from tests.support.fake_security import OURS, PIXI, FakeSecurity, Press

OLD = f'{{"BearerToken":"old{CANARY}"}}'
NEW = encode_text(BearerToken(Secret("new" + CANARY)))


def store_on(mac: FakeSecurity, *, limit: float = 5.0) -> MacKeychainStore:
    return MacKeychainStore(find=mac.find, clock=lambda: mac.now, limit=limit)


@pytest.fixture
def mac() -> Iterator[FakeSecurity]:
    mac = FakeSecurity()
    for host in ("a.test", "b.test", "c.test"):
        mac.put(host, OLD)
    yield mac
    mac.thawed.set()


def test_it_is_what_the_program_asks_for() -> None:
    store = store_on(FakeSecurity())
    for protocol in (WritableStore, AsksForEach, Particular, Lockable):
        assert isinstance(store, protocol)
    assert not isinstance(store, HoldsSeveral)


def test_looking_opens_no_window(mac: FakeSecurity) -> None:
    store = store_on(mac)
    entries = store.list().entries
    assert [(e.host, e.kind, e.state, e.detail) for e in entries] == [
        (host, None, EntryState.ACTIVE, None) for host in ("a.test", "b.test", "c.test")
    ]
    assert store.peek("a.test") == Answer(Outcome.HIT, detail=NOT_READ)
    assert store.peek("n.test") == Answer(Outcome.MISS)
    assert store.get("n.test") == Answer(Outcome.MISS)
    assert store.refusal() is None
    assert mac.windows == []
    assert "SecKeychainFindGenericPassword" in mac.called


def test_reading_one_opens_one_and_it_is_kept(mac: FakeSecurity) -> None:
    store = store_on(mac)
    answer = store.get("b.test")
    assert answer.credential == BearerToken(Secret("old" + CANARY))
    assert store.peek("b.test") == store.get("b.test") == answer
    assert store.read("b.test") == Stored(Secret(OLD))
    kinds = {entry.host: (entry.kind, entry.detail) for entry in store.list().entries}
    assert kinds["b.test"] == ("BearerToken", None)
    assert kinds["a.test"] == (None, None)
    assert mac.windows == ["secret of b.test"]


def test_what_authui_stored_is_read_without_a_window(mac: FakeSecurity) -> None:
    store_on(mac).write("n.test", NEW, before=None)
    assert store_on(mac).get("n.test").credential == BearerToken(Secret("new" + CANARY))
    assert mac.windows == []


def test_always_allow_lasts_beyond_the_store(mac: FakeSecurity) -> None:
    mac.presses = [Press.ALWAYS]
    assert store_on(mac).get("a.test").outcome is Outcome.HIT
    assert store_on(mac).get("a.test").outcome is Outcome.HIT
    assert mac.windows == ["secret of a.test"]


def test_a_new_item_opens_none(mac: FakeSecurity) -> None:
    stored = store_on(mac).write("n.test", NEW, before=None)
    assert stored == Stored(NEW)
    item = mac.items[b"n.test", b"rattler"]
    assert (item.label, item.trusted) == (b"rattler", {OURS})
    assert item.data.decode() == NEW.reveal()
    assert mac.windows == []


def test_an_edit_of_what_pixi_stored_opens_one_and_its_list_of_programs_stays(
    mac: FakeSecurity,
) -> None:
    before = store_on(mac).read("a.test")
    created = mac.items[b"a.test", b"rattler"].created
    assert store_on(mac).write("a.test", NEW, before=before) == Stored(NEW)
    item = mac.items[b"a.test", b"rattler"]
    assert item.data.decode() == NEW.reveal()
    assert (item.trusted, item.created) == ({PIXI}, created)
    assert mac.windows == ["secret of a.test"]
    assert "SecKeychainItemDelete" not in mac.called
    assert "SecKeychainAddGenericPassword" not in mac.called


def test_the_store_that_edited_knows_what_it_wrote(mac: FakeSecurity) -> None:
    store = store_on(mac)
    store.write("a.test", NEW, before=store.read("a.test"))
    assert store.get("a.test").credential == BearerToken(Secret("new" + CANARY))
    (entry,) = [entry for entry in store.list().entries if entry.host == "a.test"]
    assert entry.kind == "BearerToken"
    assert mac.windows == ["secret of a.test"]


def test_deleting_opens_none(mac: FakeSecurity) -> None:
    store_on(mac).delete("a.test")
    assert (b"a.test", b"rattler") not in mac.items
    assert mac.windows == []


def test_deleting_what_was_read_opens_no_second(mac: FakeSecurity) -> None:
    before = store_on(mac).read("a.test")
    store_on(mac).delete("a.test", before=before)
    assert mac.windows == ["secret of a.test"]
    assert (b"a.test", b"rattler") not in mac.items


def test_a_date_that_moved_has_it_read_again(mac: FakeSecurity) -> None:
    before = store_on(mac).read("a.test")
    mac.change("a.test", OLD)  # the same text
    assert store_on(mac).write("a.test", NEW, before=before) == Stored(NEW)
    assert mac.windows == ["secret of a.test"] * 2


@pytest.mark.parametrize("seconds", [0, 60])
def test_what_the_store_has_read_is_read_again_once_it_may_have_changed(
    mac: FakeSecurity, seconds: float
) -> None:
    theirs = '{"BearerToken":"theirs"}'
    store = store_on(mac)
    mac.change("a.test", OLD)
    assert store.read("a.test") == Stored(Secret(OLD))
    mac.now += seconds
    mac.change("a.test", theirs)
    mac.now += 60
    assert store.read("a.test") == Stored(Secret(theirs))
    assert mac.windows == ["secret of a.test"] * 2
    store.read("a.test")
    assert len(mac.windows) == 2


def test_another_item_of_the_same_name_is_read_again(mac: FakeSecurity) -> None:
    store = store_on(mac)
    store.read("a.test")
    mac.now += 60
    mac.put("a.test", '{"BearerToken":"theirs"}')
    assert store.read("a.test") == Stored(Secret('{"BearerToken":"theirs"}'))


def test_a_date_that_is_too_fresh_proves_nothing(mac: FakeSecurity) -> None:
    mac.change("a.test", OLD)
    before = store_on(mac).read("a.test")
    assert before is not None
    mac.change("a.test", '{"BearerToken":"theirs"}')  # in the same second
    assert before.item is not None
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).write("a.test", NEW, before=before)
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).delete("a.test", before=before)
    assert mac.items[b"a.test", b"rattler"].data == b'{"BearerToken":"theirs"}'


def test_a_clock_that_was_set_back_proves_nothing(mac: FakeSecurity) -> None:
    mac.now -= 7200
    before = store_on(mac).read("a.test")
    mac.items[b"a.test", b"rattler"].data = b'{"BearerToken":"theirs"}'
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).write("a.test", NEW, before=before)


@pytest.mark.parametrize("item", ["", "x", "20260101000000Z", "?", None])
def test_what_has_no_dates_is_compared_by_its_text(mac: FakeSecurity, item: str | None) -> None:
    store_on(mac).write("a.test", NEW, before=Stored(Secret(OLD), item))
    assert mac.windows == ["secret of a.test"]
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).write("b.test", NEW, before=Stored(Secret("else"), item))


def test_a_denial_is_told_and_another_request_asks_again(mac: FakeSecurity) -> None:
    mac.presses = [Press.DENY]
    store = store_on(mac)
    answer = store.get("a.test")
    assert (answer.outcome, answer.credential) == (Outcome.ERROR, None)
    assert isinstance(answer.failure, StoreDenied)
    assert answer.failure.hint
    assert store.peek("a.test") == answer
    listing = store.list()
    assert listing.state is StoreState.OK
    (entry,) = [entry for entry in listing.entries if entry.host == "a.test"]
    assert (entry.kind, entry.state) == (None, EntryState.ACTIVE)
    assert entry.detail == f"Not read: {answer.failure.message}"
    assert mac.windows == ["secret of a.test"]
    assert store.get("a.test").outcome is Outcome.HIT
    assert mac.windows == ["secret of a.test"] * 2


def test_a_denied_read_is_a_failure(mac: FakeSecurity) -> None:
    mac.presses = [Press.DENY] * 2
    with pytest.raises(StoreDenied):
        store_on(mac).read("a.test")
    with pytest.raises(StoreDenied):
        store_on(mac).write("a.test", NEW, before=Stored(Secret(OLD)))
    assert mac.items[b"a.test", b"rattler"].data.decode() == OLD


def test_without_a_screen_it_says_so(mac: FakeSecurity) -> None:
    mac.has_screen = False
    store = store_on(mac)
    assert len(store.list().entries) == 3
    answer = store.get("a.test")
    assert isinstance(answer.failure, StoreDenied)
    assert "ssh" in (answer.failure.hint or "")
    store.write("n.test", NEW, before=None)
    store.delete("a.test")
    assert mac.windows == []


@pytest.mark.parametrize("end", ["time", "person"])
def test_the_wait_for_a_window_ends(mac: FakeSecurity, end: str) -> None:
    mac.presses = [Press.NOTHING]
    store = store_on(mac)
    told: list[str] = []

    def tell() -> None:
        told.append("a window")
        if end == "person":
            patience.cancel()

    patience = Patience(0.6 if end == "time" else 60.0, tell=tell)
    store.patience = patience
    answer = store.get("a.test")
    assert isinstance(answer.failure, StoreTimeout)
    assert told == ["a window"]
    assert not patience.is_waiting
    # Nobody has answered it yet: others wait for it, and what needs no window goes on.
    other = store_on(mac, limit=0.2)
    assert "still waits" in (other.get("b.test").detail or "")
    assert len(other.list().entries) == 3
    assert other.write("n.test", NEW, before=None) == Stored(NEW)
    mac.thawed.set()
    assert store_on(mac).get("b.test").outcome is Outcome.HIT


def test_an_answer_that_comes_too_late_changes_nothing(mac: FakeSecurity) -> None:
    mac.presses = [Press.NOTHING]
    with pytest.raises(StoreTimeout):
        store_on(mac).write("a.test", NEW, before=Stored(Secret(OLD)), patience=Patience(0.1))
    mac.thawed.set()
    assert store_on(mac).get("b.test").outcome is Outcome.HIT  # the window is closed by then
    assert mac.items[b"a.test", b"rattler"].data.decode() == OLD
    assert "SecKeychainItemModifyAttributesAndData" not in mac.called
