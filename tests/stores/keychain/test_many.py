"""Many keys at once, and migrations into keychains that fail in the middle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authui.model.credential import BearerToken
from authui.model.errors import (
    Ambiguous,
    ChangedMeanwhile,
    NoCollection,
    StoreLocked,
)
from authui.model.secret import Secret
from authui.model.wire import decode_file, encode_file
from authui.services.migration.migration import Migration
from authui.services.migration.plan import MigrationResult, Status
from authui.stores.abilities import Pace
from authui.stores.base import Stored, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.keychain import provider as providers
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.support.keychain_provider import Provider
from tests.support.odd_keychain import LASTING, MEMORY, Fault, OddKeychain
from tests.support.private_bus import PrivateBus
from tests.support.secret_service_client import layout

pytestmark = pytest.mark.keychain

SHORT = 0.5
HOSTS = [f"h{number}.test" for number in range(6)]


def text(host: str) -> Secret:
    return Secret(json.dumps({"BearerToken": f"token-{host}"}, separators=(",", ":")))


def test_the_same_as_one_by_one(provider: Provider) -> None:
    put = provider.client.put
    put("current", "one.test", text("one").reveal())
    put("rust-keyring", "old.test", text("old").reveal())
    put("current", "two.test", text("two").reveal())
    put("python-keyring", "two.test", text("two").reveal(), provider.other)
    hosts = ("one.test", "old.test", "two.test", "none.test", "n\0ne.test")
    told = provider.store().read_many(hosts)
    assert told["one.test"] == Stored(text("one"))
    assert told["old.test"] == Stored(text("old"))
    assert isinstance(told["two.test"], Ambiguous)
    assert told["none.test"] is told["n\0ne.test"] is None
    assert list(told) == list(hosts)


def test_a_locked_collection(provider: Provider) -> None:
    provider.client.put("current", "open.test", text("open").reveal())
    provider.client.put("current", "shut.test", text("shut").reveal(), provider.other)
    provider.client.lock(provider.other)
    told = provider.store().read_many(["open.test", "shut.test"])
    assert told["open.test"] == Stored(text("open"))
    if provider.name == "gnome-keyring":
        assert isinstance(told["shut.test"], StoreLocked)


def test_new_items_are_as_rattler_makes_them(provider: Provider) -> None:
    store = provider.store()
    added = dict(store.add_many([(host, text(host)) for host in HOSTS[:3]]))
    assert {host: one == Stored(text(host)) for host, one in added.items()} == dict.fromkeys(
        HOSTS[:3], True
    )
    for host in HOSTS[:3]:
        attributes, label = layout("current", host)
        ((path,), _) = provider.client.search(attributes)
        assert provider.client.get(path, "Item", "Label") == label
    assert provider.store().read_many(HOSTS[:3]) == {host: Stored(text(host)) for host in HOSTS[:3]}


def test_what_stands_there_is_left_alone(provider: Provider) -> None:
    provider.client.put("current", HOSTS[0], text("other").reveal())
    added = list(provider.store().add_many([(host, text(host)) for host in HOSTS[:2]]))
    assert isinstance(added[0][1], ChangedMeanwhile)
    assert added[1] == (HOSTS[1], Stored(text(HOSTS[1])))
    assert provider.store().read(HOSTS[0]) == Stored(text("other"))


def test_whoever_stops_listening_has_no_more_stored(provider: Provider) -> None:
    run = provider.store().add_many([(host, text(host)) for host in HOSTS[:3]])
    next(run)
    run.close()  # type: ignore[attr-defined]
    told = provider.store().read_many(HOSTS[:3])
    assert [told[host] is None for host in HOSTS[:3]] == [False, True, True]


def test_the_pace_that_it_bears(provider: Provider) -> None:
    known = {
        "gnome-keyring": providers.GNOME, "keepassxc": providers.KEEPASSXC,
        "kwallet": providers.KDE,
    }  # fmt: skip
    assert provider.store().pace() == known[provider.name].pace
    assert provider.store().refusal() is None


def test_text_that_no_keychain_keeps(provider: Provider) -> None:
    store = provider.store()
    assert store.cannot_keep("a.test", Secret("x")) is None
    assert store.cannot_keep("a.test", Secret("\udc80"))
    assert store.cannot_keep("a\0.test", Secret("x"))


class World:
    """A file, and a keychain that goes wrong."""

    def __init__(self, odd: OddKeychain, bus: PrivateBus, path: Path) -> None:
        self.odd, self.bus, self.path = odd, bus, path
        path.write_bytes(encode_file({h: BearerToken(Secret(f"token-{h}")) for h in HOSTS}))
        self.migration = Migration(self.discover)

    def discover(self) -> Discovery:
        environment = Environment({"DBUS_SESSION_BUS_ADDRESS": self.bus.address}, "/", "linux")
        file = StoreInfo("file", ("file",), "file", str(self.path), "default", encrypted=False)
        stores = (
            SecretServiceStore(environment, limit=SHORT), JsonFileStore(str(self.path), file),
        )  # fmt: skip
        return Discovery("rattler", stores, None, ())

    def move(self) -> MigrationResult:
        return self.migration.apply(self.migration.plan())

    def in_file(self) -> list[str]:
        return [entry.host for entry in decode_file(self.path.read_bytes())]


@pytest.fixture(params=["one by one", "at once"])
def world(
    request: pytest.FixtureRequest, bus: PrivateBus, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:  # fmt: skip
    at_once = request.param == "at once"
    # The pace of a provider that is known would make each of these wait for seconds.
    kept = providers.UNKNOWN._replace(pace=Pace(batch=2), takes_many=at_once)
    monkeypatch.setattr(providers, "UNKNOWN", kept)
    with OddKeychain(bus.address) as odd:
        yield World(odd, bus, tmp_path / "credentials.json")


FAULTS: tuple[Fault, ...] = ("silent", "mute", "leave", "lie", "garble", "lock", "refuse")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_keychain_that_fails_at_the_third_write(world: World, fault: Fault) -> None:
    faults: list[Any] = [None, None, fault]
    world.odd.plan.faults["CreateItem"] = faults
    result = world.move()
    done = [one.step.host for one in result.results if one.status is Status.DONE]
    held = {host: world.odd.secrets(host) for host in HOSTS}
    left = world.in_file()
    for host in HOSTS:  # never nowhere, and only what was seen is gone from the file
        assert host in left or held[host] == [text(host).reveal()], host
        assert (host in left) is (host not in done), host
    if result.stopped is not None:
        failed = [one for one in result.results if one.status is Status.FAILED]
        assert failed[0].step.host == left[0]
        # Of one that was not answered for the item may be found; nothing more is sent then.
        assert left == HOSTS[2:] or (fault == "mute" and left == HOSTS[3:]), result.stopped
        assert result.counts[Status.PLANNED] >= 2
    else:
        assert fault in ("garble", "mute", "lie"), fault  # put right, as a single write is


def test_nothing_behind_the_entry_that_failed_leaves_the_source(world: World) -> None:
    world.odd.put(HOSTS[3], text(HOSTS[3]).reveal())  # it would only have to go from the file
    faults: list[Any] = [None, None, "refuse"]
    world.odd.plan.faults["CreateItem"] = faults
    result = world.move()
    assert result.stopped is not None
    assert world.in_file() == HOSTS[2:]
    assert result.counts == {Status.DONE: 2, Status.FAILED: 1, Status.PLANNED: 3}


def test_another_item_that_comes_to_be_at_the_same_moment(world: World) -> None:
    def another() -> None:
        world.odd.put(HOSTS[0], text("another").reveal())

    world.odd.plan.then["CreateItem"] = another
    result = world.move()
    assert result.stopped is None
    (failed,) = [one for one in result.results if one.status is Status.FAILED]
    assert (failed.step.host, failed.action) == (HOSTS[0], "conflict")
    assert world.odd.secrets(HOSTS[0]) == [text("another").reveal()]
    assert world.in_file() == HOSTS[:1]


def test_an_empty_item_is_filled(world: World) -> None:
    world.odd.put(HOSTS[0], "")
    plan = world.migration.plan()
    assert plan.counts == {"move": 6}
    assert plan.steps[0].detail == "The keychain holds an empty item: it is filled"
    assert world.migration.apply(plan).counts == {Status.DONE: 6}
    assert world.odd.secrets(HOSTS[0]) == [text(HOSTS[0]).reveal()]
    assert world.in_file() == []


def test_a_default_that_lives_in_memory_is_refused(world: World) -> None:
    world.odd.plan.default = MEMORY
    before = world.path.read_bytes()
    with pytest.raises(NoCollection):
        world.migration.plan()
    assert world.path.read_bytes() == before
    assert not any(call in ("CreateItem", "Unlock", "Prompt") for call in world.odd.calls)


def test_a_plan_opens_no_window_and_writes_nothing(world: World) -> None:
    world.odd.put(HOSTS[0], text(HOSTS[0]).reveal())
    world.odd.locked.add(LASTING)
    plan = world.migration.plan()
    assert {step.action for step in plan.steps} == {"unknown"}
    changing = ("CreateItem", "SetSecret", "Delete", "Unlock", "Prompt")
    assert not set(world.odd.calls) & set(changing)
    result = world.migration.apply(plan)
    assert result.counts == {Status.KEPT: 6}
    assert world.in_file() == HOSTS


def test_locked_between_the_plan_and_the_move(world: World) -> None:
    plan = world.migration.plan()
    world.odd.locked.add(LASTING)
    result = world.migration.apply(plan)
    assert isinstance(result.stopped, StoreLocked)
    assert world.in_file() == HOSTS
    assert "CreateItem" not in world.odd.calls
