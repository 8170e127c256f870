"""The program and the console of Windows: what ends it, what is typed, what is printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

APP = """
import sys, threading, time
from textual.app import App
from authui.ui import windows_console
from authui.ui.signals import run_until_told

class Own(App[None]):
    def on_mount(self):
        print("shown", flush=True, file=sys.__stdout__)
        threading.Thread(target=act).start()
    async def run_async(self, **options):
        return await super().run_async(headless=True)
    def on_unmount(self):
        print("ended in order", flush=True, file=sys.__stdout__)

def finish():
    print("finishing", flush=True, file=sys.__stdout__)
    time.sleep(0.2)
    print("finished", flush=True, file=sys.__stdout__)

enter = windows_console.Told.__enter__
def remembered(self):
    app.told = self
    enter(self)
windows_console.Told.__enter__ = remembered

app = Own()
run_until_told(app, finish)
print("status", app.return_code, flush=True)
sys.exit(app.return_code)
"""


def run(code: str, before: str = "", *, stdin: bytes = b"", **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", before + code],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'app'};{ROOT}", **variables},
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode().replace("\r\n", "\n")


SIGNALLED = """
import _thread, signal, threading

def act():
    _thread.interrupt_main(signal.{name})
    _thread.interrupt_main(signal.{name})
"""


@pytest.mark.parametrize("name", ["SIGBREAK", "SIGINT"])
def test_ctrl_break_ends_the_app_in_order(name: str) -> None:
    """Wine makes no console event without a screen; what follows it in Python is the same."""
    status, output = run(APP, SIGNALLED.format(name=name))
    number = signal.Signals[name].value
    assert output == f"shown\nended in order\nstatus {128 + number}\n"
    assert status == 128 + number


CLOSED = """
import ctypes, threading

def act():
    from authui.ui import windows_console
    for event in (0, 1, {event}):  # Ctrl+C and Ctrl+Break are not for this handler
        print("goes on", app.told._routine(event), flush=True)
    app.call_later(app.exit)
"""


@pytest.mark.parametrize("event", [2, 5, 6])
def test_the_end_of_the_console_waits_for_a_change(event: int) -> None:
    """The handler is called as Windows would, from a thread of its own."""
    status, output = run(APP, CLOSED.format(event=event))
    assert output.splitlines() == [
        "shown",
        "goes on 0",
        "goes on 0",
        "finishing",
        "finished",
        "goes on 0",
        "ended in order",
        "status 0",
    ]
    assert status == 0


def test_what_was_there_before_is_there_again() -> None:
    after = (
        "print(signal.getsignal(signal.SIGINT) is before, int(signal.getsignal(signal.SIGBREAK)))"
    )
    code = APP.replace("sys.exit(", f"{after}\nsys.exit(")
    first = "import signal\nbefore = signal.getsignal(signal.SIGINT)\n"
    _, output = run(code, f"{first}def act(): app.call_later(app.exit)\n")
    assert output.splitlines()[-1] == "True 0"
