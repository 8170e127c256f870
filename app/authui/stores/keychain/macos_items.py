"""rattler's items in the default keychain, during one piece of work.

Account and service are compared byte by byte and are the key of an item (Apple's Schema for
generic passwords), so that one name never has two items in a keychain. Dates are whole seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import c_void_p
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.keychain.macos_calls import Calls, Status
from authui.stores.keychain.macos_functions import ACCOUNT, CREATED, MODIFIED
from authui.stores.keychain.macos_status import GONE, WOULD_ASK
from authui.stores.keychain.macos_waiting import Work

RATTLER: Final = "rattler"
"""The service of every item of rattler's."""

_DATE: Final = "%Y%m%d%H%M%SZ"


class Visible(NamedTuple):
    """What anyone may see of an item: its account and its two dates as the keychain keeps them."""

    account: bytes
    created: str
    modified: str

    @property
    def host(self) -> str | None:
        """The pattern it is for; None where the account is not UTF-8."""
        try:
            return self.account.decode()
        except UnicodeDecodeError:
            return None

    def is_as(self, other: Visible) -> bool:
        """Whether nothing was changed in between, as far as dates in seconds tell."""
        return (self.created, self.modified) == (other.created, other.modified)


class Seen(NamedTuple):
    """The keychain as it was listed: its items by host, those without one, and its file."""

    items: dict[str, Visible]
    others: tuple[Visible, ...]
    is_unlocked: bool
    path: str


class Reading(NamedTuple):
    """An item with its secret, both of one moment."""

    found: Visible
    data: bytes

    def __repr__(self) -> str:
        return f"Reading({self.found!r})"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an item was made and last changed, as its secret was read.

    It stands in `Stored.item`, so that whoever changes the item later can tell from the dates alone
    that nothing happened to it: reading it again would open a window again. It is not sure where
    the last change was so recent that another one could follow with the same date.
    """

    created: str
    modified: str
    is_sure: bool

    @classmethod
    def of(cls, found: Visible, now: float) -> Stamp:
        """The stamp of an item that is read now, in seconds since 1970."""
        try:
            modified = datetime.strptime(found.modified, _DATE).replace(tzinfo=UTC).timestamp()
        except ValueError:
            return cls(found.created, found.modified, False)
        # The date may be rounded up, and lie ahead where the clock was set back.
        return cls(found.created, found.modified, modified < int(now) - 1)

    @classmethod
    def parse(cls, text: str | None) -> Stamp | None:
        """The stamp in `Stored.item`; None where there is none."""
        created, dash, modified = (text or "").rstrip("?").partition("-")
        return cls(created, modified, not (text or "").endswith("?")) if dash else None

    def is_of(self, found: Visible) -> bool:
        """Whether the item has these dates."""
        return (self.created, self.modified) == (found.created, found.modified)

    def proves(self, found: Visible) -> bool:
        """Whether an item with these dates still holds what was read."""
        return self.is_sure and self.is_of(found)

    def __str__(self) -> str:
        return f"{self.created}-{self.modified}{'' if self.is_sure else '?'}"


class Opened:
    """The default keychain, open for one piece of work in its thread."""

    def __init__(
        self,
        calls: Calls,
        keychain: c_void_p,
        service: bytes,
        work: Work[Any],
        clock: Callable[[], float],
    ) -> None:
        self.calls = calls
        self.work = work
        self._keychain = keychain
        self._service = service
        self._clock = clock

    @property
    def is_unlocked(self) -> bool:
        """Whether it is unlocked now."""
        return self.calls.is_unlocked(self._keychain)

    def seen(self) -> Seen:
        """Every item of the service, by attributes alone: these are shown also while it is locked."""
        found = [self.look(item) for item in self.calls.items(self._keychain, self._service)]
        items = {one.host: one for one in found if one.host}
        others = tuple(one for one in found if not one.host)
        return Seen(items, others, self.is_unlocked, self.calls.path(self._keychain))

    @contextmanager
    def find(self, account: bytes) -> Iterator[c_void_p | None]:
        """The item for exactly this account; its secret is not asked for."""
        if account:
            with self.calls.find(self._keychain, self._service, account) as item:
                yield item
            return
        for item in self.calls.items(self._keychain, self._service):
            if not self.look(item).account:
                yield item
                return
        yield None

    def see(self, account: bytes) -> Visible | None:
        """The dates of the item for this account; None where there is none."""
        try:
            with self.find(account) as item:
                return None if item is None else self.look(item)
        except Status as status:
            if status.code in GONE:
                return None
            raise

    def look(self, item: c_void_p) -> Visible:
        """What anyone may see of it."""
        return _found(self.calls.attributes(item))

    def read(self, account: bytes, *, may_ask: bool) -> Reading | None:
        """The item and its secret; None where nothing stands there.

        macOS hands it out at once where it trusts this program with it. Else it asks the person,
        or, without `may_ask`, refuses it: a `Status` of `WOULD_ASK`.
        """
        try:
            with self.find(account) as item:
                return None if item is None else self._read(item, may_ask)
        except Status as status:
            # The same number is given for an item that is there and was tampered with.
            if status.code in GONE and self.see(account) is None:
                return None
            raise

    def _read(self, item: c_void_p, may_ask: bool) -> Reading:
        with self.work.quiet() as is_quiet:
            if is_quiet:
                try:
                    with self.calls.without_windows():
                        return _reading(self.calls.secret(item))
                except Status as status:
                    if not may_ask or status.code not in WOULD_ASK:
                        raise
        if not may_ask:
            raise Status(min(WOULD_ASK), None)
        with self.work.asking():
            return _reading(self.calls.secret(item))

    def add(self, account: bytes, data: bytes) -> None:
        """Make an item for the account."""
        self.calls.add(self._keychain, self._service, account, data)

    def unlock(self) -> None:
        """Have macOS ask for the keychain's password."""
        with self.work.asking():
            self.calls.unlock(self._keychain)

    def stored(self, reading: Reading) -> Stored:
        """What an item keeps, stamped with its dates."""
        return self.stamped(to_text(reading.data), reading.found)

    def stamped(self, text: Secret | None, found: Visible) -> Stored:
        """The same, of an item whose text is known."""
        return Stored(text, str(Stamp.of(found, self._clock())))


def to_account(host: str) -> bytes | None:
    """The account of a pattern; None where it cannot be written as UTF-8, so that none has it."""
    try:
        return host.encode()
    except UnicodeEncodeError:
        return None


def to_data(text: Secret) -> bytes | None:
    """A text as rattler stores it; None where it cannot be written as UTF-8."""
    try:
        return text.reveal().encode()
    except UnicodeEncodeError:  # it holds what it could not encode: it ends here
        return None


def to_text(data: bytes) -> Secret | None:
    """What was stored, as text; None where it is none."""
    try:
        return Secret(data.decode())
    except UnicodeDecodeError:  # it holds what it could not decode: it ends here
        return None


def _found(attributes: dict[int, bytes]) -> Visible:
    created, modified = (
        attributes.get(tag, b"").rstrip(b"\0").decode("ascii", "replace")
        for tag in (CREATED, MODIFIED)
    )
    return Visible(attributes.get(ACCOUNT, b""), created, modified)


def _reading(content: tuple[dict[int, bytes], bytes]) -> Reading:
    attributes, data = content
    return Reading(_found(attributes), data)
