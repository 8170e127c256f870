"""A netrc file is written where both readers of pixi understand it, and only there."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken, Credential
from authui.model.errors import (
    ChangedMeanwhile,
    NotStored,
    OutcomeUnknown,
    ReadOnly,
    StoreUnreadable,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.abilities import LeavesTraces, Particular
from authui.stores.base import Stored, StoreInfo, WritableStore
from authui.stores.netrc import NetrcStore

CANARY = "canary-4711"
OTHER = "machine other.test login o password p\n"


def text(username: str = "me", password: str = CANARY) -> Secret:
    return encode_text(BasicHTTP(username, Secret(password)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".netrc"


def opened(path: Path) -> NetrcStore:
    return NetrcStore(
        str(path), StoreInfo("netrc", ("netrc",), "netrc", str(path), "default", encrypted=False)
    )


def test_it_is_known_for_what_it_can(path: Path) -> None:
    store = opened(path)
    assert isinstance(store, WritableStore)
    assert isinstance(store, LeavesTraces)
    assert isinstance(store, Particular)
    assert store.refusal() is None


def test_a_file_is_made_that_only_its_owner_can_read(path: Path) -> None:
    store = opened(path)
    assert store.read("h.test") is None
    assert store.write("h.test", text(), before=None) == Stored(text())
    assert path.read_text() == f"machine h.test login me password {CANARY}\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert store.get("h.test").credential == BasicHTTP("me", Secret(CANARY))


def test_a_machine_is_replaced_and_deleted_and_nothing_else_changes(path: Path) -> None:
    path.write_text(f"{OTHER}machine h.test\n\tlogin a\n\tpassword b\n{OTHER}")
    path.chmod(0o644)
    store = opened(path)
    assert store.get("h.test").credential == BasicHTTP("a", Secret("b"))
    store.write("h.test", text(), before=store.read("h.test"))
    assert path.read_text() == f"{OTHER}machine h.test\n\tlogin me\n\tpassword {CANARY}\n{OTHER}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or sys.platform == "win32"
    assert store.list().entries[1].username == "me"
    store.delete("h.test", before=store.read("h.test"))
    assert path.read_text() == OTHER + OTHER
    assert store.read("h.test") is None


@pytest.mark.parametrize(
    ("username", "password", "line"),
    [("", "p", " password p"), ("u", "", " login u"), ("", "", "")],
)
def test_what_is_empty_is_left_out(path: Path, username: str, password: str, line: str) -> None:
    path.write_text(OTHER)
    store = opened(path)
    written = store.write("h.test", text(username, password), before=None)
    assert written == store.read("h.test") == Stored(text(username, password))
    assert path.read_text() == f"{OTHER}machine h.test{line}\n"
    store.delete("h.test", before=written)
    path.write_text("machine h.test\n\tlogin a\n\tpassword b\n")
    store.write("h.test", text(username, password), before=store.read("h.test"))
    assert store.read("h.test") == Stored(text(username, password))
    assert path.read_text() == "machine h.test\n" + line.replace(" login", "\tlogin").replace(
        " password", "\tpassword"
    ) + ("\n" if line else "")


def test_a_machine_that_stands_twice_is_told_of(path: Path) -> None:
    path.write_text(
        f"machine h.test login a password b\n{OTHER}machine h.test login c password d\n"
    )
    store = opened(path)
    stands = store.read("h.test")
    assert stands == Stored(text("c", "d"))
    assert stands is not None
    assert stands.copies == 2
    assert store.write("h.test", text(), before=stands).copies == 2
    assert path.read_text() == (
        f"machine h.test login a password b\n{OTHER}machine h.test login me password {CANARY}\n"
    )
    store.delete("h.test")
    assert path.read_text() == OTHER


def test_a_machine_that_rattler_alone_reads_stays(path: Path) -> None:
    path.write_text('machine "h.test" login a password b\n')
    store = opened(path)
    assert store.read('"h.test"') is not None
    with pytest.raises(ReadOnly, match="cannot be changed so that"):
        store.delete('"h.test"')
    with pytest.raises(ReadOnly, match="cannot be changed so that"):
        store.write("h.test", text(), before=None)
    assert path.read_text() == 'machine "h.test" login a password b\n'


def test_a_file_that_another_program_breaks_right_behind_is_told_of(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from authui.stores import change_file
    from authui.stores.replace_file import settle

    path.write_text(OTHER)

    def overtaken(target: str) -> None:
        settle(target)
        path.write_text("# broken\n")

    monkeypatch.setattr(change_file, "settle", overtaken)
    with pytest.raises(OutcomeUnknown):
        opened(path).write("h.test", text(), before=None)


def test_what_changed_meanwhile_is_not_overwritten(path: Path) -> None:
    path.write_text("machine h.test login a password b\n")
    store = opened(path)
    seen = store.read("h.test")
    path.write_text("machine h.test login a password c\n")
    changes: tuple[Callable[[], object], ...] = (
        lambda: store.write("h.test", text(), before=seen),
        lambda: store.write("h.test", text(), before=None),
        lambda: store.delete("h.test", before=seen),
    )
    for change in changes:
        with pytest.raises(ChangedMeanwhile) as caught:
            change()
        assert CANARY not in str(caught.value)
    path.write_text(OTHER)
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", text(), before=seen)
    with pytest.raises(NotStored):
        store.delete("h.test")
    assert path.read_text() == OTHER


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        (b"machine h.test login u password p # mine\n", "rattler cannot read it"),
        (b'machine h.test login u password p\nmachine b password "a"b\n', "uv, which pixi uses"),
        (b"machine h.test login \xff password p\n", "not UTF-8"),
        (b"nothing of a netrc\n", "rattler cannot read it"),
    ],
)  # fmt: skip
def test_a_file_that_one_reader_refuses_is_left(path: Path, content: bytes, reader: str) -> None:
    path.write_bytes(content)
    store = opened(path)
    changes: tuple[Callable[[], object], ...] = (
        lambda: store.read("h.test"),
        lambda: store.write("h.test", text(), before=None),
        lambda: store.delete("h.test"),
    )
    for change in changes:
        with pytest.raises(ReadOnly) as caught:
            change()
        assert reader in caught.value.message
        assert caught.value.hint
    refusal = store.refusal()
    assert isinstance(refusal, ReadOnly)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("host", "credential", "why"),
    [
        ("h.test", BearerToken(Secret(CANARY)), "user names with passwords only"),
        ("h.test", CondaToken(Secret(CANARY)), "user names with passwords only"),
        ("h.test", BasicHTTP("me", Secret(f"a {CANARY}")), "the password holds white space"),
        ("h.test", BasicHTTP("m\\e", Secret(CANARY)), "the user name holds white space"),
        ("h test", BasicHTTP("me", Secret(CANARY)), "the name of a machine"),
        ("", BasicHTTP("me", Secret(CANARY)), "the name of a machine"),
        ("default", BasicHTTP("me", Secret(CANARY)), "every host"),
    ],
)
def test_what_no_netrc_file_can_hold_is_refused(
    path: Path, host: str, credential: Credential, why: str
) -> None:
    path.write_text(OTHER)
    store = opened(path)
    told = store.cannot_keep(host, encode_text(credential))
    assert told is not None
    assert why in told
    with pytest.raises(WriteFailed) as caught:
        store.write(host, encode_text(credential), before=None)
    assert CANARY not in str(caught.value)
    assert path.read_text() == OTHER


def test_a_symlink_stays_one(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles"
    target.write_text(OTHER)
    path.symlink_to(target)
    opened(path).write("h.test", text(), before=None)
    assert path.is_symlink()
    assert target.read_text() == f"{OTHER}machine h.test login me password {CANARY}\n"


def test_what_cannot_be_written_is_known_beforehand(path: Path) -> None:
    path.mkdir()
    assert isinstance(opened(path).refusal(), StoreUnreadable)
    nowhere = NetrcStore("", StoreInfo("netrc", ("netrc",), "netrc", "", "NETRC", encrypted=False))
    assert isinstance(nowhere.refusal(), WriteFailed)
    with pytest.raises(WriteFailed):
        nowhere.write("h.test", text(), before=None)


def test_leftovers_of_an_interrupted_change_go(path: Path) -> None:
    from authui.stores.replace_file import leftovers

    path.write_text(OTHER)
    opened(path).write("h.test", text(), before=None)
    left = path.parent / next(iter(os.listdir(path.parent)))
    assert left == path
    assert leftovers(str(path)) == []
