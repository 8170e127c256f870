"""Reading the stores beside the event loop: at the start, on request, and when they change."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from authui.model.errors import AuthuiError
from authui.ui.blocking import run_blocking
from authui.ui.session import Session, Snapshot

if TYPE_CHECKING:
    from authui.stores.discover import Discovery
    from authui.stores.watch import StoreWatch

_LOOK = 1.0
"""Seconds for which one look at the stores waits for a change."""


class Reads(Protocol):
    """The screen that shows what was read."""

    @property
    def is_open(self) -> bool:
        """Whether there is still something to show on."""
        ...

    def begin(self, session: Session) -> None:
        """Ask these stores from now on."""
        ...

    def show(self, snapshot: Snapshot) -> None:
        """Show what they have told by now."""
        ...

    def finish(self) -> None:
        """Let the stores be read again."""
        ...

    def fail(self, error: AuthuiError, *, at_start: bool) -> None:
        """Say that the stores could not even be looked for."""
        ...


class Reader:
    """One reading after the other; what is asked for during one is read after it."""

    def __init__(
        self, screen: Reads, make_discovery: Callable[[], Discovery], *, demo: bool = False
    ) -> None:
        self._screen = screen
        self._demo = demo
        self._make_discovery = make_discovery
        self._again = False
        self._is_first = True
        self._watch: StoreWatch | None = None
        self.session: Session | None = None
        self.is_reading = False

    async def read(self) -> None:
        """Look for the stores anew and show each one's part as it comes."""
        if self.is_reading:
            self._again = True
            return
        self.is_reading = True
        try:
            while True:
                self._again = False
                await self._read_once()
                if not self._again or not self._screen.is_open:
                    return
        finally:
            self.is_reading = self._is_first = False
            if self._screen.is_open:
                self._screen.finish()

    async def watch(self) -> None:
        """Read again whenever another program changes a store, for as long as the screen is open."""
        try:
            while self._screen.is_open:
                if self._watch is None or self._is_first:
                    await asyncio.sleep(_LOOK / 10)  # the first reading has the machine for itself
                elif await run_blocking(self._watch.wait, _LOOK) and self._screen.is_open:
                    await self.read()
        finally:
            if self._watch is not None:
                self._watch.close()

    async def _read_once(self) -> None:
        try:
            discovery = await run_blocking(self._look)
        except AuthuiError as error:
            if self._screen.is_open:
                self._screen.fail(error, at_start=self.session is None)
            return
        if not self._screen.is_open:
            return
        session = self.session = Session(discovery, before=self.session, demo=self._demo)
        self._screen.begin(session)
        self._screen.show(session.snapshot())
        await self._read_stores(session)

    def _look(self) -> Discovery:
        # What the pane needs is loaded beside the event loop too.
        import authui.services.reach  # noqa: F401
        from authui.stores.watch import StoreWatch

        discovery = self._make_discovery()
        if self._watch is None:
            self._watch = StoreWatch()
        self._watch.aim(discovery)
        return discovery

    async def _read_stores(self, session: Session) -> None:
        """Show each store's part as it comes; those that come together in one picture."""
        pending = {asyncio.ensure_future(session.read(store)) for store in session.stores}
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                # With very many entries this takes a moment too.
                snapshot = await run_blocking(session.snapshot)
                if not self._screen.is_open:
                    return
                self._screen.show(snapshot)
                # Not before: collecting while modules load takes a tenth of the time to start.
                # Not after the last store: one may never answer.
                if not gc.isenabled():
                    gc.freeze()
                    gc.enable()
        finally:
            for task in pending:
                task.cancel()
