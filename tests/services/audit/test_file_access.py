"""The rules about who else gets at a file, on real modes, with real git and real rattler."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from authui.services.audit.finding import Severity
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
)
from tests.support.json_files import NOBODY, needs_root
from tests.support.judge import Judge

__all__ = ["judge"]

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.mark.rattler
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o666, 0o620])
def test_files_that_others_can_read(judge: Judge, own_home: Path, mode: int) -> None:
    path = default_file(own_home, GOOD, mode)
    before = ask(judge, own_home)
    finding = one("A7")
    assert (finding.id, finding.severity) == ("A7:file:mode", Severity.ERROR)
    assert f"{mode:04o}" in finding.message
    mend("A7")
    assert path.stat().st_mode & 0o777 == 0o600
    assert found("A7") == []
    assert ask(judge, own_home) == before


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_files_that_nobody_else_can_read(own_home: Path, mode: int) -> None:
    default_file(own_home, GOOD, mode)
    assert found("A7") == []


def test_an_empty_store_gives_nothing_away(own_home: Path) -> None:
    default_file(own_home, "{}", 0o644)
    assert found("A7") == []


@pytest.mark.rattler
def test_a_folder_in_which_others_may_replace_the_file(judge: Judge, own_home: Path) -> None:
    path = default_file(own_home, GOOD)
    before = ask(judge, own_home)
    path.parent.chmod(0o775)
    finding = one("A7")
    assert (finding.id, finding.severity) == ("A7:file:folder", Severity.WARNING)
    mend("A7")
    assert path.parent.stat().st_mode & 0o777 == 0o755
    assert ask(judge, own_home) == before
    path.parent.chmod(0o1777)
    assert found("A7") == []


def test_the_folder_of_what_a_symlink_leads_to(own_home: Path) -> None:
    target = own_home / "dotfiles" / "auth.json"
    target.parent.mkdir(mode=0o700)
    target.write_text(GOOD)
    target.chmod(0o600)
    path = default_file(own_home, GOOD)
    path.unlink()
    path.symlink_to(target)
    assert found("A7") == []
    target.parent.chmod(0o770)
    assert one("A7").id == "A7:file:target folder"
    mend("A7")
    assert target.parent.stat().st_mode & 0o777 == 0o750


def test_a_file_of_another_user(own_home: Path) -> None:
    needs_root()
    path = default_file(own_home, GOOD)
    os.chown(path, NOBODY, NOBODY)
    finding = one("A7")
    assert (finding.id, finding.severity, finding.fix) == ("A7:file:owner", Severity.WARNING, None)


def test_netrc_and_leftovers_that_others_can_read(own_home: Path) -> None:
    path = default_file(own_home, GOOD)
    netrc = own_home / ".netrc"
    netrc.write_text(f"machine a.test login u password {CANARY}\n")
    backup = path.with_name("credentials.json~")
    backup.write_text(GOOD)
    empty = path.with_name("credentials.lock")
    empty.write_text("")
    for one_file in (netrc, backup, empty):
        one_file.chmod(0o644)
    ids = [finding.id for finding in found("A7")]
    assert ids == ["A7:netrc:mode", f"A7:file:{backup}"]
    for finding in found("A7"):
        audit().mend(finding)
    assert found("A7") == []
    assert netrc.stat().st_mode & 0o777 == backup.stat().st_mode & 0o777 == 0o600


@needs_git
def test_a_file_in_a_git_work_tree(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = default_file(own_home, GOOD)
    assert found("A51") == []
    subprocess.run(["git", "init", "-q", str(own_home)], check=True)
    finding = one("A51")
    assert (finding.id, finding.severity) == ("A51:file", Severity.ERROR)
    assert "is not ignored" in finding.message
    subprocess.run(["git", "-C", str(own_home), "add", str(path)], check=True)
    assert "is tracked by git" in one("A51").message
    subprocess.run(["git", "-C", str(own_home), "rm", "-q", "--cached", str(path)], check=True)
    (own_home / ".gitignore").write_text(".rattler/\n")
    assert found("A51") == []
    monkeypatch.setenv("PATH", "/nonexistent")
    finding = one("A51")
    assert finding.severity is Severity.WARNING
    assert "does not tell" in finding.message
    default_file(own_home, "{}")
    assert found("A51") == []


@needs_git
def test_what_a_repair_set_aside_in_a_git_work_tree(own_home: Path) -> None:
    subprocess.run(["git", "init", "-q", str(own_home)], check=True)
    (own_home / ".gitignore").write_text("credentials.json\n")
    path = default_file(own_home, f'{{"a.test":{{"BearerToken":["{CANARY}"]}}}}')
    (path.parent / "credentials.lock").write_text("")
    assert found("A51") == []
    mend("A1")
    finding = one("A51")
    assert (finding.subject or "").startswith(f"{path}.set-aside-")
    assert finding.severity is Severity.ERROR
    assert "is not ignored" in finding.message
    (own_home / ".gitignore").write_text("credentials.json*\n")
    assert found("A51") == []


def test_a_file_in_a_synced_folder(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own_home / "Dropbox" / "pixi" / "auth.json"
    place.parent.mkdir(parents=True)
    place.write_text(GOOD)
    assert found("A52") == []
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(place))
    finding = one("A52")
    assert (finding.id, finding.severity) == ("A52:auth-file", Severity.WARNING)
    assert "Dropbox copies elsewhere" in finding.message
