"""What a stream of Windows leads to. There the null device passes for a terminal.

Source: Microsoft's documentation of `GetConsoleMode`, which fails for all but a console, and of
`ENABLE_VIRTUAL_TERMINAL_PROCESSING`.
"""

from __future__ import annotations

import sys
from typing import Final, TextIO

_TAKES_ESCAPES: Final = 0x0004


def is_console(stream: TextIO) -> bool:
    """Whether the stream, which says that it is a terminal, is a console. Raises nothing."""
    if sys.platform == "win32":
        return _mode(stream) is not None
    return True


def takes_escapes(stream: TextIO) -> bool:
    """Whether the console acts on escape sequences; it is told to, which an old one refuses."""
    if sys.platform == "win32":
        mode = _mode(stream)
        if mode is None:
            return False
        return bool(mode & _TAKES_ESCAPES) or _set_mode(stream, mode | _TAKES_ESCAPES)
    return True


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    def _mode(stream: TextIO) -> int | None:
        mode = wintypes.DWORD()
        ask = ctypes.WinDLL("kernel32").GetConsoleMode
        ask.argtypes = [wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD)]
        try:
            handle = msvcrt.get_osfhandle(stream.fileno())
        except (OSError, ValueError):
            return None
        return mode.value if ask(handle, ctypes.byref(mode)) else None

    def _set_mode(stream: TextIO, mode: int) -> bool:
        tell = ctypes.WinDLL("kernel32").SetConsoleMode
        tell.argtypes = [wintypes.HANDLE, wintypes.DWORD]
        return bool(tell(msvcrt.get_osfhandle(stream.fileno()), mode))
