"""The proxies that the system names, and what each is given."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from authui.model.errors import BadInput
from authui.model.probe import Verdict
from authui.services.lookup import lookup
from authui.services.probe import plan_probe, probe
from authui.stores.memory import MemoryStore
from tests.services.probe.support import (
    CANARY,
    FILE,
    TOKEN,
    answer,
    asked,
    found,
    serving,
    verdicts,
)
from tests.support.certificates import make_certificate
from tests.support.loopback import ForwardProxy


def test_the_system_proxy_is_used_and_given_its_own_login_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(lambda one: answer(200)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://p:{CANARY}2@127.0.0.1:{proxy.port}")
        url = "http://channel.invalid/c"
        plan = plan_probe(lookup(url, [MemoryStore(FILE, {"channel.invalid": TOKEN})], now=0), url)
        assert f"through the proxy 127.0.0.1:{proxy.port}" in plan.sentence
        assert CANARY not in plan.sentence
        result = probe(plan)
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.PUBLIC)
    assert proxy.requests[0].target == "http://channel.invalid/c/noarch/repodata.json"
    assert proxy.requests[0].authorization == f"Bearer {CANARY}".encode()
    login = b"Basic " + base64.b64encode(f"p:{CANARY}2".encode())
    assert proxy.requests[0].header("proxy-authorization") == login
    assert proxy.requests[0].header("host") == b"channel.invalid"


def test_a_host_that_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda one: answer(407)) as proxy, serving(lambda one: answer(200)) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        assert "wants a user name" in asked(server.url).conclusion
        assert server.requests == []
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert verdicts(asked(server.url))[0] is Verdict.ACCEPTED
    assert len(proxy.requests) == 2


def test_a_tunnel_that_the_proxy_refuses_carries_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda one: answer(407)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        result = asked("https://localhost:1/c")
    assert "The proxy wants a user name and a password (407)" in result.conclusion
    assert [one.target for one in proxy.requests] == ["localhost:1"] * 2
    assert not any(CANARY.encode() in one.everything for one in proxy.requests)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("socks5://127.0.0.1:1", "SOCKS proxy"),
        ("socks5h://u:p@127.0.0.1:1", "SOCKS proxy"),
        ("http://[", "is no URL"),
        ("https://127.0.0.1:1", "no HTTP proxy"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_said(
    named: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", named)
    with serving(lambda one: answer(200)) as server:
        plan = plan_probe(found(server.url, TOKEN), server.url)
        assert plan.refusal is not None
        assert said in plan.refusal
        with pytest.raises(BadInput, match="proxy"):
            probe(plan)
    assert server.connections == 0


def test_https_goes_through_a_tunnel_and_its_login_stays_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fake proxy: it takes every name for one server on loopback."""
    made = make_certificate(tmp_path, "channel.invalid")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.alone))
    login = b"Basic " + base64.b64encode(f"p:{CANARY}2".encode())
    url = "https://channel.invalid/c"
    result = lookup(url, [MemoryStore(FILE, {"channel.invalid": TOKEN})], now=0)
    with (
        serving(lambda one: answer(200), context=made.context()) as server,
        ForwardProxy(server.port, wanted=login) as proxy,
    ):
        monkeypatch.setenv("https_proxy", f"http://p:{CANARY}2@127.0.0.1:{proxy.port}")
        said = probe(plan_probe(result, url))
    assert verdicts(said) == (Verdict.ACCEPTED, Verdict.PUBLIC)
    assert [one.target for one in proxy.requests] == ["channel.invalid:443"] * 2
    assert {one.header("proxy-authorization") for one in proxy.requests} == {login}
    assert {one.authorization for one in proxy.requests} == {None}
    assert server.requests[0].authorization == f"Bearer {CANARY}".encode()
    assert {one.header("proxy-authorization") for one in server.requests} == {None}
