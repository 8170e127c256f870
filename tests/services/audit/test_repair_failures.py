"""A repair that fails, is overtaken or is killed loses nothing, and says what it left."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from authui.model.errors import ChangedMeanwhile, OutcomeUnknown, WriteFailed
from authui.services.audit.repair import apply_repair, plan_repair
from authui.stores import change_file, replace_file
from tests.services.audit.scenes import CANARY, NOW, default_file, default_store
from tests.services.audit.test_repair import BROKEN, assert_untouched, plan
from tests.support import killed_repairs
from tests.support.json_files import failing


def test_a_file_that_changed_is_left_alone(own_home: Path) -> None:
    made = plan(own_home)
    default_file(own_home, BROKEN + " ")
    with pytest.raises(ChangedMeanwhile):
        apply_repair(made, made.defaults())
    assert_untouched(made, BROKEN + " ")
    Path(made.path).unlink()
    with pytest.raises(ChangedMeanwhile):
        apply_repair(made, made.defaults())
    assert os.listdir(own_home / ".rattler") == []


def test_one_that_changes_while_the_new_one_is_written_too(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(own_home)
    really = os.fsync

    def overtaken(descriptor: int) -> None:
        really(descriptor)
        Path(made.path).write_text(BROKEN + "\n\n")

    monkeypatch.setattr(os, "fsync", overtaken)
    with pytest.raises(ChangedMeanwhile):
        apply_repair(made, made.defaults())
    assert_untouched(made, BROKEN + "\n\n")


def test_nothing_is_overwritten_by_the_side_file(own_home: Path) -> None:
    made = plan(own_home)
    Path(made.side_path).symlink_to(own_home / "elsewhere")
    with pytest.raises(WriteFailed) as caught:
        apply_repair(made, made.defaults())
    assert caught.value.hint
    assert Path(made.path).read_text() == BROKEN
    assert not (own_home / "elsewhere").exists()
    again = plan_repair(default_store(), NOW)
    assert again.side_path == made.side_path + "-2"
    apply_repair(again, again.defaults())
    assert Path(made.side_path).is_symlink()


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_side_file_that_fails_leaves_all_as_it_was(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    made = plan(own_home)

    def fail(*rest: object) -> int:
        raise failing(errno.ENOSPC)

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(WriteFailed):
        apply_repair(made, made.defaults())
    monkeypatch.undo()
    assert_untouched(made)


def test_a_replacement_that_fails_takes_the_side_file_back(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(own_home)

    def fail(*rest: object) -> None:
        assert os.path.exists(made.side_path)
        raise failing(errno.EACCES)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WriteFailed):
        apply_repair(made, made.defaults())
    monkeypatch.undo()
    assert_untouched(made)


def test_an_unknown_outcome_names_the_side_file_and_keeps_it(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(own_home)

    def fail(path: str) -> None:
        raise failing(errno.EIO)

    monkeypatch.setattr(change_file, "settle", fail)
    with pytest.raises(OutcomeUnknown, match="set-aside"):
        apply_repair(made, made.defaults())
    assert CANARY in Path(made.side_path).read_text()


def test_whoever_writes_after_the_replacement_does_not_cost_what_was_set_aside(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(own_home)
    really = replace_file.settle

    def overtaken(path: str) -> None:
        really(path)
        Path(path).write_text('{"other.test":{"BearerToken":"x"}}')

    monkeypatch.setattr(change_file, "settle", overtaken)
    with pytest.raises(OutcomeUnknown, match="another program"):
        apply_repair(made, made.defaults())
    assert CANARY in Path(made.side_path).read_text()


def test_whoever_adds_an_entry_after_the_replacement_disturbs_nothing(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(own_home)
    really = replace_file.settle

    def overtaken(path: str) -> None:
        really(path)
        Path(path).write_text(Path(path).read_text()[:-1] + ',"a.new":{"BearerToken":"x"}}')

    monkeypatch.setattr(change_file, "settle", overtaken)
    apply_repair(made, made.defaults())
    assert CANARY in Path(made.side_path).read_text()


def test_the_side_file_and_its_folder_are_synced_before_the_file_is_replaced(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(own_home)
    synced: list[int] = []
    sync, replace = os.fsync, os.replace

    def noted(descriptor: int) -> None:
        sync(descriptor)
        synced.append(os.fstat(descriptor).st_ino)

    def checked(old: str, new: str) -> None:
        side, folder = (os.stat(p).st_ino for p in (made.side_path, os.path.dirname(made.path)))
        assert folder in synced[synced.index(side) :]
        replace(old, new)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", checked)
    apply_repair(made, made.defaults())
    assert os.path.exists(made.side_path)


def test_a_file_under_the_name_of_the_side_file_stays(own_home: Path) -> None:
    made = plan(own_home)
    Path(made.side_path).write_text("precious")
    with pytest.raises(WriteFailed):
        apply_repair(made, made.defaults())
    assert Path(made.side_path).read_text() == "precious"
    assert Path(made.path).read_text() == BROKEN


@pytest.mark.parametrize("point", killed_repairs.POINTS)
def test_killed_after_each_step_it_loses_nothing(tmp_path: Path, point: str) -> None:
    left = killed_repairs.run(tmp_path, point, 5)
    assert left == {"new" if point == "replaced" else "old": 5}
