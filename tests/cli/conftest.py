"""The command line called in this process, which is faster than a process each time."""

from __future__ import annotations

from typing import Protocol

import pytest

from authui.cli.main import main
from tests.support.program import Run


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a terminal can do does not depend on who runs the tests."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLUMNS", "LINES", "COLORTERM", "FORCE_COLOR", "AUTHUI_DEV", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)


class Here(Protocol):
    def __call__(self, *arguments: str, **variables: str) -> Run: ...


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    def call(*arguments: str, **variables: str) -> Run:
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            status = main(arguments)
        out, err = capsys.readouterr()
        return Run(out, err, int(status))

    return call
