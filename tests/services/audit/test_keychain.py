"""What the audit finds in a real gnome-keyring, and in keychains that a test makes up."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, Credential
from authui.model.entry import Answer, Entry, EntryState, Item, Outcome
from authui.model.errors import ChangedMeanwhile, StoreTimeout
from authui.model.secret import Secret
from authui.services.audit import keychain
from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding, Hands, Severity
from authui.services.audit.scene import Scene
from authui.services.changes import Changes
from authui.stores.abilities import Told
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from tests.services.audit.scenes import audit
from tests.stores.keychain.test_clear_text import without_password
from tests.support.gnome_keyring import (
    GnomeKeyring,
    gnome_keyring,
    own_gnome_keyring,
    shared_gnome_keyring,
)
from tests.support.secret_service_client import ROOT

__all__ = ["gnome_keyring", "own_gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = pytest.mark.keychain

SAME = '{"BearerToken":"same"}'


class Keychain:
    """A gnome-keyring that the environment of the test leads to."""

    def __init__(self, keyring: GnomeKeyring) -> None:
        self.keyring = keyring
        self.put = keyring.client.put

    @property
    def audit(self) -> Audit:
        return audit()

    def found(self, rule: str) -> list[Finding]:
        return [one for one in self.audit.all() if one.rule == rule]

    def only(self, rule: str) -> Finding:
        (finding,) = self.found(rule)
        assert finding.severity is Severity.WARNING
        return finding

    def hosts(self) -> list[str | None]:
        return [entry.host for entry in self.audit.run().listing.entries]


@pytest.fixture
def kept(gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> Keychain:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    return Keychain(gnome_keyring)


def test_one_item_for_each_name(kept: Keychain) -> None:
    kept.put("current", "a.test", SAME)
    kept.put("rust-keyring", "b.test", SAME)
    assert not any(kept.found(rule.id) for rule in keychain.RULES)


def test_several_items_that_hold_the_same(kept: Keychain) -> None:
    kept.put("rust-keyring", "a.test", SAME)
    kept.put("python-keyring", "a.test", SAME)
    kept.put("current", "b.test", SAME)
    finding = kept.only("A25")
    assert finding.id == "A25:keychain:a.test"
    assert "has 2 items for a.test" in finding.message
    assert "written by Python keyring" in " ".join(finding.details)
    assert finding.fix is not None
    assert finding.fix.words == "keep the newest, delete the 1 other"
    assert sum("This one is deleted" in step for step in finding.fix.preview) == 1
    kept.audit.mend(finding)
    assert kept.hosts() == ["a.test", "b.test"]
    assert not kept.found("A25")


@pytest.mark.parametrize("second", ['{"BearerToken":"other"}', "broken"])
def test_several_items_that_differ_are_for_the_person(second: str, kept: Keychain) -> None:
    kept.put("current", "a.test", SAME)
    kept.put("python-keyring", "a.test", second)
    finding = kept.only("A25")
    assert finding.fix is None
    assert finding.hint == "Keep one: authui remove a.test --item ID, or r on the screen"


def test_several_broken_items_are_nothing_to_keep(kept: Keychain) -> None:
    kept.put("current", "a.test", "broken")
    kept.put("python-keyring", "a.test", "broken")
    assert kept.only("A25").fix is None


def test_no_item_is_deleted_once_they_differ(kept: Keychain) -> None:
    kept.put("current", "a.test", SAME)
    kept.put("python-keyring", "a.test", SAME)
    finding = kept.only("A25")
    kept.put("rust-keyring", "a.test", '{"BearerToken":"new"}')
    with pytest.raises(ChangedMeanwhile):
        kept.audit.mend(finding)
    assert "has 3 items" in kept.only("A25").message


def test_an_item_in_a_locked_collection(kept: Keychain) -> None:
    other = kept.keyring.create_collection("Other")
    kept.put("current", "a.test", SAME, other)
    kept.put("current", "b.test", SAME)
    kept.keyring.lock(other)
    finding = kept.only("A26")
    assert (finding.id, finding.fix) == ("A26:keychain:a.test", None)
    assert "is locked" in finding.message
    assert finding.hint == "Unlock it: authui unlock, or o on the screen"


def test_items_that_show_no_name(
    own_gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_gnome_keyring.client.put("current", "a.very.own.test", SAME)
    own_gnome_keyring.client.put("current", "b.very.own.test", SAME)
    own_gnome_keyring.restart(unlock=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    finding = Keychain(own_gnome_keyring).only("A26")
    assert finding.id == "A26:keychain:locked"
    assert "2 items" in finding.message


def test_an_item_outside_of_the_default_collection(kept: Keychain) -> None:
    kept.put("current", "a.test", SAME, kept.keyring.create_collection("My \x1b[2J other"))
    kept.put("current", "b.test", SAME)
    finding = kept.only("A26")
    assert finding.id == "A26:keychain:a.test"
    assert "collection My \\x1b[2J other instead of the default one" in finding.message
    assert finding.fix is None


def test_an_item_that_lies_in_memory(kept: Keychain) -> None:
    kept.put("current", "a.test", SAME, f"{ROOT}/collection/session")
    assert "gone when the session ends" in kept.only("A26").message


@pytest.mark.parametrize("secret", [b"\xff\xfe", "token", '{"Bearer":"x"}', ""])
def test_an_item_that_holds_no_credential(secret: bytes | str, kept: Keychain) -> None:
    kept.put("current", "a.test", secret)
    kept.put("current", "b.test", SAME)
    finding = kept.only("A27")
    assert finding.id == "A27:keychain:a.test"
    assert finding.fix is not None
    assert "it is lost" in " ".join(finding.fix.preview)
    kept.audit.mend(finding)
    assert kept.hosts() == ["b.test"]


def test_an_item_that_was_made_good_meanwhile_stays(kept: Keychain) -> None:
    broken = kept.put("current", "a.test", "broken")
    finding = kept.only("A27")
    kept.keyring.client.delete(broken)
    kept.put("current", "a.test", SAME)
    with pytest.raises(ChangedMeanwhile):
        kept.audit.mend(finding)
    assert kept.hosts() == ["a.test"]


def test_a_default_keyring_in_clear_text(
    own_gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    monkeypatch.setenv("HOME", own_gnome_keyring.home)
    kept = Keychain(own_gnome_keyring)
    assert not kept.found("A53")
    without_password(own_gnome_keyring)
    finding = kept.only("A53")
    assert finding.id == "A53:keychain"
    folder = Path(own_gnome_keyring.home, ".local", "share", "keyrings")
    assert finding.details == (f"The file is {folder}/In_clear.keyring",)
    (report,) = (r for r in kept.audit.run().listing.stores if r.info.id == "keychain")
    assert report.info.encrypted is False


class Mute(MemoryStore):
    """A keychain that has listed its entries and does not answer again."""

    def items(self, host: str) -> tuple[()]:
        raise StoreTimeout(f"no answer for {host}")

    def read(self, host: str, *, item: str | None = None) -> None:
        raise StoreTimeout(f"no answer for {host}, {item}")


def ambiguous(kind: type[MemoryStore], held: dict[str, Credential]) -> Scene:
    items = tuple(Item(id, id, "Login", int(id), None, None) for id in held)  # noqa: A001
    special = {
        "a.test": (
            Entry("a.test", "keychain", state=EntryState.AMBIGUOUS, items=items),
            Answer(Outcome.AMBIGUOUS, items=items),
        ),
        "b.test": (Entry("b.test", "keychain", state=EntryState.UNREADABLE), Answer(Outcome.ERROR)),
    }
    info = StoreInfo("keychain", ("keychain",), "keychain", "here", "default", None)
    store = kind(info, {}, special=special, held=held)
    return Scene(Discovery("rattler", (store,), None, ()), None, 0)


def test_a_keychain_that_does_not_answer_again() -> None:
    scene = ambiguous(Mute, {"1": BearerToken(Secret("a")), "2": BearerToken(Secret("a"))})
    found = [one for rule in keychain.RULES for one in rule.check(scene)]
    assert [one.rule for one in found] == ["A25", "A27"]
    assert all(one.fix is None and one.hint for one in found)


def test_the_newest_is_kept() -> None:
    same = BasicHTTP("u", Secret("p"))
    scene = ambiguous(MemoryStore, {"10": same, "30": same, "20": same})
    finding = next(one for rule in keychain.RULES for one in rule.check(scene) if one.rule == "A25")
    assert finding.fix is not None
    assert finding.fix.preview[1] == "This one stays: 30: “30” in Login"
    finding.fix.make(Hands(Changes(lambda: scene.discovery), Patience()))
    states = {entry.host: entry.state for entry in scene.discovery.stores[0].list().entries}
    assert states["a.test"] is EntryState.ACTIVE


class Many(MemoryStore):
    """A keychain that tells of many names at once, or does not get that far."""

    asked = 0
    answers = True

    def read_many(self, hosts: Collection[str]) -> dict[str, Told]:
        self.asked += 1
        if not self.answers:
            raise StoreTimeout("no answer")
        return {host: self.read(host) for host in hosts}


@pytest.mark.parametrize("answers", [True, False])
def test_a_keychain_is_asked_for_everything_at_once(answers: bool) -> None:
    info = StoreInfo("keychain", ("keychain",), "keychain", "here", "default", None)
    held: dict[str, Credential] = {f"{n}.test": BearerToken(Secret(str(n))) for n in range(3)}
    store = Many(info, held)
    store.answers = answers
    scene = Scene(Discovery("rattler", (store,), None, ()), None, 0)
    told = {entry.host: scene.credential(entry) for entry in scene.listing.entries}
    assert (told, store.asked) == (held, 1)
