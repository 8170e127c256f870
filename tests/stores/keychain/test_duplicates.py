"""Several items for one key, of which rattler uses none: each is shown, changed and deleted alone."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import Ambiguous, ChangedMeanwhile
from authui.model.secret import Secret
from authui.stores.abilities import HeldItem
from authui.stores.base import Stored
from tests.stores.keychain.conftest import Rattler
from tests.support.keychain_provider import Provider
from tests.support.secret_service_client import Layout

pytestmark = [pytest.mark.keychain, pytest.mark.rattler]


def bearer(token: str) -> Secret:
    return Secret(json.dumps({"BearerToken": token}))


def held(provider: Provider, host: str = "h.test") -> dict[str, HeldItem]:
    """The items of a host by what they hold."""
    found = {}
    for item in provider.store().items(host):
        assert item.stored is not None
        assert item.stored.text is not None
        assert item.stored.item == item.item.id
        found[json.loads(item.stored.text.reveal())["BearerToken"]] = item
    return found


def put_two(
    provider: Provider, second: Layout = "python-keyring", *, elsewhere: bool = False
) -> None:
    where = provider.other if elsewhere else provider.default
    provider.client.put("current", "h.test", bearer("one").reveal())
    provider.client.put(second, "h.test", bearer("two").reveal(), where)


@pytest.mark.parametrize("second", get_args(Layout))
@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("kept", ["one", "two"])
def test_keeping_one_lets_rattler_use_it(
    second: Layout, elsewhere: bool, kept: str, provider: Provider, rattler: Rattler
) -> None:
    put_two(provider, second, elsewhere=elsewhere)
    assert rattler.sends("h.test") is None
    items = held(provider)
    assert set(items) == {"one", "two"}
    assert items["one"].item.written_by == "rattler"
    assert len({item.item.collection for item in items.values()}) == (2 if elsewhere else 1)
    (gone,) = {"one", "two"} - {kept}
    store = provider.store()
    store.delete("h.test", item=items[gone].item.id, before=items[gone].stored)
    (entry,) = store.list().entries
    assert (entry.state, entry.kind) == (EntryState.ACTIVE, "BearerToken")
    assert held(provider) == {kept: items[kept]}
    assert rattler.sends("h.test") == f"Bearer {kept}"


def test_nothing_is_chosen_for_the_person(provider: Provider) -> None:
    put_two(provider)
    store = provider.store()
    ids = {item.item.id for item in held(provider).values()}
    for wrong in (None, "no/such", "one"):
        for attempt in (
            lambda item=wrong: store.read("h.test", item=item),
            lambda item=wrong: store.write(
                "h.test", bearer("x"), before=Stored(bearer("one")), item=item
            ),
            lambda item=wrong: store.write("h.test", bearer("x"), before=None, item=item),
            lambda item=wrong: store.delete("h.test", item=item),
        ):
            with pytest.raises(Ambiguous) as caught:
                attempt()  # type: ignore[no-untyped-call]
            assert all(name in str(caught.value.hint) for name in ids)
    assert set(held(provider)) == {"one", "two"}


def test_one_of_them_is_read_and_changed_alone(provider: Provider, rattler: Rattler) -> None:
    put_two(provider)
    store = provider.store()
    name = held(provider)["two"].item.id
    assert store.read("h.test", item=name) == Stored(bearer("two"))
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", bearer("new"), before=Stored(bearer("one")), item=name)
    stored = store.write("h.test", bearer("new"), before=Stored(bearer("two")), item=name)
    assert (stored, stored.item) == (Stored(bearer("new")), name)
    assert {k: v.item.id for k, v in held(provider).items()}["new"] == name
    assert set(held(provider)) == {"one", "new"}
    assert rattler.sends("h.test") is None


def test_an_item_that_is_gone_is_not_another(provider: Provider) -> None:
    put_two(provider)
    items = held(provider)
    store = provider.store()
    store.delete("h.test", item=items["two"].item.id)
    gone = items["two"].item.id
    assert store.read("h.test", item=gone) is None
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", bearer("x"), before=Stored(bearer("two")), item=gone)
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", bearer("x"), before=None, item=gone)
    with pytest.raises(ChangedMeanwhile):
        store.delete("h.test", before=Stored(bearer("two")), item=gone)
    assert held(provider) == {"one": items["one"]}


def test_what_cannot_be_decoded_is_one_of_them(provider: Provider) -> None:
    provider.client.put("current", "h.test", b"\xff\xfe")
    provider.client.put("python-keyring", "h.test", b"nonsense")
    store = provider.store()
    items = store.items("h.test")
    assert len(items) == 2
    bad = next(item for item in items if item.stored is not None and item.stored.text is None)
    store.delete("h.test", item=bad.item.id)
    (left,) = store.items("h.test")
    assert left.stored == Stored(Secret("nonsense"))


def test_locked_copies_are_shown_without_their_secret(provider: Provider) -> None:
    if provider.name == "keepassxc":
        pytest.skip("a locked database has no items to show")
    put_two(provider, elsewhere=True)
    provider.client.lock(provider.other)
    store = provider.store()
    shown = {
        item.stored.text is not None if item.stored else False for item in store.items("h.test")
    }
    assert shown == {True, False}
    assert store.get("h.test").outcome is Outcome.AMBIGUOUS


def test_a_key_without_items_has_none(provider: Provider) -> None:
    assert provider.store().items("h.test") == ()


def test_a_single_item_may_be_named(provider: Provider) -> None:
    store = provider.store()
    stored = store.write("h.test", bearer("a"), before=None)
    assert store.read("h.test", item=stored.item) == stored
    store.write("h.test", bearer("b"), before=stored, item=stored.item)
    store.delete("h.test", item=stored.item)
    assert store.items("h.test") == ()
