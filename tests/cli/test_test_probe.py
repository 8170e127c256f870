"""`authui test --probe`: the host is named, then asked, and nothing secret is said."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Here
from tests.support.loopback import Loopback, always, by_credential
from tests.support.program import write_credentials

CANARY = "canary-4711"
STORED: dict[str, dict[str, Any]] = {"127.0.0.1": {"BearerToken": CANARY}}


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback(by_credential(200, 401)) as server:
        yield server


def test_it_says_what_the_server_says(here: Here, own_home: Path, server: Loopback) -> None:
    write_credentials(own_home, STORED)
    done = here("test", "--probe", f"{server.url}/channel")
    assert done.status == 0
    assert "The server accepts the credential\n" in done.out
    assert "  with the credential  200, accepted\n" in done.out
    assert "  without              401, refused\n" in done.out
    page = f"{server.url}/channel/noarch/repodata.json"
    assert f"note: Asks {server.address} for {page}, once with" in done.err
    assert CANARY not in done.out + done.err
    assert [one.authorization for one in server.requests] == [f"Bearer {CANARY}".encode(), None]


def test_nothing_is_sent_unasked(here: Here, own_home: Path, server: Loopback) -> None:
    write_credentials(own_home, STORED)
    assert here("test", f"{server.url}/c").status == 0
    assert here("test", "--pypi", f"{server.url}/c").status == 0
    assert server.connections == 0


def test_json_follows_the_contract(here: Here, own_home: Path, server: Loopback) -> None:
    write_credentials(own_home, STORED)
    server.answer = by_credential(401, 200)
    done = here("test", "--probe", "--json", f"{server.url}/c", "s3://bucket/c")
    probed, refused = (result["probe"] for result in done.object["results"])
    assert probed == {
        "with": {"status": 401, "verdict": "refused", "detail": None},
        "without": {"status": 200, "verdict": "public", "detail": None},
        "conclusion": "This channel is public, and the credential is what breaks it",
        "hint": "Delete or replace the credential",
        "host": server.address,
        "url": f"{server.url}/c/noarch/repodata.json",
    }
    assert (refused["with"], refused["without"]) == (None, None)
    assert "signed" in refused["conclusion"]
    assert CANARY not in done.out + done.err


def test_the_simple_page_of_an_index_is_asked_for(
    here: Here, own_home: Path, server: Loopback
) -> None:
    write_credentials(own_home, STORED)
    done = here("test", "--probe", "--pypi", "--json", f"{server.url}/simple")
    (result,) = done.object["results"]
    assert result["probe"]["url"] == f"{server.url}/simple/"
    assert result["probe"]["with"]["verdict"] == "accepted"
    assert [one.target for one in server.requests] == ["/simple/", "/simple/"]


def test_a_server_that_cannot_be_asked_is_an_error(here: Here, own_home: Path) -> None:
    write_credentials(own_home, STORED)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = here("test", "--probe", f"http://127.0.0.1:{port}/c")
    assert done.status == 1
    assert "Nothing listens there" in done.out


def test_no_credential_and_no_entry(here: Here, server: Loopback) -> None:
    server.answer = always(200)
    done = here("test", "--probe", f"{server.url}/c")
    assert done.status == 3
    assert "It works without a credential: this channel is public\n" in done.out
    assert len(server.requests) == 1


def test_the_samples_are_of_no_server(here: Here) -> None:
    done = here("--demo", "test", "--probe", "https://repo.prefix.dev/c")
    assert done.status == 0
    assert "Nothing was asked" in done.err
