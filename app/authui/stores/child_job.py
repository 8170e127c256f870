"""A program and all that it starts, as one job that Windows can end.

To end the program alone would leave what it started, with a hold on its output. Source: Microsoft's
documentation of job objects.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101  nothing below is looked at for other systems

import ctypes  # noqa: E402
from ctypes import wintypes  # noqa: E402

_SET_QUOTA_AND_TERMINATE = 0x0100 | 0x0001

_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.CreateJobObjectW.restype = wintypes.HANDLE
_kernel.OpenProcess.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]


class Job:
    """What a program that was just started belongs to, with all that it starts from now on."""

    def __init__(self, pid: int) -> None:
        self._job = wintypes.HANDLE(_kernel.CreateJobObjectW(None, None))
        process = wintypes.HANDLE(_kernel.OpenProcess(_SET_QUOTA_AND_TERMINATE, False, pid))
        _kernel.AssignProcessToJobObject(self._job, process)
        _kernel.CloseHandle(process)

    def end(self) -> None:
        """End all of it. Raises nothing; a program that is in no job is left to whoever asks."""
        _kernel.TerminateJobObject(self._job, 1)
        _kernel.CloseHandle(self._job)
