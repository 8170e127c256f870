"""Windows' credential store as its bytes lie in memory: what a test puts there and finds there.

It shares nothing with the program's own calls: CREDENTIALW is packed and taken apart by its offsets
on 64-bit Windows. `empty` works under Wine only, so that nobody loses what Windows keeps for him.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from typing import Any, NamedTuple

_LAYOUT = struct.Struct("<IIQQQI4xQIIQQQ")
_NOT_FOUND = 1168


class Kept(NamedTuple):
    """One item. Texts are None where there is a null pointer; a secret of no bytes is found as
    such, whatever its pointer was."""

    target: str | None
    blob: bytes | None
    user: str | None = ""
    comment: str | None = ""
    alias: str | None = ""
    kind: int = 1
    persist: int = 3
    attributes: int = 0


def put(kept: Kept) -> None:
    """Store an item as it is, whatever rattler would say to it."""
    texts = [
        None if text is None else ctypes.create_unicode_buffer(text)
        for text in (kept.target, kept.comment, kept.alias, kept.user)
    ]
    target, comment, alias, user = (0 if t is None else ctypes.addressof(t) for t in texts)
    blob = None if kept.blob is None else ctypes.create_string_buffer(kept.blob, len(kept.blob))
    packed = _LAYOUT.pack(
        0, kept.kind, target, comment, 0, len(kept.blob or b""),
        0 if blob is None else ctypes.addressof(blob), kept.persist, 0, 0, alias, user,
    )  # fmt: skip
    assert _library().CredWriteW(packed, 0), _last_error()


def look(target: str, kind: int = 1) -> Kept | None:
    """The item with this target and of this type."""
    found = ctypes.c_void_p()
    if not _library().CredReadW(ctypes.c_wchar_p(target), kind, 0, ctypes.byref(found)):
        assert _last_error() == _NOT_FOUND
        return None
    try:
        return _kept(found.value or 0)
    finally:
        _library().CredFree(found)


def everything() -> list[Kept]:
    """All items of all types, sorted by target."""
    count, found = ctypes.c_uint32(), ctypes.c_void_p()
    done = _library().CredEnumerateW(None, 0, ctypes.byref(count), ctypes.byref(found))
    if not done:
        assert _last_error() == _NOT_FOUND
        return []
    addresses = (ctypes.c_uint64 * count.value).from_address(found.value or 0)
    kept = [_kept(address) for address in addresses]
    _library().CredFree(found)
    return sorted(kept, key=lambda one: one.target or "")


def empty() -> None:
    """Delete every item, in Wine's own store only."""
    assert is_wine(), "these tests empty Credential Manager: they run under Wine only"
    for kept in everything():
        assert _library().CredDeleteW(ctypes.c_wchar_p(kept.target), kept.kind, 0)


def is_wine() -> bool:
    """Whether this Windows is Wine."""
    return hasattr(_load("ntdll"), "wine_get_version")


def _kept(address: int) -> Kept:
    (_, kind, target, comment, _, size, blob, persist, attributes, _, alias, user) = _LAYOUT.unpack(
        ctypes.string_at(address, _LAYOUT.size)
    )
    text = [None if at == 0 else ctypes.wstring_at(at) for at in (target, user, comment, alias)]
    data = ctypes.string_at(blob, size) if size else b""
    return Kept(text[0], data, text[1], text[2], text[3], kind, persist, attributes)


def _library() -> Any:
    return _load("advapi32")


def _load(name: str) -> Any:
    if sys.platform == "win32":
        return ctypes.WinDLL(name, use_last_error=True)
    raise NotImplementedError


def _last_error() -> int:
    if sys.platform == "win32":
        return ctypes.get_last_error()
    raise NotImplementedError
