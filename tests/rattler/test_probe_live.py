"""What the probe sends is what real rattler sends; but no further than to where it was meant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from rattler import Channel
from rattler.networking import (
    AuthenticationMiddleware,
    Client,
    FetchRepoDataOptions,
    fetch_repo_data,
)
from rattler.platform import Subdir

from authui.services.lookup import lookup
from authui.services.probe import plan_probe, probe
from authui.stores.discover import discover
from authui.stores.environment import Environment
from tests.support.judge import Judge
from tests.support.loopback import Arrived, Loopback, always, by_path, response
from tests.support.program import write_credentials

pytestmark = pytest.mark.rattler

STORED: dict[str, dict[str, Any]] = {
    "bearer.example": {"BearerToken": "b t/+=\u00e9\u2603"},
    "basic.example": {"BasicHTTP": {"username": "\u00fcser", "password": "p:w \u2603"}},
    "conda.example": {"CondaToken": "tok"},
    "odd.example": {"CondaToken": "a/../b c?d#e%20^|"},
    "empty.example": {"CondaToken": ""},
    "gone.example": {"CondaToken": ".."},
    "*.below.example": {"BearerToken": "below"},
    "[::1]": {"BearerToken": "six"},
}

URLS = (
    "http://bearer.example",
    "http://bearer.example:8080/ch",
    "http://bearer.example/ch/",
    "http://bearer.example/ch//",
    "http://bearer.example/a^b/[c]|d/%7e/\u00fc/x y",
    "http://bearer.example/ch?x=1#f",
    "http://basic.example/label/main",
    "http://conda.example",
    "http://conda.example/ch",
    "http://conda.example/t/own/ch",
    "http://odd.example/ch",
    "http://empty.example/ch",
    "http://gone.example/ch",
    "http://a.below.example/ch",
    "http://BEARER.example/ch",
    "http://[::1]:8080/ch",
    "http://u:p%40w@bearer.example/ch",
    "http://u@conda.example/ch",
    "http://none.example/ch",
)


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def ask(url: str, environment: Environment) -> None:
    """Look up, plan and probe."""
    found = lookup(url, discover(environment, "pixi").stores, now=0)
    plan = plan_probe(found, url)
    assert plan.refusal is None
    probe(plan)


@pytest.mark.parametrize("url", URLS)
def test_what_arrives_is_what_rattler_sends(
    url: str, judge: Judge, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_credentials(own_home, STORED)
    sent = judge.send(url, variables={"HOME": str(own_home)})
    assert sent.url is not None
    with Loopback(always(404)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        ask(url, Environment.current())
    header = sent.authorization
    expected = (sent.url, None if header is None else header.encode("utf-8", "surrogateescape"))
    arrived = {(one.target, one.authorization) for one in proxy.requests}
    assert expected in arrived
    # Besides it there is at most the same without anything of a credential.
    assert {header for _, header in arrived - {expected}} <= {None}
    assert not any("/t/" in target for target, _ in arrived - {expected})
    assert len(proxy.requests) == len(arrived) <= 2


async def fetch(url: str, cache: Path) -> None:
    """Have real rattler ask the channel; no answer here is one it likes."""
    with pytest.raises(Exception):  # noqa: B017, PT011  (rattler's own kinds, and none of interest)
        await fetch_repo_data(
            channels=[Channel(url)],
            platforms=[Subdir("noarch")],
            cache_path=cache,
            callback=None,
            client=Client([AuthenticationMiddleware()]),
            fetch_options=FetchRepoDataOptions(
                cache_action="no-cache", zstd_enabled=False, bz2_enabled=False
            ),
        )


PAGE = "/ch/noarch/repodata.json"

CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "same host": ({PAGE: "/two"}, {}),
    "twice on the same host": ({PAGE: "../two", "/ch/two": "three/"}, {}),
    "user information on the same host": ({PAGE: "http://u:p@{a}/two"}, {}),
    "another port": ({PAGE: "http://{b}/x"}, {}),
    "user information on another port": ({PAGE: "http://u:p@{b}/x"}, {}),
    "another name": ({PAGE: "http://localhost:{port}/two"}, {}),
    "there and back": ({PAGE: "http://{b}/x"}, {"/x": "http://{a}/back"}),
    "fragment": ({PAGE: "/two?a=b#f"}, {}),
    "another scheme": ({PAGE: "ftp://{a}/two"}, {}),
    "no address": ({PAGE: ""}, {}),
    "a circle": ({PAGE: PAGE}, {}),
}


def redirects(places: dict[str, str], a: Loopback, b: Loopback) -> dict[str, bytes]:
    """The answers that lead there."""
    return {
        path: response(302, Location=place.format(a=a.address, b=b.address, port=a.port))
        for path, place in places.items()
    }


def seen(server: Loopback) -> list[tuple[str, bytes | None]]:
    return [(one.target, one.authorization) for one in server.requests]


@pytest.fixture
def pair(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Loopback, Loopback]]:
    """Two servers, and a credential for both."""
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    write_credentials(own_home, {"127.0.0.1": {"BearerToken": "b"}})
    with ExitStack() as stack:
        a, b = (stack.enter_context(Loopback(always(404))) for _ in "ab")
        yield a, b


@pytest.mark.parametrize("case", CASES)
def test_redirects_are_followed_as_rattler_does(
    case: str, pair: tuple[Loopback, Loopback], tmp_path: Path
) -> None:
    a, b = pair
    first, second = CASES[case]
    a.answer, b.answer = by_path(redirects(first, a, b)), by_path(redirects(second, a, b))
    asyncio.run(fetch(f"{a.url}/ch", tmp_path))
    by_rattler = seen(a), seen(b)
    a.requests.clear()
    b.requests.clear()

    # The bare request goes its own way, to nowhere.
    def to_the_credential(asked: Arrived, socket: Any) -> bytes | None:
        if asked.authorization is None and asked.target == PAGE:
            return response(404)
        return by_path(redirects(first, a, b))(asked, socket)

    a.answer = to_the_credential
    ask(f"{a.url}/ch", Environment.current())
    ours = [one for one in seen(a) if one != (PAGE, None)]
    assert (ours, seen(b)) == by_rattler


def test_what_was_not_sent_on_stays_unsent(pair: tuple[Loopback, Loopback], tmp_path: Path) -> None:
    """Real rattler does send it, to any server that redirects once more to itself."""
    a, b = pair
    places = {PAGE: "http://{b}/x"}, {"/x": "/y"}
    a.answer, b.answer = (by_path(redirects(one, a, b)) for one in places)
    asyncio.run(fetch(f"{a.url}/ch", tmp_path))
    assert seen(b) == [("/x", None), ("/y", b"Bearer b")]
    b.requests.clear()
    ask(f"{a.url}/ch", Environment.current())
    assert {header for _, header in seen(b)} == {None}
    assert {target for target, _ in seen(b)} == {"/x", "/y"}


def test_a_token_in_the_path_is_not_told_to_the_next_host(
    pair: tuple[Loopback, Loopback], own_home: Path, tmp_path: Path
) -> None:
    """Real rattler names the URL that it comes from, and with it the token."""
    a, b = pair
    write_credentials(own_home, {"127.0.0.1": {"CondaToken": "tok"}})
    a.answer = by_path(redirects({f"/t/tok{PAGE}": "http://{b}/x"}, a, b))
    asyncio.run(fetch(f"{a.url}/ch", tmp_path))
    assert b.requests[0].header("referer") == f"{a.url}/t/tok{PAGE}".encode()
    b.requests.clear()
    ask(f"{a.url}/ch", Environment.current())
    assert [one.target for one in b.requests] == ["/x"]
    assert b"tok" not in b.requests[0].everything
