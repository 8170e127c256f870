"""Whether files have changed, told from what the system says about them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeAlias

_Mark: TypeAlias = tuple[int, ...] | None


class FileWatch:
    """Compares what stands at some paths with what stood there before; nothing is opened.

    A path may lead through symlinks and may name nothing: that a file comes or goes is a change
    too. Of no use against somebody who wants to change a file unseen.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)
        self._seen = self._look()

    def changed(self) -> bool:
        """Whether anything has changed since this was last asked, or since the watch began."""
        before, self._seen = self._seen, self._look()
        return self._seen != before

    def _look(self) -> list[tuple[_Mark, _Mark]]:
        return [(_mark(path, follow=False), _mark(path, follow=True)) for path in self._paths]


def _mark(path: str, *, follow: bool) -> _Mark:
    """What changes with a file; None where there is none or nobody may know."""
    try:
        status = os.stat(path, follow_symlinks=follow)
    except (OSError, ValueError):
        return None
    return (
        status.st_dev,
        status.st_ino,
        status.st_mode,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,  # an owner's change, and what was made to look unchanged
    )
