"""A proxy on loopback that is itself every index it is asked for, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.closing import Closing
from tests.uv.certificates import Certificates


@dataclass(frozen=True)
class Asked:
    """One request: its whole URL, and the header of a credential."""

    url: str
    authorization: str | None


class IndexProxy(Closing):
    """Answers `refusal` to whatever does not carry the header in `accepts`.

    With it, the page of any package names one file, whose metadata is there too. Everything asked
    is kept in `asked`, in its order. Connections by TLS end here.
    """

    def __init__(self, certificates: Certificates) -> None:
        self.asked: list[Asked] = []
        self.failed: list[str] = []
        self.accepts: str | None = None
        self.refusal = 401
        proxy = self

        class Handler(_Handler):
            index = proxy
            context = certificates.context

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """The proxy's own URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def expect(self, accepts: str | None, refusal: int) -> None:
        """Begin anew."""
        self.asked, self.accepts, self.refusal = [], accepts, refusal

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    index: IndexProxy
    context: Any
    origin = ""
    timeout = 30

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            self.connection = self.context.wrap_socket(self.connection, server_side=True)
        except OSError as error:
            self.index.failed.append(f"{self.path}: {error}")
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.origin = "https://" + self.path.removesuffix(":443")
        self.close_connection = False

    def do_GET(self) -> None:
        url = self.origin + self.requestline.split(" ")[1]  # Python's own path loses slashes
        header = self.headers.get("Authorization")
        self.index.asked.append(Asked(url, header))
        if self.index.accepts is None or header != self.index.accepts:
            self._answer(self.index.refusal, b"", "text/plain")
        elif url.partition("?")[0].endswith(".metadata"):
            name = url.rpartition("/")[2].partition("-")[0]
            self._answer(200, f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n".encode(), "x/x")
        else:
            name = url.partition("?")[0].rstrip("/").rpartition("/")[2]
            file = {
                "filename": f"{name}-1-py3-none-any.whl",
                "url": f"{name}-1-py3-none-any.whl",
                "hashes": {},
                "core-metadata": True,
            }
            page = {"meta": {"api-version": "1.0"}, "name": name, "files": [file]}
            self._answer(200, json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json")

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the one by TLS, which the server does not know

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
