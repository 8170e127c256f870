"""A forced crash while a secret is typed, stored, copied or deleted prints nothing of it."""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
import traceback
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path

import pytest
from textual.app import App
from textual.worker import WorkerFailed

from authui.cli import main as command_line
from authui.cli import sources
from authui.cli.crash import internal_error
from authui.ui.app import AuthuiApp
from authui.ui.session import Session
from tests.leaks import crash_child
from tests.leaks.canary import CANARY, below, in_bytes, in_text
from tests.leaks.sight import sight
from tests.support.program import write_credentials
from tests.support.terminal import Terminal
from tests.ui.support import wait_until
from tests.ui.test_process import GUARD, ROOT, _plain

PASTED = f"\x1b[200~{CANARY}\x1b[201~"
CTRL_R, CTRL_S, CTRL_Y = "\x12", "\x13", "\x19"

EDIT = [("a.example", "e"), ("unchanged", PASTED)]
"""Open the entry and paste the secret."""

SCENARIOS: dict[str, list[tuple[str, str]]] = {
    "handler": [("a.example", "?")],
    "drawn": [("a.example", "?")],
    "worker": [("a.example", "t"), ("To its entry", "x")],
    "list": [],
    "get": [("a.example", "t"), ("To its entry", "https://a.example/")],
    "read": [("a.example", "e")],
    "action in the editor": [*EDIT, ("••••", CTRL_Y)],
    "drawn in the editor": [*EDIT, ("••••", CTRL_Y)],
    "typing": [("a.example", "e"), ("unchanged", CANARY)],
    "pasting": EDIT,
    "revealing": [("a.example", "e"), ("unchanged", CTRL_R)],
    "hiding": [*EDIT, ("••••", "\t")],
    "judging": [*EDIT, ("••••", CTRL_S)],
    "saving": [*EDIT, ("••••", CTRL_S)],
    "after saving": [*EDIT, ("••••", CTRL_S)],
    "write": [*EDIT, ("••••", CTRL_S)],
    "toast": [*EDIT, ("••••", CTRL_S)],
    "telling": [("a.example", "d")],
    "delete": [("a.example", "d"), ("Cancel", "y")],
    "undo": [("a.example", "d"), ("Cancel", "y"), ("Deleted", "u")],
    "unlock": [("Locked", "o")],
    "copying": [("a.example", "Y"), ("Cancel", "y")],
}
"""What is broken, and what is pressed once each text has been written."""


def crash(scenario: str, log: Path) -> tuple[bytes, int]:
    """All that the program wrote on its terminal, and its exit status."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    variables = {"TERM": "xterm-256color", "TEXTUAL_LOG": str(log), "TEXTUAL": "debug,devtools"}
    waiting, output, seen = list(SCENARIOS[scenario]), b"", 0
    end = time.monotonic() + GUARD
    with subprocess.Popen(
        [sys.executable, "-m", "tests.leaks.crash_child", scenario],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            while time.monotonic() < end:
                if waiting and waiting[0][0] in _plain(output[seen:]):
                    seen = len(output)
                    os.write(ours, waiting.pop(0)[1].encode())
                if not select.select([ours], [], [], 0.05)[0]:
                    continue
                try:
                    part = os.read(ours, 65536)
                except OSError:
                    part = b""
                if not part:
                    break
                output += part
            assert time.monotonic() < end, f"waits for {waiting[:1]} in {_plain(output)[-1500:]}"
            return output, process.wait(GUARD)
        finally:
            process.kill()
            os.close(ours)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_crash_prints_nothing_of_it(
    scenario: str, tmp_path: Path, own_home: Path, temporary: Path
) -> None:
    log = tmp_path / "log"
    output, status = crash(scenario, log)
    text = _plain(output)
    assert status == 1, text[-1500:]
    assert "Internal error: " in text
    assert "Traceback" not in text
    assert not in_bytes(output)
    assert not in_text(text)
    assert not log.exists()
    assert not below(own_home, own_home.parent / "run", temporary)


def test_what_the_crash_report_replaces_is_still_there() -> None:
    """Textual's own names: were one changed, its report with all local variables would return."""
    for name in ("_fatal_error", "_handle_exception", "_close_messages_no_wait", "panic"):
        assert callable(getattr(App, name))
    for name in ("_fatal_error", "_handle_exception", "panic"):
        assert name in vars(AuthuiApp)


@pytest.mark.parametrize("fail", [crash_child.fail, crash_child.fail_drawn])
def test_what_is_said_of_a_crash_is_its_place_only(
    fail: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises((ValueError, crash_child.Drawn), match=CANARY) as caught:
        fail()
    assert in_text("".join(traceback.format_exception(caught.value)))  # and so is not printed
    error = internal_error(caught.value)
    assert not in_text(f"{error!r} {error} {error.message} {error.hint}")
    assert not in_text("".join(traceback.format_exception(error)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("words", [("list",), ("test", "https://a.example"), ("stores", "--json")])
def test_the_command_line_prints_nothing_either(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for module in ("list", "test", "stores"):
        __import__(f"authui.cli.{module}_command")
        monkeypatch.setattr(f"authui.cli.{module}_command.open_stores", crash_child.fail)
    monkeypatch.setattr(sources, "open_stores", crash_child.fail)
    assert command_line.main(words) == 1
    out, err = capfd.readouterr()
    assert "Internal error: ValueError at " in err
    assert not in_text(out + err)


async def test_a_crash_in_a_worker_is_kept_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Session, "lookup", crash_child.fail_later)
    kept: list[AuthuiApp] = []
    with pytest.raises(WorkerFailed):  # noqa: PT012  the test runner of Textual passes it on
        async with sight() as app:
            kept.append(app.app)
            await app.press("t", "x")
            await wait_until(app.pilot, lambda: app.app.failure is not None)
    assert isinstance(kept[0].failure, ValueError)
    assert kept[0].return_code == 1
    assert kept[0]._exit_renderables == []
    assert not in_text("".join(capfd.readouterr()))


@pytest.mark.terminal
@pytest.mark.parametrize("kept", [False, True])
def test_no_key_and_no_paste_is_written_down(
    kept: bool, window: Terminal, own_home: Path, tmp_path: Path
) -> None:
    """Unless a developer asks for it, which shows that there was something to write."""
    log = tmp_path / "log"
    path = write_credentials(own_home, {"a.example": {"BearerToken": f"{CANARY}old"}})
    settings = ["AUTHUI_DEV=1"] if kept else ["TEXTUAL=debug,devtools", "TEXTUAL_DEBUG=1"]
    program = (sys.executable, "-m", "authui")
    window.start("env", f"TEXTUAL_LOG={log}", *settings, *program, size=(100, 30))
    window.wait_for("a.example")
    window.press("e")
    window.wait_for("unchanged")
    window.type(CANARY)
    window.wait_for("•" * len(CANARY))
    window.type(PASTED)
    window.wait_for("•" * 2 * len(CANARY))
    window.press("C-s")
    window.wait_for("Write plain text?")
    window.press("y")
    window.wait_for("Saved a.example")
    seen = window.text()
    window.press("C-q")
    assert window.exit_status() == 0
    assert not in_text(seen + window.text())
    assert f"{CANARY}{CANARY}" in path.read_text()
    assert in_bytes(log.read_bytes()) if kept else not log.exists()
    assert not below(own_home, own_home.parent / "run", besides=[path])
