"""What the tests of the probe share: servers, a lookup, and what came of asking."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

from authui.model.credential import BearerToken, Credential
from authui.model.lookup import LookupResult
from authui.model.probe import ProbeResult, Verdict
from authui.model.secret import Secret
from authui.services.lookup import lookup
from authui.services.probe import plan_probe, probe
from authui.stores.base import StoreInfo
from authui.stores.memory import MemoryStore
from tests.support.loopback import Arrived, Loopback, response

CANARY = "canary-4711"


TOKEN = BearerToken(Secret(CANARY))


FILE = StoreInfo("file", ("file",), "credentials file", "/f", "default", encrypted=False)


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
