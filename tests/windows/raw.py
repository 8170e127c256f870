"""Windows' credential functions as they are, without a line of authui."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from dataclasses import dataclass

GENERIC = 1
DOMAIN_PASSWORD = 2
ENTERPRISE = 3


class _Credential(ctypes.Structure):
    _fields_ = (
        ("Flags", wintypes.DWORD),
        ("Type", wintypes.DWORD),
        ("TargetName", wintypes.LPWSTR),
        ("Comment", wintypes.LPWSTR),
        ("LastWritten", wintypes.FILETIME),
        ("CredentialBlobSize", wintypes.DWORD),
        ("CredentialBlob", ctypes.POINTER(ctypes.c_char)),
        ("Persist", wintypes.DWORD),
        ("AttributeCount", wintypes.DWORD),
        ("Attributes", ctypes.c_void_p),
        ("TargetAlias", wintypes.LPWSTR),
        ("UserName", wintypes.LPWSTR),
    )


_Pointer = ctypes.POINTER(_Credential)


@dataclass(frozen=True)
class Item:
    """One item of Credential Manager, with everything that it says."""

    target: str
    blob: bytes
    user: str | None = None
    comment: str | None = ""
    alias: str | None = ""
    persist: int = ENTERPRISE
    type: int = GENERIC


def _library() -> ctypes.CDLL:
    if sys.platform != "win32":
        raise NotImplementedError
    return ctypes.WinDLL("advapi32", use_last_error=True)


def _failure() -> OSError:
    if sys.platform != "win32":
        raise NotImplementedError
    return ctypes.WinError(ctypes.get_last_error())


def write(item: Item) -> None:
    """Store it, in place of what has this target and type."""
    found = _Credential()
    found.Type = item.type
    found.TargetName = item.target
    found.Comment = item.comment
    blob = ctypes.create_string_buffer(item.blob, len(item.blob) or 1)
    found.CredentialBlobSize = len(item.blob)
    found.CredentialBlob = ctypes.cast(blob, ctypes.POINTER(ctypes.c_char))
    found.Persist = item.persist
    found.TargetAlias = item.alias
    found.UserName = item.user
    if not _library().CredWriteW(ctypes.byref(found), 0):
        raise _failure()


def items() -> dict[str, Item]:
    """Every item, by its target."""
    count = wintypes.DWORD()
    found = ctypes.POINTER(_Pointer)()
    library = _library()
    if not library.CredEnumerateW(None, 0, ctypes.byref(count), ctypes.byref(found)):
        failure = _failure()
        if getattr(failure, "winerror", 0) == 1168:  # there is none
            return {}
        raise failure
    try:
        read = [_item(found[number].contents) for number in range(count.value)]
    finally:
        library.CredFree(found)
    return {item.target: item for item in read}


def _item(found: _Credential) -> Item:
    size = found.CredentialBlobSize
    return Item(
        found.TargetName,
        ctypes.string_at(found.CredentialBlob, size) if size else b"",
        found.UserName,
        found.Comment,
        found.TargetAlias,
        found.Persist,
        found.Type,
    )


def delete(item: Item) -> None:
    """Take it away."""
    if not _library().CredDeleteW(ctypes.c_wchar_p(item.target), item.type, 0):
        raise _failure()


def delete_all() -> None:
    """Empty Credential Manager."""
    for item in items().values():
        delete(item)


def item(host: str, text: str) -> Item:
    """An item as rattler makes it."""
    return Item(f"{host}.rattler", text.encode("utf-16-le"), host)
