"""Unlocking: what is asked for, and each way in which it can end."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator

import pytest

from authui.model.entry import Outcome
from authui.model.errors import Declined, StoreState, StoreTimeout, StoreUnreadable, WriteFailed
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.patience import Patience
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.keychain_provider import Provider, of_gnome_keyring
from tests.support.odd_keychain import LASTING, MEMORY, Ending, OddKeychain
from tests.support.private_bus import PrivateBus
from tests.support.secret_service_client import ROOT

pytestmark = pytest.mark.keychain

TOKEN = '{"BearerToken":"t-4711"}'
GUARD = 20.0


@pytest.fixture
def odd(bus: PrivateBus) -> Iterator[OddKeychain]:
    with OddKeychain(bus.address) as keychain:
        keychain.put("h.test", TOKEN)
        yield keychain


@pytest.fixture
def store(bus: PrivateBus, odd: OddKeychain) -> Iterator[SecretServiceStore]:
    store = SecretServiceStore(
        Environment({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "/", "linux"), limit=0.5
    )
    yield store
    store.close()


def test_what_is_open_is_not_asked_for(odd: OddKeychain, store: SecretServiceStore) -> None:
    assert not store.unlock(Patience())
    odd.locked.add(MEMORY)  # nothing of rattler's lies there
    assert not store.unlock(Patience())
    assert "Unlock" not in odd.calls


@pytest.mark.parametrize("where", [LASTING, f"{LASTING}/1"])
def test_what_was_locked_is_seen_at_once_when_it_is_open(
    where: str, odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.locked.add(where)
    assert store.get("h.test").outcome is Outcome.LOCKED
    assert store.list().state is StoreState.LOCKED
    assert store.unlock(Patience())
    assert odd.calls.count("Unlock") == 1
    assert store.get("h.test").outcome is Outcome.HIT
    assert store.list().state is StoreState.OK
    store.write("h.test", Secret("x"), before=Stored(Secret(TOKEN)))


def test_the_items_of_another_collection_are_unlocked_with_it(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.put("m.test", TOKEN, MEMORY)
    odd.locked.update((LASTING, MEMORY))
    assert store.unlock(Patience())
    assert odd.locked == set()
    assert odd.calls.count("Prompt") == 1


@pytest.mark.parametrize(
    ("ending", "kind", "words"),
    [
        ("never", Declined, "Nobody answered"),
        ("dismissed", Declined, "closed"),
        ("nothing", WriteFailed, "still locked"),
    ],
)
def test_what_stays_locked_is_told_with_the_reason(
    ending: Ending,
    kind: type[Declined | WriteFailed],
    words: str,
    odd: OddKeychain,
    store: SecretServiceStore,
) -> None:
    odd.plan.ending = ending
    odd.locked.add(LASTING)
    patience = Patience(0.6)
    with pytest.raises(kind) as caught:
        store.unlock(patience)
    assert words in caught.value.message
    assert caught.value.hint
    assert "4711" not in "".join(traceback.format_exception(caught.value))
    assert not patience.is_waiting
    assert store.get("h.test").outcome is Outcome.LOCKED
    odd.plan.ending = "done"
    assert store.unlock(Patience())
    assert store.get("h.test").outcome is Outcome.HIT


def test_a_window_is_told_once_and_can_be_given_up(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.ending = "never"
    odd.locked.add(LASTING)
    waiting = threading.Event()
    told: list[bool] = []

    def tell() -> None:
        told.append(patience.is_waiting)
        waiting.set()

    patience = Patience(tell=tell)
    ended: list[BaseException | bool] = []

    def unlock() -> None:
        try:
            ended.append(store.unlock(patience))
        except Declined as error:
            ended.append(error)

    thread = threading.Thread(target=unlock)
    thread.start()
    assert waiting.wait(GUARD)
    assert patience.is_waiting
    patience.cancel()
    thread.join(GUARD)
    assert [type(end) for end in ended] == [Declined]
    assert told == [True]
    assert not patience.is_waiting
    assert "Dismiss" in odd.calls


def test_unlocked_elsewhere_while_the_window_waits_is_unlocked(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.plan.ending = "never"
    odd.locked.add(LASTING)
    assert store.unlock(Patience(10**6, tell=lambda: odd.locked.discard(LASTING)))
    assert "Dismiss" in odd.calls


def test_a_failure_does_not_survive_it(odd: OddKeychain, store: SecretServiceStore) -> None:
    odd.plan.faults["SearchItems"] = ["silent"]
    assert store.get("h.test").outcome is Outcome.ERROR
    assert store.list().state is StoreState.TIMEOUT
    assert not store.unlock(Patience())
    assert store.get("h.test").outcome is Outcome.HIT
    assert store.list().state is StoreState.OK


@pytest.mark.parametrize("member", ["Unlock", "Prompt"])
def test_a_mute_keychain_costs_its_limit_and_no_patience(
    member: str, odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.locked.add(LASTING)
    odd.plan.faults[member] = ["silent"]
    with pytest.raises(StoreTimeout):
        store.unlock(Patience())


def test_a_keychain_that_ends_behind_its_window_ends_the_wait(
    odd: OddKeychain, store: SecretServiceStore
) -> None:
    odd.locked.add(LASTING)
    odd.plan.faults["Prompt"] = ["leave"]
    with pytest.raises(StoreUnreadable):
        store.unlock(Patience())


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring) -> Provider:
    return of_gnome_keyring(gnome_keyring)


def test_gnome_keyring_without_a_window_says_where_it_can_ask(keyring: Provider) -> None:
    keyring.client.put("current", "h.test", TOKEN)
    keyring.client.lock(keyring.default)
    store = keyring.store()
    told: list[bool] = []
    with pytest.raises(WriteFailed) as caught:
        store.unlock(Patience(tell=lambda: told.append(True)))
    assert "no window" in caught.value.message
    assert "gnome-keyring-daemon --unlock" in str(caught.value.hint)
    assert told == []
    assert keyring.client.locked(keyring.default)


def test_gnome_keyring_with_a_blank_password_asks_nobody(own_gnome_keyring: GnomeKeyring) -> None:
    keyring = own_gnome_keyring
    blank = keyring.create_collection("Blank", password="")
    keyring.client.call(ROOT, "Service", "SetAlias", "so", "default", blank)
    keyring.client.put("current", "h.test", TOKEN)
    keyring.lock(blank)
    store = SecretServiceStore(
        Environment({"DBUS_SESSION_BUS_ADDRESS": keyring.address}, "/", "linux")
    )
    assert store.list().state is StoreState.LOCKED
    assert store.unlock(Patience())
    assert store.list().state is StoreState.OK
    assert store.read("h.test") == Stored(Secret(TOKEN))
