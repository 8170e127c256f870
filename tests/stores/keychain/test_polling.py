"""Looking again and again at the keychains whose systems tell nobody of changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread, Timer

import pytest

from authui.model.errors import StoreDenied
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.keychain import polling
from authui.stores.keychain.polling import PolledWatch
from authui.stores.keychain.windows import CredentialManagerStore
from authui.stores.keychain.windows_api import Record, Refusal
from authui.stores.watch import StoreWatch
from tests.support.fake_credentials import FakeCredentials
from tests.support.fake_security import FakeSecurity
from tests.support.mac import mac

__all__ = ["mac"]  # a fixture

GUARD = 20.0
RECORD = Record("h.test.rattler", '{"BearerToken":"t"}'.encode("utf-16-le"), "h.test", "", "")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "POLL", 0.02)


class Moving:
    """A store of which a test says what it shows."""

    shown: object = 1

    def sight(self) -> object:
        return self.shown


def test_a_change_is_told_once() -> None:
    store = Moving()
    watch = PolledWatch(store)
    assert not watch.wait(0.1)
    store.shown = 2
    assert watch.wait(GUARD)
    assert not watch.wait(0.1)


def test_a_change_during_the_wait() -> None:
    store = Moving()
    watch = PolledWatch(store)
    timer = Timer(0.1, setattr, (store, "shown", 2))
    timer.start()
    assert watch.wait(GUARD)
    timer.join()


def test_closing_ends_the_wait() -> None:
    watch = PolledWatch(Moving())
    told: list[bool] = []
    thread = Thread(target=lambda: told.append(watch.wait(GUARD)))
    thread.start()
    watch.close()
    thread.join(GUARD / 2)
    assert told == [False]


def test_what_counts_on_windows() -> None:
    api = FakeCredentials()
    store = CredentialManagerStore(open_calls=lambda: api)
    seen = [store.sight()]
    for record in (
        RECORD,
        replace(RECORD, comment="another"),
        replace(RECORD, blob='{"BearerToken":"u"}'.encode("utf-16-le")),
    ):
        api.write(record)
        seen.append(store.sight())
    assert len(set(map(repr, seen))) == 4
    api.write(Record("git:https://h.test", b"x", "u"))
    assert store.sight() == seen[-1]  # somebody else's
    assert "BearerToken" not in repr(seen)


def test_a_windows_that_refuses() -> None:
    class Refusing(FakeCredentials):
        def enumerate(self) -> tuple[Record, ...]:
            raise Refusal(5)

    store = CredentialManagerStore(open_calls=Refusing)
    assert store.sight() == Refusal(5).to_reading_error().message
    assert isinstance(Refusal(5).to_reading_error(), StoreDenied)


@pytest.fixture
def watch() -> Iterator[StoreWatch]:
    one = StoreWatch()
    yield one
    one.close()


def test_a_keychain_beside_the_files(mac: FakeSecurity, watch: StoreWatch) -> None:
    watch.aim(discover(Environment.current(), "pixi"))
    assert not watch.wait(0.1)
    mac.put("h.test", '{"BearerToken":"t"}')
    assert watch.wait(GUARD)
    assert mac.windows == []
