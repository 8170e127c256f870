"""Real uv as the judge of netrc files: what does it send to an index that wants a credential?"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.closing import Closing

UV = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")


@dataclass(frozen=True)
class Question:
    """An index's host, as it stands in a URL, and the variables with which uv is asked about it."""

    host: str
    variables: Mapping[str, str]
    user: str | None = None


class UvNetrcJudge(Closing):
    """Asks uv for a package in indexes of any host: a proxy on loopback answers 401 for them all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        asked = self._asked = dict[str, list[str | None]]()

        class Handler(_Handler):
            seen = asked

        class Server(ThreadingHTTPServer):
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def send(self, questions: Iterable[Question]) -> list[list[str | None]]:
        """The header of each request that uv makes, for each of the questions."""
        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(self._send, questions))

    def _send(self, question: Question) -> list[str | None]:
        key = f"run{next(self._numbers)}"
        user = "" if question.user is None else f"{question.user}@"
        proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        command = [
            str(UV), "pip", "compile", "-", "--quiet", "--no-config", "--no-cache",
            "--python", sys.executable, "--index-url", f"http://{user}{question.host}/{key}",
        ]  # fmt: skip
        subprocess.run(
            command,
            input=b"package",
            cwd=self._folder,
            env={"HTTP_PROXY": proxy, "UV_PYTHON_DOWNLOADS": "never", **question.variables},
            capture_output=True,
            timeout=60,
            check=False,
        )
        return self._asked.get(key, [])


class _Handler(BaseHTTPRequestHandler):
    seen: dict[str, list[str | None]]

    def do_GET(self) -> None:
        key = self.path.removeprefix("http://").split("/")[1]
        self.seen.setdefault(key, []).append(self.headers.get("Authorization"))
        self.send_response(401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
