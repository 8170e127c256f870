"""Ctrl+Break and the end of a Windows console while the app runs.

Source: Microsoft's documentation of `SetConsoleCtrlHandler` and `HandlerRoutine`: at the end of a
console the process ends as soon as the handler returns, and in any case after some seconds.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from textual.app import App

from authui.ui.signals import end_in_order

assert sys.platform == "win32"  # noqa: S101  nothing below is looked at for other systems

import ctypes  # noqa: E402
from ctypes import wintypes  # noqa: E402

_CLOSE: Final = 2
_LOG_OFF: Final = 5
_SHUT_DOWN: Final = 6


class Told:
    """Makes Ctrl+Break, and a Ctrl+C that another program sends, the end of the app.

    Where the console closes, the person logs off or the machine stops, it lets `finish` wait for a
    change that must not be cut off.
    """

    def __init__(
        self,
        app: App[None],
        loop: asyncio.AbstractEventLoop,
        finish: Callable[[], object],
    ) -> None:
        self._app = app
        self._loop = loop
        self._finish = finish
        self._is_told = False
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        routine = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
        self._set = kernel.SetConsoleCtrlHandler
        self._set.argtypes = [routine, wintypes.BOOL]
        self._routine = routine(self._ends)  # kept, since Windows calls it

    def __enter__(self) -> None:
        self._before: dict[int, Any] = {
            number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGBREAK)
        }
        self._set(self._routine, True)

    def __exit__(self, *error: object) -> None:
        self._set(self._routine, False)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Runs in the event loop's thread, which Python wakes for it."""
        del frame
        if not self._is_told:
            self._is_told = True
            self._loop.call_soon_threadsafe(end_in_order, self._app, self._loop, 128 + number)

    def _ends(self, event: int) -> bool:
        """Runs in a thread that Windows makes. False leaves the rest to whoever is asked next."""
        if event in (_CLOSE, _LOG_OFF, _SHUT_DOWN):
            self._finish()
        return False
