from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from authui.model.errors import (
    AuthuiError,
    BadInput,
    ChangedMeanwhile,
    DecodeError,
    NotStored,
    StoreCorrupt,
    StoreError,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import decode_file
from authui.stores.base import Stored, StoreInfo
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from tests.support.json_files import (
    CANARY,
    NOBODY,
    needs_root,
    ordinary_user,
    store,
    token,
    tokens,
    write_fails,
)

# Every way of writing that rattler accepts, as somebody's editor might have left it.
ODD = """
{ "z" : {"BasicHTTP": [ "u" , "p" ]},
  "dup":{"BearerToken":"1"},
  "b": { "OAuth" : {"client_id":"c", "expires_at" : 0017e ,"token_endpoint":"\\u0065",
         "access_token":"\\ud83d\\ude00/\\/", "later" : {"x": [1e400, -0.0, 1.50, "\\ud800"]} } },
  "\\u0061\\"\\\\": {"CondaToken":"\u00e9\u2028"},
  "dup" : {"CondaToken":"2"},
\t"s3://x": {"S3Credentials":["a","s",null]}, "dup": {"BearerToken" : "3"}
}
""".replace("0017e", "17")
COMPACT = (
    '{"a\\"\\\\":{"CondaToken":"\u00e9\u2028"}'
    ',"b":{ "OAuth" : {"client_id":"c", "expires_at" : 17 ,"token_endpoint":"\\u0065",\n'
    '         "access_token":"\\ud83d\\ude00/\\/",'
    ' "later" : {"x": [1e400, -0.0, 1.50, "\\ud800"]} } }'
    ',"dup":{"BearerToken":"1"},"dup":{"CondaToken":"2"},"dup":{"BearerToken" : "3"}'
    ',"s3://x":{"S3Credentials":["a","s",null]}'
    ',"z":{"BasicHTTP": [ "u" , "p" ]}}'
)


@contextmanager
def mask(bits: int) -> Iterator[None]:
    """With another umask."""
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own" / "credentials.json"


@pytest.fixture
def odd(path: Path) -> Path:
    path.parent.mkdir()
    path.write_text(ODD)
    return path


def untouched(path: Path) -> tuple[bytes, tuple[int, ...]]:
    """What shows whether a file was written; reading changes none of it."""
    status = path.stat()
    data = path.read_bytes()
    return data, (status.st_ino, status.st_mode, status.st_mtime_ns, status.st_ctime_ns)


def test_creates_what_is_missing_for_the_owner_only(path: Path, tmp_path: Path) -> None:
    deep = tmp_path / "x" / "y" / "credentials.json"
    for umask in (0, 0o077, 0o277):
        with mask(umask):
            assert store(deep).write("h", token("1"), before=None) == Stored(token("1"))
        assert deep.read_bytes() == b'{"h":{"BearerToken":"1"}}'
        assert stat.S_IMODE(deep.stat().st_mode) == 0o600
        for folder in (deep.parent, deep.parent.parent):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert os.listdir(deep.parent) == ["credentials.json"]
        deep.unlink()
        deep.parent.rmdir()
        deep.parent.parent.rmdir()


def test_an_existing_file_becomes_private_and_its_folder_stays_as_it_is(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o755)
    for mode in (0o644, 0o666, 0o400, 0o777, 0o4755):
        for umask in (0, 0o077, 0o277):
            path.write_bytes(b"{}")
            path.chmod(mode)
            with mask(umask):
                store(path).write("h", token("1"), before=None)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            path.unlink()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_all_that_is_not_edited_is_carried_over_as_it_stands(odd: Path) -> None:
    store(odd).write("y", token("1"), before=None)
    added = COMPACT.replace(',"z":', ',"y":{"BearerToken":"1"},"z":')
    assert odd.read_text() == added
    store(odd).delete("y")
    assert odd.read_text() == COMPACT


def test_a_new_host_goes_where_rattler_sorts_it(path: Path) -> None:
    hosts = ["z", "Z", "\u00e9", "\uffff", "\U0001f600", '"\\', "\x00\x1f\x7f", "", "*.a", "a:1"]
    for host in hosts:
        store(path).write(host, token(host), before=None)
    assert [entry.host for entry in decode_file(path.read_bytes())] == sorted(hosts)
    assert tokens(path) == {host: host for host in hosts}


def test_the_text_is_written_as_it_is_given(path: Path) -> None:
    text = Secret('{ "BasicHTTP" : ["\\u0075", "p" ] }')
    assert store(path).write("h", Secret(f" \n\t{text.reveal()}\r\n "), before=None) == Stored(text)
    assert path.read_text() == f'{{"h":{text.reveal()}}}'
    assert store(path).read("h") == Stored(text)


def test_of_a_host_that_stands_several_times_the_last_is_replaced(odd: Path) -> None:
    before = store(odd).read("dup")
    assert before == Stored(Secret('{"BearerToken" : "3"}'))
    assert before is not None
    assert before.copies == 3
    written = store(odd).write("dup", token("4"), before=before)
    assert (written, written.copies) == (Stored(token("4")), 3)
    assert odd.read_text() == COMPACT.replace('{"BearerToken" : "3"}', '{"BearerToken":"4"}')


def test_deleting_takes_away_all_of_them(odd: Path) -> None:
    store(odd).delete("dup")
    kept = [entry.host for entry in decode_file(odd.read_bytes())]
    assert kept == ['a"\\', "b", "s3://x", "z"]


def test_deleting_the_last_leaves_an_empty_object(path: Path) -> None:
    store(path).write("h", token("1"), before=None)
    store(path).delete("h", before=Stored(token("1")))
    assert path.read_bytes() == b"{}"


def test_what_stands_there_already_is_not_written_again(odd: Path) -> None:
    was = untouched(odd)
    before = store(odd).read("dup")
    assert before is not None
    assert before.text is not None
    again = store(odd).write("dup", before.text, before=before)
    assert (again, again.copies) == (before, 3)
    assert untouched(odd) == was


def test_what_was_kept_from_an_earlier_reading_is_dropped(path: Path) -> None:
    found = store(path)
    assert found.list().entries == ()
    found.write("h", token("1"), before=None)
    path.write_bytes(b'{"other":{"BearerToken":"2"}}')
    assert [entry.host for entry in found.list().entries] == ["other"]
    with pytest.raises(ChangedMeanwhile):
        found.delete("other", before=Stored(token("1")))
    path.write_bytes(b"{}")
    assert found.list().entries == ()


def test_what_changed_is_said_by_its_name(path: Path) -> None:
    held = store(path)
    held.write("h", token("1"), before=None)
    for before, text in (
        (None, "has meanwhile been stored in"),
        (Stored(token("0")), "has meanwhile been changed in"),
        (Stored(None), "has meanwhile been changed in"),
    ):
        with pytest.raises(ChangedMeanwhile, match=f"h {text} {path}"):
            held.write("h", token("2"), before=before)
    with pytest.raises(ChangedMeanwhile, match="x\\\\x1b is no longer in"):
        held.write("x\x1b", token("2"), before=Stored(token("0")))
    with pytest.raises(NotStored, match="x is not in"):
        held.delete("x", before=Stored(token("0")))
    assert tokens(path) == {"h": "1"}


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"\xff", b'{"h":"' + CANARY.encode() + b'"}', b'{"h":{"BasicHttp":{}}}'],
)
def test_a_file_that_does_not_decode_is_never_touched(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    was = untouched(path)
    listed = store(path).list().failure
    assert listed is not None
    attempts: tuple[Callable[[], object], ...] = (
        lambda: store(path).read("h"),
        lambda: store(path).write("n", token("1"), before=None),
        lambda: store(path).delete("h"),
    )
    for attempt in attempts:
        with pytest.raises(StoreCorrupt) as caught:
            attempt()
        assert (caught.value.message, caught.value.hint) == (listed.message, listed.hint)
    assert untouched(path) == was
    assert os.listdir(path.parent) == ["credentials.json"]


@pytest.mark.parametrize(
    "text",
    ["", CANARY, f'"{CANARY}"', "{}", '{"BearerToken":"1"},"x":{"BearerToken":"2"}', "null"],
)
def test_a_text_that_would_break_the_file_is_refused(odd: Path, text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        store(odd).write("n", Secret(text), before=None)
    assert CANARY not in f"{caught.value!r} {caught.value.hint}"
    assert odd.read_text() == ODD


def test_what_no_file_can_hold_is_refused(odd: Path) -> None:
    with pytest.raises(BadInput):
        store(odd).write("\ud800", token("1"), before=None)
    unknown = Secret(f'{{"BasicHTTP":{{"username":"u","password":"{CANARY}","x":"\ud800"}}}}')
    with pytest.raises(BadInput) as caught:
        store(odd).write("h", unknown, before=None)
    assert CANARY not in f"{caught.value!r} {caught.value.__context__!r}"
    assert odd.read_text() == ODD


def test_a_symlink_stays_one_and_what_it_names_changes(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"{}")
    (tmp_path / "folder").symlink_to("own")
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "folder" / "second.json")
    (path.parent / "second.json").symlink_to("credentials.json")
    store(link).write("h", token("1"), before=None)
    assert os.readlink(link) == str(tmp_path / "folder" / "second.json")
    assert (path.parent / "second.json").is_symlink()
    assert not path.is_symlink()
    assert tokens(path) == {"h": "1"}
    assert store(link).read("h") == Stored(token("1"))


def test_a_symlink_to_nothing_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to("gone.json")
    (tmp_path / "folder").symlink_to(tmp_path / "gone")
    (tmp_path / "second").symlink_to(link)
    for path, named, pointed in (
        (link, link, "gone.json"),
        (tmp_path / "folder" / "x" / "c.json", tmp_path / "folder", str(tmp_path / "gone")),
        (tmp_path / "second", tmp_path / "second", str(link)),
    ):
        message = write_fails(path).message if path.parent.exists() else refused(path)
        assert message == f"{named} is a symlink to {pointed}, where there is nothing"
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_symlink()) == [
        "folder",
        "link.json",
        "second",
    ]
    assert not (tmp_path / "gone").exists()


def test_a_symlink_to_a_folder_leads_to_what_is_created_in_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    store(tmp_path / "folder" / "new" / "c.json").write("h", token("1"), before=None)
    assert tokens(tmp_path / "real" / "new" / "c.json") == {"h": "1"}


def refused(path: Path | str) -> str:
    with pytest.raises(WriteFailed) as caught:
        store(path).write("h", token("1"), before=None)
    assert caught.value.hint
    return caught.value.message


def test_a_symlink_that_is_turned_round_meanwhile_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(b"{}")
    link = tmp_path / "link"
    link.symlink_to("a")
    really = os.fsync

    def turn(descriptor: int) -> None:
        really(descriptor)
        link.unlink()
        link.symlink_to("b")

    monkeypatch.setattr(os, "fsync", turn)
    with pytest.raises(ChangedMeanwhile, match="now leads to another file"):
        store(link).write("h", token("1"), before=None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == b"{}"
    assert {p.name for p in tmp_path.iterdir() if p.is_file()} == {"a", "b", "link"}


def test_other_names_of_the_file_are_noted_and_keep_what_it_was(path: Path, odd: Path) -> None:
    assert store(path).notes == ()
    other = path.with_name("backup.json")
    os.link(path, other)
    (note,) = store(path).notes
    assert note == "The file has 2 names (hard links): a change reaches this one only"
    store(path).write("n", token("1"), before=None)
    assert other.read_text() == ODD
    assert store(path).notes == ()


def test_what_is_no_file_is_refused_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    folder = tmp_path / "folder"
    folder.mkdir()
    link = tmp_path / "link"
    link.symlink_to(pipe)
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    (tmp_path / "file").write_bytes(b"{}")
    attempts: tuple[Callable[[Path | str], object], ...] = (
        lambda path: store(path).write("h", token("1"), before=None),
        lambda path: store(path).delete("h"),
    )
    for path in (pipe, folder, link, loop, "/dev/null", tmp_path / "file" / "c.json"):
        for attempt in attempts:
            with pytest.raises(StoreUnreadable):
                attempt(path)
    assert stat.S_ISFIFO(os.lstat(pipe).st_mode)
    assert os.listdir(folder) == []
    assert (tmp_path / "file").read_bytes() == b"{}"


def test_paths_that_name_no_file_are_refused(tmp_path: Path) -> None:
    assert "is the path of a folder" in refused(f"{tmp_path}/new/")
    assert "is the path of a folder" in refused(f"{tmp_path}/new/..")
    for path in ("a\0b", f"{tmp_path}/\ud800"):
        assert "holds a character that no path can have" in refused(path)
    assert list(tmp_path.glob("new*")) == []


def test_an_empty_path_cannot_be_written(environment: Environment) -> None:
    info = StoreInfo("auth-file", ("auth-file",), "f", "", "RATTLER_AUTH_FILE", encrypted=False)
    found = JsonFileStore("", info, environment)
    assert found.read("h") is None
    found.tidy()
    with pytest.raises(WriteFailed, match="the path in RATTLER_AUTH_FILE is empty") as caught:
        found.write("h", token("1"), before=None)
    assert caught.value.hint
    with pytest.raises(NotStored):
        found.delete("h")
    with pytest.raises(ChangedMeanwhile):
        found.write("h", token("1"), before=Stored(token("0")))


def test_a_relative_path_starts_where_the_environment_says(
    tmp_path: Path, environment: Environment
) -> None:
    here = Environment(environment.variables, str(tmp_path), environment.platform)
    info = store("c.json").info
    found = JsonFileStore("sub/c.json", info, here)
    found.write("h", token("1"), before=None)
    assert tokens(tmp_path / "sub" / "c.json") == {"h": "1"}
    leftover = tmp_path / "sub" / ".authui-c.json.00000000"
    leftover.touch()
    found.tidy()
    assert not leftover.exists()


def test_owner_and_group_of_the_file_are_kept(path: Path) -> None:
    needs_root()
    path.parent.mkdir()
    for owner in ((NOBODY, 0), (0, NOBODY), (NOBODY, NOBODY)):
        path.write_bytes(b"{}")
        os.chown(path, *owner)
        store(path).write("h", token("1"), before=None)
        status = path.stat()
        assert (status.st_uid, status.st_gid) == owner
        assert stat.S_IMODE(status.st_mode) == 0o600
        path.unlink()


def test_what_root_creates_for_others_is_theirs(tmp_path: Path) -> None:
    needs_root()
    home = tmp_path / "theirs"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    path = home / ".rattler" / "deep" / "c.json"
    store(path).write("h", token("1"), before=None)
    for made in (path, path.parent, path.parent.parent):
        status = made.stat()
        assert (status.st_uid, status.st_gid) == (NOBODY, NOBODY)
    own = tmp_path / "own" / "c.json"
    store(own).write("h", token("1"), before=None)
    assert own.stat().st_uid == own.parent.stat().st_uid == 0


def test_a_file_of_somebody_else_is_not_taken_over() -> None:
    needs_root()
    with ordinary_user() as folder:
        for owner in ((0, NOBODY), (NOBODY, 0)):
            path = folder / "c.json"
            path.write_bytes(b"{}")
            os.seteuid(0)
            os.chown(path, *owner)
            path.chmod(0o666)
            os.seteuid(NOBODY)
            error = write_fails(path)
            assert "belongs to another user or group" in error.message
            path.unlink()


def test_an_ordinary_user_can_do_all_this() -> None:
    with ordinary_user() as folder:
        path = folder / "new" / "c.json"
        store(path).write("h", token("1"), before=None)
        path.chmod(0o400)
        store(path).write("n", token("2"), before=None)
        store(path).delete("h")
        assert tokens(path) == {"n": "2"}
        assert path.stat().st_uid == os.geteuid()


def test_no_failure_shows_a_secret(odd: Path) -> None:
    odd.write_text(f'{{"h":{{"BearerToken":"{CANARY}"}}}}')
    wrong = Stored(token(CANARY + "x"))
    attempts: tuple[Callable[[], object], ...] = (
        lambda: store(odd).write("h", token(CANARY), before=None),
        lambda: store(odd).delete("h", before=wrong),
        lambda: store(odd / "x").write("h", token(CANARY), before=None),
    )
    for attempt in attempts:
        with pytest.raises(AuthuiError) as caught:
            attempt()
        assert CANARY not in f"{caught.value!r} {caught.value.message} {caught.value.hint}"
        assert caught.value.__cause__ is None or isinstance(caught.value, StoreError)
