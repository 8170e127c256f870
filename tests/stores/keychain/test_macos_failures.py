"""Changes of the macOS keychain that fail, or meet another program's. Against a fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from authui.model.credential import BearerToken
from authui.model.errors import (
    AuthuiError,
    ChangedMeanwhile,
    Declined,
    NotStored,
    OutcomeUnknown,
    StoreDenied,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.base import Stored
from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.patience import Patience
from tests.support.fake_security import OURS, PIXI, FakeSecurity

OLD = '{"BearerToken":"old"}'
THEIRS = '{"BearerToken":"theirs"}'
NEW = encode_text(BearerToken(Secret("new")))
KEY = (b"a.test", b"rattler")
MODIFY = "SecKeychainItemModifyAttributesAndData"
ADD = "SecKeychainAddGenericPassword"
DELETE = "SecKeychainItemDelete"
SILENT = "SecKeychainGetUserInteractionAllowed"
"""What is called before each read that must open no window: the look after a change."""


def store_on(mac: FakeSecurity, *, limit: float = 5.0) -> MacKeychainStore:
    return MacKeychainStore(find=mac.find, clock=lambda: mac.now, limit=limit)


@pytest.fixture
def mac() -> Iterator[FakeSecurity]:
    mac = FakeSecurity()
    mac.put("a.test", OLD, by=OURS)
    yield mac
    mac.thawed.set()


def write(mac: FakeSecurity) -> Stored:
    before = store_on(mac).read("a.test")
    mac.called.clear()
    return store_on(mac).write("a.test", NEW, before=before)


def changes(mac: FakeSecurity) -> list[tuple[str, Callable[[], object]]]:
    return [
        (MODIFY, lambda: write(mac)),
        (ADD, lambda: store_on(mac).write("n.test", NEW, before=None)),
        (DELETE, lambda: store_on(mac).delete("a.test")),
    ]


def held(mac: FakeSecurity) -> str:
    return mac.items[KEY].data.decode()


def test_the_same_text_changes_nothing(mac: FakeSecurity) -> None:
    store = store_on(mac)
    before = store.read("a.test")
    store.write("a.test", Secret(OLD), before=before)
    assert MODIFY not in mac.called


@pytest.mark.parametrize("by", [OURS, PIXI])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-61, WriteFailed),
        (-25292, WriteFailed),
        (-25293, Declined),
        (-128, Declined),
        (-25308, StoreDenied),
        (-34018, WriteFailed),
    ],
)
def test_a_refused_change_leaves_what_was_there(
    mac: FakeSecurity, by: str, code: int, kind: type[AuthuiError]
) -> None:
    mac.put("a.test", OLD, by=by)
    for function, change in changes(mac):
        mac.failing = {function: code}
        with pytest.raises(kind) as caught:
            change()
        assert type(caught.value) is kind
        assert caught.value.hint
    assert held(mac) == OLD
    assert set(mac.items) == {KEY}


def test_a_failure_after_which_something_else_stands_there(mac: FakeSecurity) -> None:
    mac.failing = {MODIFY: -1, ADD: -1, DELETE: -1}
    mac.before[MODIFY] = lambda: mac.change("a.test", "half")
    with pytest.raises(OutcomeUnknown):
        write(mac)
    mac.before[ADD] = lambda: mac.items.__setitem__((b"n.test", b"rattler"), mac.items[KEY])
    with pytest.raises(OutcomeUnknown):
        store_on(mac).write("n.test", NEW, before=None)
    mac.before[DELETE] = mac.items.clear
    with pytest.raises(OutcomeUnknown):
        store_on(mac).delete("a.test")


@pytest.mark.parametrize("function", [MODIFY, ADD, DELETE])
def test_a_change_that_does_not_return_is_not_known(mac: FakeSecurity, function: str) -> None:
    before = store_on(mac).read("a.test")
    mac.frozen = {function}
    store = store_on(mac, limit=0.15)
    change: dict[str, Callable[[], object]] = {
        MODIFY: lambda: store.write("a.test", NEW, before=before),
        ADD: lambda: store.write("n.test", NEW, before=None),
        DELETE: lambda: store.delete("a.test"),
    }
    with pytest.raises(OutcomeUnknown):
        change[function]()


def test_another_programs_new_item_is_not_overwritten(mac: FakeSecurity) -> None:
    mac.before[ADD] = lambda: mac.put("n.test", THEIRS)
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).write("n.test", NEW, before=None)
    assert mac.items[b"n.test", b"rattler"].data.decode() == THEIRS


def test_a_change_while_the_window_was_open_is_not_overwritten(mac: FakeSecurity) -> None:
    mac.put("a.test", OLD, by=PIXI)
    mac.meanwhile = lambda: mac.change("a.test", THEIRS)
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).write("a.test", NEW, before=Stored(Secret(OLD)))
    assert held(mac) == THEIRS
    mac.put("a.test", OLD, by=PIXI)
    mac.meanwhile = lambda: mac.change("a.test", THEIRS)
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).delete("a.test", before=Stored(Secret(OLD)))
    assert held(mac) == THEIRS


def test_what_was_deleted_while_the_window_was_open_stays_so(mac: FakeSecurity) -> None:
    mac.put("a.test", OLD, by=PIXI)
    mac.meanwhile = mac.items.clear
    with pytest.raises(ChangedMeanwhile):
        store_on(mac).write("a.test", NEW, before=Stored(Secret(OLD)))
    assert mac.items == {}


def test_what_was_deleted_at_the_last_moment_stays_so(mac: FakeSecurity) -> None:
    mac.before[MODIFY] = mac.items.clear
    with pytest.raises(ChangedMeanwhile):
        write(mac)
    mac.put("a.test", OLD, by=OURS)
    mac.before[DELETE] = mac.items.clear
    with pytest.raises((ChangedMeanwhile, NotStored)):
        store_on(mac).delete("a.test")
    assert mac.items == {}


def test_a_keychain_that_only_says_so_is_not_believed(mac: FakeSecurity) -> None:
    mac.failing = {MODIFY: 0, ADD: 0, DELETE: 0}
    with pytest.raises(WriteFailed):
        write(mac)
    with pytest.raises(OutcomeUnknown):
        store_on(mac).write("n.test", NEW, before=None)
    with pytest.raises(WriteFailed):
        store_on(mac).delete("a.test")
    assert held(mac) == OLD


@pytest.mark.parametrize(
    ("text", "kind"), [(THEIRS, ChangedMeanwhile), ("half", OutcomeUnknown), ("\0", OutcomeUnknown)]
)
def test_what_stands_there_afterwards_is_looked_at(
    mac: FakeSecurity, text: str, kind: type[AuthuiError]
) -> None:
    def after(function: str, then: Callable[[], object]) -> None:
        mac.before[function] = lambda: mac.before.update({SILENT: then})

    after(MODIFY, lambda: mac.change("a.test", text, by=OURS))
    with pytest.raises(kind):
        write(mac)
    after(ADD, lambda: mac.change("n.test", text, by=OURS))
    with pytest.raises(kind):
        store_on(mac).write("n.test", NEW, before=None)


def test_what_is_gone_afterwards_is_not_claimed(mac: FakeSecurity) -> None:
    mac.before[MODIFY] = lambda: mac.before.update({SILENT: mac.items.clear})
    with pytest.raises(OutcomeUnknown):
        write(mac)


@pytest.mark.parametrize(("created", "modified"), [(-7200, -7200), (60, 60), (-3600, -7200)])
def test_another_item_in_its_place_is_noticed_by_its_dates(
    mac: FakeSecurity, created: int, modified: int
) -> None:
    """Where macOS would ask to show what pixi stored, only dates are looked at."""

    def replace() -> None:
        mac.put("a.test", THEIRS)
        mac.items[KEY].created, mac.items[KEY].modified = mac.date(created), mac.date(modified)

    mac.put("a.test", OLD, by=PIXI)
    mac.before[MODIFY] = lambda: mac.before.update({"SecKeychainFindGenericPassword": replace})
    with pytest.raises(OutcomeUnknown) as caught:
        write(mac)
    assert "Another program" in caught.value.message
    assert len(mac.windows) == 1


def test_a_look_that_fails_leaves_it_unknown(mac: FakeSecurity) -> None:
    def breaks() -> None:
        mac.failing["SecKeychainItemCopyAttributesAndData"] = -25295

    for function, change in changes(mac)[:2]:
        mac.failing.clear()
        mac.before[function] = breaks
        with pytest.raises(OutcomeUnknown):
            change()


def test_what_is_stored_at_the_moment_of_a_deletion_is_told(mac: FakeSecurity) -> None:
    def replace() -> None:
        mac.now += 5
        mac.before["SecKeychainFindGenericPassword"] = lambda: mac.put("a.test", THEIRS)

    mac.before[DELETE] = replace
    with pytest.raises(OutcomeUnknown):
        store_on(mac).delete("a.test")
    assert held(mac) == THEIRS


def test_an_interrupted_wait_ends_the_work(mac: FakeSecurity) -> None:
    """Ctrl+C while a window is open: its answer must change nothing later."""
    mac.put("a.test", OLD, by=PIXI)

    def interrupt() -> None:
        raise KeyboardInterrupt

    mac.meanwhile = mac.thawed.wait
    with pytest.raises(KeyboardInterrupt):
        store_on(mac).write(
            "a.test", NEW, before=Stored(Secret(OLD)), patience=Patience(60, tell=interrupt)
        )
    mac.thawed.set()
    assert store_on(mac).get("a.test").credential == BearerToken(Secret("old"))
    assert MODIFY not in mac.called
