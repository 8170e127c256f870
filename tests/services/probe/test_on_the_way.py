"""What can go wrong before there is an answer: time, TLS, names."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path

import pytest

from authui.model.credential import CondaToken
from authui.model.probe import Verdict
from authui.model.secret import Secret
from authui.services.probe import plan_probe
from authui.services.probe.asking import ask
from tests.services.probe.support import (
    CANARY,
    TOKEN,
    Dripping,
    answer,
    asked,
    found,
    serving,
    verdicts,
)
from tests.support.certificates import make_certificate
from tests.support.loopback import Arrived, Loopback

GUARD = 5 * 10.0


def test_a_server_that_never_answers() -> None:
    start = time.monotonic()
    with serving(None) as server:
        result = asked(server.url, limit=0.4)
        assert [one.authorization is None for one in server.requests] == [False, True]
    assert time.monotonic() - start < GUARD
    assert verdicts(result) == (Verdict.TIMEOUT, Verdict.TIMEOUT)
    assert "within 0.4 seconds" in result.conclusion
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

    def serve() -> None:
        for _ in range(2):
            plain(listening.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
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


def test_who_is_not_waited_for_sends_nothing_more() -> None:
    """A redirect that comes late is not followed, and a connection that drips is ended."""
    ended = threading.Event()

    def late(one: Arrived, connection: socket.socket) -> bytes | None:
        if one.target == "/next":
            return answer(200)
        with contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 302 X\r\nLocation: /next\r\nA: ")
            while not server.closing.is_set():
                connection.sendall(b"x")
                server.closing.wait(0.02)
        ended.set()
        return None

    with Loopback(late) as server:
        result = asked(server.url, limit=0.3)
        assert ended.wait(GUARD)
        assert not server.closing.is_set()
        assert [one.target for one in server.requests] == ["/noarch/repodata.json"] * 2
    assert verdicts(result) == (Verdict.TIMEOUT, Verdict.TIMEOUT)


def test_no_request_follows_a_connection_that_came_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow proxy and a slow handshake, each within the limit, and together not."""
    made = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.alone))
    pieces: list[bytes] = []
    done = threading.Event()

    def slow(_one: Arrived, connection: socket.socket) -> None:
        done.wait(0.35)
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        done.wait(0.35)
        with (
            contextlib.suppress(OSError),
            made.context().wrap_socket(connection, server_side=True) as secure,
        ):
            pieces.append(secure.recv(1000))
        done.set()

    url = "https://127.0.0.1:1/c"
    with Loopback(slow) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        plan = plan_probe(found(url, TOKEN), url)
        assert plan.with_ is not None
        assert ask(plan.with_, limit=0.5).trouble is Verdict.TIMEOUT
        assert done.wait(GUARD)
    assert b"".join(pieces) == b""


def test_what_a_library_complains_about_is_logged_nowhere() -> None:
    """Of a broken header it would tell the URL."""
    with serving(lambda one: b"HTTP/1.1 200 X\r\nbroken\r\n\r\n{}") as server:
        result = asked(f"{server.url}/c", CondaToken(Secret(CANARY)))
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.PUBLIC)


def test_the_status_counts_though_the_body_hangs() -> None:
    def hangs(_one: Arrived, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n")
        server.closing.wait(20)

    with Loopback(hangs) as server:
        assert verdicts(asked(server.url, limit=0.3)) == (Verdict.ACCEPTED, Verdict.PUBLIC)


def test_only_the_request_with_the_credential_hangs() -> None:
    def hangs(one: Arrived, _connection: socket.socket) -> bytes | None:
        if one.authorization is None:
            return answer(200)
        server.closing.wait(20)
        return None

    with Loopback(hangs) as server:
        result = asked(server.url, limit=0.3)
    assert verdicts(result) == (Verdict.TIMEOUT, Verdict.PUBLIC)
    assert "is public, and asked with the credential it does not work" in result.conclusion
    assert result.hint == "Delete or replace the credential"


def test_a_certificate_that_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_certificate(tmp_path, "127.0.0.1", days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.alone))
    with serving(lambda one: answer(200), context=made.context()) as server:
        result = asked(server.url)
    assert verdicts(result) == (Verdict.TLS, Verdict.TLS)
    assert "has expired" in result.conclusion
    assert result.hint is not None
    assert "SSL_CERT_FILE names" in result.hint


def test_the_keys_of_a_connection_are_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    made = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.alone))
    monkeypatch.setenv("SSLKEYLOGFILE", str(keys))
    with serving(lambda one: answer(200), context=made.context()) as server:
        assert verdicts(asked(server.url)) == (Verdict.ACCEPTED, Verdict.PUBLIC)
    assert not keys.exists()
