"""Tests that run in a Windows Python under Wine: `make test-windows`.

Anywhere else none of them is collected: they empty Credential Manager, and on a Windows of somebody
that would be theirs.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from authui.stores.environment import Environment
from tests.conftest import CLEARED
from tests.support import credential_manager

if TYPE_CHECKING:
    from tests.windows.judge import WindowsJudge

OWN_PREFIX = sys.platform == "win32" and "AUTHUI_OWN_PREFIX" in os.environ

collect_ignore_glob = [] if OWN_PREFIX else ["*"]

USED = (".rattler", ".pixi", "_netrc", ".netrc", "AppData/Roaming/pixi", "AppData/Roaming/rattler")
"""What a test may leave in the profile."""


def empty(home: Path) -> None:
    """Delete what rattler and pixi read below the profile, and pixi's folder of the machine."""
    for path in (*(home / name for name in USED), Path(os.environ["PROGRAMDATA"], "pixi")):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile of the run, emptied: rattler asks Windows for it, so no variable gives another."""
    home = Path(os.environ["USERPROFILE"])
    empty(home)
    credential_manager.empty()
    for name in CLEARED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def environment(own_home: Path) -> Environment:
    """The environment as authui sees it, taken after the fixtures have set it."""
    return Environment.current()


@pytest.fixture(scope="session")
def judge() -> Iterator[WindowsJudge]:
    """Real rattler."""
    from tests.windows.judge import WindowsJudge

    with WindowsJudge() as judge:
        yield judge
