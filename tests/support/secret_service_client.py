"""A client of the Secret Service that tests use to put items where they want them.

It speaks raw D-Bus, so that it can write what no well-behaved library would, and it follows the
prompts that a provider completes by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    DBusErrorResponse,
    MatchRule,
    Message,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)

from tests.support.closing import Closing

BUS_NAME = "org.freedesktop.secrets"
ROOT = "/org/freedesktop/secrets"
PREFIX = "org.freedesktop.Secret."

_LIMIT = 20.0
"""Seconds after which a provider counts as hung: a guard, not a measure."""

Layout = Literal["current", "rust-keyring", "rust-keyring-2", "python-keyring"]
"""Who wrote an item: rattler now, rattler's older keyring crate, Python's keyring library."""


def layout(who: Layout, host: str) -> tuple[dict[str, str], str]:
    """The attributes and the label that this writer gives to the item of a host."""
    attributes = {"service": "rattler", "username": host}
    match who:
        case "current":
            return attributes, f"keyring:{host}@rattler"
        case "rust-keyring":
            return (
                {**attributes, "target": "default", "application": "rust-keyring"},
                f"{host}@rattler:default (keyring v3.6.3)",
            )
        case "rust-keyring-2":
            return (
                {**attributes, "target": "default", "application": "rust-keyring"},
                f"keyring-rs v2.3.3 for target 'default', service 'rattler', user '{host}'",
            )
        case "python-keyring":
            return (
                {**attributes, "application": "Python keyring library"},
                f"Password for '{host}' on 'rattler'",
            )


def until(what: str, good: Callable[[], bool], limit: float = _LIMIT) -> None:
    """Wait until something holds. Raises `TimeoutError` naming it."""
    deadline = time.monotonic() + limit
    while not good():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit} s in vain for {what}")
        time.sleep(0.02)


class SecretServiceClient(Closing):
    """One connection with an unencrypted session, opened when it is first needed."""

    def __init__(self, address: str) -> None:
        self.connection: DBusConnection = open_dbus_connection(address, auth_timeout=_LIMIT)
        self._session: str | None = None

    def close(self) -> None:
        """End the connection, and with it the session."""
        self.connection.close()

    def send(
        self, address: DBusAddress, member: str, signature: str | None = None, *body: Any
    ) -> Any:
        """The body of the reply. Raises `DBusErrorResponse` and `TimeoutError`."""
        return self._reply(new_method_call(address, member, signature, body))

    def _reply(self, message: Message) -> Any:
        reply = self.connection.send_and_get_reply(message, timeout=_LIMIT)
        if reply.header.message_type == MessageType.error:
            raise DBusErrorResponse(reply)
        return reply.body

    def call(
        self, path: str, interface: str, member: str, signature: str | None = None, *body: Any
    ) -> Any:
        """A call to the Secret Service; `interface` without its common beginning."""
        address = DBusAddress(path, bus_name=BUS_NAME, interface=PREFIX + interface)
        return self.send(address, member, signature, *body)

    def get(self, path: str, interface: str, name: str) -> Any:
        """A property."""
        address = DBusAddress(path, bus_name=BUS_NAME, interface=PREFIX + interface)
        return self._reply(Properties(address).get(name))[0][1]

    def owned(self, name: str = BUS_NAME) -> bool:
        """Whether somebody owns the name. Asking starts nobody."""
        return bool(self._reply(message_bus.NameHasOwner(name))[0])

    def default(self) -> str:
        """What the alias `default` names, `/` for nothing."""
        return str(self.call(ROOT, "Service", "ReadAlias", "s", "default")[0])

    def collections(self) -> list[str]:
        """The paths of all collections."""
        return [str(path) for path in self.get(ROOT, "Service", "Collections")]

    def items(self, collection: str) -> list[str]:
        """The paths of all items of a collection."""
        return [str(path) for path in self.get(collection, "Collection", "Items")]

    def locked(self, collection: str) -> bool:
        """Whether a collection is locked."""
        return bool(self.get(collection, "Collection", "Locked"))

    def search(self, attributes: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """The unlocked and the locked items that the provider finds."""
        unlocked, locked = self.call(ROOT, "Service", "SearchItems", "a{ss}", dict(attributes))
        return list(unlocked), list(locked)

    def session(self) -> str:
        """The session's path."""
        if self._session is None:
            opened = self.call(ROOT, "Service", "OpenSession", "sv", "plain", ("s", ""))
            self._session = str(opened[1])
        return self._session

    def create(
        self,
        attributes: Mapping[str, str],
        secret: bytes | str,
        *,
        label: str = "an item",
        collection: str | None = None,
        content_type: str = "application/octet-stream",
    ) -> str:
        """A new item, beside any other; its path. The default collection unless one is named."""
        data = secret.encode() if isinstance(secret, str) else secret
        properties = {
            PREFIX + "Item.Label": ("s", label),
            PREFIX + "Item.Attributes": ("a{ss}", dict(attributes)),
        }
        where = collection if collection is not None else self.default()
        assert where != "/", "no default collection"
        item, prompt = self.call(
            where,
            "Collection",
            "CreateItem",
            "a{sv}(oayays)b",
            properties,
            (self.session(), b"", data, content_type),
            False,
        )
        if prompt == "/":
            return str(item)
        return str(self.follow(prompt)[1])

    def put(
        self, who: Layout, host: str, secret: bytes | str, collection: str | None = None
    ) -> str:
        """The item of a host as this writer would have made it; its path."""
        attributes, label = layout(who, host)
        return self.create(attributes, secret, label=label, collection=collection)

    def delete(self, item: str) -> None:
        """Delete an item."""
        (prompt,) = self.call(item, "Item", "Delete")
        if prompt != "/":
            self.follow(prompt)

    def lock(self, *paths: str) -> None:
        """Lock collections."""
        _, prompt = self.call(ROOT, "Service", "Lock", "ao", list(paths))
        if prompt != "/":
            self.follow(prompt)

    def unlock(self, *paths: str) -> None:
        """Unlock collections that open without asking anybody."""
        _, prompt = self.call(ROOT, "Service", "Unlock", "ao", list(paths))
        if prompt != "/":
            self.follow(prompt)

    def follow(self, prompt: str) -> tuple[str, Any]:
        """Run a prompt and wait until it completes; its result. Raises `RuntimeError`."""
        rule = MatchRule(
            type="signal", interface=PREFIX + "Prompt", member="Completed", path=prompt
        )
        bus = Proxy(message_bus, self.connection, timeout=_LIMIT)
        bus.AddMatch(rule)
        with self.connection.filter(rule) as signals:
            self.call(prompt, "Prompt", "Prompt", "s", "")
            message = self.connection.recv_until_filtered(signals, timeout=_LIMIT)
        bus.RemoveMatch(rule)
        dismissed, result = message.body
        if dismissed:
            raise RuntimeError("the prompt was dismissed")
        signature, value = result
        return str(signature), value

    def clear(self) -> None:
        """Delete every item of every unlocked collection."""
        for collection in self.collections():
            if not self.locked(collection):
                for item in self.items(collection):
                    self.delete(item)
