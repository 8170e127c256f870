"""The home directory of a run under Wine: rattler asks Windows for it, so no variable gives another."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

OWN = {
    "AppData", "Contacts", "Desktop", "Documents", "Downloads", "Favorites", "Links", "Music",
    "Pictures", "Saved Games", "Searches", "Temp", "Videos",
}  # fmt: skip
"""What a new profile has. A test has its own folders below `Temp`."""


def is_ours() -> bool:
    """Whether this Windows is that of a run, whose profile and credentials may be deleted."""
    return sys.platform == "win32" and "AUTHUI_OWN_PREFIX" in os.environ


def empty() -> Path:
    """The profile as it was at first; what pixi keeps for the whole machine is gone too."""
    assert is_ours()
    home = Path(os.environ["USERPROFILE"])
    left = [path for path in home.iterdir() if path.name not in OWN]
    for kind in ("Roaming", "Local"):
        folder = home / "AppData" / kind
        left += [path for path in folder.iterdir() if path.name != "Microsoft"]
    for path in (*left, Path(os.environ["PROGRAMDATA"], "pixi")):
        for inner in (path, *path.rglob("*")):
            if inner.exists():
                inner.chmod(0o600)  # Windows deletes nothing that is marked read-only
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return home
