"""What is watched while a secret is in use: the files written, the programs started."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import here, new_demo, terminal
from tests.leaks.canary import in_text
from tests.support.gnome_keyring import gnome_keyring, own_gnome_keyring, shared_gnome_keyring
from tests.terminal.conftest import window

__all__ = [
    "gnome_keyring",
    "here",
    "new_demo",
    "own_gnome_keyring",
    "shared_gnome_keyring",
    "terminal",
    "window",
]

STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")


class Watched:
    """What this process did: the paths it opened to write, and what it started programs with."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.started: list[str] = []

    def take(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str) and isinstance(flags, int) and flags & os.O_ACCMODE:
                self.written.append(os.path.abspath(path))
        elif event in STARTS:
            self.started.append(repr(arguments))

    def must_be_clean(self) -> None:
        assert not [words for words in self.started if in_text(words)]
        assert not in_text(repr(dict(os.environ)))


_watching: list[Watched] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    for watched in _watching:
        watched.take(event, arguments)


sys.addaudithook(_hook)  # Python has no way to take one away


@pytest.fixture
def watched() -> Iterator[Watched]:
    """This process, from now on."""
    one = Watched()
    _watching.append(one)
    yield one
    _watching.remove(one)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, and the only one."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder
