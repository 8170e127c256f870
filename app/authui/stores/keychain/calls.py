"""The Secret Service's names on the bus, and calls to its objects."""

from __future__ import annotations

from typing import Any, Final

from authui.stores.keychain.bus import method

NAME: Final = "org.freedesktop.secrets"
"""The bus name of whichever program keeps the secrets."""

ROOT: Final = "/org/freedesktop/secrets"
PREFIX: Final = "org.freedesktop.Secret."
PROPERTIES: Final = "org.freedesktop.DBus.Properties"


def on(path: str, interface: str, member: str, signature: str = "", *body: Any) -> Any:
    """A call to an object of the service; `interface` without its common beginning."""
    return method(NAME, path, PREFIX + interface, member, signature, *body)


def get(path: str, interface: str, name: str) -> Any:
    """The call that reads one property."""
    return method(NAME, path, PROPERTIES, "Get", "ss", PREFIX + interface, name)


def get_all(path: str, interface: str) -> Any:
    """The call that reads all properties."""
    return method(NAME, path, PROPERTIES, "GetAll", "s", PREFIX + interface)
