"""Files on Windows: what another program holds open, and what is written in which form."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authui.model.errors import AuthuiError, StoreState, StoreUnreadable, WriteFailed
from authui.stores import read_file
from authui.stores.base import Stored
from authui.stores.file_refusals import missing_rights
from authui.stores.file_watch import FileWatch
from authui.stores.leftover_files import delete_leftover, find_leftovers
from authui.stores.lock import exclusive
from authui.stores.private_folder import make_private_folders, remove_folders
from authui.stores.read_file import read_regular_file
from authui.stores.side_file import create_side_file, free_side_path, take_back
from tests.support.json_files import store, token, tokens

HOLD = """
import ctypes, sys
from ctypes import wintypes

path, how = sys.argv[1:]
kernel = ctypes.WinDLL("kernel32")
kernel.CreateFileW.restype = wintypes.HANDLE
share = {"alone": 0, "with readers": 1, "with all": 7}.get(how)
if share is not None:
    handle = kernel.CreateFileW(path, 0x80000000, share, None, 3, 0, None)
    assert handle != wintypes.HANDLE(-1).value
else:
    file = open(path, "r+b")  # Python lets others read and write, not delete or replace
print("held", flush=True)
order = sys.stdin.readline()
if order.startswith("write "):
    file.write(order.removeprefix("write ").strip().encode())
    file.truncate()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "Ordner für alles" / "credentials.json"
    path.parent.mkdir()
    path.write_bytes(b'{"h":{"BearerToken":"1"}}')
    return path


@contextmanager
def held(path: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open until it is told to go."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        release(process)


def release(process: subprocess.Popen[str], order: str = "go") -> None:
    if process.poll() is None:
        process.communicate(f"{order}\n", timeout=60)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is to be done each time the program has waited for whoever holds the file."""
    acts: list[object] = []
    really = time.sleep

    def sleep(seconds: float) -> None:
        if acts:
            act = acts.pop(0)
            assert callable(act)
            act()
        really(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    return acts


class TestHeldOpen:
    @pytest.mark.parametrize("how", ["as Python does", "with readers", "with all"])
    def test_it_is_waited_for(self, path: Path, told: list[object], how: str) -> None:
        with held(path, how) as process:
            told.append(lambda: release(process))
            store(path).write("h", token("2"), before=Stored(token("1")))
            assert told == []
        assert path.read_bytes() == b'{"h":{"BearerToken":"2"}}'
        assert os.listdir(path.parent) == [path.name]

    @pytest.mark.parametrize("how", ["as Python does", "with readers", "with all"])
    def test_not_for_ever_and_nothing_has_changed(self, path: Path, how: str) -> None:
        with (
            held(path, how),
            pytest.raises(WriteFailed, match="another program holds it open") as raised,
        ):
            store(path).write("h", token("2"), before=Stored(token("1")))
        assert str(path) in raised.value.message
        assert path.read_bytes() == b'{"h":{"BearerToken":"1"}}'
        assert os.listdir(path.parent) == [path.name]

    def test_what_its_holder_writes_meanwhile_is_kept(self, path: Path, told: list[object]) -> None:
        theirs = '{"h":{"BearerToken":"1"},"other":{"BearerToken":"theirs"}}'
        with held(path, "to write") as process:
            told.append(lambda: release(process, f"write {theirs}"))
            store(path).write("h", token("2"), before=Stored(token("1")))
        assert tokens(path) == {"h": "2", "other": "theirs"}
        assert os.listdir(path.parent) == [path.name]

    def test_what_nobody_may_read_says_so(self, path: Path) -> None:
        with held(path, "alone"):
            with pytest.raises(StoreUnreadable, match="Another program holds the file open"):
                read_regular_file(str(path))
            listing = store(path).list()
            assert listing.state is StoreState.UNREADABLE
            assert store(path).blocks is not None
            with pytest.raises(AuthuiError, match="Another program holds"):
                store(path).write("h", token("2"), before=Stored(token("1")))
        assert tokens(path) == {"h": "1"}
        assert os.listdir(path.parent) == [path.name]

    def test_a_part_that_is_locked_says_so_too(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Wine reads such a part; Windows answers with error 33, which stands in here."""

        def read(*arguments: object) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(read_file, "_read", read)
        with pytest.raises(StoreUnreadable, match="Another program holds the file open"):
            read_regular_file(str(path))

    def test_a_new_file_that_a_scanner_holds_is_removed_in_the_end(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, told: list[object]
    ) -> None:
        really = os.replace

        def replace(new: str, old: str) -> None:
            process = held(Path(new), "as Python does")
            scanner = process.__enter__()
            told.append(lambda: release(scanner))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", replace)
        with pytest.raises(WriteFailed):
            store(path).write("h", token("2"), before=Stored(token("1")))
        monkeypatch.setattr(os, "replace", really)
        assert told == []
        assert os.listdir(path.parent) == [path.name]


def test_a_file_marked_read_only_is_refused_beforehand(path: Path) -> None:
    os.chmod(path, 0o444)
    try:
        refusal = missing_rights(str(path))
        assert refusal is not None
        assert "marked read-only" in refusal.message
        assert store(path).refusal() is not None
    finally:
        os.chmod(path, 0o666)
    assert missing_rights(str(path)) is None


def test_a_refusal_to_replace_it_names_the_mark(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wine replaces such a file; Windows answers with error 5, which stands in here."""

    def replace(new: str, old: str) -> None:
        raise PermissionError(13, "Access denied", new, 5, old)

    monkeypatch.setattr(os, "replace", replace)
    os.chmod(path, 0o444)
    try:
        with pytest.raises(WriteFailed, match="marked read-only"):
            store(path).write("h", token("2"), before=Stored(token("1")))
    finally:
        os.chmod(path, 0o666)
    assert os.listdir(path.parent) == [path.name]


class TestBytes:
    def test_no_line_end_is_translated(self, path: Path) -> None:
        text = b'{"a":{"BearerToken":\r\n"1"},\n"b":{"BearerToken":"\x7f"}}\r\n'
        path.write_bytes(text)
        assert read_regular_file(str(path)) == text
        one = store(path)
        one.write("c", token("2"), before=None)
        assert path.read_bytes() == (
            b'{"a":{"BearerToken":\r\n"1"},"b":{"BearerToken":"\x7f"},"c":{"BearerToken":"2"}}'
        )

    def test_a_control_z_ends_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "_netrc"
        path.write_bytes(b"machine a\x1a\nlogin b\r\npassword c\n")
        assert read_regular_file(str(path)) == b"machine a\x1a\nlogin b\r\npassword c\n"

    def test_a_side_file_holds_what_was_given(self, path: Path) -> None:
        side = free_side_path(str(path), 0.0)
        made = create_side_file(side, b"a\nb\r\n\x1a\xff")
        assert Path(side).read_bytes() == b"a\nb\r\n\x1a\xff"
        with pytest.raises(WriteFailed):
            create_side_file(side, b"other")
        take_back(made)
        assert not os.path.lexists(side)


class TestFolders:
    def test_what_is_missing_is_made_and_taken_back(self, tmp_path: Path) -> None:
        folder = str(tmp_path / "a" / "ü b" / "c")
        created = make_private_folders(folder)
        assert created[-1] == folder
        assert os.path.isdir(folder)
        remove_folders(created)
        assert not (tmp_path / "a").exists()

    def test_a_new_file_gets_its_folders(self, tmp_path: Path) -> None:
        path = tmp_path / "neu" / ".rattler" / "credentials.json"
        store(path).write("h", token("1"), before=None)
        assert tokens(path) == {"h": "1"}
        store(path).delete("h")
        assert path.read_bytes() == b"{}"


class TestLock:
    def test_another_process_is_waited_for_and_then_named(self, path: Path) -> None:
        with locked(str(path).upper()) as process:
            with pytest.raises(WriteFailed, match="Another authui"), exclusive(str(path), wait=0.2):
                pass
            release(process)
        with exclusive(str(path), wait=0.2):
            pass

    def test_one_that_was_killed_holds_it_no_longer(self, path: Path) -> None:
        with locked(str(path)) as process:
            process.kill()
        with exclusive(str(path), wait=5):
            pass


@contextmanager
def locked(path: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds authui's own lock of the file."""
    code = (
        "import sys\nfrom authui.stores.lock import exclusive\n"
        "with exclusive(sys.argv[1]):\n    print('held', flush=True)\n    sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def test_leftovers_are_found_and_deleted(path: Path) -> None:
    for name in ("credentialsAb3dE9.json", "credentials.json.bak", "rattler_auth_store.json"):
        (path.parent / name).write_bytes(b'{"h":{"BearerToken":"old"}}')
    found = find_leftovers(str(path))
    assert len(found) == 3
    for one in found:
        delete_leftover(one)
    assert os.listdir(path.parent) == [path.name]


def test_a_leftover_that_somebody_holds_stays_and_is_named(path: Path) -> None:
    other = path.parent / "credentials.json.bak"
    other.write_bytes(b'{"h":{"BearerToken":"old"}}')
    (found,) = find_leftovers(str(path))
    with held(other, "as Python does"), pytest.raises(WriteFailed, match="was not deleted"):
        delete_leftover(found)
    assert other.exists()


def test_a_change_is_noticed(path: Path) -> None:
    watch = FileWatch([str(path)])
    assert not watch.changed()
    store(path).write("h", token("22"), before=Stored(token("1")))
    assert watch.changed()
    assert not watch.changed()
    path.unlink()
    assert watch.changed()
