"""Credentials that a keychain cannot keep, and items of Python's keyring where rattler never looks.

Only Windows has both. Its store runs under Wine (tests/windows); here a store in memory that a
test makes up stands for it, to show what the rules make of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from authui.model.credential import BearerToken, Credential
from authui.model.entry import StoreId
from authui.model.errors import AuthuiError, ChangedMeanwhile, StoreTimeout, WriteFailed
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding, Severity
from authui.services.migration.migration import Migration
from authui.stores.abilities import Misplaced
from authui.stores.base import Stored, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from tests.services.audit.scenes import CANARY, default_file

KEYCHAIN = StoreInfo("keychain", ("keychain",), "Narrow Keychain", "here", "default", True)
TOKEN = BearerToken(Secret(CANARY))
LIMIT = 60


class Narrow(MemoryStore):
    """A keychain that keeps short texts only, and sees what another program put beside them."""

    beside: tuple[Misplaced, ...] = ()
    refuses: AuthuiError | None = None

    def refusal(self) -> None:
        return None

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        length = len(text.reveal())
        return f"it is {length} long, and {LIMIT} is the most" if length > LIMIT else None

    def misplaced(self) -> tuple[Misplaced, ...]:
        if self.refuses is not None:
            raise self.refuses
        return self.beside

    def drop_misplaced(self, one: Misplaced) -> None:
        self.beside = tuple(other for other in self.beside if other != one)


class World:
    """That keychain, and the default file of a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.keychain = Narrow(KEYCHAIN, {})
        self.id: StoreId = "file"
        self.path = str(home / ".rattler" / "credentials.json")

    def hold(self, credentials: Mapping[str, Credential]) -> None:
        self.keychain = Narrow(KEYCHAIN, credentials)

    def put_beside(self, host: str, text: str | None, item: str = "rattler") -> Misplaced:
        stored = Stored(None if text is None else Secret(text))
        one = Misplaced(host, item, stored)
        self.keychain.beside = (*self.keychain.beside, one)
        return one

    def stores(self) -> Discovery:
        info = StoreInfo(self.id, (self.id,), "credentials file", self.path, "default", False)
        return Discovery("rattler", (self.keychain, JsonFileStore(self.path, info)), None, ())

    @property
    def audit(self) -> Audit:
        return Audit(self.stores, Environment(dict(os.environ), str(self.home), "linux"))

    def found(self, rule: str) -> list[Finding]:
        found = [one for one in self.audit.all() if one.rule == rule]
        for one in found:
            assert one.severity is Severity.WARNING
            assert one.fix or one.hint
            preview = () if one.fix is None else (one.fix.words, *one.fix.preview)
            texts = (one.id, one.message, *one.details, one.hint or "", *preview, repr(one))
            assert CANARY not in "".join(texts)
            assert not any(text.endswith(".") for text in texts)
        return found

    def only(self, rule: str) -> Finding:
        (finding,) = self.found(rule)
        return finding

    def held(self) -> dict[str, Credential | None]:
        hosts = [entry.host or "" for entry in self.keychain.list().entries]
        return {host: self.keychain.get(host).credential for host in hosts}


@pytest.fixture
def world(own_home: Path) -> World:
    return World(own_home)


def test_what_the_keychain_cannot_keep(world: World) -> None:
    default_file(
        world.home,
        f'{{"a.test":{{"BearerToken":"{CANARY * 5}"}},"b.test":{{"BearerToken":"{CANARY}"}}}}',
    )
    finding = world.only("A28")
    assert finding.id == "A28:file:a.test"
    assert finding.message == (
        "The Narrow Keychain cannot keep the credential for a.test, so it stays in plain text in "
        f"{world.path}"
    )
    assert finding.details == (
        "The reason is that it is 78 long, and 60 is the most",
        "At a log-in rattler says nothing of it and stores in the plain file",
    )
    assert finding.fix is None


def test_an_older_one_there_still_wins(world: World) -> None:
    default_file(world.home, f'{{"a.test":{{"BearerToken":"{CANARY * 5}"}}}}')
    world.hold({"a.test": TOKEN})
    assert world.only("A28").details[1] == (
        "An older credential for a.test is still there, is asked first, and is what rattler sends: "
        "authui remove a.test --store keychain takes it away"
    )


@pytest.mark.parametrize("holds", [True, False])
def test_a_plan_leaves_it_in_the_file(world: World, holds: bool) -> None:
    default_file(world.home, f'{{"a.test":{{"BearerToken":"{CANARY * 5}"}}}}')
    world.hold({"a.test": TOKEN} if holds else {})
    (step,) = Migration(world.stores).plan().steps
    assert step.action == "skip"
    assert step.detail is not None
    assert "cannot keep it: it is 78 long, and 60 is the most" in step.detail
    assert step.detail.endswith("; the older one there stays") is holds


def test_one_there_loses_to_a_file_that_is_asked_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.hold({"a.test": TOKEN})
    world.path = str(world.home / "auth.json")
    world.id = "auth-file"
    Path(world.path).write_text(f'{{"a.test":{{"BearerToken":"{CANARY * 5}"}}}}')
    assert len(world.only("A28").details) == 2


def test_an_item_of_a_whole_url_is_named_without_its_password(world: World) -> None:
    host = f"https://u:{CANARY}@a.test"
    world.put_beside(host, encode_text(TOKEN).reveal(), f"{host}@rattler")
    assert "a.test@rattler" in world.only("A29").message


def test_what_pythons_keyring_stored_is_stored_where_rattler_looks(world: World) -> None:
    world.put_beside("a.test", encode_text(TOKEN).reveal())
    finding = world.only("A29")
    assert finding.id == "A29:keychain:a.test:rattler"
    assert finding.message == (
        "Python's keyring stored a credential for a.test as rattler, where no rattler tool looks"
    )
    made = world.audit.mend(finding)
    assert made[0] == "The credential for a.test was stored where rattler looks"
    assert CANARY not in "".join(made)
    assert world.held() == {"a.test": TOKEN}
    assert world.keychain.beside == ()


def test_one_that_stands_there_already_is_only_taken_away(world: World) -> None:
    world.hold({"a.test": TOKEN})
    world.put_beside("a.test", encode_text(TOKEN).reveal(), "a.test@rattler")
    finding = world.only("A29")
    assert finding.id == "A29:keychain:a.test:a.test@rattler"
    assert world.audit.mend(finding) == ("Bearer token of Python's keyring deleted",)
    assert world.held() == {"a.test": TOKEN}


@pytest.mark.parametrize(
    ("host", "text", "why"),
    [
        ("a.test", CANARY, "it holds no credential in rattler's JSON"),
        ("a.test", None, "it holds no credential in rattler's JSON"),
        ("a.test:80", '{"BearerToken":"x"}', "no URL is ever looked up under its name: "),
        ("a.test", f'{{"BearerToken":"{"x" * 60}"}}', "the keychain cannot keep it under rattler"),
        ("b.test", '{"BearerToken":"x"}', "the keychain holds something else for b.test already"),
    ],
)
def test_what_a_person_has_to_decide(world: World, host: str, text: str | None, why: str) -> None:
    world.hold({"b.test": TOKEN})
    world.put_beside(host, text)
    finding = world.only("A29")
    assert finding.fix is None
    assert finding.details[0].startswith(f"It stays as it is: {why}")
    assert world.held() == {"b.test": TOKEN}
    assert len(world.keychain.beside) == 1


def test_what_has_changed_since_is_left_alone(world: World) -> None:
    world.put_beside("a.test", encode_text(TOKEN).reveal())
    finding = world.only("A29")
    world.keychain.beside = ()
    other = world.put_beside("a.test", '{"BearerToken":"another"}')
    with pytest.raises(ChangedMeanwhile):
        world.audit.mend(finding)
    assert world.held() == {}
    world.keychain.beside = (world.put_beside("a.test", encode_text(TOKEN).reveal()),)
    finding = world.only("A29")
    world.hold({"a.test": BearerToken(Secret("newer"))})
    world.put_beside("a.test", encode_text(TOKEN).reveal())
    with pytest.raises(ChangedMeanwhile):
        world.audit.mend(finding)
    assert world.held() == {"a.test": BearerToken(Secret("newer"))}
    assert len(world.keychain.beside) == 1
    assert other not in world.keychain.beside


class Full(Narrow):
    """One that takes nothing more."""

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        raise WriteFailed(f"No room for {host}", "Make some")


def test_where_it_cannot_be_stored_it_stays_where_it_is(world: World) -> None:
    world.keychain = Full(KEYCHAIN, {})
    world.put_beside("a.test", encode_text(TOKEN).reveal())
    with pytest.raises(WriteFailed):
        world.audit.mend(world.only("A29"))
    assert len(world.keychain.beside) == 1


def test_a_keychain_that_does_not_tell(world: World) -> None:
    world.put_beside("a.test", encode_text(TOKEN).reveal())
    world.keychain.refuses = StoreTimeout("no answer")
    assert world.found("A29") == []
