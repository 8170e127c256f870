"""The tools of a Windows machine, played by real programs made of pip's launcher and Python."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from authui.stores import tools
from authui.stores.environment import Environment
from authui.stores.file_facts import GitStanding, git_standing
from authui.stores.known_folders import KnownFolders
from authui.stores.tools import Tool, find_tools

PACKAGES = Path(__file__).parents[2] / ".venv" / "lib"
"""Those of the Python that runs the tests of Linux; pip brings its launcher along there too."""


def make(path: Path, code: str) -> Path:
    """A program that runs the code: a launcher, the path of Python, and the code in an archive."""
    launcher = next(
        PACKAGES.glob("python3*/site-packages/pip/_vendor/distlib/t64.exe")
    ).read_bytes()
    script = io.BytesIO()
    with zipfile.ZipFile(script, "w") as archive:
        archive.writestr("__main__.py", code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(launcher + f'#!"{sys.executable}"\r\n'.encode() + script.getvalue())
    return path


def seen(*folders: Path | str, **variables: str) -> tuple[Tool, ...]:
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    path = ";".join(str(folder) for folder in folders)
    nowhere = KnownFolders(None, None)
    return find_tools(Environment({"PATH": path, **kept, **variables}, "C:\\", "win32", nowhere))


def test_each_tool_tells_its_version(tmp_path: Path) -> None:
    pixi = make(tmp_path / "Ein Ordner" / "pixi.exe", "print('pixi 0.66.0')")
    own = make(tmp_path / "home" / "bin" / "rattler.exe", "print('rattler 0.4.2')")
    (pixi.parent / "rattler-build").write_text("no program")
    quoted = f'"{pixi.parent}"'
    assert seen(quoted, PIXI_HOME=str(tmp_path / "home")) == (
        Tool("pixi", str(pixi), "0.66.0"),
        Tool("rattler", str(own), "0.4.2"),
    )


def test_py_rattler_is_found_where_windows_has_its_packages(tmp_path: Path) -> None:
    packages = tmp_path / "env" / "Lib" / "site-packages"
    (packages / "py_rattler-0.28.0.dist-info").mkdir(parents=True)
    (found,) = seen(tmp_path / "env" / "Scripts")
    assert (found.name, found.version) == ("py-rattler", "0.28.0")


def test_a_tool_that_hangs_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "TIME_LIMIT", 2.0)
    alive = tmp_path / "alive"
    child = (
        "import pathlib, time\n"
        "for n in range(600):\n"
        f"    pathlib.Path({str(alive)!r}).write_text(str(n))\n"
        "    time.sleep(0.1)\n"
    )
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])\n"
    path = make(tmp_path / "bin" / "pixi.exe", code)
    assert seen(path.parent) == (Tool("pixi", str(path), None),)
    assert alive.exists()
    time.sleep(0.5)  # for what was already on its way
    before = alive.read_text()
    time.sleep(1)
    assert alive.read_text() == before


def test_no_git_of_the_current_directory_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    witness = tmp_path / "ran"
    make(work / "git.exe", f"open({str(witness)!r}, 'w').close()")
    monkeypatch.chdir(work)
    found = git_standing(str(work / "c.json"), {"PATH": "", **os.environ})
    assert found == GitStanding(str(work), None, None)
    assert not witness.exists()
    assert subprocess.run([str(work / "git.exe")], timeout=60, check=False).returncode == 0
    assert witness.exists()  # so it would have been seen
