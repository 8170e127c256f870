"""Around a migration real rattler sends the same, and no refresh on the way loses a token."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken, Credential, OAuth
from authui.model.entry import StoreId
from authui.model.secret import Secret
from authui.model.wire import decode_file, decode_text, encode_file
from authui.services.migration import applying
from authui.services.migration.migration import Migration
from authui.services.migration.plan import Choice, MigrationResult, PlanOutdated, Status
from authui.stores.base import Stored, WritableStore
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.judge import Judge, Sent

__all__ = ["gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = [pytest.mark.rattler, pytest.mark.keychain]

FUTURE = 4_000_000_000
MANY = 200


def mixed(number: int) -> Credential:
    """One of many credentials, of each kind that a request shows."""
    match number % 4:
        case 0:
            return BearerToken(Secret(f"bearer-{number}-é☃"))
        case 1:
            return BasicHTTP(f"us er{number}", Secret(f'pass:"\\{number}'))
        case 2:
            return CondaToken(Secret(f"conda-{number}"))
        case _:
            long = f"oauth-{number}-" + "x" * 3000
            return OAuth(Secret(long), "http://idp.test/t", "c", Secret("r"), FUTURE)


def pattern(number: int) -> str:
    return f"*.h{number}.test" if number % 3 else f"h{number}.test"


def url(number: int) -> str:
    return f"http://below.h{number}.test/c" if number % 3 else f"http://h{number}.test:81/c"


class World:
    """A home with a credentials file, a keychain, authui's migration and real rattler."""

    def __init__(self, judge: Judge, home: Path, *, auth_file: bool = False) -> None:
        self._judge = judge
        self._variables = {"HOME": str(home)}
        folder = home / ".rattler"
        folder.mkdir()
        self.file = folder / "credentials.json"
        if auth_file:
            self.file = home / "auth.json"
            self._variables["RATTLER_AUTH_FILE"] = str(self.file)
        self.migration = Migration(self.discover)

    def discover(self) -> Discovery:
        return discover(Environment.current(), "rattler")

    def sends(self, url: str, answer: str | None = None) -> Sent:
        sent = self._judge.send(url, variables=self._variables, token_answer=answer)
        assert sent.url is not None, sent.error
        return sent

    def all(self) -> list[Sent]:
        return [self.sends(url(number)) for number in range(MANY)]

    def in_keychain(self, host: str) -> Credential | None:
        (store,) = [s for s in self.discover().stores if s.info.id == "keychain"]
        return store.get(host).credential

    def in_file(self) -> dict[str, Credential]:
        if not self.file.exists():
            return {}
        return {entry.host: entry.credential for entry in decode_file(self.file.read_bytes())}


@pytest.fixture
def judge(gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judge]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    with Judge(bus=gnome_keyring.address) as judge:
        yield judge


def test_two_hundred_entries_there_and_back(judge: Judge, own_home: Path) -> None:
    world = World(judge, own_home)
    world.file.write_bytes(encode_file({pattern(n): mixed(n) for n in range(MANY)}))
    original = world.file.read_bytes()
    before = world.all()
    assert len({(sent.url, sent.authorization) for sent in before}) == MANY
    there = world.migration.apply(world.migration.plan())
    assert there.counts == {Status.DONE: MANY}
    assert world.file.read_bytes() == b"{}"
    assert world.all() == before
    back = world.migration.apply(world.migration.plan("keychain", "file"))
    assert back.counts == {Status.DONE: MANY}
    assert world.file.read_bytes() == original
    assert world.all() == before


def oauth(text: str, left: int = 60) -> OAuth:
    """A token that rattler refreshes before it uses it, unless `left` is large."""
    import time

    return OAuth(
        Secret(text), "http://idp.test/t", "c", Secret(f"r-{text}"), int(time.time()) + left
    )


def answer(text: str) -> str:
    return json.dumps({"access_token": text, "refresh_token": f"r-{text}", "expires_in": 3600})


STEPS = ("planned", "written", "settled", "verified", "left")


def at(step: str, then: Callable[[], object], patch: pytest.MonkeyPatch) -> None:
    """Have something else happen right after a step of the apply."""
    name = {
        "written": "_write", "settled": "_settle", "verified": "_verify", "left": "_leave",
    }.get(step)  # fmt: skip
    if name is None:
        return
    really = getattr(applying.Run, name)

    def instead(run: applying.Run, *rest: Any) -> Any:
        done = really(run, *rest)
        then()
        return done

    patch.setattr(applying.Run, name, instead)


def apply(world: World, plan: Any) -> MigrationResult:
    """As a person would: what has changed is looked at, and a conflict goes to the newer one."""
    try:
        return world.migration.apply(plan)
    except PlanOutdated as outdated:
        choices = {
            step.host: Choice(step.newer) for step in outdated.plan.steps if step.newer is not None
        }
        return world.migration.apply(outdated.plan, choices)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("auth_file", [False, True], ids=["file", "auth-file"])
def test_a_refresh_at_any_moment_loses_no_token(
    judge: Judge, own_home: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, auth_file: bool
) -> None:
    if auth_file:
        monkeypatch.setenv("RATTLER_AUTH_FILE", str(own_home / "auth.json"))
    world = World(judge, own_home, auth_file=auth_file)
    source: StoreId = "auth-file" if auth_file else "file"
    held_first: dict[str, Credential] = {
        "a.test": oauth("first"),
        "b.test": BearerToken(Secret("b")),
    }
    world.file.write_bytes(encode_file(held_first))
    plan = world.migration.plan(source, "keychain")

    def refresh() -> None:
        sent = world.sends("http://a.test/c", answer("second"))
        assert len(sent.refreshes) == 1, sent
        assert sent.authorization == "Bearer second"

    if step == "planned":
        refresh()
        apply(world, plan)
    else:
        with monkeypatch.context() as patch:
            at(step, refresh, patch)
            apply(world, plan)
    held = [world.in_keychain("a.test"), world.in_file().get("a.test")]
    newest = [c for c in held if isinstance(c, OAuth) and c.access_token == Secret("second")]
    assert len(newest) == 1, held
    if auth_file and step != "left" and held[1] is not None:
        assert held[0] is None  # the older copy was taken back
    sent = world.sends("http://a.test/c", answer("third"))
    assert (sent.authorization, sent.refreshes) == ("Bearer second", ())
    # Whatever was left open, the next run ends with one copy, the newest.
    plan = world.migration.plan(source, "keychain")
    choices = {one.host: Choice(one.newer) for one in plan.steps if one.newer is not None}
    world.migration.apply(plan, choices)
    assert world.in_file() == {}
    kept = world.in_keychain("a.test")
    assert isinstance(kept, OAuth)
    assert kept.access_token == Secret("second")
    assert world.sends("http://a.test/c").authorization == "Bearer second"
    assert world.sends("http://b.test/c").authorization == "Bearer b"


def test_the_keychain_keeps_what_the_file_held_to_the_byte(judge: Judge, own_home: Path) -> None:
    world = World(judge, own_home)
    odd = '{"BasicHTTP" : ["u\\u00e9", "p\\n\\u2028"]}'
    world.file.write_text('{"a.test":' + odd + "}")
    before = world.sends("http://a.test/c")
    world.migration.apply(world.migration.plan())
    (kept,) = [s for s in world.discover().stores if s.info.id == "keychain"]
    assert isinstance(kept, WritableStore)
    assert kept.read("a.test") == Stored(Secret(odd))
    assert world.sends("http://a.test/c") == before
    assert decode_text(Secret(odd)) == world.in_keychain("a.test")
