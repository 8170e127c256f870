"""Several programs change one file at once, some of them without a lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authui.model.errors import ChangedMeanwhile, NotStored, OutcomeUnknown, StoreCorrupt
from authui.stores import change_file
from authui.stores.base import Stored
from tests.support.json_files import store, token, tokens
from tests.support.racing_writes import run, write_as_rattler_does


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "own" / "credentials.json"
    store(path).write("h", token("1"), before=None)
    return path


@pytest.fixture
def at_once(path: Path) -> Iterator[None]:
    yield
    assert os.listdir(path.parent) == ["credentials.json"]


Hook = Callable[[Callable[[], object]], None]


@pytest.fixture
def when_written(monkeypatch: pytest.MonkeyPatch) -> Hook:
    """Do something each time a new file is on the disk and has not yet taken its place."""

    def hook(act: Callable[[], object]) -> None:
        really = os.fsync

        def fsync(descriptor: int) -> None:
            really(descriptor)
            if ".authui-" in os.readlink(f"/proc/self/fd/{descriptor}"):
                act()

        monkeypatch.setattr(os, "fsync", fsync)

    return hook


@pytest.fixture
def when_replaced(monkeypatch: pytest.MonkeyPatch) -> Hook:
    """Do something each time a new file of ours has taken its place."""

    def hook(act: Callable[[], object]) -> None:
        really = os.replace

        def replace(old: str, new: str) -> None:
            really(old, new)
            if ".authui-" in str(old):
                act()

        monkeypatch.setattr(os, "replace", replace)

    return hook


def only(times: int, act: Callable[[], object]) -> Callable[[], object]:
    """The first times only."""
    left = [act] * times
    return lambda: left and left.pop()()


pytestmark = pytest.mark.usefixtures("at_once")


def test_what_rattler_writes_in_between_is_kept(path: Path, when_written: Hook) -> None:
    when_written(only(3, lambda: write_as_rattler_does(path, "r", tokens(path).get("r", "") + "x")))
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"h": "1", "n": "2", "r": "xxx"}
    when_written(only(3, lambda: write_as_rattler_does(path, "r", tokens(path)["r"] + "y")))
    store(path).delete("h")
    assert tokens(path) == {"n": "2", "r": "xxxyyy"}


def test_so_is_what_is_written_into_the_file_itself(path: Path, when_written: Hook) -> None:
    """An editor need not rename: the file stays the same, its length and time may too."""

    def edit() -> None:
        was = path.stat()
        path.write_bytes(path.read_bytes().replace(b'"1"', b'"9"'))
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))

    when_written(only(1, edit))
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"h": "9", "n": "2"}


def test_what_is_written_between_the_last_reading_and_the_exchange(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    really = change_file.look  # type: ignore[attr-defined]

    def look(name: str) -> object:
        nonlocal looks
        looks += 1
        seen: object = really(name)
        if looks == 2:
            write_as_rattler_does(path, "r", "x")
        return seen

    monkeypatch.setattr(change_file, "look", look)
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"h": "1", "n": "2", "r": "x"}


def test_a_file_that_appears_meanwhile_is_kept(path: Path, when_written: Hook) -> None:
    path.unlink()
    when_written(only(1, lambda: path.write_bytes(b'{"r":{"BearerToken":"x"}}')))
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"n": "2", "r": "x"}


def test_a_file_that_goes_meanwhile_is_not_brought_back(path: Path, when_written: Hook) -> None:
    when_written(only(1, path.unlink))
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"n": "2"}


def test_what_was_to_be_changed_is_changed_by_another(path: Path, when_written: Hook) -> None:
    """An OAuth token that rattler refreshed in this very moment is never replaced by its past."""
    when_written(only(1, lambda: write_as_rattler_does(path, "h", "refreshed")))
    with pytest.raises(ChangedMeanwhile, match="h has meanwhile been changed"):
        store(path).write("h", token("2"), before=Stored(token("1")))
    assert tokens(path) == {"h": "refreshed"}


def test_what_was_to_be_deleted_is_changed_or_deleted_by_another(
    path: Path, when_written: Hook
) -> None:
    when_written(only(1, lambda: write_as_rattler_does(path, "h", "refreshed")))
    with pytest.raises(ChangedMeanwhile):
        store(path).delete("h", before=Stored(token("1")))
    assert tokens(path) == {"h": "refreshed"}
    when_written(only(1, lambda: path.write_bytes(b"{}")))
    with pytest.raises(NotStored):
        store(path).delete("h")
    assert tokens(path) == {}


def test_a_file_that_another_breaks_meanwhile_is_left_to_be_looked_at(
    path: Path, when_written: Hook
) -> None:
    when_written(lambda: path.write_bytes(b"null"))
    with pytest.raises(StoreCorrupt):
        store(path).write("n", token("2"), before=None)
    assert path.read_bytes() == b"null"


def test_a_writer_with_old_knowledge_does_not_undo_us(path: Path, when_replaced: Hook) -> None:
    """rattler read before we wrote and writes after: ours is gone, so it is put there again."""
    old = path.read_bytes()
    when_replaced(only(2, lambda: path.write_bytes(old)))
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"h": "1", "n": "2"}
    old = path.read_bytes()
    when_replaced(only(2, lambda: path.write_bytes(old)))
    store(path).delete("h", before=Stored(token("1")))
    assert tokens(path) == {"n": "2"}


def test_a_writer_that_only_comes_after_us_is_let_be(path: Path, when_replaced: Hook) -> None:
    when_replaced(only(1, lambda: write_as_rattler_does(path, "r", "x")))
    assert store(path).write("n", token("2"), before=None) == Stored(token("2"))
    assert tokens(path) == {"h": "1", "n": "2", "r": "x"}
    when_replaced(only(1, lambda: write_as_rattler_does(path, "n", "theirs")))
    with pytest.raises(ChangedMeanwhile):
        store(path).write("n", token("3"), before=Stored(token("2")))
    assert tokens(path)["n"] == "theirs"


def test_what_becomes_of_it_is_not_known_when_the_file_is_broken_at_once(
    path: Path, when_replaced: Hook
) -> None:
    when_replaced(only(1, lambda: path.write_bytes(b"null")))
    with pytest.raises(OutcomeUnknown):
        store(path).write("n", token("2"), before=None)


def test_a_writer_that_never_rests_is_not_fought_for_ever(
    path: Path, when_written: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert change_file.TRY_LIMIT == 10
    now = [0.0]
    monkeypatch.setattr(change_file.time, "monotonic", lambda: now[0])  # type: ignore[attr-defined]

    def write() -> None:
        now[0] += 1.0
        write_as_rattler_does(path, "r", str(now[0]))

    when_written(write)
    with pytest.raises(ChangedMeanwhile, match="keeps writing") as caught:
        store(path).write("n", token("2"), before=None)
    assert caught.value.hint
    assert tokens(path) == {"h": "1", "r": "11.0"}


def test_another_users_authui_takes_the_new_file_for_a_leftover(
    path: Path, when_written: Hook
) -> None:
    def remove() -> None:
        for new in path.parent.glob(".authui-*"):
            new.unlink()

    when_written(only(2, remove))
    store(path).write("n", token("2"), before=None)
    assert tokens(path) == {"h": "1", "n": "2"}


def test_eight_processes_change_one_file(tmp_path: Path, path: Path) -> None:
    folder = tmp_path / "race"
    folder.mkdir()
    answer = run(folder, 8, 100, "alone")
    assert (answer["missing"], answer["too many"]) == (0, 0)
    assert answer["exchanges"] == answer["attempts"] == 8 * (100 + 12)
    assert answer["names"] == ["credentials.json"]


def test_against_one_that_takes_no_lock(tmp_path: Path, path: Path) -> None:
    """Each exchange is watched: nothing is put over what was there at authui's last look."""
    folder = tmp_path / "race"
    folder.mkdir()
    answer = run(folder, 4, 50, "foreign")
    assert answer["attempts"] > answer["exchanges"] > 4 * 50 / 2
    assert answer["foreign"]["written"] >= answer["number"] > 0
    assert answer["names"] == ["credentials.json"]
