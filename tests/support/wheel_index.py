"""A PyPI index on loopback with one real package, which wants a user name and a password."""

from __future__ import annotations

import base64
import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.closing import Closing

_WHEEL = "small-1-py3-none-any.whl"


def _wheel() -> bytes:
    """A package `small` with one module."""
    files = {
        "small.py": "",
        "small-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: small\nVersion: 1\n",
        "small-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, "small-1.dist-info/RECORD"))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in {**files, "small-1.dist-info/RECORD": record}.items():
            archive.writestr(name, text)
    return data.getvalue()


class WheelIndex(Closing):
    """It answers 401 to whatever does not carry exactly this user name and password.

    `asked` is the path and the `Authorization` of every request, in their order.
    """

    def __init__(self, username: str, password: str) -> None:
        self.asked: list[tuple[str, str | None]] = []
        asked = self.asked
        wheel = _wheel()
        digest = hashlib.sha256(wheel).hexdigest()
        page = f'<a href="/files/{_WHEEL}#sha256={digest}">{_WHEEL}</a>'.encode()
        wanted = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.get("Authorization")))
                if self.headers.get("Authorization") != wanted:
                    self._answer(401, b"", "text/plain")
                elif self.path == "/simple/":
                    self._answer(200, b'<a href="small/">small</a>', "text/html")
                elif self.path == "/simple/small/":
                    self._answer(200, page, "text/html")
                elif self.path.startswith("/files/"):
                    self._answer(200, wheel, "application/octet-stream")
                else:
                    self._answer(404, b"", "text/plain")

            def _answer(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """The index as it is stored for."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple/"

    def url_of(self, username: str) -> str:
        """The index as a project writes it."""
        return self.url.replace("://", f"://{username}@")

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
