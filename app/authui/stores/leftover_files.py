"""Files beside a credentials file that may hold its secrets: copies of editors, of rattler, of old versions.

Source of the names: rattler_networking, `FileStorage::save` (its temporary file), version 0.14 to
0.22 (`credentials.lock`) and before 0.15 (`rattler_auth_store.json`, a literal `~` folder).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from authui.model.errors import ChangedMeanwhile, ReadOnly, StoreError, WriteFailed
from authui.model.repair import take_apart
from authui.model.secret import Secret
from authui.model.set_aside import hosts_in
from authui.model.text import printable
from authui.stores.private_folder import sync_folder
from authui.stores.read_file import read_regular_file
from authui.stores.side_file import MARK

LEGACY: Final = "rattler_auth_store.json"
"""The credentials file of pixi before 0.11, which no later version reads."""

_TEMPORARY: Final = "a temporary file of rattler"
_SET_ASIDE: Final = "what a repair set aside"
_SIZE_LIMIT = 4 * 1024 * 1024
_BY_THE_KIND = re.compile(rb"bearertoken|condatoken|basichttp|s3credentials|oauth", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leftover:
    """One of them. `what` is a clause: "a backup of an editor". `has_secrets` is None if unknown.

    `is_folder` is for a literal `~` folder, which is only named. The mark tells the file from
    another of its name, or from its own later content.
    """

    path: str
    what: str
    has_secrets: bool | None
    is_folder: bool = False
    mark: tuple[int, ...] | None = None


def find_leftovers(
    path: str, cwd: str | None = None, *, used: Collection[str] = ()
) -> tuple[Leftover, ...]:
    """What lies beside the credentials file at `path`, and beside what it is a symlink to.

    `used` are paths of files that a client reads, which are no leftovers. With `cwd` a literal `~`
    folder in that directory is among them. Raises nothing: a folder that cannot be read has none.
    """
    taken = {mark[:2] for one in (path, *used) if (mark := _mark(one, follow=True)) is not None}
    found: dict[str, Leftover] = {}
    with suppress(OSError, ValueError):
        for place in dict.fromkeys((path, os.path.realpath(path))):
            for leftover in _beside(place, taken):
                found.setdefault(os.path.realpath(leftover.path), leftover)
    found_all = [found[name] for name in sorted(found)]
    if cwd is not None and os.path.isdir(os.path.join(cwd, "~", ".rattler")):
        folder = os.path.join(cwd, "~")
        found_all.append(
            Leftover(folder, "a folder that early versions made in place of the home", None, True)
        )
    return tuple(found_all)


def credentials_in(leftover: Leftover) -> tuple[tuple[Secret, ...], int] | None:
    """The texts in it that rattler would take, and how many parts are none; None if unreadable."""
    data = None if leftover.is_folder else _contents(leftover.path)
    if data is None:
        return None
    parts = take_apart(data)
    mended = [bad.proposal for bad in parts.bad if bad.proposal is not None]
    texts = (*(text for _, text in parts.good), *mended)
    return texts, len(parts.bad) - len(mended)


def set_aside_in(leftover: Leftover) -> tuple[str | None, ...]:
    """The hosts of what a repair set aside there, as they are shown, None for one without.

    None of them for another file, and for one that cannot be read.
    """
    data = _contents(leftover.path) if leftover.what == _SET_ASIDE else None
    return () if data is None else hosts_in(data)


def delete_leftover(leftover: Leftover) -> None:
    """Delete the file, if it is still the one that was found.

    Raises `ReadOnly` for a folder, `ChangedMeanwhile` where something else lies there or nothing
    does, `WriteFailed` where the system refuses.
    """
    path = leftover.path
    if leftover.is_folder:
        raise ReadOnly(
            f"authui deletes no folder: {printable(path)}", "Look into it, then delete it yourself"
        )
    mark = _mark(path, follow=False)
    if mark is None or mark != leftover.mark:
        raise ChangedMeanwhile(
            f"{printable(path)} is not the file that was found", "Look again at what lies there"
        )
    try:
        os.unlink(path)
        sync_folder(os.path.dirname(path))
    except OSError as error:
        raise WriteFailed(
            f"{printable(path)} was not deleted: {error.strerror or 'the system refused'}",
            "Delete it as the owner of its folder",
        ) from None
    if os.path.lexists(path):
        raise WriteFailed(
            f"{printable(path)} is there again", "Another program makes it; look at which one"
        )


def _beside(path: str, taken: Collection[tuple[int, ...]]) -> Iterator[Leftover]:
    folder, name = os.path.split(path)
    with os.scandir(folder or ".") as entries:
        for entry in entries:
            what = _what(entry.name, name)
            if what is None or not entry.is_file(follow_symlinks=False):
                continue
            mark = _mark(entry.path, follow=False)
            if mark is None or mark[:2] in taken:
                continue
            secrets = _has_secrets(entry.path)
            if what != _TEMPORARY or secrets or not _is_word(entry.name, name):
                yield Leftover(entry.path, what, secrets, mark=mark)


def _is_word(found: str, name: str) -> bool:
    """Whether a person rather than chance gave the file its six letters: `credentialsSchema.json`."""
    start = len(os.path.splitext(name)[0])
    return re.fullmatch("[A-Za-z][a-z]{5}", found[start : start + 6]) is not None


def _what(found: str, name: str) -> str | None:
    """What a file of this name is to the credentials file of that name; None where it is nothing."""
    if found == name:
        return None
    if found == LEGACY:
        return "the credentials file of pixi before 0.11, which nothing reads any more"
    stem, suffix = os.path.splitext(name)
    quoted = re.escape(name)
    patterns = (
        (rf"{re.escape(stem)}[A-Za-z0-9]{{6}}{re.escape(suffix)}", _TEMPORARY),
        (rf"{re.escape(stem)}\.lock|{quoted}\.lock", "a lock file of an old rattler"),
        (rf"{quoted}{re.escape(MARK)}.*", _SET_ASIDE),
        (rf"\.{quoted}\.sw[a-p]|\.{quoted}\.un~", "a swap file of an editor"),
        (
            (
                rf"{quoted}(~|\.~\d+~|[._-](bak|backup|orig|old|save|swp|swo|tmp|copy)\d*|[._-]?\d{{4}}.*)"
                rf"|#{quoted}#|\.#{quoted}|\.{quoted}~|{re.escape(stem)}([._-]|\ )"
                rf"(bak|backup|orig|old|save|copy|\(copy\)){re.escape(suffix)}"
            ),
            "a backup of an editor or a person",
        ),
    )
    return next((w for pattern, w in patterns if re.fullmatch(pattern, found, re.DOTALL)), None)


def _has_secrets(path: str) -> bool | None:
    data = _contents(path)
    if data is None:
        return None
    if not data.strip(b"{} \t\r\n\0"):
        return False
    # Without zero bytes, so that text in UTF-16 is found too.
    return True if _BY_THE_KIND.search(data.replace(b"\0", b"")) else None


def _contents(path: str) -> bytes | None:
    """Its bytes; None where it cannot be read or is far too large."""
    try:
        if os.lstat(path).st_size > _SIZE_LIMIT:
            return None
        return read_regular_file(path)
    except (OSError, StoreError, ValueError):
        return None


def _mark(path: str, *, follow: bool) -> tuple[int, ...] | None:
    """What tells a regular file from another; None where there is none."""
    try:
        status = os.stat(path, follow_symlinks=follow)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
