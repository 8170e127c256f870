from __future__ import annotations

import pytest

from authui.stores.keychain.items import (
    FoundItem,
    HostNames,
    collection_name,
    has_host,
    matches,
    short_id,
    written_by,
)
from authui.stores.keychain.reading import grouped
from tests.support.secret_service_client import Layout, layout

HASH_OF_RATTLER = "266b465bc7e5c26cac0628767abe4986"
HASH_OF_H_TEST = "41515f5401c6c5ca8cb2f64a8b1e4615"
HASHED = {
    "gkr:compat:hashed:service": HASH_OF_RATTLER,
    "gkr:compat:hashed:username": HASH_OF_H_TEST,
    "xdg:schema": "org.freedesktop.Secret.Generic",
}


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("current", "rattler"),
        ("rust-keyring", "rattler (keyring v3.6.3)"),
        ("rust-keyring-2", "rattler (keyring v2.3.3)"),
        ("python-keyring", "Python keyring"),
    ],
)
def test_the_writer_of_each_layout_is_recognised(who: Layout, name: str) -> None:
    assert written_by(*layout(who, "h.test")) == name


def test_an_unknown_writer_has_no_name() -> None:
    assert written_by({"service": "rattler", "username": "h"}, "my own") is None
    assert written_by({}, "") is None
    old = {"application": "rust-keyring"}
    assert written_by(old, "renamed") == "rattler (keyring 2 or 3)"


def test_a_hash_is_recognised_among_known_hosts() -> None:
    assert HostNames(["x", "h.test"]).of(HASHED) == "h.test"
    assert HostNames(["x"]).of(HASHED) is None
    assert HostNames(["x"]).of({"username": "real"}) == "real"
    assert HostNames([""]).of({}) is None
    assert has_host(HASHED)
    assert not has_host({"service": "rattler"})


def test_results_are_compared_with_the_query() -> None:
    item = {"service": "rattler", "username": "h.test", "more": "x"}
    assert matches(item, "h.test")
    assert matches(HASHED, "h.test")
    assert matches(item, None)
    assert not matches(item, "other.test")
    assert not matches(HASHED, "other.test")
    assert not matches({"username": "h.test"}, "h.test")


def test_an_item_that_answers_every_name_belongs_to_each() -> None:
    def item(number: int, host: str | None, *, everywhere: bool = False) -> FoundItem:
        return FoundItem(f"/i/{number}", host, False, everywhere, {})

    wild = item(3, "w", everywhere=True)
    groups = grouped([item(1, "b"), item(2, "a"), wild, item(4, None)])
    assert [(g.host, [i.path for i in g.items]) for g in groups] == [
        ("a", ["/i/2", "/i/3"]),
        ("b", ["/i/1", "/i/3"]),
        (None, ["/i/3"]),
        (None, ["/i/4"]),
    ]
    assert [g.is_ambiguous for g in groups] == [True, True, False, False]


def test_paths_become_names() -> None:
    assert short_id("/org/freedesktop/secrets/collection/login/12") == "login/12"
    assert short_id("/elsewhere/12") == "/elsewhere/12"
    assert collection_name("/org/freedesktop/secrets/collection/Other_20one") == "Other one"
