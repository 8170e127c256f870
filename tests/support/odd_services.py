"""Secret Services as they should not be: mute, half mute, without encryption, talking nonsense."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)

from tests.support.closing import Closing
from tests.support.secret_service_client import BUS_NAME, PREFIX, ROOT

COLLECTION = f"{ROOT}/collection/odd"

EVERYTHING = "everything"
"""As a member of `silent`: no call at all is answered."""


class OddService(Closing):
    """A Secret Service in a thread of the test, with one unlocked collection.

    `items` are attributes and secrets, served over plain sessions only. Calls of the members in
    `silent` are never answered, those in `nonsense` with a body of the wrong type, and at one in
    `fatal` the service leaves the bus. `calls` holds the members in the order in which they came.
    """

    def __init__(
        self,
        address: str,
        items: Sequence[tuple[Mapping[str, str], bytes]] = (),
        *,
        silent: Sequence[str] = (),
        nonsense: Sequence[str] = (),
        fatal: Sequence[str] = (),
    ) -> None:
        self.calls: list[str] = []
        self._items = {f"{COLLECTION}/{n}": item for n, item in enumerate(items, 1)}
        self._silent = frozenset(silent)
        self._nonsense = frozenset(nonsense)
        self._fatal = frozenset(fatal)
        self._stop = threading.Event()
        self._connection: DBusConnection = open_dbus_connection(address)
        Proxy(message_bus, self._connection, timeout=10).RequestName(BUS_NAME)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        self._stop.set()
        self._thread.join(10)
        self._connection.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            except ConnectionError:  # the bus has ended
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            member = message.header.fields[HeaderFields.member]
            self.calls.append(member)
            if member in self._fatal:
                self._connection.sock.close()
                return
            if member not in self._silent and EVERYTHING not in self._silent:
                self._connection.send(self._reply(message, member))

    def _reply(self, message: Message, member: str) -> Message:
        if member in self._nonsense:
            return new_method_return(message, "s", ("nonsense",))
        path = message.header.fields[HeaderFields.path]
        answer = self._method(member, message.body) or self._property(path, member, message.body)
        if answer is None:
            error = "NotSupported" if member == "OpenSession" else "UnknownMethod"
            return new_error(message, f"org.freedesktop.DBus.Error.{error}")
        return new_method_return(message, *answer)

    def _method(self, member: str, body: Sequence[Any]) -> tuple[str, tuple[Any, ...]] | None:
        match member, body:
            case "ReadAlias", _:
                return "o", (COLLECTION,)
            case "SearchItems", (wanted,):
                return "aoao", (self._search(wanted), [])
            case "OpenSession", ("plain", _):
                return "vo", (("s", ""), f"{ROOT}/session/1")
            case "GetSecrets", (paths, session):
                plain = {p: (session, b"", self._items[p][1], "text/plain") for p in paths}
                return "a{o(oayays)}", (plain,)
            case "Unlock", _:
                return "aoo", ([], "/")
        return None

    def _property(
        self, path: str, member: str, body: Sequence[Any]
    ) -> tuple[str, tuple[Any, ...]] | None:
        values = {
            "Collections": ("ao", [COLLECTION]),
            "Items": ("ao", list(self._items)),
            "Locked": ("b", False),
            "Label": ("s", "Odd"),
            "Created": ("t", 1),
            "Modified": ("t", 2),
        }
        if path in self._items:
            values["Attributes"] = ("a{ss}", dict(self._items[path][0]))
        match member, body:
            case "Get", (_, name) if name in values:
                return "v", (values[name],)
            case "GetAll", _:
                return "a{sv}", (values,)
        return None

    def _search(self, wanted: Mapping[str, str]) -> list[str]:
        return [p for p, (has, _) in self._items.items() if wanted.items() <= has.items()]


class Monitor:
    """Everything that is called on the Secret Service of a bus while it is open."""

    def __init__(self, address: str) -> None:
        self._calls: list[str] = []
        self._stop = threading.Event()
        self._connection: DBusConnection = open_dbus_connection(address)
        self._become("type='method_call'")
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _become(self, rule: str) -> None:
        address = DBusAddress(
            "/org/freedesktop/DBus",
            bus_name="org.freedesktop.DBus",
            interface="org.freedesktop.DBus.Monitoring",
        )
        call = new_method_call(address, "BecomeMonitor", "asu", ([rule], 0))
        reply = self._connection.send_and_get_reply(call, timeout=10)
        assert reply.header.message_type is not MessageType.error

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            fields = message.header.fields
            if fields.get(HeaderFields.destination) != BUS_NAME:
                continue
            interface = str(fields.get(HeaderFields.interface, ""))
            name = f"{interface.removeprefix(PREFIX)}.{fields[HeaderFields.member]}"
            if interface == "org.freedesktop.DBus.Properties":
                name = str(fields[HeaderFields.member])
            self._calls.append(name)

    def close(self) -> list[str]:
        """Stop, and what was called: `Service.SearchItems`, `Get`, ..."""
        # What was sent before has passed the bus by the time it answers another connection.
        self._stop.wait(0.1)
        self._stop.set()
        self._thread.join(10)
        self._connection.close()
        return self._calls
