"""Who can read a file, and where it lies: asked of the real system and of real git."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from authui.model.errors import ChangedMeanwhile, WriteFailed
from authui.stores import file_facts
from authui.stores.file_facts import (
    GitStanding,
    belongs_to_another,
    git_standing,
    look_at,
    set_mode,
    synced_by,
)
from tests.support.json_files import NOBODY, needs_root, ordinary_user

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def test_facts_are_those_behind_a_symlink(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    file.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(file)
    facts = look_at(str(link))
    assert facts is not None
    assert (facts.path, facts.mode, facts.is_regular, facts.is_mine) == (
        str(file),
        0o640,
        True,
        True,
    )
    folder = look_at(str(tmp_path))
    assert folder is not None
    assert folder.is_folder
    assert look_at(str(tmp_path / "no")) is None
    assert look_at("/a\0b") is None


def test_the_owner() -> None:
    needs_root()
    with ordinary_user() as folder:
        own = look_at(str(folder))
        roots = look_at("/")
        assert own is not None
        assert roots is not None
        assert (own.is_mine, belongs_to_another(own)) == (True, False)
        assert (roots.is_mine, belongs_to_another(roots), roots.owner) == (False, False, "root")
        with pytest.raises(WriteFailed) as caught:
            set_mode(roots, roots.mode ^ 0o100)
        assert caught.value.hint


def test_a_file_of_another_user(tmp_path: Path) -> None:
    needs_root()
    file = tmp_path / "a"
    file.write_text("x")
    os.chown(file, NOBODY, NOBODY)
    facts = look_at(str(file))
    assert facts is not None
    assert belongs_to_another(facts)
    os.chown(file, 54321, -1)
    facts = look_at(str(file))
    assert facts is not None
    assert facts.owner == "user 54321"


def test_setting_a_mode_only_where_the_file_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    file.chmod(0o644)
    facts = look_at(str(file))
    assert facts is not None
    set_mode(facts, 0o600)
    assert file.stat().st_mode & 0o777 == 0o600
    other = tmp_path / "b"
    other.write_text("y")
    other.chmod(0o644)
    os.replace(other, file)
    with pytest.raises(ChangedMeanwhile):
        set_mode(facts, 0o600)
    file.unlink()
    with pytest.raises(ChangedMeanwhile):
        set_mode(facts, 0o600)


def test_a_file_system_without_modes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_text("x")
    facts = look_at(str(file))
    assert facts is not None
    monkeypatch.setattr(os, "chmod", lambda *_: None)
    with pytest.raises(WriteFailed, match="keeps no modes"):
        set_mode(facts, 0o400)


def git(folder: Path, *command: str) -> None:
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.test", *command],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    git(tree, "init", "-q")
    (tree / "sub").mkdir()
    (tree / "sub" / "credentials.json").write_text("{}")
    return tree


def standing(path: Path) -> tuple[bool | None, bool | None] | None:
    found = git_standing(str(path), os.environ)
    return None if found is None else (found.ignored, found.tracked)


@needs_git
def test_what_git_says(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree / "sub" / "credentials.json"
    assert standing(tmp_path / "x") is None
    assert standing(path) == (False, False)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert standing(path) == (False, False)
    monkeypatch.delenv("GIT_DIR")
    (tree / ".gitignore").write_text("credentials.json\n")
    assert standing(path) == (True, False)
    git(tree, "add", "-f", str(path))
    assert standing(path) == (False, True)
    link = tmp_path / "link"
    link.symlink_to(path)
    assert standing(link) == (False, True)
    starred = tree / "cred*.json"
    starred.write_text("{}")
    assert standing(starred) == (False, False)


@needs_git
def test_no_program_of_the_repository_runs(tree: Path, tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {witness}\n")
    script.chmod(0o755)
    git(tree, "config", "core.fsmonitor", str(script))
    git(tree, "config", "core.hooksPath", str(tmp_path))
    shutil.copy(script, tmp_path / "post-index-change")
    path = tree / "sub" / "credentials.json"
    assert standing(path) == (False, False)
    assert not witness.exists()
    subprocess.run(["git", "-C", str(tree), "status"], check=True, capture_output=True)
    assert witness.exists(), "what the test sets up would not run at all"


@needs_git
def test_without_git_or_with_one_that_hangs_it_is_not_known(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tree / "sub" / "credentials.json")
    unknown = GitStanding(str(tree), None, None)
    assert git_standing(path, {}) == unknown
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexec sleep 30\n")
    fake.chmod(0o755)
    monkeypatch.setattr(file_facts, "GIT_LIMIT", 0.1)
    assert git_standing(path, {"PATH": f"{fake.parent}:/bin:/usr/bin"}) == unknown
    (tree / ".git" / "HEAD").unlink()
    assert git_standing(path, os.environ) == unknown


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (Work)", "Dropbox"),
        ("OneDrive - Firm", "OneDrive"),
        ("Google Drive", "Google Drive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud Drive"),
        ("Nextcloud", "Nextcloud"),
        ("pCloudDrive", "pCloud"),
        ("MEGAsync", "MEGA"),
        ("Dropboxes", None),
        ("omega", None),
        ("mega project", None),
        ("GoogleDrive-a@b.test/My Drive", "Google Drive"),
        ("Documents", None),
    ],
)
def test_synced_folders_by_their_names(tmp_path: Path, folder: str, service: str | None) -> None:
    below = tmp_path / folder / "deep"
    below.mkdir(parents=True)
    assert synced_by(str(below / "credentials.json")) == service


def test_synced_folders_by_what_lies_in_them(tmp_path: Path) -> None:
    file = tmp_path / "sync" / "deep" / "credentials.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    link = tmp_path / "link"
    link.symlink_to(file)
    assert synced_by(str(link)) is None
    (tmp_path / "sync" / ".stfolder").mkdir()
    assert synced_by(str(link)) == "Syncthing"
    assert synced_by("/a\0b") is None
