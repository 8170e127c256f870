"""Screens as text, compared with those that somebody looked at.

`AUTHUI_SNAPSHOTS=write` writes what is there now; look at the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

from authui.ui.app import AuthuiApp
from tests.ui.support import screen_text

FOLDER = Path(__file__).with_name("snapshots")


def check(app: AuthuiApp, name: str) -> None:
    """The screen of this moment is the one that was kept under this name."""
    lines = [line.rstrip() for line in screen_text(app).split("\n")]
    text = "\n".join(lines) + "\n"
    path = FOLDER / f"{name.replace(' ', '-')}.txt"
    if os.environ.get("AUTHUI_SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: AUTHUI_SNAPSHOTS=write writes it"
    assert text == path.read_text(encoding="utf-8")
