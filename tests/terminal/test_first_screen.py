"""The demo in tmux, a real terminal of 80 by 24, from its start to its end."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.system import require

pytestmark = pytest.mark.terminal

GUARD = 30.0


class Terminal:
    """One tmux server of its own, with one window in which the program runs."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._status = socket.with_name("status")

    def start(self, *command: str) -> None:
        """Run the command, and then keep the window, so that what it leaves can be read."""
        line = f"{shlex.join(command)}; echo $? > {shlex.quote(str(self._status))}; exec cat"
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", line)

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self._tmux("send-keys", "-l", text)

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

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


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    require("tmux")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("TMUX", "COLUMNS", "LINES"):  # the size is the terminal's, not the test runner's
        monkeypatch.delenv(name, raising=False)
    one = Terminal(tmp_path / "tmux")
    one.start(sys.executable, "-m", "authui", "--demo")
    yield one
    one.close()


def test_look_type_read_quit(terminal: Terminal) -> None:
    terminal.wait_for("3 problems")
    first = terminal.wait_for("r Reload")
    for words in ("sample data", "*.prefix.dev", "○ shadowed", "✗ ambiguous (2)", "r Reload"):
        assert words in first
    terminal.press("t")
    terminal.type("https://repo.prefix.dev/my-channel")
    verdict = terminal.wait_for("✓ *.prefix.dev from the keychain: Authorization: Bearer pfx_")
    assert "fake" not in verdict
    terminal.press("Escape")
    terminal.wait_for("t Test URL")
    terminal.press("q")
    assert terminal.exit_status() == 0
    after = terminal.text()
    assert "prefix.dev" not in after  # the terminal shows again what it showed before
    assert "Traceback" not in after


def test_a_smaller_terminal_shows_less_of_the_same(terminal: Terminal) -> None:
    terminal.wait_for("5 stores")
    terminal.resize(60, 15)
    terminal.wait_for("netrc plain ")
    terminal.press("t")
    terminal.type("https://nothing.test/")
    terminal.wait_for("Nothing is sent: no store has a pattern for")
    terminal.press("C-q")
    assert terminal.exit_status() == 0
