"""A real terminal: tmux, with a server of its own and one window."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

GUARD = 30.0
"""Seconds after which something that takes a moment is taken for hung."""


class Terminal:
    """One tmux server of its own, with one window in which the program runs."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._status = socket.with_name("status")

    def start(self, *command: str, size: tuple[int, int] = (80, 24), **variables: str) -> None:
        """Run the command, and then keep the window, so that what it leaves can be read."""
        self._status.unlink(missing_ok=True)
        settings = [f"{name}={value}" for name, value in variables.items()]
        words = shlex.join(["env", *settings, *command])
        line = f"{words}; echo $? > {shlex.quote(str(self._status))}; exec cat"
        columns, lines = map(str, size)
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", lines, line)

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste as a terminal does, told as a paste to a program that asks for it."""
        self._tmux("set-buffer", text)
        self._tmux("paste-buffer", "-p", "-r")

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def scrollback(self) -> str:
        """All lines that have gone off the top, and what is shown."""
        return self._tmux("capture-pane", "-p", "-S", "-")

    def wait_for(self, words: str) -> str:
        """What is shown once the words are; fail when they do not come."""
        self._until(lambda: words in self.text(), lambda: f"no {words!r} in:\n{self.text()}")
        return self.text()

    def exit_status(self) -> int:
        """The exit status of the command, once it has ended."""
        self._until(lambda: self._written() != "", lambda: f"still running:\n{self.text()}")
        return int(self._written())

    def resize(self, columns: int, lines: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def close(self) -> None:
        self._tmux("kill-server")

    def _written(self) -> str:
        return self._status.read_text().strip() if self._status.exists() else ""

    def _until(self, predicate: Callable[[], bool], failure: Callable[[], str]) -> None:
        end = time.monotonic() + GUARD
        while not predicate():
            if time.monotonic() > end:
                pytest.fail(failure())
            time.sleep(0.05)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-S", str(self._socket), *arguments],
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=GUARD,
            # Not what the process itself would pass on: the readline library adds a size to that.
            env=dict(os.environ),
        ).stdout
