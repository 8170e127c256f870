"""The program as a person or a script starts it: a process, with pipes or on a terminal."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path
from typing import Any

LIMIT = 60
"""Seconds after which a run is taken for hung; the slowest takes well under ten."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


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


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "authui", *arguments]


def run(*arguments: str, **variables: str) -> Run:
    """Run with pipes; the output must be UTF-8."""
    done = subprocess.run(
        command(*arguments),
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    return Run(done.stdout.decode(), done.stderr.decode(), done.returncode)


def run_on_terminal(*arguments: str, columns: int = 100) -> Run:
    """Run on a terminal of its own, both streams on it; `err` stays empty."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    with subprocess.Popen(
        command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        parts = []
        deadline = time.monotonic() + LIMIT
        while part := _read(ours, deadline):
            parts.append(part)
        if time.monotonic() >= deadline:
            process.kill()
        status = process.wait(LIMIT)
    os.close(ours)
    return Run(b"".join(parts).decode().replace("\r\n", "\n"), "", status)


def without_colour(text: str) -> str:
    """The text without the one kind of escape sequence that the program itself may write."""
    return _COLOUR.sub("", text)


def write_credentials(home: Path, value: object) -> Path:
    """Make `~/.rattler/credentials.json`: of a string as it stands, of anything else as JSON."""
    path = home / ".rattler" / "credentials.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def _read(terminal: int, deadline: float) -> bytes:
    """What there is next; nothing at the end, or when the time is up."""
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError as error:
        if error.errno == errno.EIO:  # Linux: the other end was closed
            return b""
        raise
