"""Taking a text off the clipboard of Windows, which no program of Windows reads for others.

Source: Microsoft's documentation of `OpenClipboard`, `GetClipboardData` and `EmptyClipboard`.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101  nothing below is looked at for other systems

import ctypes  # noqa: E402
import time  # noqa: E402
from ctypes import wintypes  # noqa: E402

_UNICODE_TEXT = 13
_TRIES = 20
_WAIT = 0.05

_user = ctypes.WinDLL("user32", use_last_error=True)
_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_user.OpenClipboard.argtypes = [wintypes.HWND]
_user.GetClipboardData.argtypes = [wintypes.UINT]
_user.GetClipboardData.restype = wintypes.HANDLE
_kernel.GlobalLock.argtypes = [wintypes.HANDLE]
_kernel.GlobalLock.restype = ctypes.c_void_p
_kernel.GlobalUnlock.argtypes = [wintypes.HANDLE]
_kernel.GlobalSize.argtypes = [wintypes.HANDLE]
_kernel.GlobalSize.restype = ctypes.c_size_t


def empty_if_it_holds(text: str) -> bool:
    """Empty the clipboard if it holds this text; whether it was emptied. Blocks up to a second.

    Nothing else gets at the clipboard between the look and the emptying.
    """
    for _ in range(_TRIES):
        if _user.OpenClipboard(None):
            break
        time.sleep(_WAIT)  # another program has it open
    else:
        return False
    try:
        held = _held()
        if held is None or held.rstrip("\r\n") != text:
            return False
        return bool(_user.EmptyClipboard())
    finally:
        _user.CloseClipboard()


def _held() -> str | None:
    """The text on the clipboard, which is open; None where there is none."""
    data = _user.GetClipboardData(_UNICODE_TEXT)
    place = _kernel.GlobalLock(data) if data else None
    if place is None:
        return None
    try:
        # Its end is a zero, but a program may have left that out.
        units = ctypes.string_at(place, _kernel.GlobalSize(data))
        return units.decode("utf-16-le", "replace").partition("\0")[0]
    finally:
        _kernel.GlobalUnlock(data)
