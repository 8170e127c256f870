"""Changes against a real Secret Service, with real rattler as the judge of what came of them."""

from __future__ import annotations

import json
import time
from itertools import chain
from typing import get_args

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import (
    ChangedMeanwhile,
    NotStored,
    StoreLocked,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.abilities import HoldsSeveral, Lockable
from authui.stores.base import Stored, WritableStore
from authui.stores.environment import Environment
from authui.stores.keychain import open_keychain
from tests.stores.keychain.conftest import Rattler
from tests.support.keychain_provider import Provider
from tests.support.odd_services import Monitor
from tests.support.secret_service_client import Layout, layout

pytestmark = [pytest.mark.keychain, pytest.mark.rattler]

KNOWN = ("service", "username", "target", "application")
CHANGING = {"Collection.CreateItem", "Item.SetSecret", "Item.Delete", "Prompt.Prompt"}


def bearer(token: str) -> Secret:
    return Secret(json.dumps({"BearerToken": token}))


def stands(provider: Provider, host: str) -> list[tuple[str, dict[str, str], str]]:
    """Each item for a host: its path, the attributes that somebody gave it, and its label."""
    client = provider.client
    found = chain.from_iterable(client.search({"service": "rattler", "username": host}))
    return [
        (
            path,
            {k: v for k, v in client.get(path, "Item", "Attributes").items() if k in KNOWN},
            client.get(path, "Item", "Label"),
        )
        for path in found
    ]


def test_it_can_do_what_a_keychain_can(provider: Provider) -> None:
    store = provider.store()
    for ability in (WritableStore, HoldsSeveral, Lockable):
        assert isinstance(store, ability)
    mac, windows = (open_keychain(Environment({}, "/", one)) for one in ("darwin", "win32"))
    assert isinstance(mac, WritableStore)
    assert isinstance(windows, WritableStore)
    assert isinstance(mac, Lockable)
    assert not isinstance(windows, Lockable)
    assert not isinstance(mac, HoldsSeveral)
    assert not isinstance(windows, HoldsSeveral)


def test_a_new_item_is_made_as_rattler_makes_it(provider: Provider, rattler: Rattler) -> None:
    monitor = Monitor(provider.address)
    stored = provider.store().write("h.test", bearer("t"), before=None)
    calls = monitor.close()
    assert stored == Stored(bearer("t"))
    ((path, attributes, label),) = stands(provider, "h.test")
    assert path.rpartition("/")[0] == provider.default
    assert path.endswith(str(stored.item))
    assert (attributes, label) == layout("current", "h.test")
    secret = provider.client.call(path, "Item", "GetSecret", "o", provider.client.session())[0]
    assert bytes(secret[2]).decode() == bearer("t").reveal()
    if provider.name != "gnome-keyring":  # which keeps no content type
        assert secret[3] == "application/octet-stream"
    assert rattler.sends("h.test") == "Bearer t"
    assert not any("Unlock" in call for call in calls)
    assert calls.count("Collection.CreateItem") == 1
    assert "Item.SetSecret" not in calls


@pytest.mark.parametrize("who", get_args(Layout))
@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_item_of_each_layout_is_changed_in_place_and_deleted(
    who: Layout, elsewhere: bool, provider: Provider, rattler: Rattler
) -> None:
    where = provider.other if elsewhere else provider.default
    path = provider.client.put(who, "h.test", bearer("old").reveal(), where)
    assert rattler.sends("h.test") == "Bearer old"
    store = provider.store()
    before = store.read("h.test")
    assert before == Stored(bearer("old"))
    assert store.write("h.test", bearer("new"), before=before) == Stored(bearer("new"))
    assert stands(provider, "h.test") == [(path, *layout(who, "h.test"))]
    assert rattler.sends("h.test") == "Bearer new"
    store.delete("h.test", before=Stored(bearer("new")))
    assert stands(provider, "h.test") == []
    assert rattler.sends("h.test") is None


def test_a_key_is_taken_exactly_and_its_neighbours_stay(
    provider: Provider, rattler: Rattler
) -> None:
    hosts = ("H.test", "h.test.", "*.h.test", "h.test:80", "h.test", "Ünï.test", "a" * 5000)
    for host in hosts:
        provider.client.put("current", host, bearer("old").reveal())
    provider.client.create({"service": "other", "username": "h.test"}, "x", label="not rattler's")
    provider.client.create({"service": "rattler"}, "x", label="without a name")
    store = provider.store()
    store.write("h.test", bearer("new"), before=Stored(bearer("old")))
    store.delete("H.test")
    for host in hosts:
        stored = store.read(host)
        expected = {"h.test": bearer("new"), "H.test": None}.get(host, bearer("old"))
        assert (stored.text if stored else None) == expected, host
    assert len(provider.client.items(provider.default)) == len(hosts) - 1 + 2
    assert rattler.sends("h.test") == "Bearer new"
    assert rattler.sends("g.h.test") == "Bearer old"


@pytest.mark.parametrize("host", ["a\0b", "\udcff", "h.test\ud800"])
def test_a_name_that_is_no_text_is_refused(host: str, provider: Provider) -> None:
    store = provider.store()
    assert store.read(host) is None
    assert store.items(host) == ()
    with pytest.raises(WriteFailed):
        store.write(host, bearer("t"), before=None)
    with pytest.raises(NotStored):
        store.delete(host)
    with pytest.raises(WriteFailed):
        store.write("h.test", Secret("\udcff"), before=None)
    assert provider.client.items(provider.default) == []


@pytest.mark.parametrize("held", [b"\xff\xfe", b"nonsense", b"{}"])
def test_what_is_no_credential_is_replaced_and_deleted(
    held: bytes, provider: Provider, rattler: Rattler
) -> None:
    store = provider.store()
    provider.client.put("current", "h.test", held)
    before = store.read("h.test")
    assert before is not None
    assert (before.text is None) == (held == b"\xff\xfe")
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", bearer("t"), before=Stored(bearer("something else")))
    store.write("h.test", bearer("t"), before=before)
    assert rattler.sends("h.test") == "Bearer t"
    with pytest.raises(ChangedMeanwhile):
        store.delete("h.test", before=before)
    provider.client.put("current", "i.test", held)
    store.delete("i.test", before=before)
    assert stands(provider, "i.test") == []
    provider.client.put("current", "i.test", held)
    store.delete("i.test")
    assert [path for path, *_ in stands(provider, "i.test")] == []
    assert len(stands(provider, "h.test")) == 1


def test_a_delete_reads_no_secret(provider: Provider) -> None:
    provider.client.put("current", "h.test", bearer("t").reveal())
    monitor = Monitor(provider.address)
    provider.store().delete("h.test")
    calls = monitor.close()
    assert "Service.OpenSession" not in calls
    assert CHANGING & set(calls) <= {"Item.Delete", "Prompt.Prompt"}


@pytest.mark.parametrize("seen", [None, Stored(bearer("seen")), Stored(None)])
def test_what_was_not_seen_is_not_changed(seen: Stored | None, provider: Provider) -> None:
    provider.client.put("current", "h.test", bearer("there").reveal())
    monitor = Monitor(provider.address)
    store = provider.store()
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", bearer("mine"), before=seen)
    with pytest.raises(ChangedMeanwhile):
        store.write("gone.test", bearer("mine"), before=Stored(bearer("seen")))
    if seen is not None:
        with pytest.raises(ChangedMeanwhile):
            store.delete("h.test", before=seen)
    assert not CHANGING & set(monitor.close())
    assert store.read("h.test") == Stored(bearer("there"))


def test_locked_items_are_not_changed_and_not_unlocked(provider: Provider) -> None:
    if provider.name == "keepassxc":
        pytest.skip("a locked database has no items that could be changed")
    provider.client.put("current", "h.test", bearer("t").reveal())
    provider.client.lock(provider.default)
    monitor = Monitor(provider.address)
    store = provider.store()
    for attempt in (
        lambda: store.read("h.test"),
        lambda: store.write("h.test", bearer("new"), before=Stored(bearer("t"))),
        lambda: store.write("new.test", bearer("new"), before=None),
        lambda: store.delete("h.test"),
        lambda: store.delete("h.test", before=Stored(bearer("t"))),
    ):
        with pytest.raises(StoreLocked) as caught:
            attempt()  # type: ignore[no-untyped-call]
        assert "authui unlock" in str(caught.value.hint)
    (held,) = store.items("h.test")
    assert held.stored is None
    calls = monitor.close()
    assert not CHANGING & set(calls)
    assert not any("Unlock" in call for call in calls)
    assert provider.client.locked(provider.default)


def test_what_was_read_before_a_change_is_not_kept(provider: Provider) -> None:
    provider.client.put("current", "h.test", bearer("t").reveal())
    store = provider.store()
    assert store.get("h.test").outcome is Outcome.HIT
    assert store.get("new.test").outcome is Outcome.MISS
    assert len(store.list().entries) == 1
    store.write("new.test", bearer("n"), before=None)
    assert store.get("new.test").outcome is Outcome.HIT
    assert len(store.list().entries) == 2
    store.delete("h.test")
    assert store.get("h.test").outcome is Outcome.MISS
    assert [entry.host for entry in store.list().entries] == ["new.test"]
    provider.client.put("current", "late.test", bearer("t").reveal())
    assert len(store.list().entries) == 1
    store.forget()
    assert len(store.list().entries) == 2


def test_the_connection_that_reads_back_never_changes_anything(provider: Provider) -> None:
    store = provider.store()
    store.write("h.test", bearer("a"), before=None)
    looking = store._reach._second
    assert looking is not None
    sent: list[str] = []
    call_all = looking.bus.call_all

    def spy(messages, *rest):  # type: ignore[no-untyped-def]
        kept = list(messages)
        sent.extend(str(message.header.fields[3]) for message in kept)
        return call_all(kept, *rest)

    looking.bus.call_all = spy  # type: ignore[method-assign]
    store.write("h.test", bearer("b"), before=Stored(bearer("a")))
    store.delete("h.test")
    assert store._reach._second is looking
    assert {"SearchItems", "GetSecret"} <= set(sent)
    assert not {"SetSecret", "CreateItem", "Delete", "Unlock", "Prompt"} & set(sent)
    store.close()


def test_what_rattler_refreshed_itself_is_changed_like_any_other(
    provider: Provider, rattler: Rattler
) -> None:
    oauth = {
        "OAuth": {
            "access_token": "a",
            "refresh_token": "r",
            "expires_at": 1,
            "token_endpoint": "http://idp.test/token",
            "revocation_endpoint": None,
            "client_id": "c",
        }
    }
    store = provider.store()
    store.write("h.test", Secret(json.dumps(oauth)), before=None)
    ((path, *_),) = stands(provider, "h.test")
    answer = {"access_token": "fresh", "refresh_token": "r2", "expires_in": 10**6}
    sent = rattler.refreshes("h.test", json.dumps(answer))
    assert sent == "Bearer fresh"
    assert [found for found, *_ in stands(provider, "h.test")] == [path]
    refreshed = store.read("h.test")
    assert refreshed is not None
    assert refreshed.text is not None
    held = json.loads(refreshed.text.reveal())["OAuth"]
    assert (held["access_token"], held["refresh_token"]) == ("fresh", "r2")
    assert held["expires_at"] > time.time()
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", bearer("mine"), before=Stored(Secret(json.dumps(oauth))))
    store.write("h.test", bearer("mine"), before=refreshed)
    assert stands(provider, "h.test") == [(path, *layout("current", "h.test"))]
    assert rattler.sends("h.test") == "Bearer mine"
    store.delete("h.test")
    assert rattler.sends("h.test") is None


def test_an_item_that_rattler_made_from_a_file_is_one_like_any_other(
    provider: Provider, rattler: Rattler
) -> None:
    """rattler keeps what it refreshed in the keychain, wherever it found it: it makes an item."""
    rattler.write_file({"h.test": {"OAuth": {
        "access_token": "a", "refresh_token": "r", "expires_at": 1, "client_id": "c",
        "token_endpoint": "http://idp.test/token", "revocation_endpoint": None,
    }}})  # fmt: skip
    answer = {"access_token": "fresh", "refresh_token": "r2", "expires_in": 10**6}
    assert rattler.refreshes("h.test", json.dumps(answer)) == "Bearer fresh"
    ((path, *shown),) = stands(provider, "h.test")
    assert shown == [*layout("current", "h.test")]
    store = provider.store()
    (entry,) = store.list().entries
    assert (entry.kind, entry.state) == ("OAuth", EntryState.ACTIVE)
    store.write("h.test", bearer("mine"), before=store.read("h.test"))
    assert [found for found, *_ in stands(provider, "h.test")] == [path]
    assert rattler.sends("h.test") == "Bearer mine"
    store.delete("h.test")
    assert stands(provider, "h.test") == []


def test_many_are_written_and_deleted_one_after_another(provider: Provider) -> None:
    store = provider.store()
    hosts = [f"h{n:02}.test" for n in range(25)]
    for host in hosts:
        store.write(host, bearer(host), before=None)
    assert [entry.host for entry in store.list().entries] == hosts
    for host in hosts:
        assert store.read(host) == Stored(bearer(host))
        store.write(host, bearer("b"), before=Stored(bearer(host)))
    for host in hosts:
        store.delete(host, before=Stored(bearer("b")))
    assert store.list().entries == ()
    assert provider.client.items(provider.default) == []


def test_an_item_of_a_collection_that_lasts_is_made_whatever_lies_in_memory(
    provider: Provider,
) -> None:
    if provider.name != "gnome-keyring":
        pytest.skip("only gnome-keyring has a collection in memory")
    client = provider.client
    (memory,) = (path for path in client.collections() if path.endswith("/session"))
    client.put("current", "memory.test", bearer("m").reveal(), memory)
    store = provider.store()
    store.write("memory.test", bearer("n"), before=Stored(bearer("m")))
    store.write("h.test", bearer("t"), before=None)
    assert [path.rpartition("/")[0] for path, *_ in stands(provider, "h.test")] == [
        provider.default
    ]
    assert client.items(memory) == [path for path, *_ in stands(provider, "memory.test")]


def test_the_text_of_an_item_is_taken_as_it_is(provider: Provider) -> None:
    for n, text in enumerate(
        ('{"BearerToken":"{TITLE}{USERNAME}"}',
         "é☃\U0001f600\t\n\x7f", "", "x" * 20_000)
    ):  # fmt: skip
        store = provider.store()
        stored = store.write(f"h{n}.test", Secret(text), before=None)
        assert stored == Stored(Secret(text)) == store.read(f"h{n}.test")
        store.write(f"h{n}.test", bearer("t"), before=stored)
        assert store.write(f"h{n}.test", Secret(text), before=Stored(bearer("t"))) == stored
        assert store.read(f"h{n}.test") == stored


def test_errors_and_results_show_no_secret(provider: Provider) -> None:
    store = provider.store()
    canary = bearer("CANARY")
    stored = store.write("h.test", canary, before=None)
    shown = [
        repr(stored),
        repr(store.items("h.test")),
        repr(vars(store)),
        repr(store.read("h.test")),
    ]
    with pytest.raises(ChangedMeanwhile) as caught:
        store.write("h.test", bearer("CANARY2"), before=None)
    shown += [repr(caught.value), str(caught.value.hint)]
    assert "CANARY" not in "".join(shown)


def test_an_item_is_described_as_rattlers(provider: Provider) -> None:
    store = provider.store()
    stored = store.write("*.h.test", bearer("t"), before=None)
    (held,) = store.items("*.h.test")
    assert held.item.label == "keyring:*.h.test@rattler"
    assert held.item.written_by == "rattler"
    assert (held.item.id, held.stored) == (stored.item, stored)
