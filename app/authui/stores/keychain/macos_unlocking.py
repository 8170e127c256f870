"""Unlocking the default keychain, for which macOS asks in a window of its own."""

from __future__ import annotations

from typing import Final

from authui.model.errors import Declined, WriteFailed
from authui.stores.keychain.macos_calls import Status
from authui.stores.keychain.macos_items import Opened
from authui.stores.keychain.macos_status import (
    AUTH_FAILED,
    CANCELLED,
    NO_INTERACTION,
    to_error,
)

_ELSEWHERE: Final = "Run security unlock-keychain in this terminal: it asks for the password there"


def unlock(opened: Opened) -> bool:
    """Whether it was locked, and is not any more. Raises as `Lockable.unlock`."""
    if opened.is_unlocked:
        return False
    try:
        opened.unlock()
    except Status as status:
        if status.code == NO_INTERACTION:
            raise WriteFailed("macOS cannot ask for the password here", _ELSEWHERE) from None
        if status.code in (CANCELLED, AUTH_FAILED):
            raise Declined(
                "The window of macOS was closed, or a wrong password given: the keychain is still "
                "locked",
                "Try again",
            ) from None
        raise to_error(status) from None
    if not opened.is_unlocked:
        raise WriteFailed("macOS asked, and the keychain is still locked", _ELSEWHERE)
    return True
