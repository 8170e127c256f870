"""What only KDE's wallet does: locked items that show everything and have empty secrets."""

from __future__ import annotations

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import StoreState
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.bus import Bus
from authui.stores.keychain.bus_address import session_bus
from authui.stores.keychain.service import SecretService
from tests.stores.keychain.conftest import Rattler
from tests.support.keychain_provider import Provider
from tests.support.odd_services import Monitor

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
