"""Copying: which program gets the text, how, and what happens where none takes it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Thread

import pytest
from textual.app import App

from authui.stores.environment import Environment
from authui.ui import clipboard
from authui.ui.clipboard import LIMIT, Copied, copy, copy_native
from tests.ui.support import GUARD

TEXT = "*.prefix.dev/ünï漢🔑"

HONEST = """\
import os, sys
folder = os.path.dirname(__file__)
name = os.path.basename(__file__)
with open(os.path.join(folder, name + ".asked"), "w") as file:
    print(*sys.argv[1:], *(f"{k}={v}" for k, v in os.environ.items()), sep="\\n", file=file)
with open(os.path.join(folder, name + ".got"), "wb") as file:
    file.write(sys.stdin.buffer.read())
"""

LOUD = 'import sys\nprint("x" * 1_000_000)\nprint("x" * 1_000_000, file=sys.stderr)\n'

# Its child lives on with what the program was given as output, as xclip's does.
STAYING = f"""\
{HONEST}
import time
if child := os.fork():
    with open(__file__ + ".pid", "w") as file:
        file.write(str(child))
else:
    time.sleep(600)
"""

HANGING = """\
import os, time
with open(__file__ + ".pid", "w") as file:
    file.write(str(os.getpid()))
time.sleep(600)
"""

FAILING = f"{HONEST}\nsys.exit(1)\n"

DEAF = "import os\nos.close(0)\n"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the program that hangs may meet the limit, however busy the machine is."""
    monkeypatch.setattr(clipboard, "LIMIT", GUARD)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The one folder on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def install(folder: Path, name: str, code: str = HONEST) -> Path:
    path = folder / name
    path.write_text(f"#!{sys.executable} -I\n{code}")
    path.chmod(0o755)
    return path


def where(programs: Path, platform: str = "linux", **variables: str) -> Environment:
    return Environment({"PATH": str(programs), **variables}, None, platform)


def got(programs: Path) -> dict[str, bytes]:
    """What each program was given."""
    return {path.stem: path.read_bytes() for path in programs.glob("*.got")}


SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
WSL = {"WSL_DISTRO_NAME": "Debian"}


@pytest.mark.parametrize(
    ("platform", "variables", "used"),
    [
        ("linux", {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "wl-copy"),
        ("linux", {"DISPLAY": ":0"}, "xclip"),
        ("linux", {"DISPLAY": "localhost:10.0", **SSH}, "xclip"),
        ("linux", {"DISPLAY": ":0", **WSL}, "xclip"),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0", **WSL}, "wl-copy"),
        ("linux", WSL, "clip.exe"),
        ("linux", {**WSL, **SSH}, None),
        ("linux", {}, None),
        ("linux", {"WAYLAND_DISPLAY": "", "DISPLAY": ""}, None),
        ("linux", SSH, None),
        ("darwin", {}, "pbcopy"),
        ("darwin", {"SSH_TTY": "/dev/ttys001"}, None),
        ("win32", {}, "clip.exe"),
        ("win32", SSH, None),
    ],
)
def test_each_system_has_its_program(
    programs: Path, platform: str, variables: dict[str, str], used: str | None
) -> None:
    for name in ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe"):
        install(programs, name)
    assert copy_native(TEXT, where(programs, platform, **variables)) is (used is not None)
    assert list(got(programs)) == ([] if used is None else [used])


@pytest.mark.parametrize("name", ["wl-copy", "xclip", "xsel"])
def test_what_is_not_installed_is_passed_over(programs: Path, name: str) -> None:
    install(programs, name)
    assert copy_native(TEXT, where(programs, WAYLAND_DISPLAY="wayland-0", DISPLAY=":0"))
    assert got(programs) == {name: TEXT.encode()}


def test_windows_takes_what_its_linux_has_no_program_for(programs: Path) -> None:
    install(programs, "clip.exe")
    variables = {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", **WSL}
    assert copy_native(TEXT, where(programs, **variables))
    assert list(got(programs)) == ["clip.exe"]
    assert not copy_native(TEXT, where(programs, **variables, **SSH))


def test_windows_reads_utf_16_with_its_mark(programs: Path) -> None:
    install(programs, "clip.exe")
    assert copy_native("ü🔑\ud800", where(programs, "win32"))
    assert got(programs) == {"clip.exe": b"\xff\xfe" + "ü🔑?".encode("utf-16-le")}


def test_macos_reads_utf_8_whatever_the_locale_says(programs: Path) -> None:
    install(programs, "pbcopy")
    assert copy_native("ü🔑\ud800", where(programs, "darwin", LC_ALL="C"))
    assert got(programs) == {"pbcopy": "ü🔑?".encode()}
    assert "LC_ALL=en_US.UTF-8" in (programs / "pbcopy.asked").read_text()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("wl-copy", ["--type", "text/plain"]),
        ("xclip", ["-selection", "clipboard"]),
        ("xsel", ["--clipboard", "--input"]),
    ],
)
def test_the_text_is_in_no_argument_and_no_variable(
    programs: Path, name: str, options: list[str]
) -> None:
    install(programs, name)
    assert copy_native("canary", where(programs, WAYLAND_DISPLAY="wayland-0", DISPLAY=":0"))
    asked = (programs / f"{name}.asked").read_text()
    assert asked.splitlines()[:2] == options
    assert "DISPLAY=:0" in asked
    assert "canary" not in asked


def test_an_empty_text_is_copied_too(programs: Path) -> None:
    install(programs, "xclip")
    assert copy_native("", where(programs, DISPLAY=":0"))
    assert got(programs) == {"xclip": b""}


def test_what_a_program_prints_goes_nowhere(
    programs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    install(programs, "xclip", LOUD)
    assert copy_native(TEXT, where(programs, DISPLAY=":0"))
    assert capfd.readouterr() == ("", "")


def test_a_program_may_leave_a_part_of_itself_behind(programs: Path) -> None:
    install(programs, "xclip", STAYING)
    assert copy_native(TEXT, where(programs, DISPLAY=":0"))
    assert got(programs) == {"xclip": TEXT.encode()}
    child = int((programs / "xclip.pid").read_text())
    assert os.getsid(child) != os.getsid(0)  # so the end of this terminal is not its own
    os.kill(child, signal.SIGKILL)


def test_a_program_that_fails_is_no_copy(programs: Path) -> None:
    install(programs, "xclip", FAILING)
    assert not copy_native(TEXT, where(programs, DISPLAY=":0"))
    assert got(programs) == {"xclip": TEXT.encode()}


def test_a_program_that_does_not_listen_raises_nothing(programs: Path) -> None:
    install(programs, "xclip", DEAF)
    copy_native("x" * 1_000_000, where(programs, DISPLAY=":0"))


def test_a_program_that_does_not_run_is_no_copy(programs: Path) -> None:
    install(programs, "xclip").write_text("#!/nowhere\n")
    assert not copy_native(TEXT, where(programs, DISPLAY=":0"))


def test_a_program_that_hangs_is_ended(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "LIMIT", LIMIT)
    install(programs, "xclip", HANGING)
    told: list[bool] = []
    call = Thread(target=lambda: told.append(copy_native(TEXT, where(programs, DISPLAY=":0"))))
    call.start()
    call.join(5 * LIMIT)
    assert told == [False]
    with pytest.raises(ProcessLookupError):
        os.kill(int((programs / "xclip.pid").read_text()), 0)


@pytest.mark.parametrize("path", ["", ".", None])
def test_a_program_in_the_current_directory_is_not_the_systems(
    programs: Path, path: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(programs, "xclip")
    monkeypatch.chdir(programs)
    variables = {"DISPLAY": ":0"} if path is None else {"DISPLAY": ":0", "PATH": path}
    assert not copy_native(TEXT, Environment(variables, None, "linux"))
    assert got(programs) == {}


async def test_the_system_has_it(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(programs, "xclip")
    use_only(programs, monkeypatch)
    app = App[None]()
    async with app.run_test():
        assert await copy(app, TEXT) is Copied.NATIVE
        assert got(programs) == {"xclip": TEXT.encode()}
        assert app.clipboard == ""


@pytest.mark.parametrize("code", [None, FAILING], ids=["no program", "it fails"])
async def test_the_terminal_is_asked_where_the_system_does_not(
    programs: Path, monkeypatch: pytest.MonkeyPatch, code: str | None
) -> None:
    if code is not None:
        install(programs, "xclip", code)
    use_only(programs, monkeypatch)
    app = App[None]()
    async with app.run_test():
        assert await copy(app, TEXT) is Copied.TERMINAL
        assert app.clipboard == TEXT
        assert await copy(app, "half a pair: \ud83d") is Copied.TERMINAL
        assert app.clipboard == "half a pair: ?"


async def test_the_loop_runs_on_meanwhile(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program waits for what only the loop does."""
    go = programs / "go"
    waiting = f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
    install(programs, "xclip", waiting + HONEST)
    use_only(programs, monkeypatch)
    app = App[None]()
    async with app.run_test():
        app.call_later(go.touch)
        assert await copy(app, TEXT) is Copied.NATIVE


def use_only(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("DISPLAY", ":0")
