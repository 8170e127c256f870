"""A program that draws on a terminal of its own, timed by what arrives there."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from fcntl import ioctl
from pathlib import Path

from tests.support.closing import Closing

GUARD = 60.0
"""Seconds after which a program is taken for hung."""

COLUMNS, LINES = 120, 40

_ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[^\[\]])")


class ScreenProgram(Closing):
    """A running program; every moment is in seconds of `time.perf_counter`.

    A text is on the screen once it has been written in one piece, whatever colours it: what a
    program draws anew it writes again.
    """

    def __init__(self, words: Sequence[str], variables: Mapping[str, str]) -> None:
        self._terminal, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._output = b""
        self._read_at = 0.0
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            words,
            env={**variables, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=variables["HOME"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def press(self, keys: str) -> float:
        """Type, and forget what was written before. Returns the moment at which the keys go."""
        self.rest(0)
        self._output = b""
        moment = time.perf_counter()
        os.write(self._terminal, keys.encode())
        return moment

    def wait_for(self, *texts: str) -> float:
        """The moment at which all the texts were there.

        Raises `AssertionError` if the program hangs or ends.
        """
        end = time.monotonic() + GUARD
        while not all(text in self._plain() for text in texts):
            assert self._read(end - time.monotonic()), f"no {texts}: {self._last_words()}"
            self.rest(0)
        return self._read_at

    def rest(self, seconds: float) -> None:
        """Let so much time pass; what the program writes meanwhile is read, so it need not wait."""
        end = time.monotonic() + seconds
        while self._read(end - time.monotonic()):
            pass

    def peak_memory(self) -> float:
        """The most memory that the program has used so far, in MiB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def quit(self) -> None:
        """Press the key that ends a Textual app. Raises `AssertionError` if it ends badly."""
        self.press("\x11")
        while self._read(GUARD):
            pass
        assert self._process.wait(GUARD) == 0, self._last_words()

    def close(self) -> None:
        """End it by force, unless it has ended."""
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def _plain(self) -> str:
        """What was written, without what moves and colours it."""
        return _ESCAPE.sub("", self._output.decode(errors="replace"))

    def _last_words(self) -> str:
        return " ".join(self._plain().split())[-1000:]

    def _read(self, patience: float) -> bool:
        """Wait for the next piece; false when none came, or the program has closed the terminal."""
        if not select.select([self._terminal], [], [], max(0, patience))[0]:
            return False
        try:
            part = os.read(self._terminal, 65536)
        except OSError:  # Linux: the other end was closed
            return False
        self._read_at = time.perf_counter()
        self._output += part
        return bool(part)
