"""Folders for what only their owner may see."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress

# On Windows this mode would make the folder's owner the only one who gets in, which with a raised
# administrator is not the user. Without it the folder is as private as the profile it lies in.
_MODE = 0o777 if sys.platform == "win32" else 0o700


def make_private_folders(folder: str) -> list[str]:
    """Create the folder and all that are missing above it, for their owner only (mode 0700).

    On Windows they get what the folder above hands down, as with rattler.

    Gives those it created, the outermost first. What root creates within somebody else's folder
    is given to them, since rattler, run by them, has to get in. Raises `OSError`.
    """
    missing = []
    while folder and not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    created = []
    try:
        for path in reversed(missing):
            with suppress(FileExistsError):  # another process may have been faster
                os.mkdir(path, _MODE)
                created.append(path)
                _make_usable(path)
                sync_folder(os.path.dirname(path))
    except BaseException:
        remove_folders(created)
        raise
    return created


def remove_folders(created: list[str]) -> None:
    """Take back what `make_private_folders` gave, as far as nothing lies in it."""
    for path in reversed(created):
        with suppress(OSError):
            os.rmdir(path)


def owner_for_new(folder: str) -> tuple[int, int] | None:
    """The user and group that a new entry of the folder is to get; None where it has them already.

    Only root can give anything away.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    status = os.stat(folder)
    return (status.st_uid, status.st_gid) if status.st_uid != 0 else None


def sync_folder(folder: str) -> None:
    """Make sure that a power cut does not undo what was renamed or created in the folder.

    Does nothing where the system has no such thing. Raises `OSError` where the disk fails.
    """
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return  # one may create files in a folder that one may not read
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF):
            raise
    finally:
        os.close(descriptor)


def _make_usable(path: str) -> None:
    """Undo what an odd umask took from the owner, and give the folder away where it is due."""
    if sys.platform == "win32":
        return
    if os.lstat(path).st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(path, 0o700)
    owner = owner_for_new(os.path.dirname(path))
    if owner is not None:
        # By its descriptor: the owner of the folder above could put a link in its place.
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            os.fchown(descriptor, *owner)
        finally:
            os.close(descriptor)
