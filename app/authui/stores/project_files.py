"""The files of a project in which people write URLs, and which of these hold credentials."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TextIO

from authui.model.errors import BadInput
from authui.model.url import Url
from authui.model.url_secrets import urls_in

NAMES: Final = (
    "pixi.toml",
    "pyproject.toml",
    "mojoproject.toml",
    "pixi.lock",
    os.path.join(".pixi", "config.toml"),
    ".condarc",
    "condarc",
    "environment.yml",
    "environment.yaml",
    "conda-lock.yml",
    "conda-lock.yaml",
    "pip.conf",
    "pip.ini",
)
"""The files that are looked into, where they are there."""

PATTERNS: Final = ("requirements*.txt",)
"""And those whose names look like this."""

MOST_BYTES: Final = 50_000_000
"""Of larger files nothing is read."""

_TABLE = re.compile(r"\s*\[+([^\]]*)\]")
# Pages for people to read, to which no tool sends a request.
_PAGES = ("project.urls", "tool.poetry.urls")
_PAGE_KEYS = re.compile(r"\s*[\"']?(?:homepage|repository|documentation)[\"']?\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A URL that holds a credential, or one that goes in clear and holds none.

    `line` counts from 1; `shown` is what of the URL may be shown; `host` is None where none can be
    read. `url` is there for one that goes in clear.
    """

    line: int
    shown: str
    host: str | None
    url: Url | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as it was read. `name` is its path within the project, the whole one outside of it.

    `unread` is a clause that says why it was not read.
    """

    path: str
    name: str
    sightings: tuple[Sighting, ...] = ()
    unread: str | None = None


def look_through(folder: str) -> tuple[TextFile, ...]:
    """The files of a project folder, without what lies in folders below it but `.pixi`.

    Raises `BadInput` where it is no folder that can be read.
    """
    try:
        root = os.path.realpath(folder or "\0", strict=True)  # nothing is not the current folder
        there = os.listdir(root)
    except (OSError, ValueError):
        raise BadInput(
            "--project names no folder that can be read", "Give the folder of a project"
        ) from None
    named = [name for pattern in PATTERNS for name in sorted(fnmatch.filter(there, pattern))]
    paths = (os.path.join(root, name) for name in dict.fromkeys((*NAMES, *named)))
    return tuple(_look(path, root) for path in paths if os.path.lexists(path))


def look_into(path: str) -> TextFile:
    """One file, wherever it leads."""
    return _look(path, None)


def _look(path: str, root: str | None) -> TextFile:
    name = path if root is None else os.path.relpath(path, root)
    try:
        target = os.path.realpath(path, strict=True)
        if root is not None and os.path.commonpath((root, target)) != root:
            return TextFile(path, name, unread="it leads out of the folder")
        with _opened(target) as text:
            return TextFile(path, name, tuple(_sightings(text)))
    except _UnreadError as why:
        return TextFile(path, name, unread=str(why))
    except OSError as error:
        return TextFile(path, name, unread=(error.strerror or "the system refused").lower())
    except ValueError:
        return TextFile(path, name, unread="its path cannot be used")


class _UnreadError(Exception):
    """Why a file is left alone."""


def _opened(path: str) -> TextIO:
    """The text of a regular file. Opening waits for nothing, whatever lies there by then."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    _check(os.stat(path))
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    try:
        _check(os.fstat(descriptor))
        start = os.read(descriptor, 2)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    # Windows' shells write requirements files like this, and pip reads them.
    encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return open(descriptor, encoding=encoding, errors="replace")


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _UnreadError("it is no regular file")
    if status.st_size > MOST_BYTES:
        raise _UnreadError(f"it is larger than {MOST_BYTES // 1_000_000} MB")


def _sightings(text: TextIO) -> Iterator[Sighting]:
    table = ""
    for number, line in enumerate(text, 1):
        if found := _TABLE.match(line):
            table = found[1].strip()
        if "://" not in line:
            continue
        is_page = table in _PAGES or _PAGE_KEYS.match(line) or line.lstrip().startswith("#")
        for mention in urls_in(line):
            if mention.has_secret or not is_page:
                yield Sighting(number, mention.shown, mention.host, mention.url)
