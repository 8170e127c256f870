"""How much room is left where a file lies."""

from __future__ import annotations

import os
import shutil


def free_bytes(path: str) -> int | None:
    """The bytes that this account can still write beside a file; None where nothing tells."""
    try:
        usage = shutil.disk_usage(os.path.dirname(os.path.realpath(path)))
    except (OSError, ValueError):
        return None
    # What knows no size of its own, such as a file system behind a network, has a total of 0.
    return usage.free if usage.total else None
