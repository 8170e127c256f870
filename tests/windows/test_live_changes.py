"""After each change rattler's Windows build sends exactly what `authui test` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.live_changes import LiveChanges, World
from tests.windows.judge import WindowsJudge


@pytest.fixture
def world(judge: WindowsJudge, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(judge, own_home, monkeypatch)


class TestChanges(LiveChanges):
    """With Credential Manager."""
