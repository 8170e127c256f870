"""Real rattler as the judge: what does it send for a URL, in an environment that a test made?

`Judge` runs py-rattler in a child process, whose requests all go to a recording proxy on loopback,
so that any host name can be asked about. The child also answers OAuth token endpoints.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.support import judge_child
from tests.support.closing import Closing
from tests.support.judge_child import CLEARED

Stage = Literal["client", "channel", "request"]
"""Where it went wrong: building the client reads the stores, then the channel URL is parsed."""


@dataclass(frozen=True)
class Sent:
    """The first request that rattler made, or why it made none.

    Header bytes are decoded as UTF-8, others as lone surrogates. `refreshes` holds the forms that
    were posted to token endpoints on the way.
    """

    url: str | None
    authorization: str | None
    error: str | None
    stage: Stage | None
    refreshes: tuple[dict[str, str], ...] = ()

    @property
    def stores_accepted(self) -> bool:
        """Whether rattler could read all its stores."""
        return self.stage != "client"


class Judge(Closing):
    """Real rattler in a child process. Use it as a context manager; one thread at a time."""

    def __init__(self, bus: str | None = None, limit: float = 60.0) -> None:
        self._limit = limit
        variables = {
            **self.system_variables(),
            "DBUS_SESSION_BUS_ADDRESS": bus or "unix:path=/nonexistent/bus",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCESS_KEY_ID": "AWSCHAIN",
            "AWS_SECRET_ACCESS_KEY": "chain",
        }
        self._cache = tempfile.TemporaryDirectory()  # ours to remove: the child is killed
        self._child = subprocess.Popen(
            [sys.executable, judge_child.__file__, self._cache.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=variables,
            text=True,
            errors="surrogateescape",
        )

    def system_variables(self) -> dict[str, str]:
        """What any program needs on this system, and nothing that names a store."""
        return {"PATH": "/usr/bin:/bin"}

    def send(
        self,
        url: str,
        *,
        variables: Mapping[str, str],
        mirrors: Mapping[str, Sequence[str]] | None = None,
        s3: bool = False,
        attaches: bool = False,
        endpoint: str | None = None,
        token_answer: str | None = None,
        cwd: str | None = None,
    ) -> Sent:
        """What rattler sends for `<url without trailing slashes>/noarch/repodata.json`.

        `variables` are all the child sees of HOME, RATTLER_AUTH_FILE and their like; HOME is
        required, so that nobody's own stores are read. With `s3` the bucket of the URL has a
        custom endpoint on loopback, or the named `endpoint` with the bucket in front of its host; with
        `attaches` stored credentials are then attached to what was signed, as pixi and rattler-build
        do. `token_answer` is the body with which token endpoints answer
        (None: status 400 and `invalid_grant`). `cwd` is the directory rattler runs in, HOME by default.
        """
        if "HOME" not in variables or not set(variables) <= set(CLEARED):
            message = f"give HOME, and nothing but {CLEARED}"
            raise ValueError(message)
        order = {
            "url": url,
            "variables": dict(variables),
            "mirrors": None if mirrors is None else {k: list(v) for k, v in mirrors.items()},
            "s3": s3,
            "attaches": attaches,
            "endpoint": endpoint,
            "token_answer": token_answer,
            "cwd": cwd or variables["HOME"] or "/",
        }
        answer = self._ask(order)
        return Sent(
            answer["url"],
            answer["authorization"],
            answer["error"],
            answer["stage"],
            tuple(answer["refreshes"]),
        )

    def _ask(self, order: object) -> Any:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        guard = threading.Timer(self._limit, self._child.kill)
        guard.start()
        try:
            self._child.stdin.write(json.dumps(order) + "\n")
            self._child.stdin.flush()
            line = self._child.stdout.readline()
        finally:
            guard.cancel()
        if not line:
            message = f"real rattler ended without an answer (limit {self._limit} s)"
            raise RuntimeError(message)
        return json.loads(line)

    def close(self) -> None:
        """End the child process."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        self._cache.cleanup()
