"""Killed at any moment of a migration, authui leaves every credential where rattler uses it."""

from __future__ import annotations

import json
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import StoreId
from authui.model.secret import Secret
from authui.model.wire import encode_file
from authui.services.migration.migration import Migration
from authui.services.migration.plan import Status
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from tests.support import kill_migration_child
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.judge import Judge
from tests.support.kill_migration_child import POINTS, Point

__all__ = ["gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = [pytest.mark.rattler, pytest.mark.keychain]

EACH = 10
KILLED = -9
CANARY = "canary5ecret"
HOSTS = [f"h{number}.test" for number in range(6)]
WAYS: tuple[tuple[StoreId, StoreId], ...] = (("file", "keychain"), ("keychain", "file"))


class World:
    """A home, a keychain, real rattler, and the program that kills its copies."""

    def __init__(self, home: Path, keyring: GnomeKeyring) -> None:
        self.home = home
        self.keyring = keyring
        self.file = home / ".rattler" / "credentials.json"
        self.file.parent.mkdir()
        self.judge = Judge(bus=keyring.address)
        self.migration = Migration(self.discover)
        self.program = subprocess.Popen(
            [sys.executable, "-m", kill_migration_child.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def discover(self) -> Discovery:
        return discover(Environment.current(), "rattler")

    def fill(self, source: StoreId) -> None:
        """All of it in one store, nothing in the other."""
        self.keyring.client.clear()
        if source == "keychain":
            self.file.unlink(missing_ok=True)
            for host in HOSTS:
                self.keyring.client.put("current", host, json.dumps({"BearerToken": CANARY + host}))
        else:
            held = {host: BearerToken(Secret(CANARY + host)) for host in HOSTS}
            self.file.write_bytes(encode_file(held))

    def kill(self, source: StoreId, target: StoreId, **when: Any) -> tuple[int, float]:
        """How a copy ended that was to migrate."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps({"source": source, "target": target, **when}) + "\n")
        self.program.stdin.flush()
        status, seconds = json.loads(self.program.stdout.readline())
        return status, seconds

    def all_are_used(self) -> None:
        for host in HOSTS:
            sent = self.judge.send(f"http://{host}/c", variables={"HOME": str(self.home)})
            assert sent.authorization == f"Bearer {CANARY}{host}", (host, sent)

    def finish(self, source: StoreId, target: StoreId) -> int:
        """The next run, which must complete; how many entries were left for it."""
        for store in self.discover().stores:
            getattr(store, "tidy", lambda: None)()
        result = self.migration.apply(self.migration.plan(source, target))
        assert result.stopped is None
        assert set(result.counts) <= {Status.DONE}, result.counts
        assert not self.migration.plan(source, target).has_work
        self.all_are_used()
        return len(result.results)

    def no_secret_elsewhere(self) -> None:
        for path in self.home.rglob("*"):
            if path.is_file() and path != self.file:
                assert CANARY.encode() not in path.read_bytes(), path

    def close(self) -> None:
        self.program.communicate()
        self.judge.close()


@pytest.fixture
def world(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    world = World(own_home, gnome_keyring)
    yield world
    world.close()


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("source", "target"), WAYS)
def test_killed_after_each_step(
    world: World, source: StoreId, target: StoreId, point: Point
) -> None:
    rng = random.Random(1)
    # To the keychain all six are looked at together; back, each has its turn.
    often = point == "created" or target == "file"
    for _ in range(EACH):
        world.fill(source)
        nth = rng.randint(1, len(HOSTS)) if often else 1
        status, _ = world.kill(source, target, point=point, nth=nth)
        assert status == KILLED
        world.all_are_used()
        left = world.finish(source, target)
        is_over = point == "source rewritten" and (target == "keychain" or nth == len(HOSTS))
        assert (left == 0) is is_over
        world.no_secret_elsewhere()


def killed_at_random(world: World, times: int) -> None:
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    took = dict.fromkeys(WAYS, 0.3)
    ended = 0
    for turn in range(times):
        source, target = WAYS[turn % 2]
        world.fill(source)
        status, seconds = world.kill(source, target, after=rng.random() * took[source, target])
        assert status in (0, KILLED), seed
        if status == 0:
            ended += 1
            took[source, target] = max(min(took[source, target], seconds), 0.01)
        world.all_are_used()
        world.finish(source, target)
        world.no_secret_elsewhere()
    assert ended < times, seed


def test_killed_at_random_times(world: World) -> None:
    killed_at_random(world, 30)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_killed_at_random_times_for_long(world: World) -> None:
    killed_at_random(world, 500)
