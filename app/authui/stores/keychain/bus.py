"""A connection to the session bus on which nothing takes longer than a limit.

Messages are jeepney's; its connections are not used, since they wait for the bus's first answer
without any limit. Imported only when there is a bus. Errors of the bus and of jeepney become
`StoreError`s here, and in `connect`; what a reply says in words is left out, since it comes from
elsewhere.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any, Final, NamedTuple

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    Parser,
    message_bus,
    new_method_call,
)

from authui.model.errors import (
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreLocked,
    StoreTimeout,
    StoreUnreadable,
)
from authui.model.text import printable
from authui.stores.keychain.bus_address import BusAddress
from authui.stores.keychain.connect import AGAIN, connect

_WINDOW: Final = 64
"""Calls in flight at once: all of a page of items, and few enough for a slow provider."""

_SIGNALS: Final = 1000
"""Signals kept until somebody asks for them; of more than that the oldest are dropped."""

_ERROR = "org.freedesktop.DBus.Error."
_NOBODY = (_ERROR + "ServiceUnknown", _ERROR + "NameHasNoOwner")
_REFUSED = (
    _ERROR + "AccessDenied",
    _ERROR + "AuthFailed",
    _ERROR + "InteractiveAuthorizationRequired",
)
_LATE = (_ERROR + "TimedOut", _ERROR + "Timeout")
_GONE = (
    _ERROR + "UnknownObject",
    _ERROR + "UnknownMethod",
    "org.freedesktop.Secret.Error.NoSuchObject",
)
_LOCKED = "org.freedesktop.Secret.Error.IsLocked"

_UNLOCK_HINT = "Unlock it with authui unlock, or with o on the screen"


class Refusal(NamedTuple):
    """An error reply to one call: the connection and the other calls are fine."""

    name: str

    @property
    def is_gone(self) -> bool:
        """Whether the object was not there."""
        return self.name in _GONE

    @property
    def is_locked(self) -> bool:
        """Whether the object was locked."""
        return self.name == _LOCKED

    @property
    def is_about_arguments(self) -> bool:
        """Whether the service does not do what it was asked for."""
        return self.name in (_ERROR + "NotSupported", _ERROR + "InvalidArgs")

    @property
    def is_silence(self) -> bool:
        """Whether the bus says that no reply will come: what was asked may have been done."""
        return self.name == _ERROR + "NoReply" or self.name in _LATE

    def to_error(self) -> StoreError:
        """The same for a person."""
        if self.name in _NOBODY or self.name.startswith(_ERROR + "Spawn."):
            return StoreAbsent(
                "No Secret Service runs on the session bus",
                "gnome-keyring, KeePassXC and KDE's wallet each provide one",
            )
        if self.name in _LATE:
            return StoreTimeout("The Secret Service did not start in time", AGAIN)
        if self.name in _REFUSED:
            return StoreDenied(
                "The session bus does not let this program use the Secret Service",
                "Its policy decides that; a sandbox may have one of its own",
            )
        if self.is_locked:
            return StoreLocked("The keychain is locked", _UNLOCK_HINT)
        if self.name == _ERROR + "NoReply":
            return StoreUnreadable("The Secret Service ended in the middle of an answer", AGAIN)
        return StoreUnreadable(f"The Secret Service answered with {printable(self.name)}", AGAIN)


class Bus:
    """A connection. `limit` is in seconds and holds for each answer.

    Calls to a name that nobody has start the program that is installed for it, as rattler's do,
    unless `starts` is false.

    The first call that is not answered in time breaks the connection: the same failure is raised
    at once by every later call, so that a mute service costs one limit and not one for each call.
    """

    def __init__(
        self, addresses: Sequence[BusAddress], limit: float, *, starts: bool = True
    ) -> None:
        """Connects to the first address that answers. Raises `StoreError`."""
        self.limit = limit
        self._flags = MessageFlag(0) if starts else MessageFlag.no_auto_start
        self._serial = 0
        self._parser = Parser()
        self._failure: StoreError | None = None
        self._signals: deque[Message] = deque(maxlen=_SIGNALS)
        deadline = time.monotonic() + limit
        self.address, self._socket = connect(addresses, deadline)
        try:
            self.call(message_bus.Hello(), "s")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def __del__(self) -> None:
        # A store has no end that everybody would announce.
        if hasattr(self, "_socket"):
            self._socket.close()

    @property
    def failure(self) -> StoreError | None:
        """What broke the connection; None while it serves."""
        return self._failure

    def owner(self, name: str) -> str | None:
        """Which connection has a name now; None where none has. Asking starts no program."""
        for _, reply in self.call_all([message_bus.GetNameOwner(name)], "s"):
            if not isinstance(reply, Refusal):
                return str(reply[0])
        return None

    def subscribe(self, rule: MatchRule) -> None:
        """Have the bus send the signals that match. Raises `StoreError`."""
        self.call(message_bus.AddMatch(rule), "")

    def unsubscribe(self, rule: MatchRule) -> None:
        """Take back a subscription. Raises `StoreError`."""
        self.call(message_bus.RemoveMatch(rule), "")

    def next_signal(self, seconds: float) -> Message | None:
        """The next signal that has not been taken yet; None if there is none for so long.

        Raises `StoreError` where the connection has ended.
        """
        deadline = time.monotonic() + seconds
        while not self._signals:
            message = self._receive(deadline)
            if message is None:
                return None
            self._keep(message)
        return self._signals.popleft()

    def _keep(self, message: Message) -> None:
        if message.header.message_type is MessageType.signal:
            self._signals.append(message)

    def call(self, message: Message, signature: str) -> tuple[Any, ...]:
        """The body of one reply, which must have this signature. Raises `StoreError`."""
        for _, reply in self.call_all([message], signature):
            if isinstance(reply, Refusal):
                raise reply.to_error()
            return reply
        raise AssertionError("each call has one outcome")

    def call_all(
        self, messages: Iterable[Message], signature: str, window: int = _WINDOW
    ) -> Iterator[tuple[int, tuple[Any, ...] | Refusal]]:
        """The outcome of each call with its position, in the order in which they arrive.

        At most `window` calls wait at a time; more are sent, together, when half of them are
        answered. Raises `StoreError` when the limit passes without any answer.
        """
        source = iter(messages)
        waiting: dict[int, int] = {}
        sent = 0
        while True:
            if len(waiting) <= window // 2:
                more = list(islice(source, window - len(waiting)))
                if more:
                    waiting.update(zip(self._send(more), count(sent)))
                    sent += len(more)
                elif not waiting:
                    return
            reply = self._reply_to(waiting)
            position = waiting.pop(reply.header.fields[HeaderFields.reply_serial])
            yield position, self._outcome(reply, signature)

    def _reply_to(self, waiting: Container[int]) -> Message:
        """The next reply to one of these calls; what else comes is kept or dropped."""
        deadline = time.monotonic() + self.limit
        while True:
            message = self._receive(deadline)
            if message is None:
                raise self._broken(TimeoutError())
            if message.header.fields.get(HeaderFields.reply_serial) in waiting:
                return message
            self._keep(message)

    def _outcome(self, reply: Message, signature: str) -> tuple[Any, ...] | Refusal:
        fields = reply.header.fields
        if reply.header.message_type is MessageType.error:
            return Refusal(str(fields.get(HeaderFields.error_name, "an error without a name")))
        if fields.get(HeaderFields.signature, "") != signature:
            raise _nonsense()
        return tuple(reply.body)

    def _send(self, messages: Sequence[Message]) -> range:
        """Send calls in one piece; their serial numbers."""
        if self._failure is not None:
            raise self._failure
        serials = range(self._serial + 1, self._serial + 1 + len(messages))
        self._serial += len(messages)
        for message in messages:
            message.header.flags |= self._flags
        parts = [m.serialise(serial=n) for m, n in zip(messages, serials, strict=True)]
        try:
            self._socket.settimeout(self.limit)
            self._socket.sendall(b"".join(parts))
        except OSError as error:
            raise self._broken(error) from None
        return serials

    def _receive(self, deadline: float) -> Message | None:
        """The next message of any kind; None where the deadline passes."""
        if self._failure is not None:
            raise self._failure
        try:
            while (message := self._parser.get_next_message()) is None:
                self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
                data = self._socket.recv(1 << 16)
                if not data:
                    raise ConnectionResetError
                self._parser.add_data(data)
        except TimeoutError:
            return None
        except OSError as error:
            raise self._broken(error) from None
        except (ValueError, TypeError, LookupError, UnicodeDecodeError):
            self._failure = _nonsense()
            raise self._failure from None
        return message

    def _broken(self, error: OSError) -> StoreError:
        if isinstance(error, TimeoutError):
            self._failure = _late(self.limit)
        else:
            self._failure = StoreUnreadable("The session bus ended the connection", AGAIN)
        return self._failure


def method(
    name: str, path: str, interface: str, member: str, signature: str = "", *body: Any
) -> Message:
    """A method call on the object `path` of the program that owns the bus name `name`."""
    address = DBusAddress(path, bus_name=name, interface=interface)
    return new_method_call(address, member, signature or None, body)


def _late(limit: float) -> StoreTimeout:
    return StoreTimeout(
        f"The Secret Service did not answer within {limit:g} s",
        "A window of your keychain may be waiting for an answer; rattler waits 2 s for each key",
    )


def _nonsense() -> StoreUnreadable:
    return StoreUnreadable(
        "The Secret Service answered in a form that is not its protocol's",
        "Which program it is shows: busctl --user status org.freedesktop.secrets",
    )
