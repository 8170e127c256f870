"""Services that do not answer, answer nonsense or offer no encryption."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping

import pytest

from authui.model.entry import EntryState, Outcome
from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.keychain.secret_service import LIMIT, SecretServiceStore
from tests.support.judge import Judge
from tests.support.odd_services import EVERYTHING, OddService
from tests.support.private_bus import PrivateBus

pytestmark = pytest.mark.keychain

GUARD = 10.0
"""Seconds after which a call counts as hung: five limits."""

ITEMS: tuple[tuple[Mapping[str, str], bytes], ...] = (
    ({"service": "rattler", "username": "h.test"}, b'{"BearerToken":"t"}'),
    ({"service": "rattler", "username": "two.test"}, b'{"BearerToken":"t"}'),
    ({"service": "rattler", "username": "two.test"}, b'{"BearerToken":"t"}'),
)


def store_on(bus: PrivateBus, limit: float = LIMIT) -> SecretServiceStore:
    return SecretServiceStore(
        Environment({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "/", "linux"), limit=limit
    )


@pytest.mark.rattler
def test_a_mute_service_is_a_timeout_and_costs_one_limit(bus: PrivateBus, own_home: object) -> None:
    with OddService(bus.address, silent=[EVERYTHING]) as service:
        store = store_on(bus)
        start = time.monotonic()
        answer = store.get("h.test")
        taken = time.monotonic() - start
        assert LIMIT * 0.9 < taken < GUARD
        assert answer.outcome is Outcome.ERROR
        assert answer.failure is not None
        assert answer.failure.state is StoreState.TIMEOUT

        calls = len(service.calls)
        for key in ("*.h.test", "*.test"):
            assert store.get(key).failure is answer.failure
        assert store.list().failure is answer.failure
        assert store.list().state is StoreState.TIMEOUT
        assert len(service.calls) == calls

        store.close()
        with Judge(bus=bus.address) as judge:
            sent = judge.send("http://test/c", variables={"HOME": str(own_home)})
        assert (sent.authorization, sent.error) == (None, None)
        # rattler asked anew for each of its two keys, `test` and `*.test`.
        assert len(service.calls) == calls + 2


def test_a_list_that_is_broken_off_keeps_what_it_has(bus: PrivateBus) -> None:
    with OddService(bus.address, ITEMS, silent=["OpenSession"]):
        store = store_on(bus, limit=0.2)
        listing = store.list()
        assert listing.state is StoreState.TIMEOUT
        found = {entry.host: entry.state for entry in listing.entries}
        assert found == {"h.test": EntryState.UNREADABLE, "two.test": EntryState.AMBIGUOUS}
        assert store.get("two.test").outcome is Outcome.ERROR


def test_a_bus_that_stands_still_is_a_timeout(bus: PrivateBus) -> None:
    os.kill(bus.pid, signal.SIGSTOP)
    try:
        listing = store_on(bus, limit=0.2).list()
    finally:
        os.kill(bus.pid, signal.SIGCONT)
    assert listing.state is StoreState.TIMEOUT


@pytest.mark.rattler
def test_without_encryption_rattler_uses_nothing_and_neither_do_we(
    bus: PrivateBus, own_home: object
) -> None:
    with OddService(bus.address, ITEMS) as service:
        store = store_on(bus)
        listing = store.list()
        assert listing.state is StoreState.UNREADABLE
        assert listing.failure is not None
        assert "no encrypted session" in listing.failure.message
        assert [entry.host for entry in listing.entries] == ["h.test", "two.test"]
        assert store.get("h.test").outcome is Outcome.ERROR
        assert "GetSecrets" not in service.calls
        assert "GetSecret" not in service.calls
        with Judge(bus=bus.address) as judge:
            sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
        assert (sent.authorization, sent.error) == (None, None)


@pytest.mark.parametrize("member", ["Get", "ReadAlias", "SearchItems", "OpenSession", "GetAll"])
def test_nonsense_is_unreadable(member: str, bus: PrivateBus) -> None:
    with OddService(bus.address, ITEMS, nonsense=[member]):
        store = store_on(bus)
        assert store.list().state is StoreState.UNREADABLE
        assert store.get("h.test").outcome is Outcome.ERROR


@pytest.mark.parametrize("member", ["Get", "SearchItems", "OpenSession"])
def test_a_service_that_dies_in_between_is_unreadable(member: str, bus: PrivateBus) -> None:
    with OddService(bus.address, ITEMS, fatal=[member]):
        listing = store_on(bus).list()
        assert listing.state is StoreState.UNREADABLE
        assert listing.failure is not None
        assert "middle of an answer" in listing.failure.message


def test_a_bus_that_dies_in_between_is_unreadable(bus: PrivateBus) -> None:
    with OddService(bus.address, ITEMS):
        store = store_on(bus)
        store.get("none.test")
        os.kill(bus.pid, signal.SIGKILL)
        assert store.list().state is StoreState.UNREADABLE
        assert store.get("h.test").outcome is Outcome.ERROR


def test_nobody_on_the_bus_is_absent(bus: PrivateBus) -> None:
    store = store_on(bus)
    assert store.list().state is StoreState.ABSENT
    answer = store.get("h.test")
    assert answer.outcome is Outcome.MISS
    assert answer.failure is not None
    assert answer.failure.state is StoreState.ABSENT
    with OddService(bus.address, ITEMS) as service:  # too late: a store is one moment's view
        assert store.get("two.test").failure is answer.failure
        assert service.calls == []
