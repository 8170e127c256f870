"""Ctrl-C during a change: nothing untrue is said, and nothing is waited for."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.support.program import LIMIT, Run

PROGRAM = """
import os, signal, sys, threading, time
from authui.cli import interruptible, main as program
from authui.cli.report import Report
from authui.model.errors import Declined

{how}

def press(seconds):
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGINT)

def command(options, report):
    report.text([interruptible.carry_out(report, change)])
    return 0

program._command = lambda options: command
interruptible.GRACE = 0.5
sys.exit(program.main(["list"] + sys.argv[1:]))
"""

HANGS = """
def change(patience):
    threading.Thread(target=press, args=(0.2,), daemon=True).start()
    time.sleep(60)
"""
DECLINED = """
def change(patience):
    patience.begin()
    threading.Thread(target=press, args=(0.2,), daemon=True).start()
    while not patience.is_cancelled:
        time.sleep(0.01)
    raise Declined("You ended the wait", "Try again")
"""
DONE = """
def change(patience):
    threading.Thread(target=press, args=(0.2,), daemon=True).start()
    while not patience.is_cancelled:
        time.sleep(0.01)
    return "done"
"""
TWICE = """
def change(patience):
    interruptible.GRACE = 60
    threading.Thread(target=press, args=(0.2,), daemon=True).start()
    threading.Thread(target=press, args=(0.6,), daemon=True).start()
    time.sleep(60)
"""


def interrupted(how: str, *words: str) -> tuple[Run, float]:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(how=how), *words],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return Run(done.stdout, done.stderr, done.returncode), time.monotonic() - start


@pytest.mark.parametrize("how", [HANGS, TWICE])
def test_a_write_that_does_not_end_has_an_unknown_outcome(how: str) -> None:
    done, seconds = interrupted(how)
    assert (done.out, done.status) == ("", 130)
    assert done.err == (
        "error: Interrupted while writing, so nobody can say whether it happened\n"
        "hint: Look again with authui list\n"
    )
    assert seconds < 20


def test_the_wait_for_a_window_ends() -> None:
    done, _ = interrupted(DECLINED, "--json")
    assert done.status == 130
    assert done.err == (
        "note: A window of your keychain is waiting; Ctrl-C ends the wait\n"
        "error: Interrupted, and nothing was changed: You ended the wait\n"
        "hint: Try again\n"
    )
    assert "nothing was changed" in done.object["error"]["message"]


def test_what_was_done_is_not_denied() -> None:
    done, _ = interrupted(DONE)
    assert done.status == 130
    assert "Interrupted, but it had been done already" in done.err
