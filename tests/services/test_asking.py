"""Where the system asks before it hands out a secret: nothing asks unless a person wanted it."""

from __future__ import annotations

from pathlib import Path
from time import time

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import EntryState, Outcome
from authui.model.errors import AlreadyStored, NotStored
from authui.model.lookup import LookupResult
from authui.model.secret import Secret
from authui.services.audit.auditing import Audit
from authui.services.catalog import list_entries
from authui.services.change import Place
from authui.services.changes import Changes
from authui.services.lookup import lookup
from authui.services.migration.migration import Migration
from authui.services.migration.words import copy_words
from authui.services.words import step_words
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from authui.stores.patience import Patience
from tests.support.fake_security import FakeSecurity, Press
from tests.support.mac import mac
from tests.support.program import write_credentials

__all__ = ["mac"]  # a fixture

PLACE = Place("keychain", "h.test")
TOKEN = '{"BearerToken":"tok"}'
NEW = BearerToken(Secret("new"))


def stores() -> Discovery:
    return discover(Environment.current(), "rattler")


def asked(url: str, *, may_ask: bool = False) -> LookupResult:
    return lookup(url, stores().stores, client="rattler", now=time(), may_ask=may_ask)


def changes() -> Changes:
    return Changes(stores)


def test_a_listing_names_what_it_does_not_read(mac: FakeSecurity) -> None:
    mac.put("h.test", TOKEN)
    (entry,) = list_entries(stores().stores).entries
    assert (entry.host, entry.kind, entry.state) == ("h.test", None, EntryState.ACTIVE)
    assert mac.windows == []


def test_a_lookup_ends_at_what_it_does_not_read(mac: FakeSecurity) -> None:
    mac.put("*.test", TOKEN)
    result = asked("https://h.test/c")
    assert result.is_unread
    assert result.match is not None
    assert (result.match.host, result.match.store) == ("*.test", "keychain")
    assert (result.request, result.failure, result.partial) == (None, None, True)
    assert result.reason == "*.test from the keychain answers, but what it holds is not read yet"
    assert result.notes == (
        "The macOS keychain asks you before it hands out what another program stored",
    )
    found, *others = result.steps[-3:]
    assert (found.outcome, found.is_unread, found.detail) == (Outcome.HIT, True, None)
    assert step_words(found).words == "found, not read yet"
    assert [step.outcome for step in others] == [Outcome.SKIPPED] * 2
    assert mac.windows == []


def test_a_lookup_that_may_ask_asks_for_one_secret(mac: FakeSecurity) -> None:
    for host in ("h.test", "*.test", "other.test"):
        mac.put(host, TOKEN)
    result = asked("https://h.test/c", may_ask=True)
    assert not result.is_unread
    assert result.request is not None
    assert result.request.authorization == Secret("Bearer tok")
    assert mac.windows == ["secret of h.test"]


def test_what_cannot_be_used_makes_it_go_on(mac: FakeSecurity) -> None:
    mac.put("h.test", "no credential")
    mac.put("*.test", TOKEN)
    result = asked("https://h.test/c", may_ask=True)
    assert result.match is not None
    assert result.match.host == "*.test"
    assert mac.windows == ["secret of h.test", "secret of *.test"]


def test_a_refused_one_makes_it_go_on_too(mac: FakeSecurity) -> None:
    mac.put("h.test", TOKEN)
    mac.presses = [Press.DENY]
    result = asked("https://h.test/c", may_ask=True)
    assert (result.match, result.partial) == (None, True)


def test_a_mute_mac_is_not_said_to_cost_what_a_mute_linux_does(mac: FakeSecurity) -> None:
    mac.frozen = {"SecKeychainCopyDomainDefault"}
    result = asked("https://h.test/c")
    mac.thawed.set()
    assert result.partial
    assert not any("rattler waits" in note for note in result.notes)


def test_deleting_asks_nobody(mac: FakeSecurity) -> None:
    mac.put("h.test", TOKEN)
    change = changes().remove(PLACE)
    assert change.inverse == ()
    assert (mac.items, mac.windows) == ({}, [])
    with pytest.raises(NotStored):
        changes().remove(PLACE)


def test_deleting_every_copy_asks_nobody(mac: FakeSecurity) -> None:
    mac.put("h.test", TOKEN)
    removals = changes().remove_everywhere("h.test")
    assert [one.error for one in removals.results] == [None]
    assert (mac.items, mac.windows) == ({}, [])


def test_adding_beside_something_asks_nobody(mac: FakeSecurity) -> None:
    mac.put("h.test", TOKEN)
    with pytest.raises(AlreadyStored):
        changes().put(PLACE, NEW, before=None)
    change = changes().put(Place("keychain", "n.test"), NEW, before=None)
    assert change.created
    assert mac.windows == []


def test_an_edit_asks_once(mac: FakeSecurity) -> None:
    item = mac.put("h.test", TOKEN)
    before = changes().read(PLACE)
    change = changes().put(PLACE, NEW, before=before)
    assert change.notes == (
        "The macOS keychain asks you when pixi or another program reads it the next time",
    )
    assert item.data == b'{"BearerToken":"new"}'
    assert mac.windows == ["secret of h.test"]


def test_moving_to_another_pattern_asks_once(mac: FakeSecurity) -> None:
    mac.put("h.test", TOKEN)
    changes().relocate(PLACE, Place("keychain", "n.test"))
    assert [account for account, _ in mac.items] == [b"n.test"]
    assert mac.windows == ["secret of h.test"]


def test_an_audit_asks_nobody(mac: FakeSecurity) -> None:
    for host in ("h.test", "repo.prefix.dev", "*.com", "x.test:80"):
        mac.put(host, TOKEN)
    audit = Audit(stores, Environment.current())
    found = {finding.rule: finding for finding in audit.all()}
    assert mac.windows == []
    assert {"A13", "A21"} <= found.keys()
    audit.mend(found["A13"])
    assert (b"x.test:80", b"rattler") not in mac.items
    assert len(mac.windows) <= 1


class TestMigration:
    """Files to the keychain, and back."""

    @pytest.fixture(autouse=True)
    def use(self, mac: FakeSecurity, own_home: Path) -> None:
        self.mac = mac
        self.home = own_home

    def test_into_the_keychain_asks_nobody(self) -> None:
        write_credentials(self.home, {f"h{n}.test": {"BearerToken": f"t{n}"} for n in range(5)})
        migration = Migration(stores)
        result = migration.apply(migration.plan())
        assert {one.status.value for one in result.results} == {"done"}
        assert len(self.mac.items) == 5
        assert self.mac.windows == []

    def test_what_the_keychain_holds_is_asked_for_on_request(self) -> None:
        write_credentials(self.home, {f"h{n}.test": {"BearerToken": "t"} for n in range(3)})
        self.mac.put("h0.test", '{"BearerToken":"t"}')
        self.mac.put("h1.test", '{"BearerToken":"another"}')
        migration = Migration(stores)
        plan = migration.plan()
        assert [step.action for step in plan.steps] == ["unknown", "unknown", "move"]
        assert self.mac.windows == []
        self.mac.presses = [Press.ALLOW, Press.DENY]
        migration.unlock(Patience(), ["h0.test", "h1.test"])
        plan = migration.plan()
        assert [step.action for step in plan.steps] == ["remove-duplicate", "unknown", "move"]
        result = migration.apply(plan)
        assert [one.status.value for one in result.results] == ["done", "kept", "done"]
        assert len(self.mac.windows) == 2

    def test_whoever_stops_waiting_is_asked_no_more(self) -> None:
        self.mac.put("h.test", TOKEN)
        patience = Patience()
        patience.cancel()
        Migration(stores).unlock(patience, ["h.test", "none.test"])
        Migration(stores).unlock(Patience(), ["none.test"])
        assert self.mac.windows == []

    def test_what_is_not_read_may_be_another(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RATTLER_AUTH_FILE", str(self.home / "auth.json"))
        write_credentials(self.home, {"h.test": {"BearerToken": "t"}})
        self.mac.put("h.test", TOKEN)  # asked before the file, and after RATTLER_AUTH_FILE
        (step,) = Migration(stores).plan("file", "auth-file").steps
        assert step.action == "skip"
        assert step.detail is not None
        assert "with another credential" in step.detail
        assert self.mac.windows == []

    def test_out_of_the_keychain_each_is_asked_for_once(self) -> None:
        for number in range(3):
            self.mac.put(f"h{number}.test", f'{{"BearerToken":"t{number}"}}')
        migration = Migration(stores)
        plan = migration.plan("keychain", "file")
        assert [step.action for step in plan.steps] == ["unknown"] * 3
        assert {copy_words(step.here, 0) for step in plan.steps} == {"not read yet"}
        assert self.mac.windows == []
        migration.unlock(Patience(), [step.host for step in plan.steps])
        result = migration.apply(migration.plan("keychain", "file"))
        assert {one.status.value for one in result.results} == {"done"}
        assert self.mac.items == {}
        assert len(self.mac.windows) == 3
