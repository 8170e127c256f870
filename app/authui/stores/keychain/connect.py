"""Reaching the session bus: its socket and the handshake, within a limit.

jeepney has a handshake of its own, but it drops the bus's guid, which libdbus compares with the
one in the address: rattler reaches no bus where they differ.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Sequence
from typing import Final

from authui.model.errors import (
    StoreAbsent,
    StoreDenied,
    StoreError,
    StoreTimeout,
    StoreUnreadable,
)
from authui.stores.keychain.bus_address import BusAddress

AGAIN: Final = "Try again; if it stays so, end the session and log in anew"
"""What helps against a bus or a service that does not do its part."""

_WHOSE_BUS: Final = "DBUS_SESSION_BUS_ADDRESS names the bus; a desktop session sets it"
_AUTH_LINE: Final = 4096


def connect(addresses: Sequence[BusAddress], deadline: float) -> tuple[BusAddress, socket.socket]:
    """The first address where a bus answers, and a connection that has been let in.

    `deadline` is a time of `time.monotonic`. Raises the first address's `StoreError`.
    """
    if sys.platform == "win32":
        raise StoreAbsent("Windows has no D-Bus session bus")
    first: StoreError | None = None
    for address in addresses:
        if address.socket is None:
            first = first or _not_spoken(address)
            continue
        connection = socket.socket(socket.AF_UNIX)
        try:
            _time_left(connection, deadline)
            connection.connect(address.socket)
            _authenticate(connection, address.guid, deadline)
        except BaseException as error:
            connection.close()
            if not isinstance(error, (OSError, ValueError)):
                raise
            first = first or _connect_error(error)
        else:
            return address, connection
    raise first or StoreAbsent("This session has no D-Bus session bus", _WHOSE_BUS)


def _authenticate(connection: socket.socket, guid: str | None, deadline: float) -> None:
    """The EXTERNAL handshake: the bus asks the kernel who we are."""
    if sys.platform == "win32":
        raise StoreAbsent("Windows has no D-Bus session bus")
    user = str(os.geteuid()).encode().hex().encode()
    connection.sendall(b"\0AUTH EXTERNAL " + user + b"\r\n")
    line = b""
    while not line.endswith(b"\r\n") and len(line) < _AUTH_LINE:
        _time_left(connection, deadline)
        data = connection.recv(_AUTH_LINE)
        if not data:
            raise ConnectionResetError
        line += data
    answer, _, found = line.strip().partition(b" ")
    if answer != b"OK":
        raise PermissionError
    if guid is not None and found.decode("latin-1") != guid:
        raise ConnectionRefusedError
    connection.sendall(b"BEGIN\r\n")


def _time_left(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _connect_error(error: OSError | ValueError) -> StoreError:
    if isinstance(error, (TimeoutError, BlockingIOError)):
        return StoreTimeout("The D-Bus session bus does not answer", AGAIN)
    if isinstance(error, PermissionError):
        return StoreDenied("The D-Bus session bus refuses this user", _WHOSE_BUS)
    return StoreAbsent("No D-Bus session bus listens at its address", _WHOSE_BUS)


def _not_spoken(address: BusAddress) -> StoreError:
    if address.transport in ("tcp", "nonce-tcp", "unixexec"):
        return StoreUnreadable(
            f"The session bus is reached by {address.transport}:, which authui does not speak",
            "rattler may well reach it: what it finds there is not known",
        )
    return StoreAbsent("No D-Bus session bus listens at its address", _WHOSE_BUS)
