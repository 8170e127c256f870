from __future__ import annotations

import os
from pathlib import Path

from authui.stores.file_watch import FileWatch
from tests.support.json_files import store, token


def test_nothing_has_changed_until_something_has(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("{}")
    watch = FileWatch([str(path), str(tmp_path / "none"), "", "a\0b", "\ud800"])
    assert not watch.changed()
    assert path.read_text() == "{}"
    assert not watch.changed()


def test_each_kind_of_change_is_seen_once(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    watch = FileWatch([str(path)])

    def replaced() -> None:
        (tmp_path / "new").write_text("{   }")
        os.utime(tmp_path / "new", ns=(5, 5))
        os.replace(tmp_path / "new", path)

    def edited_in_its_old_time_and_length() -> None:
        was = path.stat().st_ctime_ns
        while path.stat().st_ctime_ns == was:  # the system's clock for files goes in steps
            path.write_text("{ 1 }")
            os.utime(path, ns=(5, 5))

    for change in (
        lambda: path.write_text("{}"),
        replaced,
        edited_in_its_old_time_and_length,
        lambda: path.chmod(0o600),
        lambda: os.utime(path, ns=(6, 6)),
        lambda: path.rename(tmp_path / "gone"),
        lambda: os.mkfifo(path),
    ):
        change()
        assert watch.changed()
        assert not watch.changed()


def test_is_told_by_a_write_of_our_own(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    watch = FileWatch([str(path)])
    store(path).write("h", token("1"), before=None)
    assert watch.changed()
    store(path).delete("h")
    assert watch.changed()
    store(path).list()
    assert not watch.changed()


def test_sees_through_symlinks_and_folders(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "c.json").write_text("{}")
    (tmp_path / "folder").symlink_to("a")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "folder" / "c.json")
    watch = FileWatch([str(link)])
    (tmp_path / "a" / "c.json").write_text('{"h":1}')
    assert watch.changed()
    (tmp_path / "folder").unlink()
    (tmp_path / "folder").symlink_to("b")
    assert watch.changed()
    (tmp_path / "b" / "c.json").unlink()
    assert watch.changed()
    link.unlink()
    assert watch.changed()
    link.symlink_to(tmp_path / "a")
    assert watch.changed()
    assert not watch.changed()


def test_a_path_that_only_becomes_known_is_a_change_too(tmp_path: Path) -> None:
    watch = FileWatch([str(tmp_path / "folder" / "c.json")])
    (tmp_path / "folder").mkdir()
    assert not watch.changed()
    (tmp_path / "folder" / "c.json").write_text("{}")
    assert watch.changed()
    (tmp_path / "folder" / "c.json").unlink()
    assert watch.changed()
