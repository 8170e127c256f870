"""One run's own Windows: a fresh Wine prefix, and Python in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.closing import Closing

FOLDER = Path("/usr/lib/wine")
"""Where Debian puts the programs of its package, which are not on PATH."""

WINE = FOLDER / "wine64"
SERVER = FOLDER / "wineserver64"
LIMIT = 120
"""Seconds for starting or ending; a busy machine needs twenty."""


def variables(prefix: Path) -> dict[str, str]:
    """The environment of every program of a prefix; nothing comes from the developer's own."""
    return {
        "PATH": os.defpath,
        "HOME": str(prefix / "home"),
        "LC_ALL": "C.UTF-8",  # file names outside ASCII
        "WINEPREFIX": str(prefix),
        "WINEDEBUG": "-all",
        # No Mono and no browser engine are asked for, and nothing is put into desktop menus.
        "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=d",
    }


def windows_path(path: Path) -> str:
    """The path as a Windows program sees it: Wine shows the whole file system as drive Z."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


def template(cache: Path) -> Path:
    """A prefix that was set up and never used, made unless the cache folder has it."""
    version = subprocess.run([WINE, "--version"], check=True, capture_output=True, text=True)
    made = cache / f"prefix-{version.stdout.strip().replace(' ', '-')}"
    if not made.exists():
        work = Path(tempfile.mkdtemp(prefix="making-", dir=cache))
        try:
            (work / "home").mkdir()
            subprocess.run(
                [WINE, "wineboot", "-i"],
                env=variables(work),
                check=True,
                timeout=LIMIT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            _end_server(work)
            _cut_loose(work)
            os.replace(work, made)
        except BaseException:
            _end_server(work)
            shutil.rmtree(work, ignore_errors=True)
            raise
    return made


def _cut_loose(prefix: Path) -> None:
    """Make folders of the links by which Windows' folders for documents lead to this system's."""
    for link in (prefix / "drive_c" / "users").rglob("*"):
        if link.is_symlink():
            link.unlink()
            link.mkdir()


def _end_server(prefix: Path) -> None:
    """End every process of a prefix, and wait for that."""
    for order in ("-k", "-w"):
        command = [SERVER, order]
        subprocess.run(
            command, env=variables(prefix), check=False, timeout=LIMIT, capture_output=True
        )


class Wine(Closing):
    """A prefix of its own, which ends with all its processes and is deleted; a context manager.

    The files of Windows itself are links to those of the template: no test writes to them.
    """

    def __init__(self, cache: Path, python: Path) -> None:
        made = template(cache)
        self.python = python
        self.prefix = Path(tempfile.mkdtemp(prefix="run-", dir=cache))
        try:
            for name in ("windows", "Program Files", "Program Files (x86)", "ProgramData"):
                if (made / "drive_c" / name).is_dir():
                    shutil.copytree(
                        made / "drive_c" / name,
                        self.prefix / "drive_c" / name,
                        copy_function=os.link,
                        symlinks=True,
                    )
            left = shutil.ignore_patterns("windows", "Program Files*", "ProgramData")
            shutil.copytree(made, self.prefix, symlinks=True, ignore=left, dirs_exist_ok=True)
            self._holder = self._hold()
        except BaseException:
            self._end()
            raise

    def _hold(self) -> subprocess.Popen[str]:
        """Keep one process alive: Wine starts its services anew for each that finds none."""
        program = "print('ready', flush=True); input()"
        holder = subprocess.Popen(
            self.command("-c", program),
            env=variables(self.prefix),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert holder.stdout is not None
        if holder.stdout.readline().strip() != "ready":
            holder.kill()
            holder.wait()
            message = "the Windows Python does not start"
            raise RuntimeError(message)
        return holder

    def command(self, *arguments: str) -> list[str]:
        """The command that runs the Windows Python with these arguments."""
        return [str(WINE), windows_path(self.python / "python.exe"), *arguments]

    def run(self, arguments: Sequence[str], more: Mapping[str, str], limit: float) -> int:
        """Run the Windows Python in the current folder and pass its output on; its exit status.

        The output goes through pipes: as a file it would be no valid handle to Wine. Raises
        `TimeoutExpired` after `limit` seconds.
        """
        process = subprocess.Popen(
            self.command(*arguments),
            env={**variables(self.prefix), **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        relay = subprocess.Popen(["cat"], stdin=process.stdout)
        assert process.stdout is not None
        process.stdout.close()
        try:
            return process.wait(limit)
        finally:
            process.kill()
            process.wait()
            self._end_processes()  # whoever still writes to the pipe
            relay.wait(LIMIT)

    def _end_processes(self) -> None:
        _end_server(self.prefix)

    def close(self) -> None:
        """End every process of the prefix and delete it."""
        self._holder.kill()
        self._holder.wait()
        for pipe in (self._holder.stdin, self._holder.stdout):
            if pipe is not None:
                pipe.close()
        self._end()

    def _end(self) -> None:
        _end_server(self.prefix)
        shutil.rmtree(self.prefix)
