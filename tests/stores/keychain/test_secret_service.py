"""The store against a real Secret Service and real rattler: gnome-keyring, or the one of this run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from authui.model.credential import BasicHTTP, BearerToken
from authui.model.entry import Entry, EntryState, Outcome
from authui.model.errors import StoreState
from tests.stores.keychain.conftest import Rattler
from tests.support.keychain_provider import Provider
from tests.support.odd_services import Monitor
from tests.support.secret_service_client import Layout

pytestmark = [pytest.mark.keychain, pytest.mark.rattler]

# What a reader may call: nothing of this unlocks, asks, writes or deletes.
READING = {
    "Get",
    "GetAll",
    "Service.ReadAlias",
    "Service.SearchItems",
    "Collection.SearchItems",
    "Service.OpenSession",
    "Service.GetSecrets",
    "Item.GetSecret",
}


def bearer(token: str) -> str:
    return json.dumps({"BearerToken": token})


def entries(provider: Provider) -> dict[str | None, Entry]:
    listing = provider.store().list()
    assert listing.state is StoreState.OK, listing.failure
    assert listing.failure is None
    found = {entry.host: entry for entry in listing.entries}
    assert len(found) == len(listing.entries)
    return found


def test_an_empty_keychain_is_ok(provider: Provider) -> None:
    store = provider.store()
    assert store.list().state is StoreState.OK
    assert store.list().entries == ()
    assert store.get("h.test").outcome is Outcome.MISS
    assert store.notes == ()
    assert store.blocks is None


@pytest.mark.parametrize("who", get_args(Layout))
def test_an_item_of_each_layout_is_listed_and_used_as_rattler_uses_it(
    who: Layout, provider: Provider, rattler: Rattler
) -> None:
    provider.client.put(who, "h.test", bearer("t"))
    entry = entries(provider)["h.test"]
    assert (entry.kind, entry.state, entry.items, entry.detail) == (
        "BearerToken",
        EntryState.ACTIVE,
        (),
        None,
    )
    answer = provider.store().get("h.test")
    assert answer.outcome is Outcome.HIT
    assert isinstance(answer.credential, BearerToken)
    assert f"Bearer {answer.credential.token.reveal()}" == rattler.sends("h.test") == "Bearer t"


def test_what_may_be_shown_is_read_along(provider: Provider, rattler: Rattler) -> None:
    basic = {"BasicHTTP": {"username": "bob", "password": "p"}}
    expiry = 4_000_000_000
    oauth = {
        "OAuth": {
            "access_token": "a",
            "refresh_token": None,
            "expires_at": expiry,
            "token_endpoint": "http://idp.test",
            "revocation_endpoint": None,
            "client_id": "c",
        }
    }
    provider.client.put("current", "basic.test", json.dumps(basic))
    provider.client.put("current", "oauth.test", json.dumps(oauth))
    found = entries(provider)
    assert (found["basic.test"].username, found["basic.test"].kind) == ("bob", "BasicHTTP")
    assert (found["oauth.test"].expires_at, found["oauth.test"].kind) == (expiry, "OAuth")
    credential = provider.store().get("basic.test").credential
    assert isinstance(credential, BasicHTTP)
    assert rattler.sends("basic.test") == "Basic Ym9iOnA="
    assert rattler.sends("oauth.test") == "Bearer a"


@pytest.mark.parametrize("second", get_args(Layout))
@pytest.mark.parametrize("elsewhere", [False, True])
def test_two_items_for_one_key_are_ambiguous_and_rattler_sends_nothing(
    second: Layout, elsewhere: bool, provider: Provider, rattler: Rattler
) -> None:
    provider.client.put("current", "h.test", bearer("one"))
    where = provider.other if elsewhere else provider.default
    provider.client.put(second, "h.test", bearer("two"), where)
    entry = entries(provider)["h.test"]
    assert (entry.state, entry.kind) == (EntryState.AMBIGUOUS, None)
    assert len({item.id for item in entry.items}) == 2
    writers = {
        "current": "rattler",
        "rust-keyring": "rattler (keyring v3.6.3)",
        "rust-keyring-2": "rattler (keyring v2.3.3)",
        "python-keyring": "Python keyring",
    }
    assert sorted(str(item.written_by) for item in entry.items) == sorted(
        ["rattler", writers[second]]
    )
    assert len({item.collection for item in entry.items}) == (2 if elsewhere else 1)
    assert all(item.created is not None and item.created > 10**9 for item in entry.items)
    answer = provider.store().get("h.test")
    assert (answer.outcome, answer.credential) == (Outcome.AMBIGUOUS, None)
    assert {item.id for item in answer.items} == {item.id for item in entry.items}
    assert rattler.sends("h.test") is None


def test_an_item_in_another_collection_counts(provider: Provider, rattler: Rattler) -> None:
    provider.client.put("current", "h.test", bearer("other"), provider.other)
    assert entries(provider)["h.test"].state is EntryState.ACTIVE
    assert provider.store().get("h.test").outcome is Outcome.HIT
    assert rattler.sends("h.test") == "Bearer other"


@pytest.mark.parametrize(
    "secret",
    [b"", b"nonsense", b"\xff\xfe", b'{"BasicHttp":{"username":"u","password":"p"}}', b"{}"],
)
def test_a_secret_that_is_no_credential_is_unreadable(
    secret: bytes, provider: Provider, rattler: Rattler
) -> None:
    provider.client.put("current", "h.test", secret)
    provider.client.put("current", "*.test", bearer("next"))
    entry = entries(provider)["h.test"]
    assert (entry.state, entry.kind) == (EntryState.UNREADABLE, None)
    assert entry.detail is not None
    assert "nonsense" not in entry.detail
    assert ("UTF-8" in entry.detail) == (secret == b"\xff\xfe")
    answer = provider.store().get("h.test")
    assert (answer.outcome, answer.credential, answer.failure) == (Outcome.ERROR, None, None)
    assert rattler.sends("h.test") == "Bearer next"


def test_keys_are_exact(provider: Provider, rattler: Rattler) -> None:
    for host in ("H.test", "h.test.", "*.h.test", "h.test:80", "Ünï.test"):
        provider.client.put("current", host, bearer("t"))
    assert set(entries(provider)) == {"H.test", "h.test.", "*.h.test", "h.test:80", "Ünï.test"}
    store = provider.store()
    for missing in ("h.test", "H.TEST", "*", "", "h.test:8", "ünï.test", "a\0b", "\udcff"):
        assert store.get(missing).outcome is Outcome.MISS, missing
    for there in ("H.test", "h.test.", "*.h.test", "Ünï.test"):
        assert store.get(there).outcome is Outcome.HIT, there
    assert rattler.sends("g.h.test") == "Bearer t"
    assert rattler.sends("other.test") is None


def test_what_is_not_rattlers_is_left_alone(provider: Provider, rattler: Rattler) -> None:
    client = provider.client
    client.create({"service": "rattler"}, bearer("t"))
    client.create({"service": "other", "username": "h.test"}, bearer("t"))
    client.create({"username": "h.test"}, bearer("t"))
    assert entries(provider) == {}
    assert provider.store().get("h.test").outcome is Outcome.MISS
    assert rattler.sends("h.test") is None
    client.create({"service": "rattler", "username": "h.test", "more": "x"}, bearer("more"))
    assert set(entries(provider)) == {"h.test"}
    assert rattler.sends("h.test") == "Bearer more"


def test_hostile_names_and_labels_are_data(provider: Provider) -> None:
    hosts = ["[/x]", "[fe80::1]", "a\u202eb", "x" * 10_000, "a/../b", "%s{}", "*"]
    if provider.name != "keepassxc":  # its format is XML, which has no such characters
        hosts += ["a\x1b[2Jb", "a\nb", "\x7f"]
    for host in hosts:
        provider.client.put("current", host, bearer("t"))
    found = entries(provider)
    assert set(found) == set(hosts)
    assert {entry.kind for entry in found.values()} == {"BearerToken"}


def test_many_items_are_read_in_batches(provider: Provider) -> None:
    hosts = [f"h{n:02}.test" for n in range(45)]
    for host in hosts:
        provider.client.put("current", host, bearer(host))
    found = entries(provider)
    assert list(found) == hosts
    assert {entry.kind for entry in found.values()} == {"BearerToken"}


def test_reading_calls_nothing_that_asks_or_changes(provider: Provider) -> None:
    for host, secret in (("a.test", bearer("t")), ("b.test", "nonsense")):
        provider.client.put("current", host, secret)
        provider.client.put("current", "two.test", secret)
    monitor = Monitor(provider.address)
    store = provider.store()
    store.list()
    for host in ("a.test", "b.test", "two.test", "none.test"):
        store.get(host)
    calls = monitor.close()
    assert "Service.GetSecrets" in calls
    assert set(calls) <= READING


def test_nothing_is_decrypted_where_nothing_was_found(provider: Provider) -> None:
    provider.client.create({"service": "other", "username": "h.test"}, "x")
    monitor = Monitor(provider.address)
    store = provider.store()
    store.list()
    store.get("h.test")
    calls = monitor.close()
    assert "Service.OpenSession" not in calls
    assert calls.count("Service.SearchItems") == 2


def test_a_lookup_asks_only_for_its_key_and_only_once(provider: Provider) -> None:
    provider.client.put("current", "h.test", bearer("t"))
    monitor = Monitor(provider.address)
    store = provider.store()
    first = store.get("h.test")
    assert store.get("h.test") is first
    assert monitor.close().count("Service.SearchItems") == 1


def test_no_secret_shows_itself(provider: Provider) -> None:
    provider.client.put("current", "h.test", bearer("CANARY"))
    provider.client.put("current", "bad.test", '{"BearerToken":"CANARY"')
    provider.client.put("current", "bytes.test", b"CANARY\xff")
    store = provider.store()
    shown = [repr(store.list()), repr(vars(store))]
    shown += [repr(store.get(host)) for host in ("h.test", "bad.test", "bytes.test")]
    assert not any("CANARY" in text for text in shown)


def test_a_closed_store_keeps_what_it_read(provider: Provider, own_home: Path) -> None:
    del own_home
    provider.client.put("current", "h.test", bearer("t"))
    store = provider.store()
    listing = store.list()
    store.close()
    assert store.list() is listing
    assert store.get("h.test").outcome is Outcome.HIT
    store.close()
