"""What only gnome-keyring does: collections that show hashes, and one that is kept in memory."""

from __future__ import annotations

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.keychain.session import Session
from tests.stores.keychain.conftest import Rattler
from tests.support.gnome_keyring import PROGRAMS, GnomeKeyring
from tests.support.judge import Judge
from tests.support.keychain_provider import Provider, of_gnome_keyring
from tests.support.odd_services import Monitor
from tests.support.system import require

pytestmark = [pytest.mark.keychain, pytest.mark.rattler]

TOKEN = '{"BearerToken":"t"}'


@pytest.fixture(autouse=True)
def only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """These run against gnome-keyring, also while another provider is being tested."""
    monkeypatch.delenv("AUTHUI_TEST_KEYCHAIN", raising=False)


def store_of(keyring: GnomeKeyring) -> SecretServiceStore:
    return SecretServiceStore(
        Environment({"DBUS_SESSION_BUS_ADDRESS": keyring.address}, "/", "linux")
    )


def test_a_collection_that_was_never_unlocked_is_counted_without_a_prompt(
    own_gnome_keyring: GnomeKeyring, own_home: object
) -> None:
    keyring = own_gnome_keyring
    keyring.client.put("current", "h.test", TOKEN)
    keyring.client.put("python-keyring", "*.prefix.dev", TOKEN)
    keyring.client.create({"service": "rattler"}, TOKEN)
    keyring.client.create({"service": "other", "username": "h.test"}, TOKEN)
    keyring.restart(unlock=False)
    monitor = Monitor(keyring.address)
    store = store_of(keyring)
    listing = store.list()
    answers = [store.get(host) for host in ("h.test", "none.test")]
    calls = monitor.close()

    assert (listing.state, listing.locked) == (StoreState.LOCKED, 2)
    assert listing.failure is not None
    assert listing.failure.state is StoreState.LOCKED
    assert {entry.state for entry in listing.entries} == {EntryState.LOCKED}
    assert [entry.host for entry in listing.entries] == ["*.prefix.dev", None]
    assert [answer.outcome for answer in answers] == [Outcome.LOCKED, Outcome.MISS]
    assert not any("Prompt" in call or "Unlock" in call for call in calls)
    assert "Service.OpenSession" not in calls

    store = store_of(keyring)
    store.known_hosts = ["h.test", "unrelated.test"]
    assert [entry.host for entry in store.list().entries] == ["h.test", None]
    with Judge(bus=keyring.address) as judge:
        sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
    assert (sent.authorization, sent.error) == (None, None)


def test_hidden_copies_are_ambiguous_and_have_no_times(own_gnome_keyring: GnomeKeyring) -> None:
    own_gnome_keyring.client.put("current", "h.test", TOKEN)
    own_gnome_keyring.client.put("python-keyring", "h.test", TOKEN)
    own_gnome_keyring.restart(unlock=False)
    store = store_of(own_gnome_keyring)
    store.known_hosts = ["h.test"]
    (entry,) = store.list().entries
    assert (entry.host, entry.state) == ("h.test", EntryState.AMBIGUOUS)
    seen = {(item.collection, item.label, item.created, item.modified) for item in entry.items}
    assert seen == {("Login", "", None, None)}
    assert store.get("h.test").outcome is Outcome.AMBIGUOUS


def test_a_collection_that_was_locked_again_shows_its_names(
    gnome_keyring: GnomeKeyring, provider: Provider, rattler: Rattler
) -> None:
    provider.client.put("current", "h.test", TOKEN, provider.other)
    provider.client.put("current", "open.test", TOKEN)
    gnome_keyring.lock(provider.other)
    store = provider.store()
    listing = store.list()
    assert (listing.state, listing.locked) == (StoreState.LOCKED, 1)
    states = {entry.host: entry.state for entry in listing.entries}
    assert states == {"h.test": EntryState.LOCKED, "open.test": EntryState.ACTIVE}
    assert store.get("h.test").outcome is Outcome.LOCKED
    assert store.get("open.test").outcome is Outcome.HIT
    assert (rattler.sends("h.test"), rattler.sends("open.test")) == (None, "Bearer t")


def test_an_unlocked_and_a_locked_copy_are_ambiguous(
    gnome_keyring: GnomeKeyring, provider: Provider, rattler: Rattler
) -> None:
    provider.client.put("current", "h.test", TOKEN)
    provider.client.put("current", "h.test", TOKEN, provider.other)
    gnome_keyring.lock(provider.other)
    store = provider.store()
    (entry,) = store.list().entries
    assert (entry.state, len(entry.items)) == (EntryState.AMBIGUOUS, 2)
    assert {item.collection for item in entry.items} == {"Login", "Other"}
    assert store.get("h.test").outcome is Outcome.AMBIGUOUS
    assert rattler.sends("h.test") is None


def test_a_locked_collection_without_anything_of_rattlers_is_no_matter(
    gnome_keyring: GnomeKeyring, provider: Provider
) -> None:
    provider.client.create({"service": "x"}, "x", collection=provider.other)
    gnome_keyring.lock(provider.other)
    store = provider.store()
    assert (store.list().state, store.notes) == (StoreState.OK, ())
    assert store.get("h.test").outcome is Outcome.MISS


def test_an_item_in_memory_counts_for_rattler_too(
    gnome_keyring: GnomeKeyring, provider: Provider, rattler: Rattler
) -> None:
    del gnome_keyring
    (memory,) = (path for path in provider.client.collections() if path.endswith("/session"))
    provider.client.put("current", "h.test", TOKEN, memory)
    assert provider.store().get("h.test").outcome is Outcome.HIT
    assert rattler.sends("h.test") == "Bearer t"
    provider.client.put("current", "h.test", TOKEN)
    assert provider.store().get("h.test").outcome is Outcome.AMBIGUOUS
    assert rattler.sends("h.test") is None


def test_only_a_collection_in_memory_is_no_collection(own_home: object) -> None:
    require(*PROGRAMS)
    with GnomeKeyring(unlock=False) as never_unlocked:
        store = store_of(never_unlocked)
        listing = store.list()
        assert (listing.state, listing.entries) == (StoreState.NO_COLLECTION, ())
        assert listing.failure is not None
        assert store.get("h.test").outcome is Outcome.MISS
        (memory,) = never_unlocked.client.collections()
        never_unlocked.client.put("current", "h.test", TOKEN, memory)
        listing = store_of(never_unlocked).list()
        assert listing.state is StoreState.NO_COLLECTION
        assert [entry.host for entry in listing.entries] == ["h.test"]
        with Judge(bus=never_unlocked.address) as judge:
            sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
    assert sent.authorization == "Bearer t"


def test_a_keychain_that_ends_is_absent_and_costs_nothing(own_gnome_keyring: GnomeKeyring) -> None:
    own_gnome_keyring.client.put("current", "h.test", TOKEN)
    store = store_of(own_gnome_keyring)
    assert store.get("h.test").outcome is Outcome.HIT
    own_gnome_keyring.stop()
    assert store.get("h.test").outcome is Outcome.HIT
    listing = store.list()
    assert (listing.state, listing.entries) == (StoreState.ABSENT, ())
    assert store.get("other.test").outcome is Outcome.MISS


@pytest.mark.parametrize(("garbled", "outcome"), [(3, Outcome.HIT), (4, Outcome.ERROR)])
def test_a_session_with_another_key_is_replaced(
    gnome_keyring: GnomeKeyring,
    monkeypatch: pytest.MonkeyPatch,
    garbled: int,
    outcome: Outcome,
) -> None:
    """KDE's wallet now and then encrypts with a key that was not agreed on; here it is ours."""
    provider = of_gnome_keyring(gnome_keyring)
    provider.client.put("current", "h.test", '{"BearerToken":"t"}')
    agree = Session.agree
    sessions = 0

    def misunderstand(self: Session, public_key: bytes, path: str) -> None:
        nonlocal sessions
        sessions += 1
        other = (int.from_bytes(public_key, "big") + 1).to_bytes(128, "big")
        agree(self, other if sessions <= garbled else public_key, path)

    monkeypatch.setattr(Session, "agree", misunderstand)
    assert provider.store().get("h.test").outcome is outcome
    assert sessions == 4
    (entry,) = provider.store().list().entries
    assert entry.kind == "BearerToken"
