from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from authui.model.errors import AuthuiError, BadInput, OutcomeUnknown, ReadOnly
from authui.services.audit import auditing
from authui.services.audit.auditing import RULES, Audit
from authui.services.audit.finding import Finding, Fix, Hands, Made, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.stores.discover import Discovery
from authui.stores.settings import Settings
from tests.services.audit.machines import Machine


class Trouble:
    """What a rule finds, by host."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = list(hosts)
        self.mends = True

    def found(self, scene: Scene) -> object:
        del scene
        for host in self.hosts:
            yield Finding("A99", Severity.WARNING, f"{host} is odd", host=host, fix=self.fix(host))
        yield Finding("A3", Severity.ERROR, "It is broken")

    def fix(self, host: str) -> Fix:
        def make(hands: Hands) -> Made:
            del hands
            if self.mends:
                self.hosts.remove(host)
            return (f"{host} is straight",)

        return Fix("straighten it", ("It is straightened",), make)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Trouble:
    trouble = Trouble("b.example", "a.example")
    rule = Rule("A99", "odd hosts", trouble.found)  # type: ignore[arg-type]
    monkeypatch.setattr(auditing, "RULES", (rule, rule))
    return trouble


def empty() -> Discovery:
    return Discovery("pixi", (), None, ())


def test_no_rule_has_the_name_and_title_of_another() -> None:
    assert len({(rule.id, rule.title) for rule in RULES}) == len(RULES)
    assert all(rule.id[0] == "A" and rule.id[1:].isdigit() for rule in RULES)
    assert not any(rule.title.endswith(".") for rule in RULES)


def test_the_worst_comes_first_and_each_only_once(trouble: Trouble) -> None:
    found = Audit(empty, None).run()
    assert [f.id for f in found.findings] == ["A3", "A99:a.example", "A99:b.example"]
    assert found.named("A99:b.example").host == "b.example"
    with pytest.raises(BadInput):
        found.named("A99:c.example")


def test_what_is_silenced_is_counted_and_can_be_heard_again(trouble: Trouble) -> None:
    audit = Audit(empty, None)
    audit.silence(audit.run().named("A99:a.example"))
    found = audit.run()
    assert [f.id for f in found.findings] == ["A3", "A99:b.example"]
    assert [f.id for f in found.silenced] == ["A99:a.example"]
    assert found.named("A99:a.example").host == "a.example"
    assert len(audit.all()) == 3
    audit.unsilence(found.silenced[0])
    assert audit.run().silenced == ()


def test_settings_keep_what_is_silenced(trouble: Trouble) -> None:
    audit = Audit(empty, None, silences=Settings())
    audit.silence(audit.run().findings[0])
    assert [f.id for f in Audit(empty, None, silences=Settings()).run().silenced] == ["A3"]


def test_broken_settings_silence_nothing_and_are_told_of(trouble: Trouble, own_home: Path) -> None:
    path = own_home / ".config" / "authui" / "settings.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    audit = Audit(empty, None, silences=Settings())
    found = audit.run()
    assert len(found.findings) == 3
    assert len(found.notes) == 1
    assert str(path) in found.notes[0]
    with pytest.raises(AuthuiError):
        audit.silence(found.findings[0])
    assert path.read_text() == "{"


def test_what_is_mended_is_gone(trouble: Trouble) -> None:
    audit = Audit(empty, None)
    assert audit.mend(audit.run().named("A99:a.example")) == ("a.example is straight",)
    assert [f.id for f in audit.all()] == ["A3", "A99:b.example"]


def test_what_is_still_there_was_not_mended(trouble: Trouble) -> None:
    trouble.mends = False
    audit = Audit(empty, None)
    with pytest.raises(OutcomeUnknown, match=r"a\.example is straight"):
        audit.mend(audit.run().named("A99:a.example"))
    silenced = audit.run().named("A99:a.example")
    audit.silence(silenced)
    with pytest.raises(OutcomeUnknown):
        audit.mend(silenced)


def test_without_a_fix_nothing_is_mended(trouble: Trouble) -> None:
    audit = Audit(empty, None)
    with pytest.raises(BadInput):
        audit.mend(audit.run().named("A3"))


@pytest.mark.parametrize("name", ["mend", "silence", "unsilence"])
def test_a_run_that_changes_nothing_refuses(trouble: Trouble, name: str) -> None:
    audit = Audit(empty, None, read_only=True)
    call: Callable[[Finding], object] = getattr(audit, name)
    with pytest.raises(ReadOnly):
        call(audit.run().named("A99:a.example"))
    assert len(trouble.hosts) == 2


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with pytest.raises(BadInput):
        Audit(empty, machine.environment, project="nowhere").run()
