"""What only KDE's wallet does: locked items that show everything and have empty secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import (
    Declined,
    NoCollection,
    OutcomeUnknown,
    StoreLocked,
    StoreState,
)
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.environment import Environment
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.bus import Bus
from authui.stores.keychain.bus_address import session_bus
from authui.stores.keychain.changing import Change, exact_secret
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.keychain.service import SecretService
from authui.stores.keychain.session import Session
from authui.stores.patience import Patience
from tests.stores.keychain.conftest import Rattler
from tests.support.keychain_provider import Provider
from tests.support.kwallet import KWallet
from tests.support.odd_services import Monitor
from tests.support.screen import Screen
from tests.support.secret_service_client import until

pytestmark = pytest.mark.providers

TOKEN = '{"BearerToken":"t"}'


def test_a_locked_wallet_shows_its_names(provider: Provider, rattler: Rattler) -> None:
    provider.client.put("current", "h.test", TOKEN, provider.other)
    provider.client.put("current", "open.test", TOKEN)
    provider.client.lock(provider.other)
    monitor = Monitor(provider.address)
    store = provider.store()
    listing = store.list()
    answer = store.get("h.test")
    calls = monitor.close()
    assert (listing.state, listing.locked) == (StoreState.LOCKED, 1)
    assert {entry.host: entry.state for entry in listing.entries} == {
        "h.test": EntryState.LOCKED,
        "open.test": EntryState.ACTIVE,
    }
    assert answer.outcome is Outcome.LOCKED
    assert not any("Unlock" in call or "Prompt" in call for call in calls)
    assert provider.client.locked(provider.other)
    # This wallet has the empty password: rattler unlocks it and nobody is asked.
    assert rattler.sends("h.test") == "Bearer t"


def test_a_locked_copy_is_ambiguous(provider: Provider, rattler: Rattler) -> None:
    provider.client.put("current", "h.test", TOKEN, provider.other)
    provider.client.put("current", "h.test", TOKEN)
    provider.client.lock(provider.other)
    (entry,) = provider.store().list().entries
    assert (entry.state, len(entry.items)) == (EntryState.AMBIGUOUS, 2)
    assert provider.store().get("h.test").outcome is Outcome.AMBIGUOUS
    assert rattler.sends("h.test") is None


def test_everything_locked_is_searched_collection_by_collection(provider: Provider) -> None:
    provider.client.put("current", "h.test", TOKEN)
    provider.client.put("current", "i.test", TOKEN, provider.other)
    provider.client.lock(provider.default, provider.other)
    listing = provider.store().list()
    assert (listing.state, listing.locked) == (StoreState.LOCKED, 2)
    assert [entry.host for entry in listing.entries] == ["h.test", "i.test"]
    assert provider.store().get("h.test").outcome is Outcome.LOCKED
    assert provider.store().get("none.test").outcome is Outcome.MISS


def test_the_empty_secret_of_a_locked_wallet_means_locked(provider: Provider) -> None:
    shut = provider.client.put("current", "h.test", TOKEN, provider.other)
    empty = provider.client.put("current", "empty.test", b"")
    service = SecretService(Bus(session_bus(provider.environment), 2.0))
    provider.client.lock(provider.other)
    found = dict(service.secrets([shut, empty]))
    assert found[shut] is NoSecret.LOCKED
    assert not isinstance(found[empty], NoSecret)
    service.close()


def test_one_bad_path_does_not_spoil_its_batch(provider: Provider) -> None:
    paths = [provider.client.put("current", f"h{n}.test", TOKEN) for n in range(3)]
    provider.client.delete(paths[1])
    service = SecretService(Bus(session_bus(provider.environment), 2.0))
    found = dict(service.secrets(paths))
    assert [isinstance(found[path], NoSecret) for path in paths] == [False, True, False]
    service.close()


OLD = Stored(Secret(TOKEN))
NEW = Secret('{"BearerToken":"new"}')


@pytest.fixture
def locks_at(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lock the wallet right before a call of this member is sent, after every look at it."""
    send = Change.send

    def arm(member: str) -> None:
        def lock_first(self: Change, message: Any, signature: str) -> Any:
            if message.header.fields[3] == member:
                provider.client.lock(provider.default)
            return send(self, message, signature)

        monkeypatch.setattr(Change, "send", lock_first)

    return arm


def test_a_wallet_that_locks_before_the_secret_is_set_keeps_the_old_one(
    provider: Provider, locks_at: Callable[[str], None]
) -> None:
    provider.client.put("current", "h.test", TOKEN)
    locks_at("SetSecret")
    with pytest.raises(OutcomeUnknown) as caught:
        provider.store().write("h.test", NEW, before=OLD)
    assert "was locked while" in caught.value.message
    provider.client.unlock(provider.default)
    assert provider.store().read("h.test") == OLD


def test_a_wallet_that_locks_before_an_item_is_made_makes_none(
    provider: Provider, locks_at: Callable[[str], None]
) -> None:
    locks_at("CreateItem")
    with pytest.raises(StoreLocked):
        provider.store().write("h.test", NEW, before=None)
    provider.client.unlock(provider.default)
    assert provider.store().read("h.test") is None


def test_a_wallet_that_locks_before_an_item_is_deleted_is_not_believed(
    provider: Provider, locks_at: Callable[[str], None]
) -> None:
    provider.client.put("current", "h.test", TOKEN)
    locks_at("Delete")
    with pytest.raises(OutcomeUnknown) as caught:
        provider.store().delete("h.test")
    assert "may come back" in caught.value.message
    provider.client.unlock(provider.default)


def test_unlocking_a_wallet_without_a_password_asks_nobody(provider: Provider) -> None:
    provider.client.put("current", "h.test", TOKEN, provider.other)
    provider.client.lock(provider.default, provider.other)
    store = provider.store()
    assert store.list().state is StoreState.LOCKED
    told: list[bool] = []
    assert store.unlock(Patience(tell=lambda: told.append(True)))
    assert told == []
    assert store.list().state is StoreState.OK
    assert store.read("h.test") == OLD
    assert not store.unlock(Patience(0))


def test_only_doubtful_sessions_are_garbled_and_none_of_them_writes(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = provider.client.put("current", "h.test", TOKEN)
    service = SecretService(Bus(session_bus(provider.environment), 2.0))
    for _ in range(500):
        is_read = exact_secret(service, path) == Secret(TOKEN)
        assert is_read != service.session().is_doubtful
        service._session = None
    service.close()

    used: list[bool] = []
    encrypt = Session.encrypt

    def count(self: Session, secret: Secret) -> tuple[bytes, bytes]:
        used.append(self.is_doubtful)
        return encrypt(self, secret)

    monkeypatch.setattr(Session, "encrypt", count)
    store = provider.store()
    stands = OLD
    for n in range(100):
        stands = store.write("h.test", Secret(f'{{"BearerToken":"{n}"}}'), before=stands)
    assert used == [False] * 100
    store.close()


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as screen:
        yield screen


def test_the_window_of_a_wallet_is_answered_refused_and_left_alone(screen: Screen) -> None:
    with KWallet(["kdewallet"], password="pw", screen=screen) as wallet:
        store = SecretServiceStore(
            Environment({"DBUS_SESSION_BUS_ADDRESS": wallet.address}, "/", "linux")
        )
        wallet.client.put("current", "h.test", TOKEN)
        wallet.client.lock(wallet.client.default())
        assert store.list().state is StoreState.LOCKED

        with screen.answering(lambda: screen.press("Escape")), pytest.raises(Declined):
            store.unlock(Patience())
        assert wallet.client.locked(wallet.client.default())

        patience = Patience()
        with screen.answering(lambda: screen.type("pw")):
            assert store.unlock(patience)
        assert not patience.is_waiting
        assert store.list().state is StoreState.OK
        assert store.read("h.test") == OLD

        wallet.client.lock(wallet.client.default())
        told: list[bool] = []
        with pytest.raises(Declined) as caught:
            store.unlock(Patience(0.6, tell=lambda: told.append(True)))
        assert told == [True]
        assert "still open" in str(caught.value.hint)
        screen.type("pw")  # this window stays, and still counts
        until("the wallet", lambda: not wallet.client.locked(wallet.client.default()))
        assert store.read("h.test") == OLD


def test_without_a_wallet_there_is_no_collection() -> None:
    with KWallet(["kdewallet"]) as wallet:
        store = SecretServiceStore(
            Environment({"DBUS_SESSION_BUS_ADDRESS": wallet.address}, "/", "linux")
        )
        wallet.client.call(wallet.client.default(), "Collection", "Delete")
        with pytest.raises(NoCollection):
            store.write("h.test", NEW, before=None)
