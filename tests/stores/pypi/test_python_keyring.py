"""Python's keyring with the real library, the real program and a real gnome-keyring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from authui.model.errors import BadInput, NoCollection, NotStored, StoreLocked, StoreState
from authui.model.secret import Secret
from authui.stores.environment import Environment
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.python_keyring import PythonKeyring
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.real_keyring import keyring_program, keyring_set, put_as_keyring, use

INDEX = "https://pypi.example:8443/simple/"
OTHER = "https://pypi.example:8443/simple"
APPLICATION = {"application": "Python keyring library"}


@pytest.fixture
def keyring(
    gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PythonKeyring]:
    use(gnome_keyring, monkeypatch)
    with PythonKeyring(Environment.current()) as keyring:
        yield keyring


def names(keyring: PythonKeyring, *indexes: IndexUrl) -> list[tuple[str, str | None]]:
    return sorted((one.service, one.username) for one in keyring.contents(indexes).items)


def test_the_backend_is_the_one_that_keyring_chooses(keyring: PythonKeyring) -> None:
    backend = keyring.backend
    assert (backend.name, backend.kind, backend.origin) == (
        "keyring.backends.SecretService.Keyring",
        "secret-service",
        "default",
    )
    assert backend.is_enumerated
    assert backend.encrypted
    assert f"{backend.name} (priority: 5)" in keyring_program("--list-backends").stdout


def test_what_is_set_is_what_the_program_gets(keyring: PythonKeyring) -> None:
    keyring.set(INDEX, "bob", Secret("pä\"ss'w\\ord"))
    assert keyring_program("get", INDEX, "bob").stdout == "pä\"ss'w\\ord\n"
    assert keyring_program("get", OTHER, "bob").returncode != 0
    assert keyring.get(INDEX, "bob") == Secret("pä\"ss'w\\ord")
    assert keyring.get(INDEX, "al") is None


def test_what_the_program_sets_is_listed_read_and_deleted(keyring: PythonKeyring) -> None:
    keyring_set(INDEX, "bob", "one")
    keyring_set("pypi.example:8443", "al", "two")
    assert names(keyring) == [(INDEX, "bob"), ("pypi.example:8443", "al")]
    assert keyring.get("pypi.example:8443", "al") == Secret("two")
    keyring.delete(INDEX, "bob")
    assert names(keyring) == [("pypi.example:8443", "al")]
    assert keyring_program("get", INDEX, "bob").returncode != 0
    with pytest.raises(NotStored):
        keyring.delete(INDEX, "bob")


def test_only_what_uv_could_ask_for_is_listed(
    keyring: PythonKeyring, gnome_keyring: GnomeKeyring
) -> None:
    for service in ("rattler", "system", "my app", "uv:https://a.example/simple", "x.rattler"):
        gnome_keyring.client.create({"service": service, "username": "u", **APPLICATION}, "s")
    gnome_keyring.client.put("current", "host.example", '{"BearerToken":"t"}')
    create = gnome_keyring.client.create
    create({"service": "uv:https://b.example/", "username": "u"}, "s")
    create({"service": "org.some.App", "username": "u"}, "s")
    create({"service": INDEX}, "s")
    create({"server": INDEX, "user": "u"}, "s")
    assert names(keyring) == []
    create({"service": INDEX, "username": "by-another-program"}, "s")
    create({"service": "intranet", "username": "u", **APPLICATION}, "s")
    assert names(keyring) == [(INDEX, "by-another-program")]
    known = IndexUrl("https://intranet/simple", "u", "pixi.toml")
    assert names(keyring, known) == [(INDEX, "by-another-program"), ("intranet", "u")]
    assert keyring_program("get", "intranet", "u").stdout == "s\n"


def test_an_item_where_keyring_does_not_look_is_said_to_be_there(
    keyring: PythonKeyring, gnome_keyring: GnomeKeyring
) -> None:
    other = gnome_keyring.create_collection("elsewhere")
    attributes = {"service": INDEX, "username": "bob", **APPLICATION}
    gnome_keyring.client.create(attributes, "s", collection=other)
    (item,) = keyring.contents([]).items
    assert not item.is_found
    assert item.detail is not None
    assert "elsewhere" in item.detail
    assert keyring_program("get", INDEX, "bob").returncode != 0


def test_other_attributes_and_another_collection_are_followed_as_keyring_does(
    gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    other = gnome_keyring.create_collection("elsewhere")
    monkeypatch.setenv("KEYRING_PROPERTY_SCHEME", "KeePassXC")
    monkeypatch.setenv("KEYRING_PROPERTY_PREFERRED_COLLECTION", other)
    keyring_set(INDEX, "bob", "one")
    with PythonKeyring(Environment.current()) as keyring:
        assert [item.is_found for item in keyring.contents([]).items] == [True]
        assert names(keyring) == [(INDEX, "bob")]
        gnome_keyring.lock(other)
        with pytest.raises(StoreLocked):
            keyring.get(INDEX, "bob")


def test_two_items_for_one_name_are_one_entry(
    keyring: PythonKeyring, gnome_keyring: GnomeKeyring
) -> None:
    put_as_keyring(gnome_keyring, INDEX, "bob", "one")
    gnome_keyring.client.create({"service": INDEX, "username": "bob"}, "two")
    (item,) = keyring.contents([]).items
    assert item.detail is not None
    assert "2 items" in item.detail
    keyring.delete(INDEX, "bob")
    assert keyring.get(INDEX, "bob") is not None


def test_rattlers_items_stay_as_they_are(
    keyring: PythonKeyring, gnome_keyring: GnomeKeyring
) -> None:
    path = gnome_keyring.client.put("current", "pypi.example", '{"BearerToken":"t"}')
    before = state_of(gnome_keyring, path)
    keyring.set(INDEX, "bob", Secret("one"))
    keyring.contents([])
    keyring.delete(INDEX, "bob")
    for change in (keyring.get, keyring.delete):
        with pytest.raises(BadInput):
            change("rattler", "pypi.example")
    with pytest.raises(BadInput):
        keyring.set("rattler", "pypi.example", Secret("x"))
    assert state_of(gnome_keyring, path) == before


def state_of(keyring: GnomeKeyring, path: str) -> object:
    """Everything that can be seen of an item, but what gnome-keyring adds to it as it saves."""
    client = keyring.client
    secret = client.call(path, "Item", "GetSecret", "o", client.session())[0]
    seen = [client.get(path, "Item", name) for name in ("Attributes", "Label", "Modified")]
    seen[0].pop("xdg:schema", None)
    return [*seen, bytes(secret[2])]


def test_locked_it_is_named_and_nothing_opens_a_window(
    keyring: PythonKeyring, gnome_keyring: GnomeKeyring
) -> None:
    put_as_keyring(gnome_keyring, INDEX, "bob", "one")
    gnome_keyring.lock()
    contents = keyring.contents([])
    assert contents.failure is not None
    assert contents.failure.state is StoreState.LOCKED
    assert contents.failure.hint is not None
    assert "authui unlock" in contents.failure.hint
    assert [(item.service, item.is_locked) for item in contents.items] == [(INDEX, True)]
    with pytest.raises(StoreLocked):
        keyring.get(INDEX, "bob")
    with pytest.raises(StoreLocked):
        keyring.set(INDEX, "bob", Secret("two"))
    with pytest.raises(StoreLocked):
        keyring.delete(INDEX, "bob")


def test_hashed_names_are_recognised_where_the_index_is_known(
    own_gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(own_gnome_keyring, monkeypatch)
    put_as_keyring(own_gnome_keyring, INDEX, "bob", "one")
    own_gnome_keyring.restart(unlock=False)
    with PythonKeyring(Environment.current()) as keyring:
        assert names(keyring) == []
        known = IndexUrl(INDEX, "bob", "pixi.toml")
        assert names(keyring, known) == [(INDEX, "bob")]
        assert names(keyring, IndexUrl(INDEX, None, "pixi.toml")) == [(INDEX, None)]


def test_a_keyring_without_a_default_collection_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with GnomeKeyring(unlock=False) as bare:
        use(bare, monkeypatch)
        with PythonKeyring(Environment.current()) as keyring:
            failure = keyring.contents([]).failure
            assert isinstance(failure, NoCollection)
            with pytest.raises(NoCollection):
                keyring.set(INDEX, "bob", Secret("x"))
            assert bare.client.default() == "/"
