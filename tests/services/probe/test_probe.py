"""Every verdict, from servers that answer so, and a secret that goes nowhere else."""

from __future__ import annotations

import base64
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken, Credential
from authui.model.lookup import Failure, LookupResult, Request
from authui.model.probe import ProbeResult, Verdict
from authui.model.secret import Secret
from authui.services.lookup import lookup
from authui.services.probe import plan_probe, probe
from authui.stores.base import StoreInfo
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig, S3Bucket
from tests.support.certificates import make_certificate
from tests.support.loopback import Arrived, Loopback, response

CANARY = "canary-4711"
TOKEN = BearerToken(Secret(CANARY))
FILE = StoreInfo("file", ("file",), "credentials file", "/f", "default", encrypted=False)
GUARD = 5 * 10.0


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert CANARY not in caplog.text


def answer(status: int, *headers: str, body: bytes = b"{}") -> bytes:
    """An answer with these header lines."""
    named = (line.partition(": ") for line in headers)
    return response(status, body, **{name.replace("-", "_"): value for name, _, value in named})


def serving(
    reply: Callable[[Arrived], bytes] | None, *, context: ssl.SSLContext | None = None
) -> Loopback:
    """A server that answers so, or never."""

    def said(one: Arrived, _socket: socket.socket) -> bytes | None:
        if reply is not None:
            return reply(one)
        server.closing.wait(20)
        return None

    server = Loopback(said, tls=context)
    return server


class Dripping(Loopback):
    """Sends pieces of its headers or its body without an end. `sent` are bytes of these."""

    def __init__(self, start: bytes, piece: bytes) -> None:
        self.sent = 0

        def said(_one: Arrived, connection: socket.socket) -> None:
            connection.sendall(start)
            while not self.closing.is_set():
                connection.sendall(piece)
                self.sent += len(piece)
                if len(piece) < 100:
                    self.closing.wait(0.02)

        super().__init__(said)


def found(url: str, credential: Credential | None) -> LookupResult:
    held = {} if credential is None else {"127.0.0.1": credential, "localhost": credential}
    return lookup(url, [MemoryStore(FILE, held)], now=0)


def asked(url: str, credential: Credential | None = TOKEN, *, limit: float = 10.0) -> ProbeResult:
    plan = plan_probe(found(url, credential), url)
    assert plan.refusal is None
    result = probe(plan, limit=limit)
    assert CANARY not in repr((plan, result, plan.sentence))
    return result


def verdicts(result: ProbeResult) -> tuple[Verdict | None, Verdict]:
    return None if result.with_ is None else result.with_.verdict, result.without.verdict


@pytest.mark.parametrize(
    ("statuses", "expected", "said"),
    [
        ((200, 401), (Verdict.ACCEPTED, Verdict.REFUSED), "The server accepts the credential"),
        ((200, 200), (Verdict.ACCEPTED, Verdict.PUBLIC), "this channel is public"),
        ((401, 401), (Verdict.REFUSED, Verdict.REFUSED), "refuses the credential (401)"),
        ((401, 200), (Verdict.REFUSED, Verdict.PUBLIC), "the credential is what breaks it"),
        ((403, 401), (Verdict.FORBIDDEN, Verdict.REFUSED), "knows the credential, but it may not"),
        ((403, 403), (Verdict.FORBIDDEN, Verdict.FORBIDDEN), "with the credential and without"),
        ((403, 200), (Verdict.FORBIDDEN, Verdict.PUBLIC), "the credential is what breaks it"),
        ((404, 404), (Verdict.NOT_FOUND, Verdict.NOT_FOUND), "There is no such channel"),
        ((404, 401), (Verdict.NOT_FOUND, Verdict.REFUSED), "no such channel for this credential"),
        ((404, 200), (Verdict.NOT_FOUND, Verdict.PUBLIC), "the credential is what breaks it"),
        ((503, 503), (Verdict.UNREACHABLE, Verdict.UNREACHABLE), "trouble of its own (503)"),
        ((429, 429), (Verdict.UNREACHABLE, Verdict.UNREACHABLE), "come back later (429)"),
        ((418, 418), (Verdict.UNREACHABLE, Verdict.UNREACHABLE), "says nothing about"),
    ],
)
def test_each_pair_of_answers_means_something(
    statuses: tuple[int, int], expected: tuple[Verdict, Verdict], said: str
) -> None:
    with serving(lambda one: answer(statuses[one.authorization is None])) as server:
        result = asked(f"{server.url}/channel")
    assert verdicts(result) == expected
    assert said in result.conclusion
    assert [one.target for one in server.requests] == ["/channel/noarch/repodata.json"] * 2
    assert [one.authorization for one in server.requests] == [f"Bearer {CANARY}".encode(), None]
    assert result.host == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        (200, Verdict.PUBLIC, "works without a credential"),
        (401, Verdict.REFUSED, "wants a credential"),
        (403, Verdict.FORBIDDEN, "forbids it without"),
        (404, Verdict.NOT_FOUND, "finds no such channel"),
    ],
)
def test_without_a_credential_only_the_bare_request_is_made(
    status: int, verdict: Verdict, said: str
) -> None:
    with serving(lambda one: answer(status)) as server:
        result = asked(f"{server.url}/c", None)
    assert verdicts(result) == (None, verdict)
    assert said in result.conclusion
    assert len(server.requests) == 1


def test_a_conda_token_is_asked_about_in_its_path() -> None:
    with serving(lambda one: answer(404 if one.target.startswith("/t/") else 401)) as server:
        result = asked(f"{server.url}/c", CondaToken(Secret(CANARY)))
    assert [one.target for one in server.requests] == [
        f"/t/{CANARY}/c/noarch/repodata.json",
        "/c/noarch/repodata.json",
    ]
    assert [one.authorization for one in server.requests] == [None, None]
    assert "wrong or revoked token" in result.conclusion


def test_user_information_of_the_url_is_a_credential_too() -> None:
    with serving(lambda one: answer(200)) as server:
        url = f"http://me:{CANARY}@127.0.0.1:{server.port}/c"
        result = asked(url, None)
    value = base64.b64encode(f"me:{CANARY}".encode())
    assert [one.authorization for one in server.requests] == [b"Basic " + value, None]
    assert CANARY not in result.url


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", "/noarch/repodata.json"),
        ("/c/", "/c/noarch/repodata.json"),
        ("/c/noarch", "/c/noarch/repodata.json"),
        ("/c/linux-64/", "/c/linux-64/repodata.json"),
        ("/c/noarch/repodata.json.zst", "/c/noarch/repodata.json.zst"),
        ("/c/noarch/p-1-0.conda", "/c/noarch/p-1-0.conda"),
        ("/c?k=v#f", "/c/noarch/repodata.json"),
        ("/c//", "/c//noarch/repodata.json"),
        ("/c/noarch/repodata.json?k=v", "/c/noarch/repodata.json?k=v"),
        ("/c/^/%7e", "/c/^/%7e/noarch/repodata.json"),
    ],
)
def test_what_is_asked_for(path: str, target: str) -> None:
    with serving(lambda one: answer(200)) as server:
        asked(server.url + path, None)
    assert server.requests[0].target == target


def test_the_header_arrives_byte_for_byte() -> None:
    with serving(lambda one: answer(200)) as server:
        asked(server.url, BearerToken(Secret("é☃\t")))
        asked(server.url, BasicHTTP("ü", Secret("p:w")))
    assert server.requests[0].authorization == "Bearer é☃\t".encode()
    assert server.requests[2].authorization == b"Basic " + base64.b64encode("ü:p:w".encode())


def test_a_server_that_never_answers() -> None:
    start = time.monotonic()
    with serving(None) as server:
        result = asked(server.url, limit=0.4)
        assert len(server.requests) == 1  # the second is not even tried
    assert time.monotonic() - start < GUARD
    assert verdicts(result) == (Verdict.TIMEOUT, Verdict.TIMEOUT)
    assert result.hint is not None


def test_headers_that_drip_do_not_stretch_the_limit() -> None:
    server = Dripping(b"HTTP/1.1 200 X\r\nA: ", b"x")
    try:
        result = asked(server.url, limit=0.5)
    finally:
        server.close()
    assert verdicts(result)[0] is Verdict.TIMEOUT


def test_a_body_that_never_ends_is_left() -> None:
    server = Dripping(b"HTTP/1.1 200 X\r\n\r\n", b"x" * 65_536)
    try:
        result = asked(server.url)
        time.sleep(0.2)
        # What the system keeps in its own buffers was sent too, but read by nobody.
        assert server.sent < 16_000_000
        standing = server.sent
        time.sleep(0.2)
        assert server.sent == standing
    finally:
        server.close()
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.PUBLIC)


def test_a_redirect_to_another_port_never_gets_the_credential() -> None:
    with serving(lambda one: answer(401)) as other:
        to = f"Location: http://x:y@127.0.0.1:{other.port}/there?t=1"
        with serving(lambda one: answer(302, to)) as server:
            result = asked(server.url)
    assert [one.authorization for one in other.requests] == [None, None]
    assert [one.target for one in other.requests] == ["/there?t=1"] * 2
    assert f"redirects to 127.0.0.1:{other.port}" in result.conclusion
    assert all(CANARY.encode() not in one.everything for one in other.requests)


def test_a_redirect_to_another_name_of_the_host_never_gets_it() -> None:
    with serving(lambda one: answer(200)) as server:
        to = f"Location: http://localhost:{server.port}/b"
        server.answer = lambda one, _: answer(200) if one.target == "/b" else answer(307, to)
        asked(server.url)
    bare = [one for one in server.requests if one.target == "/b"]
    assert [one.authorization for one in bare] == [None, None]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_keeps_it(status: int) -> None:
    def reply(one: Arrived) -> bytes:
        if one.target == "/b/c":
            return answer(200 if one.authorization else 401)
        return answer(status, "Location: ../../b/c", "Set-Cookie: s=1")

    with serving(reply) as server:
        result = asked(f"{server.url}/a")
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.REFUSED)
    assert len(server.requests) == 4
    assert not any(one.header("cookie") for one in server.requests)


def test_redirects_in_a_circle_end() -> None:
    with serving(lambda one: answer(302, "Location: /again")) as server:
        result = asked(server.url)
    assert verdicts(result) == (Verdict.UNREACHABLE, Verdict.UNREACHABLE)
    assert "again and again" in result.conclusion
    assert len(server.requests) == 11


def test_a_redirect_to_nowhere() -> None:
    with serving(lambda one: answer(302, "Location: ftp://x/")) as server:
        assert verdicts(asked(server.url))[0] is Verdict.UNREACHABLE


def test_a_certificate_that_nothing_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_certificate(tmp_path, "127.0.0.1")
    path, context = made.alone, made.context()
    with serving(lambda one: answer(200), context=context) as server:
        result = asked(server.url)
        assert verdicts(result) == (Verdict.TLS, Verdict.TLS)
        assert "self-signed" in result.conclusion
        assert server.requests == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert verdicts(asked(server.url)) == (Verdict.ACCEPTED, Verdict.PUBLIC)
        plan_url = f"https://localhost:{server.port}/c"
        result = asked(plan_url)
        assert verdicts(result)[0] is Verdict.TLS
        assert "for another host" in result.conclusion


def test_a_server_that_speaks_no_tls() -> None:
    def plain(connection: socket.socket) -> None:
        with connection:
            connection.recv(5)
            connection.sendall(answer(400))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: plain(listening.accept()[0]), daemon=True).start()
        result = asked(f"https://127.0.0.1:{listening.getsockname()[1]}/c")
    assert verdicts(result)[0] is Verdict.TLS


def test_a_name_that_is_none() -> None:
    result = asked("http://nothing.invalid/c", None)
    assert verdicts(result) == (None, Verdict.NAME)


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = asked(f"http://127.0.0.1:{port}/c")
    assert verdicts(result)[0] is Verdict.UNREACHABLE
    assert "refused" in result.conclusion


def test_a_server_that_hangs_up() -> None:
    with serving(lambda one: b"") as server:
        result = asked(server.url)
    assert "closed the connection" in result.conclusion


def test_a_web_page_is_no_channel() -> None:
    with serving(lambda one: answer(200, body=b"\n<!doctype html>")) as server:
        result = asked(server.url)
    assert result.with_ is not None
    assert result.with_.detail is not None
    assert "web page" in result.with_.detail


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
    assert "The proxy did not let it through" in result.conclusion
    assert [one.target for one in proxy.requests] == ["localhost:1"]
    assert CANARY.encode() not in proxy.requests[0].everything


@pytest.mark.parametrize("named", ["socks5://127.0.0.1:1", "http://[", "https://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_said(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", named)
    with serving(lambda one: answer(200)) as server:
        result = asked(server.url)
    assert verdicts(result)[0] is Verdict.UNREACHABLE
    assert "proxy" in result.conclusion
    assert server.requests == []


class TestPlans:
    def test_nothing_is_asked_where_no_request_is_made(self) -> None:
        for url, said in (
            ("s3://bucket/c", "signed"),
            ("oci://ghcr.io/c", "exchanges"),
            ("gcs://b/c", "Google"),
            ("file:///c", "names no host"),
        ):
            bucket = S3Bucket("http://e", "r", True, "o")
            pixi = PixiConfig(s3_buckets={"bucket": bucket})
            result = lookup(url, [MemoryStore(FILE, {})], now=0, pixi=pixi)
            plan = plan_probe(result, url, pixi=pixi)
            assert plan.refusal is not None
            assert said in plan.refusal, plan.refusal
            assert (plan.with_, plan.without) == (None, None)

    def test_a_header_that_cannot_be_sent(self) -> None:
        plan = plan_probe(
            found("http://127.0.0.1/", BearerToken(Secret("a\nb"))), "http://127.0.0.1/"
        )
        assert plan.refusal is not None
        assert "control character" in plan.refusal

    def test_what_was_not_read_is_not_asked_about(self) -> None:
        result = found("http://127.0.0.1/", TOKEN)
        unread = LookupResult(
            result.url,
            result.match and type(result.match)("127.0.0.1", "keychain", None),
            None,
            None,
            "",
            (),
        )
        plan = plan_probe(unread, "http://127.0.0.1/")
        assert plan.refusal is not None
        assert "read it first" in plan.refusal

    def test_a_mirror_is_asked_instead(self) -> None:
        pixi = PixiConfig(mirrors={"https://a.test/": ("https://m.test:8443/x/",)})
        result = lookup(
            "https://a.test/c",
            [MemoryStore(FILE, {"m.test": CondaToken(Secret(CANARY))})],
            now=0,
            pixi=pixi,
        )
        plan = plan_probe(result, "https://a.test/c", pixi=pixi)
        assert plan.host == "m.test:8443"
        assert plan.url == "https://m.test:8443/x/c/noarch/repodata.json"
        assert plan.has_conda_token
        assert plan.without is not None
        assert plan.without.url.reveal() == plan.url

    def test_the_person_is_told_what_goes_where(self) -> None:
        plan = plan_probe(found("http://127.0.0.1/c", TOKEN), "http://127.0.0.1/c")
        assert plan.sentence == (
            "Asks 127.0.0.1 for http://127.0.0.1/c/noarch/repodata.json, once with "
            "Authorization: Bearer •••••• (from the file) and once without"
        )

    def test_a_token_that_would_be_refreshed_is_tried_as_it_is(self) -> None:
        result = found("http://127.0.0.1/c", TOKEN)
        assert result.request is not None
        request = Request(
            result.request.url,
            result.request.masked_url,
            Secret("Bearer x"),
            "Bearer ••••••",
            refresh=True,
        )
        old = LookupResult(result.url, result.match, request, None, "", ())
        assert "first get a new one" in plan_probe(old, "http://127.0.0.1/c").notes[0]
        only = Request(
            result.request.url,
            result.request.masked_url,
            None,
            None,
            refresh=True,
            only_refreshed=True,
        )
        refused = plan_probe(
            LookupResult(result.url, result.match, only, None, "", ()), "http://127.0.0.1/c"
        )
        assert refused.refusal is not None

    def test_a_failure_is_told(self) -> None:
        failure = Failure("file", "rattler stops at it", None)
        result = LookupResult("http://127.0.0.1/", None, None, failure, "", ())
        plan = plan_probe(result, "http://127.0.0.1/")
        assert plan.refusal == "There is no request to try: rattler stops at it"
