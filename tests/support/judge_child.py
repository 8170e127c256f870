"""The child process of `Judge`: py-rattler, and the proxy that records what it sends."""

from __future__ import annotations

import asyncio
import json
import os
import socketserver
import sys
import threading
import urllib.parse
from typing import Any

CLEARED = ("HOME", "RATTLER_AUTH_FILE", "NETRC")
"""The variables that decide where rattler's stores are."""


class Recorder(socketserver.ThreadingTCPServer):
    """A forward proxy that keeps each request and answers 404, or as a token endpoint."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str, bytes | None, bytes]] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.token_answer: str | None = None
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(socketserver.StreamRequestHandler):
    """One connection, read by hand: header bytes must arrive as they were sent."""

    timeout = 20

    def handle(self) -> None:
        assert isinstance(self.server, Recorder)
        while line := self.rfile.readline():
            method, _, rest = line.decode("latin-1").partition(" ")
            url = rest.rpartition(" ")[0]
            authorization: bytes | None = None
            length = 0
            while (header := self.rfile.readline().rstrip(b"\r\n")) != b"":
                name, _, value = header.partition(b":")
                if name.lower() == b"authorization":
                    authorization = value[1:] if value[:1] == b" " else value
                elif name.lower() == b"content-length":
                    length = int(value)
            body = self.rfile.read(length) if length else b""
            self.server.requests.append((method, url, authorization, body))
            status, answer = "404 Not Found", b""
            if method == "POST":
                if self.server.token_answer is None:
                    status, answer = "400 Bad Request", b'{"error":"invalid_grant"}'
                else:
                    status, answer = "200 OK", self.server.token_answer.encode()
            self.wfile.write(
                f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n".encode()
                + answer
            )


def text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "surrogateescape")


async def send(recorder: Recorder, order: dict[str, Any], cache: str) -> dict[str, Any]:
    from rattler import Channel
    from rattler.networking import (
        AuthenticationMiddleware,
        Client,
        FetchRepoDataOptions,
        MirrorMiddleware,
        S3Middleware,
        fetch_repo_data,
    )
    from rattler.networking.middleware import S3Config
    from rattler.platform import Platform

    for name in CLEARED:
        os.environ.pop(name, None)
    os.environ.update(order["variables"])
    os.chdir(order["cwd"])
    recorder.requests.clear()
    recorder.token_answer = order["token_answer"]
    stage, error = "client", None
    try:
        middlewares: list[Any] = []
        if order["mirrors"] is not None:
            middlewares.append(MirrorMiddleware(order["mirrors"]))
        if order["s3"]:
            bucket = order["url"].split("://", 1)[1].split("/", 1)[0].split("?", 1)[0]
            named = order.get("endpoint")
            style: Any = "path" if named is None else "virtual-host"
            config = S3Config(named or recorder.address, "eu-central-1", style)
            middlewares.append(S3Middleware({bucket: config}))
        if order.get("attaches") or not order["s3"]:
            middlewares.append(AuthenticationMiddleware())
        client = Client(middlewares)
        stage = "channel"
        channel = Channel(order["url"])
        stage = "request"
        await fetch_repo_data(
            channels=[channel],
            platforms=[Platform("noarch")],
            cache_path=cache,
            callback=None,
            client=client,
            fetch_options=FetchRepoDataOptions(
                cache_action="no-cache", zstd_enabled=False, bz2_enabled=False
            ),
        )
    except BaseException as failure:  # noqa: BLE001  (a panic of the library is a BaseException)
        error = f"{type(failure).__name__}: {failure}"
    requests = [r for r in recorder.requests if r[0] != "POST"]
    forms = [r[3].decode() for r in recorder.requests if r[0] == "POST"]
    return {
        "url": requests[0][1] if requests else None,
        "authorization": text(requests[0][2]) if requests else None,
        "error": None if requests else error,
        "stage": None if requests else stage,
        "refreshes": [dict(urllib.parse.parse_qsl(form, keep_blank_values=True)) for form in forms],
    }


def main() -> None:
    recorder = Recorder()
    proxy = recorder.address
    os.environ.update(http_proxy=proxy, HTTP_PROXY=proxy, https_proxy=proxy, ALL_PROXY=proxy)
    sys.stdout.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        answer = loop.run_until_complete(send(recorder, json.loads(line), sys.argv[1]))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
