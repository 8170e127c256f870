from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gnome_keyring import gnome_keyring, own_gnome_keyring, shared_gnome_keyring
from tests.support.system import require
from tests.support.terminal import Terminal

__all__ = ["gnome_keyring", "own_gnome_keyring", "shared_gnome_keyring"]


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A terminal in which nothing runs yet."""
    require("tmux")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("TMUX", "COLUMNS", "LINES"):  # the size is the terminal's, not the test runner's
        monkeypatch.delenv(name, raising=False)
    one = Terminal(tmp_path / "tmux")
    yield one
    one.close()
