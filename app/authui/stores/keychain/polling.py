"""Noticing changes of a keychain whose system tells nobody of them: looking again and again."""

from __future__ import annotations

import time
from threading import Event
from typing import Final, Protocol, runtime_checkable

POLL: Final = 1.0
"""Seconds between two looks."""


@runtime_checkable
class Sighted(Protocol):
    """A keychain store that tells cheaply whether it is still what it was."""

    def sight(self) -> object:
        """What is another after any change. Opens no window; raises nothing."""
        ...


class PolledWatch:
    """Compares what a store shows with what it showed before.

    `store` is for the watch alone. `wait` is for one thread at a time, `close` for any.
    """

    def __init__(self, store: Sighted) -> None:
        self._store = store
        self._closed = Event()
        self._seen = store.sight()
        self._next = time.monotonic() + POLL

    def wait(self, seconds: float) -> bool:
        """Whether anything changed since the last call, waiting at most so long for it."""
        end = time.monotonic() + seconds
        while not self._closed.is_set():
            now = time.monotonic()
            if now >= self._next:
                before, self._seen = self._seen, self._store.sight()
                self._next = time.monotonic() + POLL
                if self._seen != before:
                    return True
            elif now >= end:
                return False
            else:
                self._closed.wait(min(end, self._next) - now)
        return False

    def close(self) -> None:
        """Look no more."""
        self._closed.set()
