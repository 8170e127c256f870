"""A private file beside a credentials file, for what a repair takes out of it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from time import localtime, strftime
from typing import Final

from authui.model.errors import WriteFailed
from authui.model.text import printable
from authui.stores.private_folder import owner_for_new, sync_folder
from authui.stores.replace_file import CREATE

MARK: Final = ".set-aside-"
"""What follows the name of the credentials file in the name of such a file."""


@dataclass(frozen=True, slots=True)
class SideFile:
    """One that has just been made; the mark tells it from another of its name."""

    path: str
    mark: tuple[int, int]


def free_side_path(path: str, now: float) -> str:
    """The path of a side file for the file at `path` at this time, under which there is none yet."""
    first = f"{path}{MARK}{strftime('%Y%m%d-%H%M%S', localtime(now))}"
    name, number = first, 1
    while os.path.lexists(name):
        number += 1
        name = f"{first}-{number}"
    return name


def create_side_file(path: str, data: bytes) -> SideFile:
    """Put the bytes there, mode 0600, so that a power cut cannot take them away any more.

    Nothing that is there is overwritten or followed. Raises `WriteFailed`, and then nothing of it
    is left.
    """
    try:
        descriptor = os.open(path, CREATE, 0o600)
    except FileExistsError:
        raise WriteFailed(
            f"There is something at {printable(path)} already, and nothing was changed",
            "Look at the repair again: it will take another name",
        ) from None
    except (OSError, ValueError) as error:
        raise _failure(path, error) from None
    try:
        try:
            status = os.fstat(descriptor)
            _protect(descriptor, os.path.dirname(path))
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(os.path.dirname(path))
    except OSError as error:
        with suppress(OSError):
            os.unlink(path)
        raise _failure(path, error) from None
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
    return SideFile(path, (status.st_dev, status.st_ino))


def take_back(made: SideFile) -> None:
    """Remove it after a repair that did not happen. Raises nothing: at worst it stays."""
    with suppress(OSError):
        status = os.lstat(made.path)
        if (status.st_dev, status.st_ino) == made.mark:
            os.unlink(made.path)


def _protect(descriptor: int, folder: str) -> None:
    """Mode 0600 whatever the umask, and for the folder's owner where root makes it."""
    if sys.platform == "win32":
        return
    os.fchmod(descriptor, 0o600)
    owner = owner_for_new(folder)
    if owner is not None:
        os.fchown(descriptor, *owner)


def _failure(path: str, error: OSError | ValueError) -> WriteFailed:
    cause = (error.strerror if isinstance(error, OSError) else None) or "the system refused"
    return WriteFailed(
        f"{printable(path)} could not be made, so nothing was changed: {cause}",
        "Make room and give yourself the right to create files there, then try again",
    )
