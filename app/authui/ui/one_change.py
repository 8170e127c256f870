"""Changes of a screen, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.screen import Screen


class OneChange:
    """Begins a change unless one is under way: a key that comes twice in a burst asks once.

    `then` is called after one that says that it may have changed something.
    """

    def __init__(self, screen: Screen[Any], then: Callable[[], None]) -> None:
        self._screen = screen
        self._then = then
        self._is_under_way = False

    def begin(self, coroutine: Coroutine[Any, Any, bool | None]) -> None:
        """Have it done beside what the screen does."""
        if self._is_under_way:
            coroutine.close()
            return
        self._is_under_way = True
        self._screen.run_worker(self._until_done(coroutine), name="change", group="change")

    async def _until_done(self, coroutine: Coroutine[Any, Any, bool | None]) -> None:
        try:
            may_have_changed = await coroutine
        finally:
            self._is_under_way = False
        if may_have_changed and self._screen.is_attached:
            self._then()
