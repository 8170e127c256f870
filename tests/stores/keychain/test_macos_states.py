"""What a keychain that does not work as usual is told as. Against a fake of the framework."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import Answer, EntryState, Outcome
from authui.model.errors import (
    Declined,
    NoCollection,
    NotStored,
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreLocked,
    StoreState,
    StoreTimeout,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.base import Stored
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.macos_functions import system_function
from authui.stores.keychain.macos_reading import LOCKED
from authui.stores.patience import Patience
from tests.contracts.store_contract import CANARY
from tests.support.fake_security import OURS, PATH, FakeSecurity, Press

TEXT = f'{{"BearerToken":"{CANARY}"}}'
NEW = encode_text(BearerToken(Secret("new" + CANARY)))
DEFAULT = "SecKeychainCopyDomainDefault"


def store_on(mac: FakeSecurity, *, limit: float = 5.0) -> MacKeychainStore:
    return MacKeychainStore(find=mac.find, clock=lambda: mac.now, limit=limit)


@pytest.fixture
def mac() -> Iterator[FakeSecurity]:
    mac = FakeSecurity()
    mac.put("a.test", TEXT)
    yield mac
    mac.thawed.set()


@pytest.mark.parametrize(
    ("code", "kind", "outcome"),
    [
        (-61, StoreDenied, Outcome.ERROR),
        (-128, StoreDenied, Outcome.ERROR),
        (-25291, StoreUnreadable, Outcome.ERROR),
        (-25292, StoreDenied, Outcome.ERROR),
        (-25293, StoreDenied, Outcome.ERROR),
        (-25294, StoreAbsent, Outcome.MISS),
        (-25295, StoreUnreadable, Outcome.ERROR),
        (-25307, NoCollection, Outcome.MISS),
        (-25308, StoreDenied, Outcome.ERROR),
        (-25315, StoreDenied, Outcome.ERROR),
        (-34018, StoreUnreadable, Outcome.ERROR),
        (-1, StoreUnreadable, Outcome.ERROR),
    ],
)
def test_each_number_is_a_state(
    mac: FakeSecurity, code: int, kind: type[StoreError], outcome: Outcome
) -> None:
    mac.failing[DEFAULT] = code
    store = store_on(mac)
    listing = store.list()
    assert type(listing.failure) is kind
    assert listing.state is kind.state
    assert listing.failure.hint
    for answer in (store.get("a.test"), store.peek("a.test")):
        assert (answer.outcome, answer.credential) == (outcome, None)
        assert type(answer.failure) is kind
        assert answer.detail == answer.failure.message
    assert type(store.refusal()) is kind
    changes: list[Callable[[], object]] = [
        lambda: store.read("a.test"),
        lambda: store.write("a.test", NEW, before=Stored(Secret(TEXT))),
        lambda: store.delete("a.test"),
    ]
    for change in changes:
        with pytest.raises(kind):
            change()


def test_a_number_that_authui_does_not_know_is_told_with_the_words_of_macos(
    mac: FakeSecurity,
) -> None:
    mac.failing[DEFAULT] = -34018
    assert "Text of 34018 (-34018)" in str(store_on(mac).list().failure)
    mac.failing[DEFAULT] = -1
    assert "error -1" in str(store_on(mac).list().failure)
    assert len(mac.references) == 0


def test_no_default_keychain(mac: FakeSecurity) -> None:
    mac.has_default = False
    store = store_on(mac)
    assert store.list().state is StoreState.NO_COLLECTION
    assert store.info.location == "login keychain"
    with pytest.raises(NoCollection):
        store.write("n.test", NEW, before=None)


def test_the_keychains_file_is_told_once_it_was_listed(mac: FakeSecurity) -> None:
    store = store_on(mac)
    assert (store.info.name, store.info.location) == ("macOS keychain", "login keychain")
    store.list()
    assert store.info.location == PATH
    mac.failing["SecKeychainGetPath"] = -25301
    assert store_on(mac).list().state is StoreState.UNREADABLE


def test_a_locked_keychain_shows_names_and_is_not_asked_for_secrets(mac: FakeSecurity) -> None:
    mac.put("b.test", TEXT)
    mac.is_locked = True
    store = store_on(mac)
    listing = store.list()
    assert isinstance(listing.failure, StoreLocked)
    assert (listing.state, listing.locked) == (StoreState.LOCKED, 2)
    assert [(e.host, e.state, e.kind) for e in listing.entries] == [
        ("a.test", EntryState.LOCKED, None),
        ("b.test", EntryState.LOCKED, None),
    ]
    assert store.peek("a.test") == store.get("a.test") == Answer(Outcome.LOCKED, detail=LOCKED)
    assert store.get("n.test") == store.peek("n.test") == Answer(Outcome.MISS)
    assert isinstance(store.refusal(), StoreLocked)
    assert "security unlock-keychain" in (listing.failure.hint or "")
    assert mac.windows == []


def test_a_locked_keychain_is_not_changed(mac: FakeSecurity) -> None:
    mac.is_locked = True
    store = store_on(mac)
    changes: list[Callable[[], object]] = [
        lambda: store.read("a.test"),
        lambda: store.write("a.test", NEW, before=Stored(Secret(TEXT))),
        lambda: store.write("n.test", NEW, before=None),
        lambda: store.delete("a.test"),
    ]
    for change in changes:
        with pytest.raises(StoreLocked):
            change()
    assert set(mac.items) == {(b"a.test", b"rattler")}
    assert mac.windows == []


def test_a_locked_keychain_without_items_of_rattlers_is_read_in_full() -> None:
    mac = FakeSecurity(is_locked=True)
    mac.put("a.test", TEXT, service=b"other")
    listing = store_on(mac).list()
    assert (listing.state, listing.entries, listing.locked) == (StoreState.OK, (), 0)


def test_what_was_read_before_it_was_locked_stays(mac: FakeSecurity) -> None:
    mac.put("b.test", TEXT)
    store = store_on(mac)
    store.read("a.test")
    mac.is_locked = True
    listing = store.list()
    assert {e.host: e.kind for e in listing.entries} == {"a.test": "BearerToken", "b.test": None}
    assert (listing.state, listing.locked) == (StoreState.LOCKED, 1)


def test_unlocking_opens_the_window_of_macos(mac: FakeSecurity) -> None:
    store = store_on(mac)
    assert store.unlock(Patience()) is False
    assert mac.windows == []
    mac.is_locked = True
    assert store.list().state is StoreState.LOCKED
    assert store.unlock(Patience()) is True
    assert mac.windows == ["password"]
    assert store.list().state is StoreState.OK


def test_an_unlocking_that_comes_to_nothing(mac: FakeSecurity) -> None:
    mac.is_locked = True
    mac.presses = [Press.DENY]
    with pytest.raises(Declined):
        store_on(mac).unlock(Patience())
    mac.failing["SecKeychainUnlock"] = -25293
    with pytest.raises(Declined):
        store_on(mac).unlock(Patience())
    mac.failing["SecKeychainUnlock"] = -25295
    with pytest.raises(StoreUnreadable):
        store_on(mac).unlock(Patience())
    mac.failing["SecKeychainUnlock"] = -25308
    with pytest.raises(WriteFailed) as caught:
        store_on(mac).unlock(Patience())
    assert "security unlock-keychain" in (caught.value.hint or "")
    mac.failing["SecKeychainUnlock"] = 0  # without doing anything
    with pytest.raises(WriteFailed):
        store_on(mac).unlock(Patience())
    mac.failing.clear()
    mac.presses = [Press.NOTHING]
    with pytest.raises(Declined):
        store_on(mac).unlock(Patience(0.2))
    assert mac.is_locked


def test_a_keychain_that_never_answers_is_asked_once(mac: FakeSecurity) -> None:
    mac.frozen = {"SecKeychainGetStatus"}
    store = store_on(mac, limit=0.15)
    first = store.get("a.test")
    assert isinstance(first.failure, StoreTimeout)
    asked = len(mac.called)
    assert store.get("b.test").failure is first.failure
    assert store.list().failure is first.failure
    assert store.peek("c.test").failure is first.failure
    assert len(mac.called) == asked
    with pytest.raises(StoreTimeout):
        store.unlock(Patience())
    store.forget()
    mac.thawed.set()
    assert store.list().state is StoreState.OK


def test_another_service_is_another_world(mac: FakeSecurity) -> None:
    other = MacKeychainStore(find=mac.find, service="authui-check", clock=lambda: mac.now)
    assert other.list().entries == ()
    other.write("a.test", NEW, before=None)
    assert mac.items[b"a.test", b"authui-check"].trusted == {OURS}
    assert mac.items[b"a.test", b"authui-check"].label == b"authui-check"
    other.delete("a.test")
    assert set(mac.items) == {(b"a.test", b"rattler")}
    with pytest.raises(NotStored):
        other.delete("a.test")


def test_a_system_that_is_no_mac_has_none() -> None:
    store = MacKeychainStore()
    assert store.list().state is StoreState.ABSENT
    assert store.get("a.test").outcome is Outcome.MISS
    with pytest.raises(StoreAbsent):
        store.read("a.test")
    with pytest.raises(OSError, match=r"Security\.framework"):
        system_function("SecKeychainGetStatus")


def test_a_framework_without_a_function_is_not_taken_for_empty(mac: FakeSecurity) -> None:
    def find(name: str) -> int:
        if name == "SecKeychainItemDelete":
            raise AttributeError(name)
        return mac.find(name)

    failure = MacKeychainStore(find=find).list().failure
    assert isinstance(failure, StoreUnreadable)
    assert "SecKeychainItemDelete" in (failure.hint or "")


def test_a_name_has_one_item_whatever_it_is_called(mac: FakeSecurity) -> None:
    assert store_on(mac).read("a.test", item="another") == Stored(Secret(TEXT))


def test_what_waits_for_an_open_window_is_not_taken_for_mute(mac: FakeSecurity) -> None:
    """On a Mac the framework locks the item that it asks about, also for those who only look."""
    mac.presses = [Press.NOTHING]
    store = store_on(mac, limit=0.3)
    seen = store.sight()
    store.patience = Patience(0.2)
    assert isinstance(store.get("a.test").failure, StoreTimeout)
    mac.frozen = {"SecKeychainGetStatus"}
    assert store.sight() == seen
    store.forget()
    listing = store.list()
    assert listing.state is StoreState.TIMEOUT
    assert "still waits for your answer" in str(listing.failure)
    mac.thawed.set()
    assert store.get("a.test").outcome is Outcome.HIT
    mac.put("n.test", TEXT)
    assert store.sight() != seen
