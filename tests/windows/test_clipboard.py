"""The clipboard of Windows, the real one of this run."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

import pytest

from authui.stores.environment import Environment
from authui.ui import windows_clipboard
from authui.ui.clipboard import clear_native

assert sys.platform == "win32"  # nothing below is looked at for other systems

HERE = Environment({"PATH": "C:\\windows\\system32"}, "C:\\", "win32")


def put(text: str) -> None:
    """What clip.exe does, which Wine has not."""
    user, kernel = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
    kernel.GlobalAlloc.restype = kernel.GlobalLock.restype = ctypes.c_void_p
    kernel.GlobalAlloc.argtypes = [wintypes.UINT, ctypes.c_size_t]
    user.SetClipboardData.argtypes = [wintypes.UINT, ctypes.c_void_p]
    kernel.GlobalLock.argtypes = kernel.GlobalUnlock.argtypes = [ctypes.c_void_p]
    data = f"{text}\0".encode("utf-16-le")
    memory = kernel.GlobalAlloc(2, len(data))
    ctypes.memmove(kernel.GlobalLock(memory), data, len(data))
    kernel.GlobalUnlock(memory)
    assert user.OpenClipboard(None)
    assert user.EmptyClipboard()
    assert user.SetClipboardData(13, memory)
    assert user.CloseClipboard()


def held() -> str | None:
    user = ctypes.WinDLL("user32")
    assert user.OpenClipboard(None)
    try:
        return windows_clipboard._held()
    finally:
        user.CloseClipboard()


@pytest.mark.parametrize("end", ["", "\r\n"])
def test_a_secret_is_taken_off(end: str) -> None:
    put(f"sécret🔑{end}")
    assert held() == f"sécret🔑{end}"
    assert clear_native("sécret🔑", HERE)
    assert held() is None


def test_what_somebody_else_put_there_stays() -> None:
    put("theirs")
    assert not clear_native("secret", HERE)
    assert held() == "theirs"


def test_an_empty_clipboard_is_left_alone() -> None:
    put("secret")
    assert clear_native("secret", HERE)
    assert not clear_native("secret", HERE)


def test_over_ssh_it_is_somebody_elses() -> None:
    put("secret")
    assert not clear_native("secret", Environment({"SSH_TTY": "x"}, "C:\\", "win32"))
    assert held() == "secret"


def test_one_that_stays_open_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        @staticmethod
        def OpenClipboard(window: object) -> int:  # noqa: N802
            return 0

    monkeypatch.setattr(windows_clipboard, "_user", Busy)
    monkeypatch.setattr(windows_clipboard, "_WAIT", 0)
    assert not clear_native("secret", HERE)
