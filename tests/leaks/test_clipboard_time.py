"""A secret on the clipboard: how it gets there, and when it is gone."""

from __future__ import annotations

import base64
import sys
import time
from pathlib import Path

import pytest

from authui.model.secret import Secret
from authui.stores.discover import Discovery
from authui.ui import app as app_module
from authui.ui import clipboard, copying
from authui.ui.app import AuthuiApp, run_app
from authui.ui.screens.confirm import ConfirmScreen
from tests.leaks.canary import CANARY, below, in_bytes, in_text
from tests.leaks.conftest import Watched
from tests.leaks.sight import Sight, sight
from tests.ui.support import discovery, wait_until

# One file is the clipboard of all; what each was called with is kept as well.
PROGRAM = """\
import os, sys
folder = os.path.dirname(__file__)
held = os.path.join(folder, "held")
with open(os.path.join(folder, "asked"), "a") as file:
    print(sys.argv, dict(os.environ), os.getcwd(), file=file)
name = os.path.basename(__file__)
if name == "wl-paste" or "-o" in sys.argv or "--output" in sys.argv:
    if os.path.exists(held):
        with open(held, "rb") as file:
            sys.stdout.buffer.write(file.read())
else:
    with open(held, "wb") as file:
        file.write(sys.stdin.buffer.read())
"""

SYSTEMS = {
    "xclip": {"DISPLAY": ":0"},
    "xsel": {"DISPLAY": ":0"},
    "wl": {"WAYLAND_DISPLAY": "wayland-0"},
}
PROGRAMS = {"xclip": ("xclip",), "xsel": ("xsel",), "wl": ("wl-copy", "wl-paste")}


class Clipboard:
    """The clipboard of a system that is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def held(self) -> bytes:
        path = self.folder / "held"
        return path.read_bytes() if path.exists() else b""

    def hold(self, data: bytes) -> None:
        (self.folder / "held").write_bytes(data)

    @property
    def asked(self) -> str:
        return (self.folder / "asked").read_text()


@pytest.fixture(params=SYSTEMS)
def system(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Clipboard:
    """The only programs on PATH are those of one system."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in PROGRAMS[request.param]:
        path = folder / name
        path.write_text(f"#!{sys.executable} -I\n{PROGRAM}")
        path.chmod(0o755)
    _only(folder, monkeypatch)
    for name, value in SYSTEMS[request.param].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clipboard, "LIMIT", 20.0)
    return Clipboard(folder)


def _only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAYLAND_DISPLAY", "DISPLAY", "SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(folder))


async def copy(app: Sight, host: str = "bearertoken.example", said: str = "Copied") -> None:
    """Press the key, and say yes."""
    await app.go_to(host)
    await app.press("Y")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: said in app.toast())
    await app.look()


def must_be_hidden(system: Clipboard, watched: Watched) -> None:
    assert not in_text(system.asked)
    assert len(watched.started) > 0
    watched.must_be_clean()


async def test_it_is_taken_off_after_its_time(
    system: Clipboard, watched: Watched, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "CLEARED_AFTER", 0.8)
    async with sight() as app:
        await copy(app)
        assert system.held == CANARY.encode()
        copied = time.monotonic()
        await wait_until(app.pilot, lambda: system.held == b"")
        assert time.monotonic() - copied > 0.3
        assert app.app.on_clipboard._secret is None
    must_be_hidden(system, watched)
    assert not below(temporary)


@pytest.mark.parametrize("kind", ["basichttp", "condatoken", "s3credentials", "oauth"])
@pytest.mark.parametrize("system", ["xclip"], indirect=True)
async def test_of_each_kind_what_authenticates(
    kind: str, system: Clipboard, watched: Watched
) -> None:
    async with sight() as app:
        await copy(app, f"{kind}.example")
        assert in_bytes(system.held)
        app.app.on_clipboard.clear()
    must_be_hidden(system, watched)


async def test_what_somebody_else_copied_stays(
    system: Clipboard, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "CLEARED_AFTER", 0.6)
    async with sight() as app:
        await copy(app)
        system.hold(b"something else")
        await wait_until(app.pilot, lambda: app.app.on_clipboard._secret is None)
        await app.pilot.pause(0.3)
        assert system.held == b"something else"
    must_be_hidden(system, watched)


@pytest.mark.parametrize("held", [None, b"something else"])
@pytest.mark.parametrize("system", ["xclip", "wl"], indirect=True)
def test_quitting_takes_it_off_before_its_time(
    held: bytes | None, system: Clipboard, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_and_end(app: AuthuiApp, finish: object) -> None:
        assert app.on_clipboard.put(Secret(CANARY))
        assert system.held == CANARY.encode()
        if held is not None:
            system.hold(held)

    monkeypatch.setattr(app_module, "run_until_told", put_and_end)
    assert run_app(_no_stores) == 0
    assert system.held == (held or b"")
    must_be_hidden(system, watched)


@pytest.mark.parametrize("system", ["xclip"], indirect=True)
def test_a_crash_takes_it_off_too(
    system: Clipboard, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put_and_crash(app: AuthuiApp, finish: object) -> None:
        assert app.on_clipboard.put(Secret(CANARY))
        app.failure = ValueError("crashed")

    monkeypatch.setattr(app_module, "run_until_told", put_and_crash)
    with pytest.raises(ValueError, match="crashed"):
        run_app(_no_stores)
    assert system.held == b""
    must_be_hidden(system, watched)


async def test_without_a_program_the_terminal_gets_it_and_the_app_keeps_nothing(
    tmp_path: Path, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(tmp_path, monkeypatch)
    written: list[str] = []
    async with sight() as app:
        driver = app.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        await copy(app, said="Sent the secret to the terminal")
        assert (app.app.clipboard, app.app._clipboard) == ("", "")
        assert app.app.on_clipboard._secret is None
    code = base64.b64encode(CANARY.encode()).decode()
    assert [text for text in written if in_text(text)] == [f"\x1b]52;c;{code}\a"]
    watched.must_be_clean()


@pytest.mark.parametrize("system", ["xclip"], indirect=True)
async def test_no_copy_without_a_yes(system: Clipboard, watched: Watched) -> None:
    async with sight() as app:
        await app.go_to("bearertoken.example")
        await app.press("Y")
        await app.wait_for(ConfirmScreen)
        await app.press("enter")  # the focus is where nothing happens
        await app.look()
        assert system.held == b""
        await app.press("y")  # the host, not the secret
        await wait_until(app.pilot, lambda: "Copied host" in app.toast())
        assert system.held == b"bearertoken.example"
    must_be_hidden(system, watched)


def _no_stores() -> Discovery:
    return discovery()
