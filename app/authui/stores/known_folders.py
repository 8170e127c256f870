"""The folders that Windows itself names, whatever the variables of the process say.

Source: crate `dirs`, `home_dir` and `config_dir`, which ask `SHGetKnownFolderPath` and look at no
variable.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final

_PROFILE: Final = "{5E6C858F-0E22-4760-9AFE-EA3317B67173}"
_ROAMING: Final = "{3EB685DB-65F9-4CF6-A03A-E3EF65729F3D}"


@dataclass(frozen=True, slots=True)
class KnownFolders:
    """The user's profile and the folder for its settings; None where Windows names none."""

    profile: str | None
    roaming: str | None


def known_folders() -> KnownFolders | None:
    """Those of this user; None on other systems. Raises nothing."""
    if sys.platform == "win32":
        return KnownFolders(_folder(_PROFILE), _folder(_ROAMING))
    return None


if sys.platform == "win32":

    def _folder(identity: str) -> str | None:
        import ctypes
        from ctypes import wintypes
        from uuid import UUID

        guid = (ctypes.c_byte * 16).from_buffer_copy(UUID(identity).bytes_le)
        found = ctypes.c_void_p()
        ask = ctypes.WinDLL("shell32").SHGetKnownFolderPath
        ask.argtypes = [ctypes.c_void_p, wintypes.DWORD, wintypes.HANDLE, ctypes.c_void_p]
        free = ctypes.WinDLL("ole32").CoTaskMemFree
        free.argtypes, free.restype = [ctypes.c_void_p], None
        try:
            if ask(ctypes.byref(guid), 0, None, ctypes.byref(found)) != 0 or not found.value:
                return None
            return ctypes.wstring_at(found.value) or None
        finally:
            free(found)
