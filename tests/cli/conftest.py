"""The command line called in this process, which is faster than a process each time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Protocol

import pytest

from authui.cli import sources
from authui.cli.main import main
from authui.stores.pypi.sample import sample
from tests.support.gnome_keyring import gnome_keyring, own_gnome_keyring, shared_gnome_keyring
from tests.support.program import Run

__all__ = ["gnome_keyring", "own_gnome_keyring", "shared_gnome_keyring"]


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a terminal can do does not depend on who runs the tests."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLUMNS", "LINES", "COLORTERM", "FORCE_COLOR", "AUTHUI_DEV", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def new_demo() -> None:
    """Each test finds the sample stores as they are made."""
    sources._demo.cache_clear()
    sample.cache_clear()


class Here(Protocol):
    def __call__(self, *arguments: str, given: str | bytes = "", **variables: str) -> Run: ...


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    """Call it with `given` on standard input."""

    def call(*arguments: str, given: str | bytes = "", **variables: str) -> Run:
        data = given if isinstance(given, bytes) else given.encode()
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
            status = main(arguments)
        out, err = capsys.readouterr()
        return Run(out, err, int(status))

    return call


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Everything below a folder: when it was changed, and what it holds."""
    return {
        str(path.relative_to(root)): (
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
    }
