"""Where the bus is. Each expectation about libdbus was observed with real rattler."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from authui.model.entry import Outcome
from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.keychain.bus_address import (
    BadAddress,
    nothing_there,
    parse_addresses,
    session_bus,
)
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.judge import Judge

VARIABLE = "DBUS_SESSION_BUS_ADDRESS"


@pytest.mark.parametrize(
    ("text", "sockets"),
    [
        ("unix:path=/a", [b"/a"]),
        ("unix:path=/a;", [b"/a"]),
        ("unix:path=/a;unix:abstract=/b", [b"/a", b"\0/b"]),
        ("unix:path=%2fa%20b,guid=12", [b"/a b"]),
        ("unix:path=%C3%BC", ["ü".encode()]),
        ("unix:", [None]),
        ("unix:runtime=yes", [None]),
        ("unix:path=/a,abstract=/b", [None]),
        ("tcp:host=localhost,port=1;unix:path=/a", [None, b"/a"]),
        ("what:ever=1;unix:path=/a", [None, b"/a"]),
        ("autolaunch:", [None]),
    ],
)
def test_addresses_are_read(text: str, sockets: list[bytes | None]) -> None:
    assert [address.socket for address in parse_addresses(text)] == sockets


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        "unix:path=/a;garbage",
        ";unix:path=/a",
        ":path=/a",
        "unix:path",
        "unix:path=",
        "unix:=/a",
        "unix:path=/a b",
        "unix:path=~/a",
        "unix:path=/ü",
        "unix:path=%zz",
        "unix:path=%2",
        "unix:path=/a,,guid=1",
    ],
)
def test_one_bad_address_spoils_all(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_addresses(text)


def test_the_runtime_directory_counts_without_the_variable(tmp_path: Path) -> None:
    def found(**variables: str) -> list[bytes | None]:
        environment = Environment(variables, str(tmp_path), "linux")
        return [address.socket for address in session_bus(environment)]

    runtime = tmp_path / "r"
    runtime.mkdir()
    assert found(XDG_RUNTIME_DIR=str(runtime)) == []
    path = os.fsencode(runtime / "bus")
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(runtime)
        listener.bind("bus")
        assert found(XDG_RUNTIME_DIR=str(runtime)) == [path]
        assert found(XDG_RUNTIME_DIR="r") == [path]
        assert found(XDG_RUNTIME_DIR=str(runtime), **{VARIABLE: ""}) == [path]
        assert found(XDG_RUNTIME_DIR=str(runtime), **{VARIABLE: "unix:path=/x"}) == [b"/x"]
        assert found() == []
        linked = tmp_path / "linked"
        linked.mkdir()
        (linked / "bus").symlink_to(runtime / "bus")
        assert found(XDG_RUNTIME_DIR=str(linked)) == []
    (linked / "bus").unlink()
    (linked / "bus").touch()
    assert found(XDG_RUNTIME_DIR=str(linked)) == []


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("unix:path=/nonexistent/bus", StoreState.ABSENT),
        ("garbage", StoreState.ABSENT),
        ("autolaunch:", StoreState.ABSENT),
        ("unix:path=" + "/x" * 100, StoreState.ABSENT),
        ("tcp:host=127.0.0.1,port=1", StoreState.UNREADABLE),
    ],
)
def test_a_bus_that_is_not_there(address: str, state: StoreState) -> None:
    store = SecretServiceStore(Environment({VARIABLE: address}, "/", "linux"))
    listing = store.list()
    assert (listing.state, listing.entries) == (state, ())
    assert listing.failure is not None
    assert store.get("h.test").failure is listing.failure
    assert SecretServiceStore(Environment({}, "/", "linux")).list().state is StoreState.ABSENT


@pytest.mark.keychain
@pytest.mark.rattler
@pytest.mark.parametrize(
    ("form", "reached"),
    [
        ("{bus}", True),
        ("unix:path=/nonexistent;{bus}", True),
        ("what:ever=1;{bus};", True),
        ("autolaunch:;{bus}", True),
        ("{bus},guid=00000000000000000000000000000000", False),
        ("{bus};garbage", False),
        ("{bus}~", False),
    ],
)
def test_rattler_reaches_it_exactly_when_we_do(
    form: str, reached: bool, gnome_keyring: GnomeKeyring, own_home: Path
) -> None:
    gnome_keyring.client.put("current", "h.test", '{"BearerToken":"t"}')
    address = form.format(bus=gnome_keyring.address)
    store = SecretServiceStore(Environment({VARIABLE: address}, "/", "linux"))
    assert (store.get("h.test").outcome is Outcome.HIT) == reached
    with Judge(bus=address) as judge:
        sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
    assert (sent.authorization == "Bearer t") == reached


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("unix:path=/nonexistent/bus", True),
        ("unix:path=/nonexistent/bus;unix:path=/nonexistent/other", True),
        ("unix:path=/nonexistent/bus;unix:path=/tmp", False),
        ("unix:abstract=/nonexistent/bus", False),
        ("tcp:host=localhost,port=1", False),
    ],
)
def test_only_missing_files_need_not_be_tried(text: str, nothing: bool) -> None:
    assert nothing_there(parse_addresses(text)) is nothing
