"""Changes that go wrong half way: nothing is reported that was not seen."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from authui.model.entry import Outcome
from authui.model.errors import (
    AuthuiError,
    ChangedMeanwhile,
    Declined,
    NoCollection,
    OutcomeUnknown,
    StoreAbsent,
    StoreError,
    StoreLocked,
    StoreTimeout,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.patience import Patience
from tests.support.odd_keychain import LASTING, MEMORY, Ending, Fault, OddKeychain
from tests.support.private_bus import PrivateBus

pytestmark = pytest.mark.keychain

OLD = '{"BearerToken":"old-4711"}'
NEW = '{"BearerToken":"new-4711"}'
THEIRS = '{"BearerToken":"theirs-4711"}'
SHORT = 0.5


@pytest.fixture
def odd(bus: PrivateBus) -> Iterator[OddKeychain]:
    with OddKeychain(bus.address) as keychain:
        yield keychain


@pytest.fixture
def store(bus: PrivateBus, odd: OddKeychain) -> Iterator[SecretServiceStore]:
    store = SecretServiceStore(
        Environment({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "/", "linux"), limit=SHORT
    )
    yield store
    store.close()


@contextmanager
def fails(kind: type[AuthuiError], *words: str) -> Iterator[None]:
    """Whatever goes wrong says what and what to do, and shows no secret."""
    with pytest.raises(kind) as caught:
        yield
    error = caught.value
    assert type(error) is kind
    assert error.hint
    shown = "".join([error.message, error.hint, *traceback.format_exception(error)])
    assert "4711" not in shown
    assert all(word in error.message for word in words), error.message


def write(store: SecretServiceStore, before: str | None = OLD) -> Stored:
    stands = None if before is None else Stored(Secret(before))
    return store.write("h.test", Secret(NEW), before=stands)


@pytest.mark.parametrize(
    ("faults", "kind", "holds"),
    [
        (["silent"], OutcomeUnknown, OLD),
        (["leave"], OutcomeUnknown, NEW),
        (["refuse"], WriteFailed, OLD),
        (["lie", "lie"], WriteFailed, OLD),
        (["lock"], OutcomeUnknown, NEW),
        (["lock-first"], OutcomeUnknown, OLD),
        (["garble", "garble"], WriteFailed, OLD),
        (["garble", "lie"], WriteFailed, OLD),
        (["garble", "refuse"], OutcomeUnknown, None),
        (["garble", "garble", "garble"], OutcomeUnknown, None),
        (["garble", "silent"], OutcomeUnknown, None),
    ],
)
def test_a_secret_that_is_not_replaced_is_not_reported(
    faults: list[Fault],
    kind: type[AuthuiError],
    holds: str | None,
    odd: OddKeychain,
    store: SecretServiceStore,
) -> None:
    path = odd.put("h.test", OLD)
    odd.plan.faults["SetSecret"] = faults
    with fails(kind):
        write(store)
    if holds is not None:
        assert odd.secrets("h.test") == [holds]
    assert list(odd.items) == [path]


def test_what_is_no_text_is_put_back_byte_by_byte(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    path = odd.put("h.test", b"\xff\xfe\x80 4711")
    odd.plan.faults["SetSecret"] = ["garble", "garble"]
    with fails(WriteFailed):
        store.write("h.test", Secret(NEW), before=Stored(None))
    assert odd.items[path].secret == b"\xff\xfe\x80 4711"


def test_each_connection_that_ended_is_made_anew(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("h.test", OLD)
    assert write(store) == Stored(Secret(NEW))
    for ended in (store._reach._first, store._reach._second):
        assert ended is not None
        ended.close()
        with fails(StoreUnreadable):
            store.write("h.test", Secret(OLD), before=Stored(Secret(NEW)))
        assert odd.secrets("h.test") == [NEW]
        store.write("h.test", Secret(OLD), before=Stored(Secret(NEW)))
        assert write(store) == Stored(Secret(NEW))


@pytest.mark.parametrize("fault", ["mute", "lie", "garble"])
def test_a_fault_that_passes_is_no_failure(
    fault: Fault, odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("h.test", OLD)
    odd.plan.faults["SetSecret"] = [fault]
    assert write(store) == Stored(Secret(NEW))
    assert odd.secrets("h.test") == [NEW]
    assert store.get("h.test").outcome is Outcome.HIT


@pytest.mark.parametrize(
    ("faults", "kind", "holds"),
    [
        (["silent"], OutcomeUnknown, []),
        (["leave"], OutcomeUnknown, [NEW]),
        (["refuse"], WriteFailed, []),
        (["no-path"] * 4, WriteFailed, []),
        (["lie"], WriteFailed, []),
        (["lock"], OutcomeUnknown, [NEW]),
        (["lock-first"], StoreLocked, []),
    ],
)
def test_an_item_that_is_not_made_is_not_reported(
    faults: list[Fault],
    kind: type[AuthuiError],
    holds: list[str],
    odd: OddKeychain,
    store: SecretServiceStore,
) -> None:
    odd.plan.faults["CreateItem"] = faults
    with fails(kind):
        write(store, None)
    assert odd.secrets("h.test") == holds


def test_a_new_item_that_kde_refuses_is_looked_for_and_sent_again(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.faults["CreateItem"] = ["no-path", "no-path"]
    assert write(store, None) == Stored(Secret(NEW))
    assert odd.secrets("h.test") == [NEW]
    assert odd.calls.count("CreateItem") == 3

    odd.items.clear()
    odd.plan.faults["CreateItem"] = ["no-path", "done-no-path"]
    assert write(store, None) == Stored(Secret(NEW))
    assert odd.secrets("h.test") == [NEW]

    odd.items.clear()
    odd.plan.faults["CreateItem"] = ["no-path"]
    odd.plan.then["CreateItem"] = lambda: odd.put("h.test", "")
    assert write(store, None) == Stored(Secret(NEW))
    assert odd.secrets("h.test") == [NEW]

    odd.items.clear()
    odd.plan.faults["CreateItem"] = ["no-path"]
    odd.plan.then["CreateItem"] = lambda: odd.put("h.test", OLD)
    with fails(ChangedMeanwhile):
        write(store, None)
    assert odd.secrets("h.test") == [OLD]


def test_a_new_item_that_was_garbled_is_mended_or_taken_back(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.faults["CreateItem"] = ["garble"]
    assert write(store, None) == Stored(Secret(NEW))
    assert odd.secrets("h.test") == [NEW]

    odd.items.clear()
    odd.plan.faults.update(CreateItem=["garble"], SetSecret=["garble"])
    with fails(WriteFailed):
        write(store, None)
    assert odd.items == {}

    odd.plan.faults.update(CreateItem=["garble"], SetSecret=["garble"], Delete=["lie"])
    with fails(OutcomeUnknown, "lasting/3"):
        write(store, None)


def test_a_mute_create_that_was_done_is_a_success(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.faults["CreateItem"] = ["mute"]
    assert write(store, None) == Stored(Secret(NEW))
    assert odd.secrets("h.test") == [NEW]


@pytest.mark.parametrize(
    ("faults", "kind", "is_there"),
    [
        (["silent"], OutcomeUnknown, True),
        (["leave"], OutcomeUnknown, False),
        (["refuse"], WriteFailed, True),
        (["lie"], WriteFailed, True),
        (["lock"], OutcomeUnknown, False),
        (["lock-first"], OutcomeUnknown, False),
    ],
)
def test_an_item_that_is_not_deleted_is_not_reported(
    faults: list[Fault],
    kind: type[AuthuiError],
    is_there: bool,
    odd: OddKeychain,
    store: SecretServiceStore,
) -> None:
    odd.put("h.test", OLD)
    odd.plan.faults["Delete"] = faults
    with fails(kind):
        store.delete("h.test")
    assert bool(odd.items) == is_there
    assert "OpenSession" not in odd.calls


def test_a_mute_delete_that_was_done_is_a_success(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("h.test", OLD)
    odd.plan.faults["Delete"] = ["mute"]
    store.delete("h.test")
    assert odd.items == {}


@pytest.mark.parametrize(
    "member", ["SearchItems", "OpenSession", "GetSecret", "Get", "CreateItem", "ReadAlias"]
)
def test_a_timeout_before_anything_is_sent_changed_nothing(
    member: str, odd: OddKeychain, store: SecretServiceStore
) -> None:
    before = None if member in ("CreateItem", "ReadAlias") else OLD
    if before is not None:
        odd.put("h.test", before)
    odd.plan.faults[member] = ["silent"]
    with pytest.raises(StoreTimeout if member != "CreateItem" else OutcomeUnknown) as caught:
        write(store, before)
    assert caught.value.hint
    assert odd.secrets("h.test") == ([] if before is None else [OLD])
    assert "SetSecret" not in odd.calls
    assert write(store, before) == Stored(Secret(NEW))  # the next attempt connects anew


def test_nobody_and_no_bus_change_nothing(bus: PrivateBus) -> None:
    environment = Environment({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "/", "linux")
    store = SecretServiceStore(environment, limit=SHORT)
    no_bus = SecretServiceStore(Environment({}, "/", "linux"), limit=SHORT)
    for absent in (store, no_bus):
        with fails(StoreAbsent):
            write(absent, None)
        with fails(StoreAbsent):
            absent.delete("h.test")
        with fails(StoreAbsent):
            absent.read("h.test")
        with fails(StoreAbsent):
            absent.items("h.test")
        with fails(StoreAbsent):
            absent.unlock(Patience(0))
    with OddKeychain(bus.address) as late:  # a change asks anew, whatever failed before
        assert store.list().failure is None
        write(store, None)
        assert late.secrets("h.test") == [NEW]
    store.close()


def test_a_bus_that_dies_after_the_change_leaves_it_unknown(
    bus: PrivateBus, odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("h.test", OLD)
    odd.plan.then["SetSecret"] = lambda: os.kill(bus.pid, signal.SIGKILL)
    with fails(OutcomeUnknown):
        write(store)
    with pytest.raises(StoreError):
        store.read("h.test")


@pytest.mark.parametrize("where", [LASTING, f"{LASTING}/1"])
def test_what_is_locked_is_not_touched_nor_unlocked(
    where: str, odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("h.test", OLD)
    odd.locked.add(where)
    with fails(StoreLocked):
        write(store)
    with fails(StoreLocked):
        store.delete("h.test")
    with fails(StoreLocked):
        store.read("h.test")
    assert store.items("h.test")[0].stored is None
    if where == LASTING:
        with fails(StoreLocked):
            store.write("new.test", Secret(NEW), before=None)
    assert not {"SetSecret", "Delete", "CreateItem", "Unlock"} & set(odd.calls)
    assert odd.secrets("h.test") == [OLD]


@pytest.mark.parametrize("default", ["/", MEMORY])
def test_without_a_collection_that_lasts_nothing_is_made(
    default: str, odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.default = default
    with fails(NoCollection):
        write(store, None)
    assert "CreateItem" not in odd.calls
    odd.put("h.test", OLD, MEMORY)  # one that is there is changed where it is
    write(store)
    assert odd.secrets("h.test") == [NEW]


def test_what_another_program_stores_meanwhile_stays(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    path = odd.put("h.test", OLD)

    def store_theirs() -> None:
        odd.items[path].secret = THEIRS.encode()

    odd.plan.then["SetSecret"] = store_theirs
    with fails(ChangedMeanwhile):
        write(store)
    assert odd.secrets("h.test") == [THEIRS]

    odd.items.clear()
    odd.plan.then["CreateItem"] = lambda: odd.put("h.test", THEIRS)
    with fails(ChangedMeanwhile):
        write(store, None)
    assert odd.secrets("h.test") == [THEIRS]


def test_an_item_that_vanishes_or_doubles_meanwhile_is_told(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("h.test", OLD)
    odd.plan.then["SetSecret"] = odd.items.clear
    with fails(OutcomeUnknown):
        write(store)
    odd.put("h.test", OLD)
    odd.plan.then["SetSecret"] = lambda: odd.put("h.test", THEIRS)
    with fails(OutcomeUnknown, "rattler uses none"):
        write(store)
    assert odd.secrets("h.test") == [NEW, THEIRS]


def test_an_item_that_was_made_for_another_host_meanwhile_is_not_touched(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    path = odd.put("h.test", OLD)
    rename = {"service": "rattler", "username": "other.test"}
    odd.plan.then["GetSecret"] = lambda: odd.items[path].attributes.update(rename)
    with fails(ChangedMeanwhile):
        write(store)
    assert "SetSecret" not in odd.calls


@pytest.mark.parametrize(
    ("ending", "kind"),
    [("never", Declined), ("dismissed", Declined), ("nothing", WriteFailed)],
)
def test_a_window_that_is_not_answered_changes_nothing(
    ending: Ending, kind: type[AuthuiError], odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.ending = ending
    odd.plan.faults["CreateItem"] = ["prompt"]
    told: list[bool] = []
    patience = Patience(1.0, tell=lambda: told.append(True))
    with fails(kind):
        store.write("h.test", Secret(NEW), before=None, patience=patience)
    assert odd.items == {}
    odd.put("h.test", OLD)
    odd.plan.faults["Delete"] = ["prompt"]
    with fails(kind):
        store.delete("h.test", patience=patience)
    assert odd.secrets("h.test") == [OLD]
    assert told == ([True] if ending == "never" else [])
    assert not patience.is_waiting
    assert ("Dismiss" in odd.calls) == (ending == "never")


def test_a_window_that_is_answered_at_the_last_moment_counts(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.ending = "done when dismissed"
    odd.plan.faults.update(CreateItem=["prompt"], Delete=["prompt"])
    told: list[bool] = []
    patience = Patience(0.25, tell=lambda: told.append(True))
    written = store.write("h.test", Secret(NEW), before=None, patience=patience)
    assert written == Stored(Secret(NEW))
    store.delete("h.test", patience=patience)
    assert odd.items == {}
    assert told == []  # a window that is gone so soon is no news


def test_a_keychain_that_ends_behind_its_window_leaves_it_unknown(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.faults.update(CreateItem=["prompt"], Prompt=["leave"])
    with fails(OutcomeUnknown):
        write(store, None)
