"""One authui at a time: a lock for each file that is changed.

rattler takes no lock, so this keeps only authui's own processes apart. What another program writes
in between is noticed by reading again, in `replace_file`.
"""

from __future__ import annotations

import os
import stat
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from authui.model.errors import WriteFailed
from authui.model.text import printable
from authui.stores.private_folder import make_private_folders

WAIT_LIMIT: Final = 10.0
"""Seconds for which one authui waits for another to finish its change."""

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


@contextmanager
def exclusive(path: str, wait: float = WAIT_LIMIT) -> Iterator[None]:
    """Hold the lock of the file at `path`, an absolute path without symlinks.

    `wait` is in seconds. The system frees the lock of a process that dies. Raises `WriteFailed`
    where another authui holds it for longer, or where no lock can be had.
    """
    import hashlib  # only a change pays for loading these

    import filelock

    try:
        name = hashlib.sha256(os.fsencode(os.path.normcase(path))).hexdigest()
        place = os.path.join(_folder(), f"{name}.lock")
        lock = filelock.FileLock(place, mode=0o600, poll_interval=0.02)
        lock.acquire(timeout=wait)
    except filelock.Timeout:
        raise WriteFailed(
            f"Another authui is writing {printable(path)}",
            "Wait until it has finished, then try again",
        ) from None
    except OSError as error:
        raise WriteFailed(
            f"No lock can be taken for {printable(path)}: {error.strerror or 'refused'}",
            "Give yourself the right to create files in your folder for temporary files"
            if sys.platform == "win32"
            else "Set XDG_RUNTIME_DIR to a folder of yours that nobody else can write",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _folder() -> str:
    """Our folder for locks. Others may foresee its place, so it is used only if it is ours alone."""
    import platformdirs

    with warnings.catch_warnings():
        # Where XDG_RUNTIME_DIR cannot be used there is another place; it is looked at below.
        warnings.simplefilter("ignore")
        folder = str(platformdirs.user_runtime_path("authui"))
    make_private_folders(os.path.dirname(folder))
    _check(os.path.dirname(folder), shared=True)
    make_private_folders(folder)
    _check(folder)
    return folder


def _check(folder: str, *, shared: bool = False) -> None:
    """Raise `WriteFailed` unless the folder is this user's and nobody else can put files there.

    With `shared` it may also be one in which the system keeps users apart, as in /tmp.
    """
    if sys.platform == "win32":
        return
    status = os.lstat(folder)
    me = os.geteuid()
    others = status.st_mode & _OTHERS_MAY_WRITE
    kept_apart = shared and (status.st_mode & stat.S_ISVTX or not others)
    owned = status.st_uid == me or (shared and status.st_uid == 0)
    if stat.S_ISDIR(status.st_mode) and owned and (not others or kept_apart):
        return
    raise WriteFailed(
        f"The folder for locks is not this user's alone: {printable(folder)}",
        "Remove it, or set XDG_RUNTIME_DIR to a folder of yours that nobody else can write",
    )
