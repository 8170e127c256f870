"""The program on a terminal, told to end by a signal, or by the end of its terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from fcntl import ioctl
from typing import TypeAlias

import pytest

from authui.ui.unix_signals import PATIENCE
from tests.ui.terminal_child import HANG
from tests.ui.test_process import GUARD, ROOT, _plain

ENDING = 5.0
"""Seconds: five times what the end may take, and less than the hanging store takes."""

TAKES_THE_MOUSE = b"\x1b[?1000h"
LEAVES_THE_PICTURE = b"\x1b[?1049l"
LEAVES_THE_MOUSE = b"\x1b[?1000l"
BEGINS_TO_END = b"\x1b[?2004l"

# As started by a shell on its own terminal, whose end then sends SIGHUP.
RUN = """\
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from tests.ui import terminal_child
"""

BUSY = """\
import time
from authui.ui.screens.entries import EntriesScreen
def busy(self):
    sys.__stderr__.write("busy now")
    sys.__stderr__.flush()
    time.sleep({seconds})
EntriesScreen.action_help = busy
"""

SLOW_TO_START = """\
import time
from authui.ui.screens.entries import EntriesScreen
compose = EntriesScreen.compose
def slow(self):
    sys.__stderr__.write("building")
    sys.__stderr__.flush()
    time.sleep(0.5)
    yield from compose(self)
EntriesScreen.compose = slow
"""

STUCK_AT_START = """\
import asyncio
from authui.ui import unix_signals
from authui.ui.screens.entries import EntriesScreen
async def on_mount(self):
    sys.__stderr__.write("waiting")
    sys.__stderr__.flush()
    await asyncio.sleep(600)
EntriesScreen.on_mount = on_mount
unix_signals.LONGEST = 1
"""

SLOW_TO_END = f"""\
import asyncio
from authui.ui.screens.entries import EntriesScreen
async def on_unmount(self):
    await asyncio.sleep({1.5 * PATIENCE})
EntriesScreen.on_unmount = on_unmount
"""

HANDLERS = """\
import signal, threading
numbers = (signal.SIGTERM, signal.SIGHUP)
before = [lambda *_: None, lambda *_: None]
for number, handler in zip(numbers, before): signal.signal(number, handler)
"""

HANDLERS_AFTER = """\
same = [*map(signal.getsignal, numbers)] == before and signal.set_wakeup_fd(-1) == -1
alone = "authui-signals" not in [thread.name for thread in threading.enumerate()]
print("as before" if same and alone else "changed")
"""


class Program:
    """One run of `terminal_child`, with all it has written."""

    def __init__(self, scenario: str, *, before: str = "", after: str = "") -> None:
        self._ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        run = f"status = terminal_child.run({scenario!r})"
        code = f"{RUN}\n{before}\n{run}\n{after}\nsys.exit(status)"
        self.output = b""
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        self.signal = self.process.send_signal
        os.close(theirs)

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def read_until(self, text: bytes) -> None:
        end = time.monotonic() + GUARD
        while text not in self.output:
            assert time.monotonic() < end, f"no {text!r} in {_plain(self.output)[-2000:]}"
            assert self._read(), f"ended without {text!r}: {_plain(self.output)[-2000:]}"

    def hang_up(self) -> None:
        """End the terminal."""
        os.close(self._ours)
        self._ours = -1

    def status(self, seconds: float) -> int:
        """The exit status, which has to come within this time; read on until it does."""
        end = time.monotonic() + seconds
        while self._ours >= 0 and self._read() and time.monotonic() < end:
            pass
        return self.process.wait(max(end - time.monotonic(), 0.1))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self._ours >= 0:
            os.close(self._ours)

    def _read(self) -> bool:
        """Read what there is; False once nothing more can come."""
        if not select.select([self._ours], [], [], 0.1)[0]:
            return True
        try:
            part = os.read(self._ours, 65536)
        except OSError:
            return False
        self.output += part
        return part != b""


Start: TypeAlias = Callable[..., Program]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs, and ends them with the test."""
    started: list[Program] = []

    def start(scenario: str, *, before: str = "", after: str = "") -> Program:
        started.append(Program(scenario, before=before, after=after))
        return started[-1]

    yield start
    for program in started:
        program.close()


SHOWN = {"plain": b"a.example", "hanging": b"Reading the keychain"}
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def shown(start: Start, scenario: str, *, before: str = "", after: str = "") -> Program:
    """A program whose screen is there."""
    program = start(scenario, before=before, after=after)
    program.read_until(SHOWN[scenario])
    return program


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("scenario", SHOWN)
def test_the_terminal_is_left_as_it_was(
    start: Start, scenario: str, number: signal.Signals
) -> None:
    assert ENDING < HANG
    program = shown(start, scenario)
    program.output = b""
    program.signal(number)
    assert program.status(ENDING) == 128 + number
    assert LEAVES_THE_PICTURE in program.output
    assert LEAVES_THE_MOUSE in program.output
    assert b"Traceback" not in program.output


def test_it_can_be_told_while_it_starts(start: Start) -> None:
    program = start("plain", before=SLOW_TO_START)
    program.read_until(b"building")
    program.signal(signal.SIGTERM)
    assert program.status(ENDING) == 143
    assert LEAVES_THE_PICTURE in program.output
    assert program.output.rindex(TAKES_THE_MOUSE) < program.output.rindex(LEAVES_THE_MOUSE)


def test_an_app_that_never_ends_is_ended(start: Start) -> None:
    """As one whose loop runs, but which waits for ever before it reads its messages."""
    program = start("plain", before=STUCK_AT_START)
    program.read_until(b"waiting")
    program.signal(signal.SIGTERM)
    assert program.status(GUARD) == 143


def test_the_terminal_takes_lines_again(start: Start) -> None:
    program = shown(
        start,
        "plain",
        before="attributes = termios.tcgetattr(0)",
        after="print('as before' if termios.tcgetattr(0) == attributes else 'changed')",
    )
    program.signal(signal.SIGTERM)
    program.status(ENDING)
    assert b"as before" in program.output


def test_further_signals_change_nothing(start: Start) -> None:
    program = shown(start, "plain")
    program.signal(signal.SIGTERM)
    program.signal(signal.SIGHUP)
    program.read_until(BEGINS_TO_END)
    program.signal(signal.SIGTERM)
    # One that comes after the app's own end meets Python's own.
    assert program.status(ENDING) in (143, 129, -signal.SIGTERM)
    assert LEAVES_THE_PICTURE in program.output
    assert LEAVES_THE_MOUSE in program.output
    assert b"Traceback" not in program.output


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGHUP, None], ids=str)
def test_nothing_begins_anew_that_is_told_to_continue(
    start: Start, first: signal.Signals | None
) -> None:
    """A terminal that goes away says so, and then tells its programs to continue."""
    program = shown(start, "plain", before=SLOW_TO_END if first else "")
    if first is None:
        program.press("q")
        program.read_until(BEGINS_TO_END)
    else:
        program.signal(first)
    end = time.monotonic() + GUARD
    while program.process.poll() is None and time.monotonic() < end:
        program.signal(signal.SIGCONT)
        program._read()
        time.sleep(0.002)
    assert program.process.poll() == (0 if first is None else 128 + first), program.output[-500:]
    assert b"Traceback" not in program.output


def test_a_loop_that_is_busy_ends_a_moment_later(start: Start) -> None:
    program = shown(start, "plain", before=BUSY.format(seconds=1))
    program.press("?")
    program.read_until(b"busy now")
    program.signal(signal.SIGTERM)
    assert program.status(ENDING) == 143
    assert LEAVES_THE_PICTURE in program.output
    assert LEAVES_THE_MOUSE in program.output


def test_a_loop_that_is_stuck_ends_too(start: Start) -> None:
    program = shown(start, "plain", before=BUSY.format(seconds=600))
    program.press("?")
    program.read_until(b"busy now")
    program.signal(signal.SIGTERM)
    assert program.status(5 * PATIENCE) == 143


def test_the_app_may_take_longer_to_end_than_its_loop(start: Start) -> None:
    """As it does while it waits for a store that is being written to."""
    program = shown(start, "plain", before=SLOW_TO_END, after="print('to its end')")
    program.signal(signal.SIGTERM)
    assert program.status(GUARD) == 143
    assert b"to its end" in program.output


@pytest.mark.parametrize("scenario", SHOWN)
def test_the_end_of_the_terminal_is_the_end(start: Start, scenario: str) -> None:
    program = shown(start, scenario)
    program.hang_up()
    assert program.status(ENDING) == 129


def test_a_loop_that_is_stuck_ends_with_its_terminal(start: Start) -> None:
    program = shown(start, "plain", before=BUSY.format(seconds=600))
    program.press("?")
    program.read_until(b"busy now")
    program.hang_up()
    assert program.status(ENDING) == 129


def test_what_was_there_before_is_there_again(start: Start) -> None:
    program = shown(start, "plain", before=HANDLERS, after=HANDLERS_AFTER)
    program.signal(signal.SIGTERM)
    assert program.status(ENDING) == 143
    assert b"as before" in program.output
