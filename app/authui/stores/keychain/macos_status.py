"""What macOS' result codes mean for a person, and which of them are a state of the store.

The codes and their names are Apple's (SecBase.h). rattler's keyring crate takes -25300 for "no
entry" and -61, -25291, -25292, -25294 and -25295 for "no access"; in a lookup rattler goes on to
its next store after any of them.
"""

from __future__ import annotations

from typing import Final

from authui.model.errors import (
    ChangedMeanwhile,
    ChangeError,
    Declined,
    NoCollection,
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreLocked,
    StoreUnreadable,
    WriteFailed,
)
from authui.stores.keychain.macos_calls import Status

WRITE_PERMISSION: Final = -61
CANCELLED: Final = -128
NOT_AVAILABLE: Final = -25291
READ_ONLY: Final = -25292
AUTH_FAILED: Final = -25293
NO_SUCH_KEYCHAIN: Final = -25294
INVALID_KEYCHAIN: Final = -25295
DUPLICATE: Final = -25299
NOT_FOUND: Final = -25300
GONE: Final = frozenset({NOT_FOUND, -25304})
"""No such item, or one that is no longer valid."""

NO_DEFAULT: Final = -25307
NO_INTERACTION: Final = -25308
INTERACTION_REQUIRED: Final = -25315

WOULD_ASK: Final = frozenset({CANCELLED, AUTH_FAILED, NO_INTERACTION, INTERACTION_REQUIRED})
"""What a read gives that must open no window, where it would have opened one.

securityd denies it (-25293), or says that it cannot ask (-25308): both were seen on macOS 26.
"""

UNLOCK: Final = "Run authui unlock, or security unlock-keychain in a terminal"
_NOT_ALLOWED: Final = frozenset({NO_INTERACTION, INTERACTION_REQUIRED})
_REPAIR: Final = "Open Keychain Access and look at it there; restarting the Mac may help"


def locked() -> StoreLocked:
    """The keychain is locked, so that nothing can be read from it or changed in it."""
    return StoreLocked("The macOS keychain is locked", UNLOCK)


def no_window() -> StoreDenied:
    """It has no window here in which it could ask."""
    return StoreDenied(
        "macOS has to ask you for permission, and cannot open a window in this session",
        "Run authui in a terminal on the Mac's own screen, not over ssh",
    )


def to_error(status: Status) -> StoreError:
    """The failure of a question, as a state of the store."""
    code = status.code
    if code in (CANCELLED, AUTH_FAILED):
        return StoreDenied(
            "macOS did not hand it out: permission was denied in its window, or a wrong "
            "password was given there",
            "Read it again and choose Allow; what the entry trusts is listed under Access "
            "Control in Keychain Access",
        )
    if code in _NOT_ALLOWED:
        return no_window()
    if code == NO_DEFAULT:
        return NoCollection(
            "There is no default keychain, so nothing can be added to it",
            "Make one the default in Keychain Access, or with security default-keychain; "
            "until then rattler stores new credentials in its file, unencrypted",
        )
    if code == NO_SUCH_KEYCHAIN:
        return StoreAbsent(
            "The default keychain does not exist",
            "Make another one the default in Keychain Access, or with security default-keychain",
        )
    if code in (WRITE_PERMISSION, READ_ONLY):
        return StoreDenied(
            "macOS does not give access to the keychain: it may not be changed",
            "Look at the permissions of its file in ~/Library/Keychains",
        )
    if code == NOT_AVAILABLE:
        return StoreUnreadable("No keychain is available", "Restart the Mac")
    if code == INVALID_KEYCHAIN:
        return StoreUnreadable("The default keychain is no valid keychain file", _REPAIR)
    return StoreUnreadable(f"The keychain answered with an error: {words(status)}", _REPAIR)


def changed() -> ChangedMeanwhile:
    """What stands there is not what was seen."""
    return ChangedMeanwhile(
        "What is stored there has changed since it was read", "Look at it again"
    )


def refused(status: Status) -> StoreError | ChangeError:
    """The failure of a change that did not happen."""
    code = status.code
    if code == DUPLICATE or code in GONE:
        return changed()
    if code in (CANCELLED, AUTH_FAILED):
        return Declined("macOS was told not to allow it: nothing was changed", "Try again")
    if code in (WRITE_PERMISSION, READ_ONLY):
        return WriteFailed(
            "macOS does not let the keychain be changed",
            "Look at the permissions of its file in ~/Library/Keychains",
        )
    error = to_error(status)
    if type(error) is StoreUnreadable:
        return WriteFailed(f"The keychain did not change it: {words(status)}", _REPAIR)
    return error


def words(status: Status) -> str:
    """The number and macOS' own text for it."""
    text = (status.text or "").strip().rstrip(".")
    return f"{text} ({status.code})" if text else f"error {status.code}"
