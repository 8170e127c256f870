"""The whole program on a terminal: how it ends, and what it leaves behind."""

from __future__ import annotations

import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pytest
from textual.app import App

from tests.ui.terminal_child import CANARY, HANG

GUARD = 30.0
QUITTING = 5.0
"""Seconds: five times what quitting may take, and less than the hanging store takes."""

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """What a run wrote, its exit status, and how long it took after its last key."""

    output: str
    status: int
    seconds: float


def run(scenario: str, keys: Sequence[tuple[str, str]], **variables: str) -> Ended:
    """Run a scenario. Each key is pressed once the text before it has been written."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", **variables}
    for name in ("COLUMNS", "LINES"):
        environment.pop(name, None)
    output = b""
    end = time.monotonic() + GUARD
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.terminal_child", scenario],
        cwd=ROOT,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        pressed = time.monotonic()
        waiting = list(keys)
        seen = 0
        try:
            while True:
                if waiting and waiting[0][0] in _plain(output[seen:]):
                    seen = len(output)
                    os.write(ours, waiting.pop(0)[1].encode())
                    pressed = time.monotonic()
                if time.monotonic() > end:
                    pytest.fail(f"hung; waited for {waiting[:1]}; wrote {_plain(output)[-2000:]}")
                if not select.select([ours], [], [], 0.1)[0]:
                    continue
                try:
                    part = os.read(ours, 65536)
                except OSError:
                    part = b""
                if not part:
                    break
                output += part
            status = process.wait(GUARD)
        finally:
            process.kill()
    os.close(ours)
    return Ended(_plain(output), status, time.monotonic() - pressed)


def _plain(output: bytes) -> str:
    """The text without what moves and colours it."""
    return re.sub(r"\x1b(\[[0-9;?<>=]*[A-Za-z$]|[()=>78].?)", "", output.decode(errors="replace"))


def test_it_ends_with_status_0() -> None:
    ended = run("plain", [("a.example", "q")])
    assert ended.status == 0
    assert CANARY not in ended.output
    assert "Traceback" not in ended.output


def test_what_is_typed_right_behind_the_key_is_part_of_the_url() -> None:
    """In one burst, with a `q` in it."""
    ended = run("plain", [("a.example", "thttps://a.example/q"), ("✓ a.example from", "\x11")])
    assert ended.status == 0
    assert "https://a.example/q" in ended.output


@pytest.mark.parametrize(
    "keys",
    [
        [("Reading the keychain", "q")],
        [
            ("Reading the keychain", "t"),
            ("To its entry", "https://a.example/"),
            ("Waiting for", "\x11"),
        ],
    ],
    ids=["while it reads", "while it looks up"],
)
def test_quitting_does_not_wait_for_a_store(keys: list[tuple[str, str]]) -> None:
    assert QUITTING < HANG
    ended = run("hanging", keys)
    assert ended.status == 0
    assert ended.seconds < QUITTING


@pytest.mark.parametrize(
    ("scenario", "keys"),
    [
        ("handler", [("a.example", "?")]),
        ("drawn", [("a.example", "?")]),
        ("worker", [("a.example", "t"), ("To its entry", "x")]),
        ("thread", []),
        ("drawing", []),
        ("pane", []),
    ],
)
def test_a_crash_says_where_and_nothing_else(
    scenario: str, keys: list[tuple[str, str]], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    ended = run(scenario, keys, TEXTUAL_LOG=str(log), TEXTUAL="debug,devtools")
    assert ended.status == 1
    assert "Internal error: " in ended.output
    assert "Traceback" not in ended.output
    assert CANARY not in ended.output
    assert not log.exists()


def test_what_the_crash_report_replaces_is_still_there() -> None:
    """Textual's own names: were one changed, its report with all local variables would return."""
    assert callable(App._fatal_error)
    assert callable(App._handle_exception)
    assert callable(App._close_messages_no_wait)


def test_no_key_is_written_down(tmp_path: Path) -> None:
    log = tmp_path / "log"
    keys = [("a.example", "t"), ("To its entry", CANARY), ("not a URL", "\x11")]
    run("plain", keys, TEXTUAL_LOG=str(log), TEXTUAL="debug,devtools", TEXTUAL_DEBUG="1")
    assert not log.exists()
    run("plain", keys, TEXTUAL_LOG=str(log), AUTHUI_DEV="1")
    assert CANARY in log.read_text()  # so the run above would have written it
