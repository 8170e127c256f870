"""What macOS has handed out to this process, so that nobody is asked twice for the same.

The stores are opened anew for every change and every reading; whoever allowed authui to read an
item has allowed it once for all of them, as long as nobody changes the item.
"""

from __future__ import annotations

from threading import Lock

from authui.stores.base import Stored
from authui.stores.keychain.macos_calls import Status
from authui.stores.keychain.macos_items import Opened, Seen, Stamp, Visible
from authui.stores.keychain.macos_status import WOULD_ASK, locked


class Remembered:
    """What was read under each key of one service, with the dates that it had. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, Stored] = {}
        self._written: set[str] = set()

    def get(self, host: str) -> Stored | None:
        """What was read last; None where nothing was."""
        with self._lock:
            return self._kept.get(host)

    def keep(self, host: str, stored: Stored, *, is_written: bool = False) -> None:
        """Remember what was read, or written by authui itself, stamped with its dates."""
        with self._lock:
            self._kept[host] = stored
            if is_written:
                self._written.add(host)
            else:
                self._written.discard(host)

    def is_written(self, host: str) -> bool:
        """Whether authui itself stored what is remembered."""
        with self._lock:
            return host in self._written

    def drop(self, host: str) -> None:
        """Forget it: somebody has changed it."""
        with self._lock:
            self._kept.pop(host, None)
            self._written.discard(host)


class Memory:
    """What was read of each service."""

    def __init__(self) -> None:
        self._services: dict[str, Remembered] = {}

    def of(self, service: str) -> Remembered:
        """The part for one service."""
        return self._services.setdefault(service, Remembered())


OF_THIS_PROCESS = Memory()
"""The one of every store on the system's own keychain."""


def look(opened: Opened, remembered: Remembered) -> Seen:
    """The items by their attributes; what is remembered of others than these is forgotten.

    What was read within a second of its last change is read again, unless macOS would ask: another
    change may have the same date. Where it would, only what authui itself stored counts as known.
    """
    seen = opened.seen()
    for host, found in seen.items.items():
        stored = remembered.get(host)
        stamp = None if stored is None else Stamp.parse(stored.item)
        if stamp is None or not stamp.is_of(found):
            remembered.drop(host)
        elif not stamp.is_sure and seen.is_unlocked:
            again = _read_again(opened, found)
            if again is not None:
                remembered.keep(host, again)
            elif not remembered.is_written(host):
                remembered.drop(host)
    return seen


def stored_in(opened: Opened, account: bytes, known: Stored | None) -> Stored | None:
    """What the item keeps, read anew unless its dates tell that it is still what is known.

    macOS may ask for that. Raises `Status`, and `StoreLocked` where it would ask for a password.
    """
    stamp = None if known is None else Stamp.parse(known.item)
    seen = opened.see(account)
    if seen is None:
        return None
    if stamp is not None and stamp.proves(seen):
        return known
    if not opened.is_unlocked:
        raise locked()
    reading = opened.read(account, may_ask=True)
    return None if reading is None else opened.stored(reading)


def _read_again(opened: Opened, found: Visible) -> Stored | None:
    """What the item keeps, if macOS hands it out unasked."""
    try:
        reading = opened.read(found.account, may_ask=False)
    except Status as status:
        if status.code not in WOULD_ASK:
            raise
        return None
    return None if reading is None else opened.stored(reading)
