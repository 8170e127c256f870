"""Servers on loopback that keep what arrives, and answer as a test wants it."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tests.support.closing import Closing


@dataclass(frozen=True)
class Arrived:
    """One request as it came. `headers` are in their order, as bytes."""

    method: str
    target: str
    headers: tuple[tuple[str, bytes], ...]

    def header(self, name: str) -> bytes | None:
        """The value of a header that is there at most once."""
        found = [value for key, value in self.headers if key == name.lower()]
        assert len(found) < 2
        return found[0] if found else None

    @property
    def authorization(self) -> bytes | None:
        return self.header("authorization")

    @property
    def everything(self) -> bytes:
        """All that came."""
        lines = [f"{self.method} {self.target}".encode()]
        return b"\n".join([*lines, *(k.encode() + b": " + v for k, v in self.headers)])


Answer: TypeAlias = Callable[[Arrived, socket.socket], bytes | None]
"""What a server says: bytes, or None where it did all itself."""


def response(status: int, body: bytes = b"{}", **headers: str) -> bytes:
    """A whole response. An underscore in the name of a header is a dash."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    """The same to everybody."""
    return lambda _asked, _socket: response(status, body, **headers)


def by_credential(with_: int, without: int) -> Answer:
    """One status to whom sends `Authorization` or a conda token, another to all others."""

    def answer(asked: Arrived, _socket: socket.socket) -> bytes:
        known = asked.authorization is not None or asked.target.startswith("/t/")
        return response(with_ if known else without)

    return answer


def by_path(answers: Mapping[str, bytes]) -> Answer:
    """What a path is answered with; 404 for others."""
    return lambda asked, _socket: answers.get(asked.target, response(404))


class Loopback(Closing):
    """A server on 127.0.0.1, over TLS with a context. Each connection carries one request."""

    def __init__(
        self, answer: Answer, *, tls: ssl.SSLContext | None = None, send_buffer: int | None = None
    ) -> None:
        self.requests: list[Arrived] = []
        self.closing = threading.Event()
        self.answer = answer
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        if send_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://{self.address}"

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        # A client may go at any time: that is what some tests are about.
        with contextlib.suppress(OSError), connection:
            if self._tls is None:
                self._talk(connection)
                return
            with self._tls.wrap_socket(connection, server_side=True) as secure:
                self._talk(secure)

    def _talk(self, connection: socket.socket) -> None:
        asked = read_request(connection)
        if asked is None:
            return
        self.requests.append(asked)
        said = self.answer(asked, connection)
        if said is not None:
            connection.sendall(said)


def read_request(connection: socket.socket) -> Arrived | None:
    """The head of a request, read byte for byte; None where none came."""
    head = b""
    while b"\r\n\r\n" not in head:
        # One at a time, so that nothing of what follows a CONNECT is taken.
        part = connection.recv(1)
        if not part:
            return None
        head += part
    first, *lines = head[:-4].split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ")
    headers = []
    for line in lines:
        name, _, value = line.partition(b":")
        headers.append((name.decode().lower(), value.removeprefix(b" ")))
    return Arrived(method, target, tuple(headers))


class ForwardProxy(Loopback):
    """A proxy that takes every host for one server, whatever its name. With `wanted` it asks 407.

    `wanted` is the one `Proxy-Authorization` that it lets through.
    """

    def __init__(self, port: int, *, wanted: bytes | None = None) -> None:
        self._target = port
        self._wanted = wanted
        super().__init__(self._forward)

    def _forward(self, asked: Arrived, connection: socket.socket) -> bytes | None:
        if self._wanted is not None and asked.header("proxy-authorization") != self._wanted:
            return response(407, Proxy_Authenticate="Basic")
        with socket.create_connection(("127.0.0.1", self._target)) as behind:
            if asked.method == "CONNECT":
                connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                _pump(connection, behind)
                return None
            path = "/" + asked.target.split("/", 3)[3]
            lines = [f"{asked.method} {path} HTTP/1.1".encode()]
            lines += [
                name.encode() + b": " + value
                for name, value in asked.headers
                if name != "proxy-authorization"
            ]
            behind.sendall(b"\r\n".join([*lines, b"", b""]))
            while part := behind.recv(65536):
                connection.sendall(part)
        return None


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    to = {one: other, other: one}
    while True:
        for ready in select.select([one, other], [], [], 20)[0]:
            part = ready.recv(65536)
            if not part:
                return
            to[ready].sendall(part)
