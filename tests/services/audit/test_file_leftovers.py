"""The rule about leftovers: what deleting one costs is said before, and real rattler misses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.errors import ChangedMeanwhile
from authui.services.audit.finding import Severity
from authui.services.migration.migration import Migration
from tests.services.audit.scenes import (
    CANARY,
    GOOD,
    ask,
    audit,
    default_file,
    found,
    judge,
    mend,
    one,
    scene,
)
from tests.support.judge import Judge

__all__ = ["judge"]


def leftover(home: Path, name: str, data: str = GOOD) -> Path:
    path = home / ".rattler" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(data)
    path.chmod(0o600)
    return path


@pytest.mark.rattler
def test_a_leftover_is_deleted_and_rattler_misses_nothing(judge: Judge, own_home: Path) -> None:
    default_file(own_home, GOOD)
    before = ask(judge, own_home)
    path = leftover(own_home, "credentialsAb3dE9.json")
    finding = one("A8")
    assert (finding.id, finding.severity) == (f"A8:file:{path}", Severity.WARNING)
    assert "a temporary file of rattler" in finding.message
    assert finding.fix is not None
    assert "It holds 1 credential, which a store has too" in finding.fix.preview
    assert any("not revoking" in line for line in finding.fix.preview)
    mend("A8")
    assert not path.exists()
    assert ask(judge, own_home) == before


def test_what_stands_nowhere_else_is_counted(own_home: Path) -> None:
    default_file(own_home, GOOD)
    leftover(
        own_home,
        "rattler_auth_store.json",
        f'{{"a.test":"{{\\"BearerToken\\":\\"{CANARY}\\"}}","b.test":"{{\\"CondaToken\\":\\"x\\"}}"}}',
    )
    fix = one("A8").fix
    assert fix is not None
    assert (
        "It holds 2 credentials, 1 of which in no store that authui can read: gone with it"
        in fix.preview
    )
    mend("A8")
    assert found("A8") == []


def test_a_part_that_is_cut_off_is_not_passed_over(own_home: Path) -> None:
    default_file(own_home, GOOD)
    leftover(own_home, "credentialsAb3dE9.json", GOOD[:-1] + ',"b.test":{"BearerToken":"y')
    fix = one("A8").fix
    assert fix is not None
    assert fix.preview[1:3] == (
        "It holds 1 credential, which a store has too",
        "It also holds 1 part that authui cannot read: gone with it",
    )


def test_what_a_repair_set_aside_is_counted_by_its_hosts(own_home: Path) -> None:
    broken = '{"a.test":{"BearerToken":1},"b.test":{"CondaToken":[]},"c.test" // lost\n}'
    default_file(own_home, broken)
    mend("A1")
    fix = one("A8").fix
    assert fix is not None
    assert fix.preview[1] == (
        "It holds 3 entries that a repair took out, and no store has anything for 3 of them: "
        "gone with it"
    )
    default_file(own_home, GOOD)
    fix = one("A8").fix
    assert fix is not None
    assert "for 2 of them" in fix.preview[1]


def test_what_was_stored_again_after_a_repair_is_said(own_home: Path) -> None:
    default_file(own_home, '{"a.test":{"BearerToken":1}}')
    mend("A1")
    default_file(own_home, GOOD)
    fix = one("A8").fix
    assert fix is not None
    assert fix.preview[1] == (
        "It holds 1 entry that a repair took out, and a store has something under each host"
    )


def test_what_cannot_be_looked_into_says_so(own_home: Path) -> None:
    leftover(own_home, ".credentials.json.swp", f"b0VIM {CANARY}")
    finding = one("A8")
    assert finding.fix is not None
    assert "may hold secrets" in finding.message
    assert "authui cannot tell which credentials are in it" in finding.fix.preview


def test_one_without_a_secret_is_no_warning(own_home: Path) -> None:
    leftover(own_home, "credentials.lock", "")
    finding = one("A8")
    assert finding.severity is Severity.INFO
    assert finding.fix is not None
    assert len(finding.fix.preview) == 1


def test_a_file_that_a_client_reads_is_no_leftover(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_file(own_home, GOOD)
    path = leftover(own_home, "credentials.json.bak")
    assert len(found("A8")) == 1
    migration = Migration(lambda: scene().discovery)
    assert len(migration.leftovers("file")) == 1
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(path))
    assert found("A8") == []
    assert migration.leftovers("file") == ()


def test_what_lies_beside_two_files_is_reported_once(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_file(own_home, GOOD)
    leftover(own_home, "rattler_auth_store.json")
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(leftover(own_home, "auth.json")))
    assert one("A8").store == "auth-file"


def test_a_literal_home_folder_has_no_fix(own_home: Path) -> None:
    (own_home / "~" / ".rattler").mkdir(parents=True)
    finding = one("A8")
    assert (finding.id, finding.fix) == (f"A8:file:{own_home / '~'}", None)


def test_a_leftover_that_changed_is_kept(own_home: Path) -> None:
    path = leftover(own_home, "credentials.json~")
    finding = one("A8")
    path.write_text(GOOD + " ")
    with pytest.raises(ChangedMeanwhile):
        audit().mend(finding)
    assert path.exists()


def test_what_a_repair_set_aside_counts_until_it_is_deleted(own_home: Path) -> None:
    default_file(own_home, f'{{"bad.test":{{"BearerToken":["{CANARY}"]}}}}')
    mend("A1")
    finding = one("A8")
    assert "what a repair set aside, and holds secrets" in finding.message
    audit().mend(finding)
    assert found("A8") == []
    assert os.listdir(own_home / ".rattler") == ["credentials.json"]
