"""Why a credentials file cannot be changed, known before anything is tried."""

from __future__ import annotations

import os

from authui.model.errors import WriteFailed
from authui.model.text import printable
from authui.stores.base import StoreInfo
from authui.stores.held_file import is_marked_read_only


def no_path(info: StoreInfo) -> WriteFailed:
    """That there is no file at all."""
    return WriteFailed(
        f"There is no file to write: the path in {printable(info.origin)} is empty",
        "Name a file there, or choose another store",
    )


def two_names(info: StoreInfo, path: str) -> WriteFailed | None:
    """That the client reaches the file by two hard links.

    A new file would take the place of one name, and the old one stay under the other.
    """
    try:
        is_linked = os.stat(path).st_nlink > 1
    except (OSError, ValueError):
        return None
    if len(info.names) < 2 or not is_linked:
        return None
    return WriteFailed(
        f"{printable(info.location)} is one file with two names (hard links) for "
        f"{' and '.join(info.names)}: a change would leave the old one under the other",
        "Make one of the names a symlink to the other, or remove it",
    )


def missing_rights(path: str) -> WriteFailed | None:
    """That no file can be put in its place: by its folder, or by its mark on Windows."""
    if is_marked_read_only(path):
        return WriteFailed(
            f"{printable(path)} cannot be changed: it is marked read-only",
            "Take the mark away (attrib -r)",
        )
    try:
        folder = os.path.dirname(os.path.realpath(path))
        if not os.path.isdir(folder) or _may_write(folder):
            return None
    except (OSError, ValueError):
        return None
    return WriteFailed(
        f"{printable(path)} cannot be changed: its folder does not let you",
        f"Give yourself the right to create and replace files in {printable(folder)}",
    )


def _may_write(folder: str) -> bool:
    if os.access in os.supports_effective_ids:
        return os.access(folder, os.W_OK | os.X_OK, effective_ids=True)
    return os.access(folder, os.W_OK | os.X_OK)
