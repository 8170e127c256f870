"""Reading a file that somebody named, without waiting for what is no file."""

from __future__ import annotations

import errno
import os
import stat
import sys

from authui.model.errors import StoreAbsent, StoreDenied, StoreError, StoreUnreadable


def read_regular_file(path: str, *, null_is_empty: bool = False) -> bytes:
    """All bytes of a regular file; symlinks are followed.

    A pipe or a device is refused before it is opened, since opening one can wait or act. With
    `null_is_empty` the null device, by which people turn a file off, reads as an empty file.
    Raises `StoreAbsent`, `StoreDenied` or `StoreUnreadable`, whose messages leave the path to
    whoever shows them.
    """
    try:
        return _read(path, null_is_empty)
    except FileNotFoundError:
        raise StoreAbsent("The file does not exist") from None
    except PermissionError:
        raise _refused(path) from None
    except OSError as error:
        raise StoreUnreadable(f"The file cannot be read: {error.strerror}", _hint(error)) from None
    except ValueError:
        raise StoreUnreadable(
            "The file cannot be read: its path holds a character that no path can have",
            "Correct the setting that names it",
        ) from None


def _refused(path: str) -> StoreError:
    from authui.stores.held_file import is_kept_from_reading

    if is_kept_from_reading(path):
        return StoreUnreadable(
            "Another program holds the file open and lets nobody read it",
            "Close that program or wait until it has finished, then try again",
        )
    return StoreDenied(
        "The file may not be read by this user",
        "Give yourself the right to read it and to enter the folders above it",
    )


def _read(path: str, null_is_empty: bool) -> bytes:
    status = os.stat(path)
    if null_is_empty and _is_null_device(path, status):
        return b""
    _only_regular(status)
    # The file may have been exchanged since: without blocking, and looked at once more.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        _only_regular(os.fstat(descriptor))
        return file.read()


def _is_null_device(path: str, status: os.stat_result) -> bool:
    """Whether this is `/dev/null`, or Windows' `NUL`, which has no number to tell it by."""
    if not stat.S_ISCHR(status.st_mode):
        return False
    if sys.platform == "win32":
        return os.path.basename(path).partition(".")[0].strip().upper() == "NUL"
    try:
        return status.st_rdev == os.stat(os.devnull).st_rdev
    except OSError:
        return False


def _only_regular(status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a directory")
    raise OSError(errno.EINVAL, "it is a pipe, a socket or a device")


def _hint(error: OSError) -> str:
    if error.errno == errno.ENOTDIR:
        return "One of the folders in this path is a file: move it out of the way"
    if error.errno == errno.EISDIR:
        return "Name a file, or move the directory out of the way"
    return "Put a regular file there, or remove the setting that names it"


def is_for_others(path: str) -> bool:
    """Whether the file at `path` belongs to another user, or may be read by one."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return False
    if sys.platform == "win32":
        from authui.stores.file_facts import look_at

        facts = look_at(path)
        return facts is not None and (facts.is_foreign or any(g.reads for g in facts.others or ()))
    return status.st_uid != os.getuid() or bool(status.st_mode & 0o044)


def may_have_leftovers(path: str) -> bool:
    """Whether something of authui's lies beside the file, told as cheaply as can be."""
    try:
        names = os.listdir(os.path.dirname(os.path.realpath(path)))
    except (OSError, ValueError):
        return False
    return any(name.startswith(".authui-") for name in names)
