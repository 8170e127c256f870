"""Signals of Unix while the app runs, and a terminal that goes away without one."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from textual.app import App

from authui.ui.signals import end_in_order, note_signal

assert sys.platform != "win32"  # noqa: S101  nothing below is looked at for Windows

PATIENCE = 3.0
"""Seconds for which the event loop may give no sign of life once a signal has come."""

PATIENCE_WITHOUT_TERMINAL = 0.5
"""The same where the terminal is gone, and there is nothing to put back as it was."""

LOOK_AGAIN = 1.0
"""Seconds between two looks whether the terminal is still there."""

LONGEST = 90.0
"""Seconds after a signal until the process ends, whatever the app waits for: more than a write may
take."""


class Told:
    """Makes the first signal the end of the app, and drops those that follow it.

    A thread of its own reads which signals came. Python calls a handler in the main thread only,
    and only when that does something; a signal that meets another thread does not wake it.
    """

    def __init__(
        self,
        app: App[None],
        loop: asyncio.AbstractEventLoop,
        finish: Callable[[], object],
    ) -> None:
        self._app = app
        self._finish = finish
        self._loop = loop
        self._over = Event()
        self._sign_of_life = Event()
        self._thread = Thread(target=self._watch, name="authui-signals", daemon=True)

    def __enter__(self) -> None:
        self._incoming, self._outgoing = os.pipe()
        os.set_blocking(self._outgoing, False)
        self._told_before = signal.set_wakeup_fd(self._outgoing, warn_on_full_buffer=False)
        self._before: dict[int, Any] = {
            number: signal.signal(number, note_signal)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._told_before)
        self._over.set()
        self._sign_of_life.set()
        os.close(self._outgoing)
        self._thread.join()
        os.close(self._incoming)

    def _watch(self) -> None:
        had_terminal = os.isatty(0)
        # Every signal with a handler in Python comes here, as one byte.
        while True:
            if not select.select([self._incoming], [], [], LOOK_AGAIN)[0]:
                # Not every terminal that goes away sends a signal first.
                if had_terminal and not os.isatty(0):
                    self._end(128 + signal.SIGHUP)
                    return
                continue
            came = os.read(self._incoming, 1)
            if not came:
                return
            if came[0] in self._before:
                self._end(128 + came[0])
                return

    def _end(self, status: int) -> None:
        end = time.monotonic() + LONGEST
        self._loop.call_soon_threadsafe(end_in_order, self._app, self._loop, status)
        while True:
            patience = PATIENCE if os.isatty(0) else PATIENCE_WITHOUT_TERMINAL
            self._sign_of_life.clear()
            if self._over.wait(patience / 10):
                return
            self._loop.call_soon_threadsafe(self._sign_of_life.set)
            if not self._sign_of_life.wait(patience) or time.monotonic() > end:
                try:
                    self._finish()
                finally:
                    os._exit(status)
