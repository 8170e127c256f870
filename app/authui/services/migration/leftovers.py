"""What lies beside a credentials file and may still hold its secrets."""

from __future__ import annotations

from authui.stores.base import StoreInfo
from authui.stores.leftover_files import Leftover, delete_leftover, find_leftovers

__all__ = ["Leftover", "delete_leftover", "find"]


def find(info: StoreInfo) -> tuple[Leftover, ...]:
    """The leftovers beside a store's file; none for a store that is no file."""
    if info.id in ("keychain", "netrc"):
        return ()
    return find_leftovers(info.location)
