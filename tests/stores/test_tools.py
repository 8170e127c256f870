from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from authui.stores import tools
from authui.stores.environment import Environment
from authui.stores.tools import Tool, find_tools


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tools" / "bin"
    folder.mkdir(parents=True)
    return folder


def put(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def seen(*folders: Path | str, **variables: str) -> tuple[Tool, ...]:
    path = os.pathsep.join(str(f) for f in (*folders, "/usr/bin", "/bin"))
    return tuple(
        tool
        for tool in find_tools(
            Environment({"HOME": "/nonexistent", "PATH": path, **variables}, "/", sys.platform)
        )
        if not tool.path.startswith("/usr/")
    )


def test_each_tool_tells_its_version(bin_folder: Path) -> None:
    pixi = put(bin_folder, "pixi", "echo pixi 0.66.0")
    build = put(bin_folder, "rattler-build", 'test "$1" = --version && echo rattler-build 0.57.1')
    rattler = put(bin_folder, "rattler", "echo rattler 0.4.2; echo library 9.9.9")
    assert seen(bin_folder) == (
        Tool("pixi", str(pixi), "0.66.0"),
        Tool("rattler-build", str(build), "0.57.1"),
        Tool("rattler", str(rattler), "0.4.2"),
    )


@pytest.mark.parametrize(
    "script",
    [
        "exit 3",
        "echo pixi 0.66.0; exit 3",
        "echo no version here",
        "echo; echo pixi 0.66.0",
        "echo pixi 0.66.0 >&2",
        "kill -9 $$",
        "head -c 100000 /dev/zero",
    ],
)
def test_a_tool_that_fails_has_no_version(bin_folder: Path, script: str) -> None:
    put(bin_folder, "pixi", script)
    assert [tool.version for tool in seen(bin_folder)] == [None]


def test_what_cannot_be_run_is_no_tool_or_has_no_version(bin_folder: Path) -> None:
    (bin_folder / "pixi").mkdir()
    put(bin_folder, "rattler", "echo rattler 1.0.0").chmod(0o644)
    os.mkfifo(bin_folder / "rattler-build")
    assert seen(bin_folder) == ()
    (bin_folder / "pixi").rmdir()
    path = bin_folder / "pixi"
    path.write_bytes(b"\x7fELF nothing")
    path.chmod(0o755)
    assert seen(bin_folder) == (Tool("pixi", str(path), None),)


def test_a_tool_that_hangs_is_killed_with_its_children(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "TIME_LIMIT", 0.3)
    pids = bin_folder / "pids"
    put(bin_folder, "pixi", f"echo $$ > {pids}; sleep 600 & echo $! >> {pids}; wait")
    assert [tool.version for tool in seen(bin_folder)] == [None]
    deadline = time.monotonic() + 30
    while any(_lives(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _lives(pid: int) -> bool:
    """A zombie, which only its new parent can take away, does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_endless_output_is_cut(bin_folder: Path) -> None:
    put(bin_folder, "pixi", "yes pixi 0.66.0")
    assert [tool.version for tool in seen(bin_folder)] == [None]


def test_nothing_is_passed_on_but_what_a_tool_needs(bin_folder: Path) -> None:
    told = bin_folder / "told"
    put(bin_folder, "pixi", f"env > {told}; cat >> {told}; echo pixi 1.2.3")
    assert [t.version for t in seen(bin_folder, RATTLER_AUTH_FILE="/x", TOKEN="s")] == ["1.2.3"]
    names = {line.partition("=")[0] for line in told.read_text().splitlines()}
    assert names <= {"HOME", "PATH", "PWD", "SHLVL", "_", "OLDPWD"}


def test_one_file_is_one_tool(bin_folder: Path, tmp_path: Path) -> None:
    count = bin_folder / "count"
    real = put(bin_folder, "pixi", f"echo once >> {count}; echo pixi 0.70.0")
    other = tmp_path / "other"
    other.mkdir()
    (other / "pixi").symlink_to(real)
    assert seen(other, bin_folder, bin_folder) == (Tool("pixi", str(other / "pixi"), "0.70.0"),)
    assert count.read_text() == "once\n"
    seen(other, bin_folder, bin_folder)
    assert count.read_text() == "once\n"
    put(bin_folder, "pixi", "echo pixi 0.71.10")
    assert [tool.version for tool in seen(bin_folder)] == ["0.71.10"]


def test_pixis_own_folders_are_looked_into(tmp_path: Path) -> None:
    own, home = tmp_path / "own", tmp_path / "home"
    for folder, version in ((own / "bin", "0.1.0"), (home / ".pixi" / "bin", "0.2.0")):
        folder.mkdir(parents=True)
        put(folder, "pixi", f"echo pixi {version}")
    found = seen(HOME=str(home), PIXI_HOME=str(own))
    assert [tool.version for tool in found] == ["0.1.0", "0.2.0"]


def test_relative_folders_are_not_looked_into(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bin_folder, "pixi", "echo pixi 0.66.0")
    monkeypatch.chdir(bin_folder)
    assert seen(".", "", "../bin") == ()


def test_py_rattler_is_found_without_starting_python(bin_folder: Path) -> None:
    put(bin_folder, "python", "exit 9")
    packages = bin_folder.parent / "lib" / "python3.12" / "site-packages"
    (packages / "py_rattler-0.24.0.dist-info").mkdir(parents=True)
    (packages / "py_rattler_build-0.1.0.dist-info").mkdir()
    assert seen(bin_folder) == (
        Tool("py-rattler", str(packages / "py_rattler-0.24.0.dist-info"), "0.24.0"),
    )


def test_of_nothing_there_is_nothing() -> None:
    assert find_tools(Environment({}, None, sys.platform)) == find_tools(
        Environment({"PATH": ""}, None, sys.platform)
    )
    assert seen("/nonexistent") == ()
