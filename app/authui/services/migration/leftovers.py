"""What lies beside a credentials file and may still hold its secrets."""

from __future__ import annotations

from collections.abc import Iterable

from authui.stores.base import StoreInfo
from authui.stores.leftover_files import Leftover, delete_leftover, find_leftovers

__all__ = ["Leftover", "delete_leftover", "find"]


def find(info: StoreInfo, stores: Iterable[StoreInfo] = ()) -> tuple[Leftover, ...]:
    """The leftovers beside a store's file; none for a store that is no file.

    A file of one of `stores`, which a client reads, is no leftover, whatever its name.
    """
    if info.id in ("keychain", "netrc"):
        return ()
    used = [one.location for one in stores if one.id != "keychain" and one.location]
    return find_leftovers(info.location, used=used)
