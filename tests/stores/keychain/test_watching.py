"""What the watch notices of another program's changes, and what it leaves alone."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from authui.stores.environment import Environment
from authui.stores.keychain import watching
from authui.stores.keychain.bus import Bus
from authui.stores.keychain.watching import KeychainWatch
from tests.stores.keychain.conftest import Rattler
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.keychain_provider import NAME_VARIABLE, Provider
from tests.support.odd_keychain import OddKeychain
from tests.support.odd_services import EVERYTHING, Monitor, OddService
from tests.support.private_bus import PrivateBus
from tests.support.secret_service_client import until

pytestmark = pytest.mark.keychain

GUARD = 20.0
"""Seconds after which a change counts as missed."""

QUIET = 1.0
"""Seconds in which a keychain that nobody changes is looked at."""


@pytest.fixture(autouse=True)
def often(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often than a program should, and at times as if they were exact."""
    monkeypatch.setattr(watching, "_POLL", 0.1)
    monkeypatch.setattr(watching, "_LIMIT", 0.5)
    if "real_clock" not in request.fixturenames:
        monkeypatch.setattr(watching, "_is_recent", lambda modified, now: False)


@pytest.fixture
def real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times in whole seconds, and a look each second."""
    monkeypatch.setattr(watching, "_POLL", 1.0)


@pytest.fixture
def watch(provider: Provider) -> Iterator[KeychainWatch]:
    watch = KeychainWatch(provider.environment)
    assert not watch.wait(0.1)
    yield watch
    watch.close()


@pytest.fixture
def only_gnome_keyring() -> None:
    if NAME_VARIABLE in os.environ:
        pytest.skip("the same on every provider")


def settle(watch: KeychainWatch) -> None:
    """Until the watch has told all it has to tell."""
    deadline = time.monotonic() + GUARD
    while watch.wait(3 * watching._POLL):
        assert time.monotonic() < deadline, "the watch tells for ever"


def bearer(token: str) -> str:
    return json.dumps({"BearerToken": token})


def pass_second(provider: Provider, path: str) -> None:
    """Wait until a change of an item is another second's than the one before."""
    modified = provider.client.get(path, "Item", "Modified")
    until("the next second", lambda: int(time.time()) > modified)


def set_secret(provider: Provider, path: str, text: str) -> None:
    """Set a secret as another program, in another second than what was done to it before."""
    pass_second(provider, path)
    set_secret_at_once(provider, path, text)


def set_secret_at_once(provider: Provider, path: str, text: str) -> None:
    client = provider.client
    secret = (client.session(), b"", text.encode(), "application/octet-stream")
    client.call(path, "Item", "SetSecret", "(oayays)", secret)


def test_what_others_create_change_and_delete_is_noticed(
    provider: Provider, watch: KeychainWatch
) -> None:
    path = provider.client.put("current", "h.test", bearer("a"))
    assert watch.wait(GUARD)
    settle(watch)
    for text in ("b", "c"):
        set_secret(provider, path, bearer(text))
        assert watch.wait(GUARD)
        settle(watch)
    provider.client.delete(path)
    assert watch.wait(GUARD)
    settle(watch)


@pytest.mark.usefixtures("real_clock")
def test_a_second_change_within_a_second_is_noticed(
    provider: Provider, watch: KeychainWatch
) -> None:
    path = provider.client.put("current", "h.test", bearer("a"))
    assert watch.wait(GUARD)
    set_secret_at_once(provider, path, bearer("b"))
    assert watch.wait(GUARD)
    settle(watch)


@pytest.mark.rattler
def test_what_rattler_refreshes_is_noticed(
    provider: Provider, watch: KeychainWatch, rattler: Rattler
) -> None:
    oauth = {
        "OAuth": {
            "access_token": "a",
            "refresh_token": "r",
            "expires_at": 1,
            "token_endpoint": "http://idp.test/token",
            "revocation_endpoint": None,
            "client_id": "c",
        }
    }
    path = provider.client.put("current", "h.test", json.dumps(oauth))
    settle(watch)
    pass_second(provider, path)
    answer = {"access_token": "fresh", "refresh_token": "r2", "expires_in": 10**6}
    assert rattler.refreshes("h.test", json.dumps(answer)) == "Bearer fresh"
    assert watch.wait(GUARD)


def test_locking_is_noticed(provider: Provider, watch: KeychainWatch) -> None:
    if provider.name == "keepassxc":
        pytest.skip("a database with unsaved changes is not locked without a window")
    provider.client.put("current", "h.test", bearer("a"))
    settle(watch)
    provider.client.lock(provider.default)
    assert watch.wait(GUARD)
    settle(watch)


def test_what_is_not_rattlers_is_no_news(provider: Provider, watch: KeychainWatch) -> None:
    provider.client.put("current", "h.test", bearer("a"))
    other = provider.client.create({"service": "other"}, "x", label="other")
    settle(watch)
    set_secret(provider, other, "y")
    provider.client.create({"service": "other"}, "z", label="another")
    provider.client.delete(other)
    assert not watch.wait(QUIET)


def test_watching_changes_nothing_and_reads_no_secret(
    provider: Provider, watch: KeychainWatch
) -> None:
    provider.client.put("current", "h.test", bearer("a"))
    settle(watch)
    monitor = Monitor(provider.address)
    assert not watch.wait(QUIET)
    assert set(monitor.close()) <= {"GetAll"}


@pytest.mark.usefixtures("only_gnome_keyring")
def test_a_keychain_that_ends_and_comes_back_is_noticed_and_not_started(
    own_gnome_keyring: GnomeKeyring,
) -> None:
    keyring = own_gnome_keyring
    watch = KeychainWatch(Environment({"DBUS_SESSION_BUS_ADDRESS": keyring.address}, "/", "linux"))
    settle(watch)
    keyring.stop()
    assert watch.wait(GUARD)
    settle(watch)
    keyring.start()
    assert watch.wait(GUARD)
    settle(watch)
    watch.close()


@pytest.mark.usefixtures("only_gnome_keyring")
def test_no_program_is_started_for_it(bus: PrivateBus) -> None:
    flags: list[int] = []
    send = Bus._send

    def spy(self: Bus, messages):  # type: ignore[no-untyped-def]
        sent = send(self, messages)
        flags.extend(int(message.header.flags) for message in messages)
        return sent

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bus, "_send", spy)
        with OddKeychain(bus.address) as keychain:
            keychain.put("h.test", bearer("a"))
            watch = KeychainWatch(
                Environment({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "/", "linux")
            )
            watch.wait(0.5)
        assert watch.wait(GUARD)
        watch.close()
    no_auto_start = 2
    assert flags
    assert all(flag & no_auto_start for flag in flags)


@pytest.mark.usefixtures("only_gnome_keyring")
def test_a_bus_that_dies_is_borne_and_tried_again_now_and_then(
    bus: PrivateBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    connect = KeychainWatch._connect

    def count(self: KeychainWatch) -> object:
        tries.append(time.monotonic())
        return connect(self)

    monkeypatch.setattr(KeychainWatch, "_connect", count)
    monkeypatch.setattr(watching, "_RETRY", 0.3)
    watch = KeychainWatch(Environment({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "/", "linux"))
    assert not watch.wait(0.1)
    os.kill(bus.pid, signal.SIGKILL)
    assert not watch.wait(1.0)
    watch.close()
    assert 2 <= len(tries) <= 5
    assert all(b - a >= 0.3 for a, b in pairwise(tries))


@pytest.mark.usefixtures("only_gnome_keyring")
@pytest.mark.parametrize(
    "address", ["", "unix:path=/nonexistent/bus", "nonsense", "tcp:host=localhost"]
)
def test_without_a_bus_a_wait_only_passes(address: str) -> None:
    watch = KeychainWatch(Environment({"DBUS_SESSION_BUS_ADDRESS": address}, "/", "linux"))
    start = time.monotonic()
    assert not watch.wait(0.2)
    assert time.monotonic() - start >= 0.2
    watch.close()
    assert not watch.wait(60)


@pytest.mark.usefixtures("only_gnome_keyring")
@pytest.mark.parametrize("kind", ["bus", "no bus", "mute"])
def test_closing_ends_a_wait(kind: str, bus: PrivateBus) -> None:
    address = bus.address if kind != "no bus" else "unix:path=/nonexistent/bus"
    watch = KeychainWatch(Environment({"DBUS_SESSION_BUS_ADDRESS": address}, "/", "linux"))
    ended = threading.Event()
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        watch.wait(600)
        ended.set()

    def close() -> None:
        threading.Thread(target=wait, daemon=True).start()
        assert begun.wait(GUARD)
        watch.close()
        assert ended.wait(GUARD)

    if kind == "mute":
        with OddService(bus.address, silent=[EVERYTHING]):
            close()
    else:
        close()
    assert watch._service is None
