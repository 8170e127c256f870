"""How a store reaches the Secret Service, and what it remembers of having failed to."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from authui.model.errors import (
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreTimeout,
    StoreUnreadable,
)
from authui.stores.environment import Environment
from authui.stores.keychain.bus_address import (
    BadAddress,
    BusAddress,
    nothing_there,
    session_bus,
)

if TYPE_CHECKING:
    from authui.stores.keychain.service import SecretService


class Reach:
    """A connection that reads and writes, and a second one that only looks at what was written.

    Each is made when it is first needed. `limit` is in seconds and holds for each answer.
    """

    def __init__(self, environment: Environment, limit: float) -> None:
        self._limit = limit
        self._addresses: tuple[BusAddress, ...] = ()
        self._never: StoreError | None = None
        self._failure: StoreError | None = None
        self._first: SecretService | None = None
        self._second: SecretService | None = None
        try:
            self._addresses = session_bus(environment)
            if not self._addresses:
                self._never = StoreAbsent(
                    "This session has no D-Bus session bus",
                    "A desktop session has one; without it rattler uses its credentials file",
                )
            elif nothing_there(self._addresses):
                self._failure = StoreAbsent(
                    "No D-Bus session bus listens at its address",
                    "DBUS_SESSION_BUS_ADDRESS names the bus; a desktop session sets it",
                )
        except BadAddress as error:
            self._never = StoreAbsent(
                f"DBUS_SESSION_BUS_ADDRESS is not valid: {error}",
                "rattler cannot reach a keychain with it either",
            )

    @property
    def location(self) -> str:
        """Where the bus listens."""
        return ";".join(address.text for address in self._addresses) or "no session bus"

    def service(self) -> SecretService:
        """For reading. A failure that every question would meet is raised at once. `StoreError`."""
        failure = self._never or self._failure
        if failure is not None:
            raise failure
        if self._first is None:
            try:
                self._first = self._connect()
            except StoreError as error:
                self._failure = error
                raise
        return self._first

    def both(self) -> tuple[SecretService, SecretService]:
        """The two connections, made anew where they have ended. Raises `StoreError`."""
        return self.anew(), self._looking()

    def anew(self) -> SecretService:
        """The first connection, whatever failed before. Raises `StoreError`."""
        if self._first is None or self._first.bus.failure is not None:
            self._first = self._connect()
        return self._first

    def _looking(self) -> SecretService:
        if self._second is None or self._second.bus.failure is not None:
            self._second = self._connect()
        return self._second

    def _connect(self) -> SecretService:
        if self._never is not None:
            raise self._never
        try:
            from authui.stores.keychain.bus import Bus
            from authui.stores.keychain.service import SecretService
        except ImportError as error:
            self._never = StoreUnreadable(
                f"The Python package {error.name} is missing, so the keychain cannot be read",
                f"Install it: pip install {error.name}",
            )
            raise self._never from None
        return SecretService(Bus(self._addresses, self._limit))

    def remember(self, error: StoreError) -> StoreError:
        """Keep a failure that every further question would meet, so that none pays for it again."""
        if isinstance(error, (StoreTimeout, StoreAbsent, StoreDenied)):
            self._failure = error
        return error

    def forget(self) -> None:
        """Let the next question find out for itself whether there is a failure."""
        self._failure = None
        if self._first is not None:
            if self._first.bus.failure is not None:
                self._first = None
            else:
                with suppress(StoreError):  # the next question meets it too
                    self._first.ask_anew()

    def close(self) -> None:
        """End the connections; another question connects anew."""
        for service in (self._first, self._second):
            if service is not None:
                service.close()
        self._first = self._second = None
