from __future__ import annotations

from pathlib import Path

import pytest

from authui.cli.stores_command import _entries
from authui.model.errors import StoreState
from authui.services.catalog import StoreReport
from authui.stores.base import StoreInfo
from tests.support.program import run, write_credentials


def test_json_follows_the_contract(own_home: Path) -> None:
    write_credentials(own_home, {})
    other = own_home / "other.json"
    other.write_text("{}")
    done = run("stores", "--json", RATTLER_AUTH_FILE=str(other))
    assert (done.err, done.status) == ("", 0)
    value = done.object
    assert value["version"] == 1
    assert value["client"] == "pixi"
    assert value["blocked_by"] == []
    assert "entries" not in value
    stores = value["stores"]
    assert [store["id"] for store in stores] == ["auth-file", "keychain", "file", "netrc"]
    assert [store["order"] for store in stores] == [1, 2, 3, 4]
    for store in stores:
        keys = (
            *("id", "names", "name", "location", "origin", "order", "state"),
            *("writable", "encrypted", "detail"),
        )
        assert list(store)[: len(keys)] == list(keys)
    assert stores[0]["origin"] == "RATTLER_AUTH_FILE"
    assert stores[0]["location"] == str(other)
    assert stores[0]["names"] == ["auth-file"]


@pytest.mark.parametrize("client", ["pixi", "rattler", "rattler-build"])
def test_the_client_decides_the_order(client: str, own_home: Path) -> None:
    given = own_home / "given.json"
    given.write_text("{}")
    options = [] if client == "rattler" else ["--auth-file", str(given)]
    value = run("--client", client, *options, "stores", "--json").object
    ids = [store["id"] for store in value["stores"]]
    expected = ["keychain", "file", "netrc"]
    if client == "pixi":
        expected = ["override-file", *expected]
    elif client == "rattler-build":
        expected = [*expected, "override-file"]
    assert ids == expected
    assert value["client"] == client


def test_auth_file_is_no_option_of_rattler() -> None:
    done = run("--client", "rattler", "--auth-file", "/f", "stores", "--json")
    assert done.status == 2
    assert "--auth-file" in done.object["error"]["message"]
    assert done.object["error"]["hint"]


def test_text_names_each_store_in_order(own_home: Path) -> None:
    write_credentials(own_home, {"a.example": {"BearerToken": "x"}})
    done = run("stores")
    assert done.status == 0
    heading, *rows = done.out.splitlines()
    assert heading.split() == [
        *("#", "Store", "Name", "Location", "Origin", "State", "Encrypted", "Entries"),
    ]
    assert [row.split()[:2] for row in rows] == [["1", "keychain"], ["2", "file"], ["3", "netrc"]]
    assert rows[1].endswith("no         1")


def test_a_directory_in_place_of_a_file_is_a_state(own_home: Path) -> None:
    (own_home / ".rattler" / "credentials.json").mkdir(parents=True)
    done = run("stores", "--json")
    assert done.status == 5
    store = next(store for store in done.object["stores"] if store["id"] == "file")
    assert store["state"] == "unreadable"
    assert store["detail"]
    assert done.object["blocked_by"] == ["file"]
    assert done.err.startswith("error: file: ")


@pytest.mark.parametrize(("locked", "shown"), [(0, "3"), (1, "3 (1 locked)")])
def test_locked_entries_are_among_those_counted(locked: int, shown: str) -> None:
    keychain = StoreInfo("keychain", ("keychain",), "k", "k", "default", encrypted=None)
    report = StoreReport(keychain, 0, StoreState.OK, None, 3, locked, blocks=False)
    assert _entries(report) == shown
