"""The command line as a user's own Windows runs it: a process, with pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

LIMIT = 60
"""Seconds after which a run counts as hung."""

FOR_TESTS = ("PYTHONUTF8", "AUTHUI_OWN_PREFIX")
"""What the tests have in their environment and nobody else."""


@dataclass(frozen=True)
class Run:
    """What one run wrote, and how it ended."""

    out: str
    err: str
    status: int

    @property
    def object(self) -> dict[str, Any]:
        """Standard output as the one JSON object it must be."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a user's process."""
    kept = {name: value for name, value in os.environ.items() if name not in FOR_TESTS}
    return {**kept, **more}


def authui(*arguments: str, given: str = "", cwd: str | None = None, **variables: str) -> Run:
    """Run it with `given` on standard input, in UTF-8; what it writes must be UTF-8 as well."""
    return finish(
        subprocess.Popen(
            [sys.executable, "-m", "authui", *arguments],
            env=surroundings(**variables),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ),
        given.encode(),
    )


def finish(process: subprocess.Popen[bytes], given: bytes = b"") -> Run:
    """What a process writes until its end; it is ended where that takes too long."""
    with process:
        try:
            out, err = process.communicate(given, LIMIT)
        except BaseException:
            process.kill()
            raise
    told, said = (stream.decode("utf-8").replace("\r\n", "\n") for stream in (out, err))
    return Run(told, said, process.returncode)
