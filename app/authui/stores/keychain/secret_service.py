"""The keychain of Linux desktops: what rattler finds in the Secret Service.

Reading only: nothing is changed, unlocked or asked for, and no window is opened. Source of the
rules: rattler_networking's keyring backend and the crates under it, and what real rattler did with
gnome-keyring, KeePassXC and KDE's wallet.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock
from typing import TYPE_CHECKING, Final

from authui.model.entry import Answer, Outcome, StoreListing
from authui.model.errors import (
    DecodeError,
    NoCollection,
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreLocked,
    StoreState,
    StoreTimeout,
    StoreUnreadable,
)
from authui.stores.base import StoreInfo
from authui.stores.environment import Environment
from authui.stores.keychain.bus_address import (
    BadAddress,
    BusAddress,
    nothing_there,
    session_bus,
)
from authui.stores.keychain.items import KNOWN_HOSTS, SERVICE, collection_name

if TYPE_CHECKING:
    from authui.stores.keychain.service import SecretService

LIMIT: Final = 2.0
"""Seconds for each answer, as many as rattler waits."""

_HIDES: Final = (
    "The keychain is locked and shows no items: rattler asks to unlock it, or finds none"
)
_UNLOCK: Final = "Unlock it with your desktop's password program, then look again"


class SecretServiceStore:
    """rattler's items in every collection of the Secret Service.

    `limit` is in seconds and holds for each answer of the service; after it has passed once the
    store asks nothing more. `known_hosts` are names to recognise among the items of a collection
    that shows only hashes, and may be set before `list`. Thread-safe.
    """

    def __init__(
        self, environment: Environment, info: StoreInfo | None = None, *, limit: float = LIMIT
    ) -> None:
        self.known_hosts: Iterable[str] = KNOWN_HOSTS
        self._limit = limit
        self._lock = RLock()
        self._service: SecretService | None = None
        self._failure: StoreError | None = None
        self._listing: StoreListing | None = None
        self._answers: dict[str, Answer] = {}
        self._notes: tuple[str, ...] = ()
        self._addresses: tuple[BusAddress, ...] = ()
        try:
            self._addresses = session_bus(environment)
            if not self._addresses:
                self._failure = StoreAbsent(
                    "This session has no D-Bus session bus",
                    "A desktop session has one; without it rattler uses its credentials file",
                )
            elif nothing_there(self._addresses):
                self._failure = StoreAbsent(
                    "No D-Bus session bus listens at its address",
                    "DBUS_SESSION_BUS_ADDRESS names the bus; a desktop session sets it",
                )
        except BadAddress as error:
            self._failure = StoreAbsent(
                f"DBUS_SESSION_BUS_ADDRESS is not valid: {error}",
                "rattler cannot reach a keychain with it either",
            )
        self._info = info or StoreInfo(
            id="keychain",
            names=("keychain",),
            name="Secret Service",
            location=";".join(address.text for address in self._addresses) or "no session bus",
            origin="default",
            encrypted=None,
        )

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without its keychain."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the keychain as a whole, once it was asked."""
        return self._notes

    def close(self) -> None:
        """End the connection. What was read stays; another question connects anew."""
        with self._lock:
            if self._service is not None:
                self._service.close()
                self._service = None

    def list(self) -> StoreListing:
        """Every item of rattler's, grouped by the name that rattler finds it under."""
        with self._lock:
            if self._listing is None:
                self._listing = self._list()
            return self._listing

    def get(self, host: str) -> Answer:
        """What rattler gets for exactly this key."""
        with self._lock:
            answer = self._answers.get(host)
            if answer is None:
                answer = self._answers[host] = self._get(host)
            return answer

    def _list(self) -> StoreListing:
        try:
            service = self._connected()
        except StoreError as error:
            return StoreListing(error.state, failure=error)
        from authui.stores.keychain.reading import Reading

        reading = Reading(self.known_hosts)
        failure: StoreError | None
        try:
            reading.read(service)
            failure = self._condition(service, reading.locked)
        except StoreError as error:
            failure = self._remember(error)
        return StoreListing(
            StoreState.OK if failure is None else failure.state,
            reading.entries(),
            failure,
            reading.locked,
        )

    def _get(self, host: str) -> Answer:
        try:
            return self._ask(self._connected(), host)
        except StoreAbsent as error:
            return Answer(Outcome.MISS, detail=error.message, failure=self._remember(error))
        except StoreLocked as error:
            return Answer(Outcome.LOCKED, detail=error.message, failure=error)
        except StoreError as error:
            return Answer(Outcome.ERROR, detail=error.message, failure=self._remember(error))

    def _ask(self, service: SecretService, host: str) -> Answer:
        """Search as rattler does and read what it would use. Raises `StoreError`."""
        from authui.stores.keychain.reading import LOCKED, describe

        if "\0" in host or not _is_utf8(host):
            service.collections()  # D-Bus has no such text: this only tells whether it answers
            return Answer(Outcome.MISS)
        found = service.search({"service": SERVICE, "username": host})
        if not found.all:
            locked = _all_hide(service)
            return Answer(Outcome.LOCKED, detail=_HIDES) if locked else Answer(Outcome.MISS)
        if len(found.all) > 1:
            attributes = dict(service.attributes(found.all))
            items = describe(service, {path: attributes.get(path, {}) for path in found.all})
            detail = f"The keychain has {len(found.all)} items for it: rattler uses none of them"
            return Answer(Outcome.AMBIGUOUS, detail=detail, items=tuple(items.values()))
        if found.locked:
            return Answer(Outcome.LOCKED, detail=LOCKED)
        return _answer(service, found.unlocked[0], host)

    def _connected(self) -> SecretService:
        """The connection, made when it is first needed. Raises `StoreError`."""
        if self._failure is not None:
            raise self._failure
        if self._service is None:
            try:
                from authui.stores.keychain.bus import Bus
                from authui.stores.keychain.service import SecretService
            except ImportError as error:
                self._failure = StoreUnreadable(
                    f"The Python package {error.name} is missing, so the keychain cannot be read",
                    f"Install it: pip install {error.name}",
                )
                raise self._failure from None
            try:
                self._service = SecretService(Bus(self._addresses, self._limit))
            except StoreError as error:
                self._failure = error
                raise
        return self._service

    def _remember(self, error: StoreError) -> StoreError:
        """Keep a failure that every further question would meet, so that none pays for it again."""
        if isinstance(error, (StoreTimeout, StoreAbsent, StoreDenied)):
            self._failure = error
        return error

    def _condition(self, service: SecretService, locked: int) -> StoreError | None:
        """What is wrong with the keychain as a whole, None where nothing is. Sets the notes."""
        if locked:
            what = "One item of rattler's is" if locked == 1 else f"{locked} items of rattler's are"
            return StoreLocked(f"{what} locked in the keychain", _UNLOCK)
        if _all_hide(service):
            return StoreLocked("The keychain is locked and shows no items", _UNLOCK)
        self._notes = tuple(
            f"The collection {collection_name(collection.path)} is locked and shows no items; "
            "rattler finds none in it either"
            for collection in service.collections()
            if collection.hides
        )
        if service.default_collection() is None:
            return NoCollection(
                "The keychain has no default collection, so nothing can be added to it",
                "Create one with your desktop's password program; until then rattler stores new "
                "credentials in its file, unencrypted",
            )
        return None


def _all_hide(service: SecretService) -> bool:
    """Whether everything is locked and a part of it shows nothing, as KeePassXC does."""
    collections = service.collections()
    return all(c.locked for c in collections) and any(c.hides for c in collections)


def _answer(service: SecretService, path: str, host: str) -> Answer:
    """What one unlocked item gives. Raises `StoreError`."""
    from authui.model.wire import decode_credential
    from authui.stores.keychain.reading import LOCKED, note
    from authui.stores.keychain.service import NoSecret

    attributes = dict(service.attributes([path])).get(path, {})
    ((_, secret),) = service.secrets([path])
    if secret is NoSecret.LOCKED:
        return Answer(Outcome.LOCKED, detail=LOCKED)
    if secret is NoSecret.GONE:
        return Answer(Outcome.MISS)
    if isinstance(secret, NoSecret):
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {secret.value}")
    try:
        credential = decode_credential(secret.reveal())
    except DecodeError as error:
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {error.message}")
    return Answer(Outcome.HIT, credential, note(attributes, host, answers_all=False))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
