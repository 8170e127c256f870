"""Replacing a file as a whole, so that it holds the old bytes or the new ones at every moment.

The new bytes are written beside it under a name of our own and put in its place in one step.
Source for what rattler's tools do meanwhile: rattler_networking, `FileStorage::save`, which reads,
changes one key, writes a new file and renames it, without a lock.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from authui.model.errors import StoreAbsent, WriteFailed
from authui.model.text import printable
from authui.stores.private_folder import owner_for_new, sync_folder
from authui.stores.read_file import read_regular_file

CREATE: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
"""How a file that holds secrets is made: new, and nothing else in its place."""

HELD_LIMIT: Final = 2.0
"""Seconds for which a file is waited for that another program on Windows holds open."""

_HELD_LOOK: Final = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as one reading found it. The mark tells it from another with the same bytes."""

    data: bytes = field(repr=False)
    mark: tuple[int, ...] | None
    owner: tuple[int, int] | None


def look(path: str) -> Seen | None:
    """The file at `path`, None where there is none. Raises `StoreError` as `read_regular_file`."""
    status = _status(path)  # first: what it says may be older than what is read, never newer
    try:
        data = read_regular_file(path)
    except StoreAbsent:
        return None
    if status is None:
        return Seen(data, None, None)
    return Seen(data, _mark(status), (status.st_uid, status.st_gid))


def replace(path: str, seen: Seen | None, data: bytes, again: Callable[[], Seen | None]) -> bool:
    """Put a new file with mode 0600 and the old one's owner and group at `path`.

    `again` reads once more, right before the step: False where that is not what was `seen`, and
    then nothing has happened. Raises `OSError` and `WriteFailed`, and whatever `again` raises;
    then the old file is untouched. On Windows the new file gets what the folder hands down, as
    with rattler, and a file that another program holds open is waited for up to `HELD_LIMIT`.
    """
    folder, name = os.path.split(path)
    new = os.path.join(folder, _prefix(name) + os.urandom(4).hex())
    descriptor = os.open(new, CREATE, 0o600)
    try:
        try:
            _protect(descriptor, path, owner_for_new(folder) if seen is None else seen.owner)
            _write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        mark = None if seen is None else seen.mark
        deadline = time.monotonic() + HELD_LIMIT
        # Reading takes a while, in which rattler could write; the mark takes none to speak of.
        while again() == seen and _mark(_status(path)) == mark:
            try:
                os.replace(new, path)
            except FileNotFoundError:
                # Another user's authui, which our lock does not reach, took it for a leftover.
                if not os.path.isdir(folder):
                    raise
                return False
            except PermissionError:
                _wait_for_holder(path, deadline)
            else:
                return True
    except BaseException:
        _discard(new)
        raise
    _discard(new)
    return False


def settle(path: str) -> None:
    """Make sure that a power cut does not bring the old file back. Raises `OSError`."""
    sync_folder(os.path.dirname(path))


def leftovers(path: str) -> list[str]:
    """What interrupted replacements of this very file left beside it. Raises `OSError`."""
    folder, name = os.path.split(path)
    ours = re.compile(re.escape(_prefix(name)) + "[0-9a-f]{8}")
    try:
        with os.scandir(folder) as entries:
            return [e.path for e in entries if ours.fullmatch(e.name) and _is_file(e)]
    except FileNotFoundError:
        return []


def remove_leftovers(path: str) -> None:
    """Remove them; only while the lock of `path` is held. What may not be removed stays."""
    with suppress(OSError):
        for leftover in leftovers(path):
            with suppress(OSError):
                os.unlink(leftover)


def _wait_for_holder(path: str, deadline: float) -> None:
    """Wait a moment for whoever keeps the file from being replaced; called where that failed.

    Raises `WriteFailed` after the deadline, and the error in hand where nobody holds the file.
    """
    from authui.stores.held_file import is_kept_from_replacing, is_marked_read_only

    if is_marked_read_only(path):
        raise WriteFailed(
            f"{printable(path)} was not changed: it is marked read-only",
            "Take the mark away (attrib -r), then try again",
        ) from None
    if not is_kept_from_replacing(path):
        raise  # noqa: PLE0704  only called while an error is handled
    if time.monotonic() > deadline:
        raise WriteFailed(
            f"{printable(path)} was not changed: another program holds it open",
            "Close the program that uses it, then try again",
        ) from None
    time.sleep(_HELD_LOOK)


def _discard(new: str) -> None:
    """Remove our own file. On Windows a scanner may hold a new one for a moment."""
    tries = 20 if sys.platform == "win32" else 1
    while tries:
        tries -= 1
        try:
            os.unlink(new)
        except FileNotFoundError:
            return
        except OSError:
            if tries:
                time.sleep(_HELD_LOOK)
        else:
            return


def _prefix(name: str) -> str:
    return f".authui-{name}."


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def _mark(status: os.stat_result | None) -> tuple[int, ...] | None:
    if status is None:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _is_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)


def _protect(descriptor: int, path: str, owner: tuple[int, int] | None) -> None:
    """Mode 0600 whatever the umask, and the owner and group that the file is to have."""
    if sys.platform == "win32":
        return
    os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
    status = os.fstat(descriptor)
    if owner is None or owner == (status.st_uid, status.st_gid):
        return
    try:
        os.fchown(descriptor, *owner)
    except PermissionError:
        raise WriteFailed(
            f"{printable(path)} belongs to another user or group, and would belong to you",
            "Change it as its owner, or make it yours first (chown)",
        ) from None


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
