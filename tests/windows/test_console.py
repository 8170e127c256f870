"""The program and the console of Windows: what ends it, what is typed, what is printed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

assert sys.platform == "win32"  # nothing below is looked at for other systems

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


AUTHUI = (
    "import sys; from authui.cli.main import main; status = main(sys.argv[1:]); sys.exit(status)"
)
SET = ["set", "a.example", "--kind", "BearerToken", "--store", "file"]


def authui(*words: str, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    variables |= {"PYTHONPATH": str(ROOT / "app"), **settings.pop("variables", {})}
    return subprocess.run(
        [sys.executable, "-c", AUTHUI, *words],
        env=variables,
        capture_output=True,
        timeout=60,
        check=False,
        **settings,
    )


def test_the_null_device_is_no_terminal() -> None:
    """Windows says that it is one: a prompt would wait for somebody who is not there."""
    done = authui(*SET, stdin=subprocess.DEVNULL)
    assert (done.returncode, b"The token is empty" in done.stderr) == (2, True)
    done = authui(stdin=subprocess.DEVNULL)
    assert (done.returncode, b"needs a terminal" in done.stderr) == (1, True)
    done = authui("remove", "a.example", stdin=subprocess.DEVNULL)
    assert b"[y/N]" not in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "utf-16"])
def test_output_is_utf_8_whatever_the_code_page(own_home: Path, encoding: str) -> None:
    file = own_home / ".rattler" / "credentials.json"
    file.parent.mkdir()
    file.write_text('{"ü🔑.example":{"BasicHTTP":{"username":"u","password":"p"}}}', "utf-8")
    variables = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    for words in (["list"], ["list", "--json"], ["stores"], ["test", "https://ü.example"]):
        done = authui(*words, variables=variables, stdin=subprocess.DEVNULL)
        assert b"Traceback" not in done.stderr
        done.stderr.decode()
        assert done.stdout.decode()
    assert "ü🔑" in authui("list", variables=variables).stdout.decode()
    for words in (["--help"], ["set", "--help"], ["no-such-command"]):
        done = authui(*words, variables=variables, stdin=subprocess.DEVNULL)
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "given",
    ["tökén🔑\r\n".encode(), b"\xef\xbb\xbf" + "tökén🔑\r\n".encode(), "tökén🔑".encode()],
    ids=["lines of Windows", "with a mark", "as it is"],
)
def test_a_secret_from_a_pipe_is_utf_8(own_home: Path, given: bytes) -> None:
    words = [*SET[:2], "--kind", "BasicHTTP", "--username", "u", *SET[4:]]
    done = authui(*words, input=given, variables={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0, done.stderr.decode()
    stored = (own_home / ".rattler" / "credentials.json").read_bytes().decode()
    assert '"password":"tökén🔑"' in stored


def test_a_reader_that_goes_away_is_no_error() -> None:
    """Windows calls that an invalid argument, not a broken pipe."""
    code = (
        "import sys; from authui.cli.report import Report, ExitStatus\n"
        "sys.stdin.readline()\n"
        "Report().json({'x': 'y' * 100000})\n"
        "sys.stderr.write('went on')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, error = process.communicate(b"go\n", timeout=60)
    assert (process.returncode, error) == (0, b"went on")


TYPIST = """
import ctypes, sys, threading
from ctypes import wintypes

class Key(ctypes.Structure):
    _fields_ = [("type", wintypes.WORD), ("down", wintypes.BOOL), ("repeat", wintypes.WORD),
                ("code", wintypes.WORD), ("scan", wintypes.WORD), ("char", wintypes.WCHAR),
                ("state", wintypes.DWORD)]

def type_keys(text):
    kernel = ctypes.WinDLL("kernel32")
    kernel.CreateFileW.restype = wintypes.HANDLE
    console = wintypes.HANDLE(kernel.CreateFileW("CONIN$", 0xC0000000, 3, None, 3, 0, None))
    kernel.SetConsoleMode(console, 0)  # as while it is read: else Ctrl+C acts when it is typed
    units = text.encode("utf-16-le", "surrogatepass")
    for at in range(0, len(units), 2):
        code = int.from_bytes(units[at:at + 2], "little")
        # An up arrow stands for itself; any other character has no key of its own here.
        key = Key(1, True, 1, 0x26 if code == 0xF700 else 0, 72 if code == 0xF700 else 0,
                  chr(0) if code == 0xF700 else chr(code), 0x100 if code == 0xF700 else 0)
        written = wintypes.DWORD()
        assert kernel.WriteConsoleInputW(console, ctypes.byref(key), 1, ctypes.byref(written))

from authui.cli.report import Report
from authui.cli.secret_source import read_secret
from authui.model.errors import BadInput
sys.stdin = sys.__stdin__ = open("CONIN$")
type_keys({text!r})
try:
    print(ascii(read_secret(Report(), "Token for ü").reveal()))
except BadInput as error:
    print(error.message)
except KeyboardInterrupt:
    print("interrupted")
"""


NO_CHARACTER = "A key that is no character was pressed, such as an arrow, and is in what was typed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("secret\r", "'secret'"),
        ("secrex\bt\r", "'secret'"),
        ("ü🔑é\r", ascii("ü🔑é")),
        ("x" * 5000 + "\r", ascii("x" * 5000)),
        ("\x1a\r", "No secret was given"),
        ("secret\x03", "interrupted"),
        ("sec\uf700ret\r", NO_CHARACTER),
    ],
    ids=["a word", "corrected", "beyond the first plane", "long", "ctrl+z", "ctrl+c", "an arrow"],
)
def test_a_prompt_of_the_console(typed: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TYPIST.replace("{text!r}", ascii(typed))],
        env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True,
        timeout=60,
        check=False,
        creationflags=subprocess.CREATE_NO_WINDOW,
    )
    assert done.stdout.decode().splitlines() == [said], done.stderr.decode()


def test_colours_go_to_a_console_that_takes_them() -> None:
    code = (
        "import sys; from authui.cli.report import has_colour, is_terminal\n"
        "console, nowhere = open('CONOUT$', 'w'), open('NUL', 'w')\n"
        "print(has_colour(console), nowhere.isatty(), is_terminal(nowhere), has_colour(nowhere))\n"
        "console.close(); print(is_terminal(console), is_terminal(None))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True,
        timeout=60,
        check=True,
        creationflags=subprocess.CREATE_NO_WINDOW,
    )
    assert done.stdout.split() == [b"True", b"True", b"False", b"False", b"False", b"False"]
