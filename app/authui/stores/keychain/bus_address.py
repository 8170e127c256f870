"""Where the session bus listens, found as libdbus (1.14) finds it, which is what rattler links.

Source: the D-Bus specification, "Server Addresses", and libdbus's `dbus-address.c` and
`dbus-sysdeps-unix.c`; its stricter corners were observed with real rattler.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable
from typing import NamedTuple

from authui.stores.environment import Environment

VARIABLE = "DBUS_SESSION_BUS_ADDRESS"

# The bytes that may stand for themselves; any other must be written as % and two hex digits.
_VALUE = re.compile(r"(?:[-0-9A-Za-z_/\\.*]|%[0-9A-Fa-f]{2})+")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


class BadAddress(ValueError):
    """Text that libdbus refuses as a whole, good addresses in it included."""


class BusAddress(NamedTuple):
    """One place at which the bus may listen.

    `socket` is the path of a Unix socket, an abstract one beginning with NUL, and None where the
    address is of another kind, named by `transport`. `guid` is the bus that must be there.
    """

    text: str
    transport: str
    socket: bytes | None
    guid: str | None = None


def session_bus(environment: Environment) -> tuple[BusAddress, ...]:
    """The places to try, in order; none where this session has no bus.

    The variable counts unless it is empty; else `bus` in the runtime directory, if it is a socket
    of this user and no link to one. Raises `BadAddress`.
    """
    text = environment.variables.get(VARIABLE)
    if text:
        return parse_addresses(text)
    runtime = environment.variables.get("XDG_RUNTIME_DIR")
    if runtime is None or sys.platform == "win32":
        return ()
    path = environment.resolve(f"{runtime}/bus")
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return ()
    if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.getuid():
        return ()
    return (BusAddress(f"unix:path={path}", "unix", os.fsencode(path)),)


def nothing_there(addresses: Iterable[BusAddress]) -> bool:
    """Whether every address is a socket file that does not exist, so that none need be tried."""
    return all(
        address.socket is not None
        and not address.socket.startswith(b"\0")
        and not os.path.lexists(address.socket)
        for address in addresses
    )


def parse_addresses(text: str) -> tuple[BusAddress, ...]:
    """The addresses in a list separated by semicolons. Raises `BadAddress`."""
    return tuple(_parse(part) for part in text.removesuffix(";").split(";"))


def _parse(text: str) -> BusAddress:
    transport, colon, pairs = text.partition(":")
    if not colon or not transport:
        raise BadAddress("an address has no transport")
    keys: dict[str, bytes] = {}
    for pair in pairs.removesuffix(",").split(",") if pairs else ():
        key, _, value = pair.partition("=")
        if not key or not _VALUE.fullmatch(value):
            raise BadAddress("an address has a key without a usable value")
        raw = _ESCAPE.sub(lambda match: bytes((int(match[1], 16),)), value.encode())
        keys.setdefault(key, raw)
    guid = keys["guid"].decode("latin-1") if "guid" in keys else None
    return BusAddress(text, transport, _socket(keys) if transport == "unix" else None, guid)


def _socket(keys: dict[str, bytes]) -> bytes | None:
    match keys:
        case {"path": _, "abstract": _}:
            return None
        case {"path": path}:
            return path
        case {"abstract": name}:
            return b"\0" + name
    return None
