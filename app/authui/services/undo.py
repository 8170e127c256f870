"""Taking back the last change, for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from authui.services.change import Step

KEPT_FOR: Final = 300.0
"""Seconds after which the former value is dropped."""


class LastChange:
    """The last change of this run, with the former value, until that is too old.

    `clock` gives seconds that never go backwards. Nothing of it is kept anywhere else, and `drop`
    lets go of it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: tuple[Step, ...] = ()
        self._what = ""
        self._end = 0.0

    @property
    def what(self) -> str | None:
        """The change in words, such as "the deletion of prefix.dev"; None if there is none."""
        if self._steps and self._clock() >= self._end:
            self.drop()
        return self._what if self._steps else None

    def remember(self, what: str, steps: tuple[Step, ...]) -> None:
        """Take this for the last change. Without steps it is one that cannot be taken back."""
        self._what, self._steps = what, steps
        self._end = self._clock() + KEPT_FOR

    def take(self) -> tuple[Step, ...]:
        """The steps, which are then forgotten; none where there is nothing to take back."""
        steps = self._steps if self.what is not None else ()
        self.drop()
        return steps

    def drop(self) -> None:
        """Forget it."""
        self._what, self._steps = "", ()
