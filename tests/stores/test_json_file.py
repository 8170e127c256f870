from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import Entry, Outcome, StoreListing
from authui.model.errors import StoreAbsent, StoreError, StoreState
from authui.model.secret import Secret
from authui.stores.base import Store, StoreInfo
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.read_file import read_regular_file

BOTH = b'{"h":{"BearerToken":"t"},"b":{"BasicHTTP":{"username":"u","password":"p"}}}'


def info(path: str) -> StoreInfo:
    return StoreInfo("file", ("file",), "credentials file", path, "default", encrypted=False)


def store(path: Path | str) -> JsonFileStore:
    return JsonFileStore(str(path), info(str(path)))


def fails(path: Path | str, state: StoreState) -> StoreError:
    """The failure of a file that rattler stops at, whatever it is asked."""
    found = store(path)
    listing = found.list()
    assert (listing.state, listing.entries) == (state, ())
    assert listing.failure is not None
    assert listing.failure.state == state
    assert found.blocks is listing.failure
    answer = found.get("h")
    assert (answer.outcome, answer.failure) == (Outcome.ERROR, listing.failure)
    assert answer.credential is None
    assert listing.failure.hint
    return listing.failure


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Without the rights of root, which may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_lists_and_answers(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(
        b'{"b":{"BasicHTTP":{"username":"u","password":"p"}},"a":{"OAuth":{"access_token":"t",'
        b'"expires_at":7,"token_endpoint":"e","client_id":"c"}},'
        b'"s3://x":{"S3Credentials":["KEY","s",null]}}'
    )
    found: Store = store(path)
    assert found.list() == StoreListing(
        StoreState.OK,
        (
            Entry("b", "file", "BasicHTTP", username="u"),
            Entry("a", "file", "OAuth", expires_at=7),
            Entry("s3://x", "file", "S3Credentials", username="KEY"),
        ),
    )
    assert found.blocks is None
    assert found.notes == ()
    assert found.get("a").outcome is Outcome.HIT
    assert found.get("B").outcome is Outcome.MISS
    assert found.info.encrypted is False


def test_a_host_that_stands_twice_is_one_entry_with_the_last_credential(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(b'{"h":{"CondaToken":"1"},"h":{"BearerToken":"2"}}')
    found = store(path)
    (entry,) = found.list().entries
    assert (entry.host, entry.kind) == ("h", "BearerToken")
    assert entry.detail == "This host stands 2 times in the file: rattler uses the last"
    assert found.get("h").credential == BearerToken(Secret("2"))


def test_a_missing_file_is_an_empty_store(tmp_path: Path) -> None:
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nothing")
    for path in (tmp_path / "none.json", tmp_path / "no" / "folder.json", dangling):
        found = store(path)
        assert found.list() == StoreListing(StoreState.ABSENT)
        assert found.get("h").outcome is Outcome.MISS
        assert found.blocks is None


def test_an_empty_path_is_an_empty_store_that_cannot_be_written(environment: Environment) -> None:
    found = JsonFileStore("", info(""), environment)
    assert found.list() == StoreListing(StoreState.ABSENT)
    assert found.blocks is None
    assert "cannot write" in found.notes[0]


def test_reads_once_and_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    found = store(path)
    path.write_bytes(BOTH)
    assert len(found.list().entries) == 2
    path.write_bytes(b"broken")
    assert found.get("h").credential == BearerToken(Secret("t"))
    assert found.blocks is None
    assert store(path).blocks is not None


def test_follows_symlinks_and_starts_at_the_current_directory(
    tmp_path: Path, environment: Environment
) -> None:
    (tmp_path / "real.json").write_bytes(BOTH)
    (tmp_path / "link.json").symlink_to("real.json")
    assert store(tmp_path / "link.json").list().state is StoreState.OK
    assert store("link.json").list().state is StoreState.ABSENT
    here = Environment(environment.variables, str(tmp_path), environment.platform)
    assert JsonFileStore("link.json", info("link.json"), here).list().state is StoreState.OK
    gone = Environment(environment.variables, None, environment.platform)
    assert JsonFileStore("x.json", info("x.json"), gone).list().state is StoreState.ABSENT


def test_does_not_expand_a_tilde(own_home: Path, environment: Environment) -> None:
    (own_home / "c.json").write_bytes(BOTH)
    assert JsonFileStore("~/c.json", info("~"), environment).list().state is StoreState.ABSENT


@pytest.mark.parametrize("data", [b"", b"null", b"\xff", b'{"h":{"BasicHttp":{}}}'])
def test_a_file_that_does_not_decode_is_corrupt(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(data)
    failure = fails(path, StoreState.CORRUPT)
    assert failure.message.startswith("rattler refuses the file: ")
    assert "line 1, column " in failure.message


def test_what_is_no_regular_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(pipe)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for path in (pipe, link, tmp_path / "socket", tmp_path, "/dev/null", "/dev/tty"):
            assert "cannot be read" in fails(path, StoreState.UNREADABLE).message


def test_a_pipe_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits for a reader would see one, and lose what it writes."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    regular = tmp_path / "c.json"
    regular.write_bytes(BOTH)
    opened: list[object] = []
    really_open = os.open

    def note(path: str, flags: int) -> int:
        opened.append(path)
        return really_open(path, flags)

    monkeypatch.setattr(os, "open", note)
    store(pipe).list()
    store(regular).list()
    assert opened == [str(regular)]


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "c.json").write_bytes(BOTH)
    was = os.stat(tmp_path / "c.json")
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda _path: was)
        found = store(pipe).list()
    assert found.state is StoreState.UNREADABLE


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / ".rattler").write_text("")
    failure = fails(tmp_path / ".rattler" / "credentials.json", StoreState.UNREADABLE)
    assert failure.hint == "One of the folders in this path is a file: move it out of the way"


def test_odd_paths_are_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (loop, "a\0b", "/" + "x" * 5000, "/\ud800"):
        failure = fails(path, StoreState.UNREADABLE)
        assert failure.message.isprintable()


def test_no_permission_is_denied() -> None:
    # Not below tmp_path, which pytest keeps closed to other users.
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o711)
        path = Path(place) / "c.json"
        path.write_bytes(BOTH)
        closed = Path(place) / "closed"
        closed.mkdir()
        (closed / "c.json").write_bytes(BOTH)
        path.chmod(0)
        closed.chmod(0)
        try:
            with as_ordinary_user():
                fails(path, StoreState.DENIED)
                fails(closed / "c.json", StoreState.DENIED)
        finally:
            closed.chmod(0o700)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    path = folder / "c.json"
    path.write_bytes(BOTH)
    path.chmod(0o604)
    os.utime(path, ns=(1, 1))
    before = path.stat()
    store(path).list()
    after = path.stat()
    assert path.read_bytes() == BOTH
    assert (after.st_mtime_ns, after.st_mode, after.st_ino) == (1, before.st_mode, before.st_ino)
    assert os.listdir(folder) == ["c.json"]


def test_shows_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text('{"h":{"BearerToken":"canary"}}')
    found = store(path)
    shown = repr(found.list()) + repr(found.get("h")) + repr(found)
    path.write_text('{"h":"canary"}')
    shown += repr(fails(path, StoreState.CORRUPT))
    assert "canary" not in shown


def test_reads_a_file_that_is_longer_than_it_says() -> None:
    assert b"State" in read_regular_file("/proc/self/status")


def test_read_regular_file_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreAbsent, match="does not exist"):
        read_regular_file(str(tmp_path / "x"))
