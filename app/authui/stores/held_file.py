"""Why Windows refuses a file: another program holds it open, or it is marked read-only.

A program that opens a file there says what others may do meanwhile: Rust's programs allow all of
it, many others allow reading only or nothing. Elsewhere an open file keeps nobody away, and the
functions here always answer no. Source: Microsoft's documentation of `CreateFileW` and
`MoveFileExW`.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import Final

_READ: Final = 0x80000000
_DELETE: Final = 0x00010000
_SHARE_ALL: Final = 1 | 2 | 4
_OPEN_EXISTING: Final = 3
_BACKUP_SEMANTICS: Final = 0x02000000
_ACCESS_DENIED: Final = 5
_LIKE_A_HELD_FILE: Final = (0, 32, 33)
"""That it can be opened by now, a sharing violation, a lock on a part of it."""


def is_kept_from_reading(path: str) -> bool:
    """Whether a file that could not be read is held by another program. Raises nothing."""
    if sys.platform == "win32":
        return _try(path, _READ) in _LIKE_A_HELD_FILE
    return False


def is_kept_from_replacing(path: str) -> bool:
    """Whether a file that could not be replaced is held by another program. Raises nothing.

    Also where that program lets others delete it: no other file takes its place as long as it is
    open.
    """
    if sys.platform == "win32" and not is_marked_read_only(path):
        return _try(path, _DELETE) in _LIKE_A_HELD_FILE
    return False


def is_marked_read_only(path: str) -> bool:
    """Whether the file has the mark of Windows by which nothing replaces it. Raises nothing."""
    if sys.platform == "win32":
        try:
            return bool(os.stat(path).st_file_attributes & stat.FILE_ATTRIBUTE_READONLY)
        except (OSError, ValueError):
            return False
    return False


if sys.platform == "win32":

    def _try(path: str, access: int) -> int:
        """The number of the error that opening the file gives, 0 where it opens."""
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = wintypes.HANDLE
        kernel.CreateFileW.argtypes = [
            wintypes.LPCWSTR,
            wintypes.DWORD,
            wintypes.DWORD,
            ctypes.c_void_p,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.HANDLE,
        ]
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        if "\0" in path:
            return _ACCESS_DENIED
        handle = kernel.CreateFileW(
            path, access, _SHARE_ALL, None, _OPEN_EXISTING, _BACKUP_SEMANTICS, None
        )
        if handle == wintypes.HANDLE(-1).value:
            return ctypes.get_last_error()
        kernel.CloseHandle(handle)
        return 0
