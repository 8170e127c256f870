"""The program on a terminal of its own, with somebody who types."""

from __future__ import annotations

import errno
import os
import pty
import select
import signal
import subprocess
import termios
import time
from fcntl import ioctl
from pathlib import Path

from tests.support.closing import Closing
from tests.support.program import LIMIT, Run, command


class Typist(Closing):
    """A run whose controlling terminal is ours; `seen` is all that was shown so far."""

    def __init__(self, *arguments: str, err: Path | None = None, program: str = "") -> None:
        self._ours, theirs = pty.openpty()
        words = command(*arguments)
        if program:
            words[1:3] = ["-c", program]
        stderr = theirs if err is None else os.open(err, os.O_WRONLY | os.O_CREAT)
        self.process = subprocess.Popen(
            words,
            stdin=theirs,
            stdout=theirs,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  no threads here
        )
        os.close(theirs)
        if err is not None:
            os.close(stderr)
        self.seen = ""

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._ours)[3] & termios.ECHO)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + LIMIT
        while text not in self.seen:
            assert self._read(deadline), f"no {text!r} in:\n{self.seen}"

    def type(self, text: str | bytes) -> None:
        os.write(self._ours, text if isinstance(text, bytes) else text.encode())

    def signal(self, number: signal.Signals) -> None:
        """To the whole group, as a terminal does it."""
        os.killpg(self.process.pid, number)

    def end(self) -> Run:
        """Read to the end."""
        deadline = time.monotonic() + LIMIT
        while self._read(deadline):
            pass
        status = self.process.wait(max(deadline - time.monotonic(), 1))
        return Run(self.seen, "", status)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LIMIT)
        os.close(self._ours)

    def _read(self, deadline: float) -> bool:
        if not select.select([self._ours], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self._ours, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # Linux: the other end was closed
                raise
            return False
        self.seen += data.decode().replace("\r\n", "\n")
        return bool(data)
