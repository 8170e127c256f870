"""Whatever fails while a file is written: the old file stays whole, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from authui.model.errors import OutcomeUnknown, WriteFailed
from authui.stores.lock import exclusive
from tests.support import full_disk
from tests.support.json_files import (
    CANARY,
    NOBODY,
    failing,
    ordinary_user,
    store,
    token,
    tokens,
    write_fails,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "credentials.json"
    path.parent.mkdir()
    store(path).write("h", token("1"), before=None)
    return path


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where another disk can lie, without hiding the other folders of the test."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


@pytest.mark.parametrize("case", ["full", "nearly-full"])
def test_a_disk_that_is_really_full(disk: Path, case: full_disk.Case) -> None:
    answer = full_disk.run(case, disk)
    name = f"{disk}/credentials.json"
    assert answer == {
        "failure": {
            "message": f"{name} was not changed: No space left on device",
            "hint": "Make room on its disk, then try again",
        },
        "whole": True,
        "names": ["credentials.json", "filler"],
        "later": None,
        "hosts": ["h", "n"],
    }


def test_a_disk_that_may_really_not_be_written(disk: Path) -> None:
    answer = full_disk.run("read-only", disk)
    assert answer == {
        "failure": {
            "message": f"{disk}/credentials.json was not changed: Read-only file system",
            "hint": "Mount its file system for writing, or use another store",
        },
        "whole": True,
        "names": ["credentials.json"],
        "later": None,
        "hosts": ["h", "n"],
    }


def test_a_limit_on_the_size_of_files(path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limits[1]))
    try:
        error = write_fails(path, value=CANARY * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert error.message == f"{path} was not changed: File too large"


def test_a_folder_that_may_not_be_written() -> None:
    with ordinary_user() as folder:
        path = folder / "c.json"
        path.write_bytes(b"{}")
        folder.chmod(0o500)
        error = write_fails(path)
        assert error.message == f"{path} was not changed: Permission denied"
        assert error.hint == f"Give yourself the right to create and replace files in {folder}"
        with pytest.raises(WriteFailed, match="Permission denied"):
            store(folder / "new" / "c.json").write("h", token("1"), before=None)
        folder.chmod(0o700)


def test_a_folder_that_may_be_written_but_not_read() -> None:
    with ordinary_user() as folder:
        path = folder / "c.json"
        folder.chmod(0o300)
        store(path).write("h", token("1"), before=None)
        store(path).write("n", token("2"), before=None)
        folder.chmod(0o700)
        assert tokens(path) == {"h": "1", "n": "2"}
        assert os.listdir(folder) == ["c.json"]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250)
    path.write_bytes(b"{}")
    assert "File name too long" in write_fails(path).message


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "close", "fchmod", "replace"])
def test_whichever_step_fails(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int
) -> None:
    """Where no real disk fails so: the step itself, on files of ours only."""
    store(path).write("warm", token("1"), before=None)  # loads what it needs
    really: Callable[..., Any] = getattr(os, name)
    mine: set[object] = set()

    def fail(first: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(first, str) and ".authui-" in first:
            if name != "open":
                raise failing(number)
            really(first, *rest, **more)  # created, and lost
            raise failing(number)
        if first in mine:
            mine.clear()
            if name == "close":
                really(first)
            raise failing(number)
        return really(first, *rest, **more)

    if name not in ("open", "replace"):
        really_open = os.open

        def note(target: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
            descriptor = really_open(target, flags, mode, **more)
            if ".authui-" in str(target):
                mine.add(descriptor)
            return descriptor

        monkeypatch.setattr(os, "open", note)
    monkeypatch.setattr(os, name, fail)
    if name == "open":
        with pytest.raises(WriteFailed) as caught:
            store(path).write("n", token(CANARY), before=None)
        error = caught.value
        monkeypatch.undo()
        store(path).tidy()
    else:
        error = write_fails(path)
        monkeypatch.undo()
    assert error.message == f"{path} was not changed: {os.strerror(number)}"
    assert os.listdir(path.parent) == ["credentials.json"]
    assert tokens(path) == {"h": "1", "warm": "1"}


def test_being_interrupted_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store(path).write("n", token("2"), before=None)
    monkeypatch.undo()
    assert os.listdir(path.parent) == ["credentials.json"]
    assert tokens(path) == {"h": "1"}
    store(path).write("n", token("2"), before=None)


def test_folders_made_for_nothing_are_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a" / "b" / "c.json"
    store(tmp_path / "warm" / "c.json").write("h", token("1"), before=None)

    def fail(descriptor: int, data: bytes) -> int:
        raise failing(errno.ENOSPC)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fail)
        with pytest.raises(WriteFailed):
            store(path).write("h", token("1"), before=None)
        assert not (tmp_path / "a").exists()
    really = os.mkdir

    def only_one(name: str | Path, mode: int) -> None:
        if str(name).endswith("/b"):
            raise failing(errno.ENOSPC)
        really(name, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "mkdir", only_one)
        with pytest.raises(WriteFailed):
            store(path).write("h", token("1"), before=None)
    assert not (tmp_path / "a").exists()


def test_what_cannot_be_read_back_is_not_called_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.replace

    def in_the_way() -> None:
        path.unlink()
        path.mkdir()

    for after in (lambda: path.write_bytes(b"null"), in_the_way):

        def replace(old: str, new: str, after: Callable[[], object] = after) -> None:
            really(old, new)
            after()

        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(OutcomeUnknown) as caught:
            store(path).write("n", token(CANARY), before=None)
        assert caught.value.message.startswith(f"{path} was written, but")
        assert caught.value.hint
        assert CANARY not in f"{caught.value!r}"
        monkeypatch.undo()
        path.unlink() if path.is_file() else path.rmdir()
        store(path).write("h", token("1"), before=None)


def test_a_folder_that_cannot_be_made_to_last(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """EINVAL is how a file system says that it has no such thing; anything else is a failure."""
    really = os.fsync

    def fail(number: int) -> Callable[[int], None]:
        def fsync(descriptor: int) -> None:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):
                raise failing(number)
            really(descriptor)

        return fsync

    monkeypatch.setattr(os, "fsync", fail(errno.EINVAL))
    store(path).write("a", token("2"), before=None)
    monkeypatch.setattr(os, "fsync", fail(errno.EIO))
    with pytest.raises(OutcomeUnknown):
        store(path).write("b", token("3"), before=None)
    assert tokens(path) == {"h": "1", "a": "2", "b": "3"}


def test_everything_is_on_the_disk_before_it_is_called_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut afterwards takes nothing: not the bytes, not the name, not the folders."""
    path = tmp_path / "a" / "b" / "c.json"
    store(tmp_path / "warm.json").write("h", token("1"), before=None)
    synced = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        really(descriptor)
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))

    monkeypatch.setattr(os, "fsync", fsync)
    store(path).write("h", token("1"), before=None)
    new = synced.pop(2)
    assert new.startswith(f"{tmp_path}/a/b/.authui-c.json.")
    assert synced == [f"{tmp_path}", f"{tmp_path}/a", f"{tmp_path}/a/b"]


def test_leftovers_are_removed_and_nothing_else(path: Path) -> None:
    folder = path.parent
    ours = [f".authui-{path.name}.{end}" for end in ("00000000", "0123abcd")]
    kept = [
        f".authui-{path.name}.0123abcg",
        f".authui-{path.name}.0123abc",
        f".authui-{path.name}.0123abcde",
        f".authui-{path.name}",
        ".authui-other.json.00000000",
        f"authui-{path.name}.00000000",
        f".authui-{path.name.replace('.', 'x')}.00000000",
        "credentialsAb3dE9.json",
    ]
    for name in ours + kept:
        (folder / name).write_text(CANARY)
    (folder / f".authui-{path.name}.11111111").mkdir()
    (folder / f".authui-{path.name}.22222222").symlink_to(path)
    kept += [f".authui-{path.name}.11111111", f".authui-{path.name}.22222222", path.name]
    store(path).tidy()
    assert sorted(os.listdir(folder)) == sorted(kept)
    (folder / ours[0]).write_text(CANARY)
    store(path).write("n", token("2"), before=None)
    assert sorted(os.listdir(folder)) == sorted(kept)


def test_leftovers_lie_where_the_file_itself_lies(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(path)
    leftover = path.parent / f".authui-{path.name}.00000000"
    leftover.touch()
    store(tmp_path / "link.json").tidy()
    assert not leftover.exists()


def test_leftovers_stay_while_another_authui_writes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leftover = path.parent / f".authui-{path.name}.00000000"
    leftover.touch()
    with exclusive(os.path.realpath(path)):
        store(path).tidy()
        assert leftover.exists()
    store(path).tidy()
    assert not leftover.exists()


def test_tidying_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for path in ("a\0b", "/\ud800", tmp_path / "no" / "c.json", tmp_path / "file" / "c", "", "/",
                 tmp_path / "loop", tmp_path / "loop" / "x", "x" * 300, "/" + "x/" * 5000):  # fmt: skip
        store(path).tidy()
    with ordinary_user() as folder:
        path = folder / "c.json"
        leftover = folder / ".authui-c.json.00000000"
        leftover.touch()
        folder.chmod(0o500)
        store(path).tidy()
        folder.chmod(0o000)
        store(path).tidy()
        folder.chmod(0o700)
        assert leftover.exists()
        assert leftover.stat().st_uid in (NOBODY, os.getuid())


def test_what_stands_under_the_name_of_the_new_file_is_not_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can foresee the name; whoever did would have us write their file, or give ours away."""
    monkeypatch.setattr("os.urandom", bytes)
    trap = path.parent / f".authui-{path.name}.00000000"
    victim = tmp_path / "victim"
    for made in (True, False):
        if made:
            victim.write_text("theirs")
        trap.symlink_to(victim)
        assert "File exists" in write_fails(path).message
        assert trap.is_symlink()
        trap.unlink()
        assert not made or victim.read_text() == "theirs"
        victim.unlink(missing_ok=True)
    trap.mkdir()
    write_fails(path)
    assert trap.is_dir()
