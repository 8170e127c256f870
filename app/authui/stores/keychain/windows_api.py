"""The credential API of Windows: four calls, and what their error numbers mean here.

Plain ctypes, since pywin32-ctypes hands out neither an item's alias nor the bytes of its secret.
Source: Microsoft's documentation of `wincred.h` (CredReadW, CredWriteW, CredEnumerateW,
CredDeleteW, CREDENTIALW).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_ubyte, c_uint32, c_wchar_p
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from authui.model.errors import (
    ChangeError,
    NotStored,
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreUnreadable,
    WriteFailed,
)

GENERIC: Final = 1
"""The type of credential that programs keep for themselves, the only one that rattler uses."""

SESSION: Final = 1
"""Kept until the person logs off."""

ENTERPRISE: Final = 3
"""Kept for good, and taken along to the person's other computers of the same domain."""

NOT_FOUND: Final = 1168

_ACCESS_DENIED: Final = 5
_INVALID_PARAMETER: Final = 87
_INVALID_FLAGS: Final = 1004
_NO_SUCH_LOGON_SESSION: Final = 1312
_BAD_STUB_DATA: Final = 1783
_BAD_USERNAME: Final = 2202

_UNFIT: Final = (_INVALID_PARAMETER, _INVALID_FLAGS, _BAD_USERNAME)


@dataclass(frozen=True, slots=True)
class Record:
    """One item as Windows keeps it. `blob` is the secret, texts are None where Windows has none.

    There is one item for each target and type; letter case does not tell targets apart.
    """

    target: str
    blob: bytes = field(repr=False)
    user: str | None = None
    comment: str | None = None
    alias: str | None = None
    type: int = GENERIC
    persist: int = ENTERPRISE


class Refusal(Exception):
    """Windows did not do what it was asked: its error number, and its own words for that."""

    def __init__(self, number: int, text: str = "") -> None:
        super().__init__(number, text)
        self.number = number
        self.text = text

    def to_reading_error(self) -> StoreError:
        """What it means where something was to be read."""
        return self._to_store_error() or StoreUnreadable(
            f"Windows does not show what it keeps: {self._words}",
            "Try again; if it stays so, restart Windows",
        )

    def to_change_error(self) -> StoreError | ChangeError:
        """What it means where something was to be stored or deleted."""
        error = self._to_store_error()
        if error is not None:
            return error
        if self.number == NOT_FOUND:
            return NotStored("Nothing is stored under this pattern", "authui list shows what is")
        if self.number == _BAD_STUB_DATA:
            return WriteFailed(
                f"The credential is longer than Windows takes: {self._words}",
                "rattler would put it into its credentials file, unencrypted, without a word",
            )
        if self.number in _UNFIT:
            return WriteFailed(
                f"Windows takes no such name or content: {self._words}",
                "Look at the pattern for characters that do not belong there",
            )
        return WriteFailed(
            f"Windows refused to change what it keeps: {self._words}",
            "Try again; if it stays so, restart Windows",
        )

    def _to_store_error(self) -> StoreError | None:
        """Where the whole store is meant."""
        if self.number == _NO_SUCH_LOGON_SESSION:
            return StoreAbsent(
                "Windows keeps no credentials in this logon session",
                "So it is in one over the network, such as ssh, or where a policy forbids it; "
                "rattler goes on without them",
            )
        if self.number == _ACCESS_DENIED:
            return StoreDenied(
                f"Windows refuses access to the credentials: {self._words}",
                "Run authui as the person they belong to",
            )
        return None

    @property
    def _words(self) -> str:
        text = self.text.strip().rstrip(".")
        return f"error {self.number}, {text}" if text else f"error {self.number}"


class CredentialApi(Protocol):
    """The four calls. Each raises `Refusal` where Windows says no."""

    def enumerate(self) -> tuple[Record, ...]:
        """Every item of the person's, of every type; none where there is none."""
        ...

    def read(self, target: str, kind: int) -> Record:
        """The item of this target and type."""
        ...

    def write(self, record: Record) -> None:
        """Store the item, in place of one of the same target and type."""
        ...

    def delete(self, target: str, kind: int) -> None:
        """Delete the item of this target and type."""
        ...


def open_api() -> CredentialApi:
    """The API of this Windows. Raises `StoreAbsent` on any other system."""
    if sys.platform == "win32":
        library = ctypes.WinDLL("advapi32", use_last_error=True)
        return Advapi(library, ctypes.get_last_error, ctypes.FormatError)
    raise StoreAbsent(
        "Only Windows has a Credential Manager", "authui stores shows the stores of this system"
    )


class _Filetime(Structure):
    _fields_ = [("low", c_uint32), ("high", c_uint32)]  # so ctypes wants it


class _Credential(Structure):
    """CREDENTIALW."""

    _fields_ = [
        ("flags", c_uint32),
        ("type", c_uint32),
        ("target", c_wchar_p),
        ("comment", c_wchar_p),
        ("written", _Filetime),
        ("size", c_uint32),
        ("blob", POINTER(c_ubyte)),
        ("persist", c_uint32),
        ("attribute_count", c_uint32),
        ("attributes", ctypes.c_void_p),
        ("alias", c_wchar_p),
        ("user", c_wchar_p),
    ]


_Pointer = POINTER(_Credential)


class Advapi:
    """The calls as `advapi32` offers them."""

    def __init__(
        self, library: Any, last_error: Callable[[], int], words: Callable[[int], str]
    ) -> None:
        self._last_error = last_error
        self._words = words
        self._read = library.CredReadW
        self._read.argtypes = (c_wchar_p, c_uint32, c_uint32, POINTER(_Pointer))
        self._write = library.CredWriteW
        self._write.argtypes = (_Pointer, c_uint32)
        self._delete = library.CredDeleteW
        self._delete.argtypes = (c_wchar_p, c_uint32, c_uint32)
        self._enumerate = library.CredEnumerateW
        self._enumerate.argtypes = (
            c_wchar_p,
            c_uint32,
            POINTER(c_uint32),
            POINTER(POINTER(_Pointer)),
        )
        self._free = library.CredFree
        self._free.argtypes = (ctypes.c_void_p,)
        self._free.restype = None

    def enumerate(self) -> tuple[Record, ...]:
        """As the protocol. No filter: Windows matches only beginnings, and rattler uses none."""
        count = c_uint32()
        found = POINTER(_Pointer)()
        try:
            self._check(self._enumerate(None, 0, byref(count), byref(found)))
        except Refusal as refusal:
            if refusal.number == NOT_FOUND:
                return ()
            raise
        try:
            return tuple(_record(found[number].contents) for number in range(count.value))
        finally:
            self._free(found)

    def read(self, target: str, kind: int) -> Record:
        """As the protocol."""
        found = _Pointer()
        self._check(self._read(target, kind, 0, byref(found)))
        try:
            return _record(found.contents)
        finally:
            self._free(found)

    def write(self, record: Record) -> None:
        """As the protocol. What the item has of further attributes goes, as with rattler."""
        blob = (c_ubyte * len(record.blob)).from_buffer_copy(record.blob)
        credential = _Credential(
            type=record.type,
            target=record.target,
            comment=record.comment,
            size=len(record.blob),
            blob=ctypes.cast(blob, POINTER(c_ubyte)),
            persist=record.persist,
            alias=record.alias,
            user=record.user,
        )
        self._check(self._write(byref(credential), 0))

    def delete(self, target: str, kind: int) -> None:
        """As the protocol."""
        self._check(self._delete(target, kind, 0))

    def _check(self, is_done: int) -> None:
        if not is_done:
            number = self._last_error()
            raise Refusal(number, self._words(number))


def _record(credential: _Credential) -> Record:
    """The item as values of Python's: Windows takes its memory back."""
    return Record(
        credential.target or "",
        ctypes.string_at(credential.blob, credential.size) if credential.blob else b"",
        credential.user,
        credential.comment,
        credential.alias,
        credential.type,
        credential.persist,
    )
