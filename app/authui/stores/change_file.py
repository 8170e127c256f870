"""Changing a file that other programs change too: under a lock, and never over what they wrote."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from typing import Final, TypeAlias

from authui.model.errors import (
    AuthuiError,
    ChangedMeanwhile,
    OutcomeUnknown,
    StoreError,
    WriteFailed,
)
from authui.model.text import printable
from authui.stores.lock import exclusive
from authui.stores.private_folder import make_private_folders, remove_folders
from authui.stores.replace_file import Seen, leftovers, look, remove_leftovers, replace, settle

TRY_LIMIT: Final = 10.0
"""Seconds for which a change is begun again because another program keeps writing."""

Edit: TypeAlias = Callable[[bytes | None], bytes | None]
"""From what stands there (None: no file) what is to stand there; None where nothing is to do."""


def change_file(path: str, edit: Edit, holds: Callable[[bytes | None], bool]) -> None:
    """Give the file at `path` the bytes that `edit` makes, and see that they are there.

    A symlink stays one: what it points to is changed. `edit` is asked anew whenever another
    program wrote in between, and raises to give up. `holds` tells whether the change shows in
    what was read back. Raises `WriteFailed`, `ChangedMeanwhile`, `OutcomeUnknown`, `StoreError`,
    and what `edit` raises.
    """
    target = _target(path)
    with exclusive(target):
        remove_leftovers(target)
        deadline = time.monotonic() + TRY_LIMIT
        while not _attempt(path, target, edit, holds):
            if time.monotonic() > deadline:
                raise ChangedMeanwhile(
                    f"Another program keeps writing {printable(path)}",
                    "Try again when it has finished",
                )


def tidy_beside(path: str) -> None:
    """Remove what interrupted changes of the file left, unless one is under way. Raises nothing."""
    try:
        target = os.path.realpath(path)
        if leftovers(target):
            with exclusive(target, wait=0):
                remove_leftovers(target)
    except (AuthuiError, OSError, ValueError):
        return  # the next start tries again


def _attempt(path: str, target: str, edit: Edit, holds: Callable[[bytes | None], bool]) -> bool:
    """Change the file once; whether that is done, and not overtaken by another program."""

    def read() -> Seen | None:
        if os.path.realpath(path) != target:
            raise ChangedMeanwhile(
                f"{printable(path)} now leads to another file", "Look again, then try again"
            )
        return look(target)

    seen = read()
    data = edit(None if seen is None else seen.data)
    if data is None:
        return True
    created: list[str] = []
    try:
        created = make_private_folders(os.path.dirname(target))
        if not replace(target, seen, data, read):
            return False
    except OSError as error:
        remove_folders(created)
        raise _failure(target, error) from None
    except BaseException:
        remove_folders(created)
        raise
    try:
        settle(target)
        after = look(target)
        if after is not None and after.data == data:
            return True
        return holds(None if after is None else after.data)
    except (OSError, StoreError):
        raise OutcomeUnknown(
            f"{printable(path)} was written, but cannot be relied on: reading it back failed",
            "Look at it again before relying on it",
        ) from None


def _target(path: str) -> str:
    """Where the file itself lies, behind all symlinks."""
    if not os.path.basename(path) or os.path.basename(path) in (".", ".."):
        raise WriteFailed(
            f"{printable(path)} is the path of a folder", "Correct the setting that names it"
        )
    try:
        _no_dangling_link(path)
        return os.path.realpath(path)
    except OSError as error:
        raise _failure(path, error) from None
    except ValueError:
        raise WriteFailed(
            f"{printable(path)} holds a character that no path can have",
            "Correct the setting that names it",
        ) from None


def _no_dangling_link(path: str) -> None:
    """Raise `WriteFailed` where the path ends in a symlink to nothing: rattler would replace it."""
    try:
        os.stat(path)
    except FileNotFoundError:
        pass
    except OSError:
        return  # reading says it better
    else:
        return
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    if os.path.islink(path) and not os.path.exists(path):
        raise WriteFailed(
            f"{printable(path)} is a symlink to {printable(os.readlink(path))}, "
            "where there is nothing",
            "Create what it points to, or remove the symlink",
        )


def _failure(path: str, error: OSError) -> WriteFailed:
    cause = error.strerror or "the system refused"
    return WriteFailed(f"{printable(path)} was not changed: {cause}", _hint(path, error))


def _hint(path: str, error: OSError) -> str:
    folder = printable(os.path.dirname(path))
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "Make room on its disk, then try again"
        case errno.EFBIG:
            return "Raise the limit on file sizes (ulimit -f), then try again"
        case errno.EROFS:
            return "Mount its file system for writing, or use another store"
        case errno.EACCES | errno.EPERM:
            return f"Give yourself the right to create and replace files in {folder}"
        case errno.ENAMETOOLONG:
            return "Give the file a shorter name or place"
        case errno.ENOENT | errno.ENOTDIR:
            return f"Look at what happened to the folder {folder}"
        case _:
            return "Look at the disk it lies on, then try again"
