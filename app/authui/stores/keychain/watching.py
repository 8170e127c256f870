"""Noticing that another program changed something of rattler's in the keychain."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from authui.model.errors import StoreError
from authui.stores.environment import Environment
from authui.stores.keychain.bus_address import BadAddress, BusAddress, session_bus
from authui.stores.keychain.items import SERVICE, given

if TYPE_CHECKING:
    from authui.stores.keychain.service import SecretService

_LIMIT: Final = 2.0
_SLICE: Final = 0.2
"""Seconds after which a wait notices that the watch was closed."""

_SETTLE: Final = 0.1
"""Seconds without a signal after which a change counts as finished."""

_BURST: Final = 200
"""Signals of one change: KeePassXC sends dozens for one new item."""

_POLL: Final = 1.0
"""Seconds between two looks at when rattler's items were modified: gnome-keyring and KDE's wallet
send no signal when another program sets a secret."""

_LONGEST_PAUSE: Final = 10.0
"""The same where there are very many of them."""

_RETRY: Final = 5.0
"""Seconds between two attempts to reach the bus."""

_ABOUT_ITEMS: Final = ("ItemCreated", "ItemChanged", "ItemDeleted")


class _Sight(NamedTuple):
    """The keychain as far as rattler's items go; no secret is part of it."""

    owner: str | None
    default: str | None
    locked: Mapping[str, bool]
    items: Mapping[str, object]
    modified: Mapping[str, int | None]


class KeychainWatch:
    """Watches the Secret Service over a connection of its own. It starts no program.

    What `wait` reports may be of no consequence; what changes before its first call is not seen.
    `wait` is for one thread at a time, `close` for any.
    """

    def __init__(self, environment: Environment) -> None:
        self._closed = Event()
        self._lock = Lock()
        self._addresses: tuple[BusAddress, ...] = ()
        with suppress(BadAddress):
            self._addresses = session_bus(environment)
        self._service: SecretService | None = None
        self._sight: _Sight | None = None
        self._is_doubtful = False
        self._tried = float("-inf")
        self._polled = float("-inf")
        self._pause = _POLL

    def wait(self, seconds: float) -> bool:
        """Whether something of rattler's may have changed; blocks at most so long.

        A keychain that does not answer can make it longer by the limit of an answer, 2 s. Raises
        nothing.
        """
        deadline = time.monotonic() + seconds
        while not self._closed.is_set():
            with self._lock:
                try:
                    if self._step(deadline):
                        return True
                except StoreError:
                    self._drop()
            if time.monotonic() >= deadline:
                return False
        self._drop()
        return False

    def close(self) -> None:
        """End a wait soon, and every later one at once."""
        self._closed.set()
        if self._lock.acquire(timeout=2 * _SLICE):  # else the wait that is under way does it
            try:
                self._drop()
            finally:
                self._lock.release()

    def _step(self, deadline: float) -> bool:
        """One slice of the wait. Raises `StoreError`."""
        left = max(0.0, min(_SLICE, deadline - time.monotonic()))
        if self._service is None and time.monotonic() - self._tried >= _RETRY:
            self._tried = time.monotonic()
            self._service = self._connect()
            if self._service is not None:
                return self._is_changed(self._service)
        if self._service is None:
            self._closed.wait(left)
            return False
        return self._heard(self._service, left) or self._polled_anew(self._service)

    def _connect(self) -> SecretService | None:
        """A connection that gets the signals; None where nothing can be connected to."""
        if not self._addresses:
            return None
        try:
            from jeepney import MatchRule  # type: ignore[import-untyped]

            from authui.stores.keychain.bus import Bus
            from authui.stores.keychain.calls import NAME, ROOT
            from authui.stores.keychain.service import SecretService
        except ImportError:
            return None
        bus = Bus(self._addresses, _LIMIT, starts=False)
        bus.subscribe(MatchRule(type="signal", sender=NAME, path_namespace=ROOT))
        owner = MatchRule(
            type="signal",
            sender="org.freedesktop.DBus",
            interface="org.freedesktop.DBus",
            member="NameOwnerChanged",
            path="/org/freedesktop/DBus",
        )
        owner.add_arg_condition(0, NAME)
        bus.subscribe(owner)
        return SecretService(bus)

    def _drop(self) -> None:
        if self._service is not None:
            self._service.close()
            self._service = None

    def _heard(self, service: SecretService, seconds: float) -> bool:
        """Wait for a signal and see what it is about. Raises `StoreError`."""
        signal = service.bus.next_signal(seconds)
        if signal is None:
            return False
        named: set[str] = set()
        for _ in range(_BURST):
            named.update(_items_of(signal))
            signal = service.bus.next_signal(_SETTLE)
            if signal is None:
                break
        before = self._sight.items if self._sight is not None else {}
        is_changed = self._is_changed(service)
        after = self._sight.items if self._sight is not None else {}
        return is_changed or bool(named & {*before, *after})

    def _is_changed(self, service: SecretService) -> bool:
        """Look at everything; whether it differs from the last look. Raises `StoreError`."""
        before, self._sight = self._sight, self._look(service)
        return before is not None and before != self._sight

    def _look(self, service: SecretService) -> _Sight:
        now = time.time()
        self._polled = time.monotonic()
        owner = service.ask_anew()
        if owner is None:
            self._is_doubtful = False
            return _Sight(None, None, {}, {}, {})
        locked = {c.path: c.locked for c in service.collections()}
        found = service.search({"service": SERVICE})
        details = service.details(found.all)
        attributes = dict(service.attributes(found.all))
        items = {
            path: (path in found.locked, details[path].label, given(attributes.get(path, {})))
            for path in found.all
            if path in details
        }
        modified = {path: details[path].modified for path in items}
        self._is_doubtful = _is_recent(modified, now)
        return _Sight(owner, service.default_collection(), locked, items, modified)

    def _polled_anew(self, service: SecretService) -> bool:
        """Look at the times of rattler's items, if that is due. Raises `StoreError`."""
        sight = self._sight
        if sight is None or not sight.items or time.monotonic() - self._polled < self._pause:
            return False
        self._polled = time.monotonic()
        now = time.time()
        details = service.details(list(sight.items))
        # A thousand items take a third of a second: looking at them is not to become a load.
        self._pause = max(_POLL, min(5 * (time.monotonic() - self._polled), _LONGEST_PAUSE))
        modified = {path: details[path].modified for path in sight.items if path in details}
        # Times are in whole seconds: a second change in the second of the last look left no mark.
        is_changed = self._is_doubtful or modified != sight.modified
        self._is_doubtful = modified != sight.modified and _is_recent(modified, now)
        self._sight = sight._replace(modified=modified)
        return is_changed


def _items_of(signal: Any) -> tuple[str, ...]:
    """The item that a signal names."""
    from jeepney import HeaderFields

    if signal.header.fields.get(HeaderFields.member) not in _ABOUT_ITEMS:
        return ()
    return tuple(str(path) for path in signal.body[:1])


def _is_recent(modified: Mapping[str, int | None], now: float) -> bool:
    """Whether an item was modified in the second that has not ended yet."""
    return any(when is not None and when >= int(now) for when in modified.values())
