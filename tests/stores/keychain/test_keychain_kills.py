"""authui killed in the middle of a change: what stands there is the old state or the new one."""

from __future__ import annotations

import collections
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authui.model.secret import Secret
from authui.stores.base import Stored
from tests.stores.keychain import kill_child
from tests.support.keychain_provider import Provider
from tests.support.secret_service_client import layout

pytestmark = pytest.mark.keychain

EACH = 10
KILLED = -9
NEIGHBOUR = '{"BearerToken":"neighbour"}'


def bearer(token: object) -> str:
    return json.dumps({"BearerToken": str(token)})


class Killer:
    """The program that makes copies of itself to be killed."""

    def __init__(self, address: str) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", kill_child.__name__, address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )

    def run(
        self, host: str, text: str | None, before: str | None, **when: Any
    ) -> tuple[int, float]:
        """How a copy ended that was to make this change."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        order = {"host": host, "text": text, "before": before, **when}
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()
        status, seconds = json.loads(self._program.stdout.readline())
        return status, seconds

    def close(self) -> None:
        self._program.communicate()


@pytest.fixture
def killer(provider: Provider) -> Iterator[Killer]:
    killer = Killer(provider.address)
    yield killer
    killer.close()


def held(provider: Provider, host: str) -> list[str]:
    """What each item of a host holds; all must be as rattler makes them."""
    client = provider.client
    found, locked = client.search({"service": "rattler", "username": host})
    assert locked == []
    for path in found:
        assert client.get(path, "Item", "Label") == layout("current", host)[1]
    secrets = [client.call(p, "Item", "GetSecret", "o", client.session())[0][2] for p in found]
    return [bytes(secret).decode() for secret in secrets]


@pytest.mark.parametrize(
    ("at", "old", "new"),
    [
        ("CreateItem", None, bearer("new")),
        ("GetSecret", None, bearer("new")),
        ("SetSecret", bearer("old"), bearer("new")),
        ("GetSecret", bearer("old"), bearer("new")),
        ("Delete", bearer("old"), None),
        ("SearchItems", bearer("old"), None),
    ],
)
def test_killed_right_after_a_step(
    at: str, old: str | None, new: str | None, provider: Provider, killer: Killer
) -> None:
    provider.client.put("current", "n.test", NEIGHBOUR)
    by_prompt = provider.name == "keepassxc" and at in ("CreateItem", "Delete")
    for n in range(EACH):
        host = f"h{n}.test"
        if old is not None:
            provider.client.put("current", host, old)
        assert killer.run(host, new, old, at=at)[0] == KILLED
        now = [text for text in (new,) if text is not None]
        # KeePassXC only answers with a prompt, which nobody was left to open.
        before = [text for text in (old,) if text is not None]
        assert held(provider, host) == (before if by_prompt else now)
    assert held(provider, "n.test") == [NEIGHBOUR]
    store = provider.store()
    stands = store.read("h0.test")
    assert store.write("h0.test", Secret(bearer("next")), before=stands).text is not None
    assert held(provider, "h0.test") == [bearer("next")]


def kill_at_random(provider: Provider, killer: Killer, rng: random.Random, number: int) -> None:
    """Change the same few hosts again and again, and be killed somewhere in between."""
    client = provider.client
    client.put("current", "n.test", NEIGHBOUR)
    hosts = [f"h{n}.test" for n in range(3)]
    stands: dict[str, str | None] = dict.fromkeys(hosts)
    ended: collections.Counter[str] = collections.Counter()
    # How long a change takes here and now, so that the blows fall all over it.
    seconds = max(
        killer.run("first.test", bearer(n), bearer(n - 1) if n else None)[1] for n in range(3)
    )
    for n in range(number):
        host = rng.choice(hosts)
        old = stands[host]
        new = None if old is not None and rng.random() < 0.3 else bearer(n)
        status, _ = killer.run(host, new, old, after=rng.uniform(0, seconds))
        assert status in (0, KILLED)
        now = held(provider, host)
        assert len(now) <= 1, (n, host, now)
        stands[host] = now[0] if now else None
        assert stands[host] in (old, new), (n, host)
        if status == 0:
            assert stands[host] == new
        ended["done" if stands[host] == new else "not done"] += 1
        for other in hosts:
            assert held(provider, other) == ([stands[other]] if stands[other] else [])
    assert held(provider, "n.test") == [NEIGHBOUR]
    assert len(ended) == 2, ended
    store = provider.store()
    for host in hosts:
        before = stands[host]
        seen = None if before is None else Stored(Secret(before))
        store.write(host, Secret(bearer("end")), before=seen)
        assert held(provider, host) == [bearer("end")]


def test_killed_at_random_times(provider: Provider, killer: Killer) -> None:
    kill_at_random(provider, killer, random.Random(4711), 30)


@pytest.mark.soak
def test_killed_at_random_times_for_long(provider: Provider, killer: Killer) -> None:
    kill_at_random(provider, killer, random.Random(), 300)
