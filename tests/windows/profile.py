"""The home directory of a run under Wine: rattler asks Windows for it, so no variable gives another."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

USED = (
    ".rattler", ".pixi", "_netrc", ".netrc",
    "AppData/Roaming/pixi", "AppData/Roaming/rattler", "AppData/Local/authui",
)  # fmt: skip
"""What a test may leave in the profile."""


def is_ours() -> bool:
    """Whether this Windows is that of a run, whose profile and credentials may be deleted."""
    return sys.platform == "win32" and "AUTHUI_OWN_PREFIX" in os.environ


def empty() -> Path:
    """The profile, without what rattler, pixi and authui keep there and for the whole machine."""
    assert is_ours()
    home = Path(os.environ["USERPROFILE"])
    for path in (*(home / name for name in USED), Path(os.environ["PROGRAMDATA"], "pixi")):
        for inner in (path, *path.rglob("*")):
            if inner.exists():
                inner.chmod(0o600)  # Windows deletes nothing that is marked read-only
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return home
