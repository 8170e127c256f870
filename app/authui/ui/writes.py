"""Changes on their way: one at a time, shown while they last, and waited for when the app ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from authui.stores.patience import Patience
from authui.ui.blocking import run_blocking

if TYPE_CHECKING:
    from textual.app import App

_T = TypeVar("_T")

SHOWN_AFTER = 0.3
"""Seconds after which a change is said to be under way."""

LIMIT = 20.0
"""Seconds for which ending the app waits for a change: more than any but a window may take."""


class Writes:
    """The changes of this run that have not ended, in whatever thread they are."""

    def __init__(self) -> None:
        self._running: dict[Patience, Event] = {}

    @property
    def is_running(self) -> bool:
        """Whether a change is under way."""
        for patience, done in tuple(self._running.items()):
            if done.is_set():
                del self._running[patience]
        return bool(self._running)

    async def make(
        self,
        app: App[Any],
        what: str,
        function: Callable[[Patience], _T],
        *,
        is_shown: bool = False,
    ) -> _T:
        """What the function returns, made beside the event loop. Raises what it raises.

        `what` is said while it lasts: "Saving prefix.dev", unless the caller shows it. Whoever waits for it may go away: the
        change then ends by itself, and the app still waits for it.
        """
        patience = Patience()
        done = self._running[patience] = Event()

        def call() -> _T:
            try:
                return function(patience)
            finally:
                done.set()

        task = asyncio.ensure_future(run_blocking(call))
        task.add_done_callback(_looked_at)
        await asyncio.wait({task}, timeout=SHOWN_AFTER)
        if is_shown:
            await asyncio.wait({task})
        elif not task.done():
            await self._shown(app, what, patience, task)
        return task.result()

    async def _shown(
        self, app: App[Any], what: str, patience: Patience, task: asyncio.Future[Any]
    ) -> None:
        from authui.ui.screens.waiting import WaitingScreen

        waiting = WaitingScreen(what, patience)
        await app.push_screen(waiting)
        try:
            await asyncio.wait({task})
        finally:
            if app.is_running and waiting in app.screen_stack:
                await waiting.dismiss()

    def end_waits(self) -> None:
        """Close the windows that wait for the person: the app is ending."""
        for patience in tuple(self._running):
            patience.cancel()

    def join(self, limit: float = LIMIT) -> bool:
        """Wait for all of them, so many seconds at most; whether they have ended. Blocks."""
        end = time.monotonic() + limit
        return all(
            done.wait(max(end - time.monotonic(), 0)) for done in tuple(self._running.values())
        )


def _looked_at(task: asyncio.Future[Any]) -> None:
    """Take note of how it ended, so that nothing complains where nobody waits for it any more."""
    if not task.cancelled():
        task.exception()
