"""How long a change may wait for a person, and how the person ends the wait."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final

PROMPT_LIMIT: Final = 60.0
"""Seconds for which a window of the keychain may stay open."""


class Patience:
    """The wait for a window of the keychain, shared by the thread that waits and its caller.

    `limit` is in seconds. `tell` is called once, by the waiting thread, when a window begins to
    wait for the person. The caller may look at `is_waiting` and call `cancel` at any time.
    """

    def __init__(
        self, limit: float = PROMPT_LIMIT, *, tell: Callable[[], None] | None = None
    ) -> None:
        self.limit = limit
        self._tell = tell
        self._told = False
        self._waiting = Event()
        self._cancelled = Event()

    @property
    def is_waiting(self) -> bool:
        """Whether a window waits for the person now."""
        return self._waiting.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the wait is to end."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """End the wait; nothing that has been answered is undone."""
        self._cancelled.set()

    def begin(self) -> None:
        """Say that a window is open."""
        self._waiting.set()
        if self._tell is not None and not self._told:
            self._told = True
            self._tell()

    def end(self) -> None:
        """Say that it is closed."""
        self._waiting.clear()
