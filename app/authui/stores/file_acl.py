"""Asking Windows who may do what with a file. Nothing is changed.

Source: Microsoft's documentation of `GetNamedSecurityInfoW` and
`ConvertSecurityDescriptorToStringSecurityDescriptorW`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from authui.stores.access_list import Grant, grants_in, is_trusted, owner_in

assert sys.platform == "win32"  # noqa: S101  nothing below is looked at for other systems

import ctypes  # noqa: E402
from ctypes import wintypes  # noqa: E402
from functools import lru_cache  # noqa: E402

_FILE_OBJECT = 1
_OWNER_AND_LIST = 1 | 4
_REVISION = 1
_QUERY = 8
_TOKEN_USER = 1

_advapi = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel.LocalFree.argtypes = [ctypes.c_void_p]
_kernel.LocalFree.restype = ctypes.c_void_p
_kernel.GetCurrentProcess.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]


@dataclass(frozen=True, slots=True)
class Access:
    """Who owns a file, by name, and what others may do; `is_foreign` if the owner is one of them."""

    owner: str
    is_foreign: bool
    others: tuple[Grant, ...]


def access_of(path: str) -> Access | None:
    """The access to what lies at `path`, None where Windows does not tell. Raises nothing."""
    text = _description(path)
    me = _me()
    if text is None or me is None:
        return None
    owner = owner_in(text)
    return Access(name_of(owner), not is_trusted(owner, me), grants_in(text, me))


def name_of(account: str) -> str:
    """The account as Windows calls it, such as `BUILTIN\\Users`; its number where it has no name."""
    sid = _sid(account)
    if sid is None:
        return account
    try:
        name, domain = (ctypes.create_unicode_buffer(256) for _ in range(2))
        lengths = [wintypes.DWORD(256) for _ in range(2)]
        use = wintypes.DWORD()
        known = _advapi.LookupAccountSidW(
            None,
            sid,
            name,
            ctypes.byref(lengths[0]),
            domain,
            ctypes.byref(lengths[1]),
            ctypes.byref(use),
        )
        if not known or not name.value:
            return _text_of(sid) or account
        return f"{domain.value}\\{name.value}" if domain.value else name.value
    finally:
        _kernel.LocalFree(sid)


def number_of(account: str) -> str:
    """The account's number (`S-1-...`), which programs of Windows take in every language."""
    sid = _sid(account)
    if sid is None:
        return account
    try:
        return _text_of(sid) or account
    finally:
        _kernel.LocalFree(sid)


def _description(path: str) -> str | None:
    """Owner and access list of the file, in Microsoft's text form."""
    found = ctypes.c_void_p()
    ask = _advapi.GetNamedSecurityInfoW
    ask.restype = wintypes.DWORD
    nowhere = [None] * 4
    if "\0" in path or ask(path, _FILE_OBJECT, _OWNER_AND_LIST, *nowhere, ctypes.byref(found)):
        return None
    try:
        text = ctypes.c_void_p()
        if not _advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
            found, _REVISION, _OWNER_AND_LIST, ctypes.byref(text), None
        ):
            return None
        return _taken(text)
    finally:
        _kernel.LocalFree(found)


@lru_cache(maxsize=1)
def _me() -> str | None:
    """The number of this user."""
    token = wintypes.HANDLE()
    if not _advapi.OpenProcessToken(
        wintypes.HANDLE(_kernel.GetCurrentProcess()), _QUERY, ctypes.byref(token)
    ):
        return None
    try:
        buffer = ctypes.create_string_buffer(256)
        length = wintypes.DWORD()
        if not _advapi.GetTokenInformation(
            token, _TOKEN_USER, buffer, len(buffer), ctypes.byref(length)
        ):
            return None
        return _text_of(ctypes.c_void_p.from_buffer(buffer))
    finally:
        _kernel.CloseHandle(token)


def _sid(account: str) -> ctypes.c_void_p | None:
    """The account in Windows' own form, to be freed."""
    sid = ctypes.c_void_p()
    return sid if _advapi.ConvertStringSidToSidW(account, ctypes.byref(sid)) else None


def _text_of(sid: ctypes.c_void_p) -> str | None:
    text = ctypes.c_void_p()
    return _taken(text) if _advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)) else None


def _taken(text: ctypes.c_void_p) -> str | None:
    """The text that Windows made, which is then freed."""
    try:
        return None if text.value is None else ctypes.wstring_at(text.value)
    finally:
        _kernel.LocalFree(text)
