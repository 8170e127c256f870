"""The rules about files as such: each raised, each not raised, and each fix before real rattler."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.errors import AuthuiError, ChangedMeanwhile, ReadOnly, WriteFailed
from authui.services.audit import files
from authui.services.audit.finding import Severity
from authui.services.audit.scene import Scene
from authui.stores.demo import demo_discovery
from tests.services.audit.scenes import (
    CANARY,
    GOOD,
    NOW,
    ask,
    audit,
    default_file,
    found,
    judge,
    mend,
    one,
)
from tests.support.gnome_keyring import GnomeKeyring, own_gnome_keyring
from tests.support.json_files import NOBODY, needs_root, ordinary_user
from tests.support.judge import Judge

__all__ = ["judge", "own_gnome_keyring"]


def test_a_file_in_order_has_no_findings(own_home: Path) -> None:
    assert audit().run().findings == ()
    default_file(own_home, GOOD)
    assert audit().run().findings == ()


def test_the_sample_stores_have_none() -> None:
    samples = Scene(demo_discovery("pixi", NOW), None, NOW)
    assert [f for rule in files.RULES for f in rule.check(samples)] == []


# A1, A2, A4: files that rattler refuses


@pytest.mark.rattler
@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("A1", '"bad.test":{"BearerToken":1}'),
        ("A1", '"bad.test":{"BasicHttp":{"username":"u","password":"p"}},"x.test":null'),
        ("A1", '"bad.test":"{\\"BearerToken\\":\\"x\\"}"'),
        ("A2", '"bad.test":{"BasicHttp":{"username":"u","password":"p"}},"x.test":{"bearer":"t"}'),
    ],
)
def test_broken_files(judge: Judge, own_home: Path, rule: str, bad: str) -> None:
    path = default_file(own_home, GOOD[:-1] + f",{bad}}}")
    assert not ask(judge, own_home).stores_accepted
    finding = one(rule)
    assert finding.id == f"{rule}:file"
    assert finding.severity is Severity.ERROR
    assert f"stops at {path}: " in finding.message or f" in {path}: " in finding.message
    assert len(finding.details) == (2 if "x.test" in bad else 0)
    assert {f.rule for f in audit().run().findings} == {rule}
    assert finding.fix is not None
    assert finding.fix.words == "repair it entry by entry"
    mend(rule)
    assert found(rule) == []
    assert ask(judge, own_home).authorization == f"Bearer {CANARY}"
    assert GOOD[1:-1] in path.read_text()


@pytest.mark.rattler
@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf" + GOOD.encode(), GOOD.encode("utf-16")])
def test_empty_files_and_foreign_encodings(judge: Judge, own_home: Path, data: bytes) -> None:
    default_file(own_home, data)
    assert not ask(judge, own_home).stores_accepted
    mend("A1")
    sent = ask(judge, own_home)
    assert sent.stores_accepted
    assert (sent.authorization is not None) is bool(data)


@pytest.mark.rattler
def test_a_broken_default_file_beside_one_that_is_fine(
    judge: Judge, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_file(own_home, '{"bad.test":{"BearerToken":1}}')
    fine = own_home / "fine.json"
    fine.write_text(GOOD)
    fine.chmod(0o600)
    assert found("A4") == []
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(fine))
    assert not ask(judge, own_home, RATTLER_AUTH_FILE=str(fine)).stores_accepted
    assert found("A1") == []
    assert "although another credentials file is fine" in one("A4").message
    mend("A4")
    assert ask(judge, own_home, RATTLER_AUTH_FILE=str(fine)).authorization == f"Bearer {CANARY}"


def test_a_broken_other_file_is_no_matter_of_the_default_one(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default_file(own_home, GOOD)
    broken = own_home / "broken.json"
    broken.write_text("[]")
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(broken))
    assert found("A4") == []
    assert one("A1").id == "A1:auth-file"


def test_a_fix_does_nothing_where_the_file_changed_or_this_run_only_looks(own_home: Path) -> None:
    default_file(own_home, "[]")
    finding = one("A1")
    with pytest.raises(ReadOnly):
        audit(read_only=True).mend(finding)
    path = default_file(own_home, "[1]")
    with pytest.raises(ChangedMeanwhile):
        audit().mend(finding)
    assert path.read_text() == "[1]"
    assert os.listdir(path.parent) == [path.name]


def test_one_file_under_two_names_is_not_split_by_a_repair(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = default_file(own_home, "[]")
    other = own_home / "other.json"
    other.hardlink_to(path)
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(other))
    with pytest.raises(WriteFailed):
        audit().mend(one("A1"))
    assert path.read_text() == other.read_text() == "[]"
    assert os.listdir(path.parent) == [path.name]


# A3: files that cannot be read


@pytest.mark.rattler
def test_a_folder_in_place_of_the_file(judge: Judge, own_home: Path) -> None:
    (own_home / ".rattler" / "credentials.json").mkdir(parents=True)
    assert not ask(judge, own_home).stores_accepted
    finding = one("A3")
    assert finding.severity is Severity.ERROR
    assert "directory" in finding.message
    assert finding.fix is None


@pytest.mark.rattler
def test_a_file_in_place_of_the_folder(judge: Judge, own_home: Path) -> None:
    (own_home / ".rattler").write_text("")
    assert not ask(judge, own_home).stores_accepted
    assert one("A3").fix is None
    (own_home / ".rattler").unlink()
    assert found("A3") == []


@pytest.mark.rattler
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_modes_that_keep_their_owner_out(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with ordinary_user() as folder:
        own = folder / "home"
        own.mkdir(mode=0o700)
        path = default_file(own, GOOD)
        stopped = path if kind == "file" else path.parent
        stopped.chmod(0o200)
        monkeypatch.setenv("HOME", str(own))
        monkeypatch.chdir(own)
        finding = one("A3")
        assert finding.fix is not None
        assert str(stopped) in finding.fix.preview[0]
        mend("A3")
        assert found("A3") == []
        assert path.read_text() == GOOD
        assert path.stat().st_mode & 0o777 == 0o600
        assert ask(judge, own).authorization == f"Bearer {CANARY}"


def test_a_file_of_somebody_else_cannot_be_opened_up(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_root()
    with ordinary_user() as folder:
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.chdir(folder)
        path = default_file(folder, GOOD)
        os.seteuid(0)
        os.chown(path, 0, 0)
        os.seteuid(NOBODY)
        finding = one("A3")
        assert finding.fix is None
        assert "right to read it" in (finding.hint or "")


# A9: plain text


@pytest.mark.keychain
def test_plain_text_although_the_keychain_works(
    own_gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = default_file(own_home, GOOD)
    assert found("A9") == []
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    finding = one("A9")
    assert (finding.id, finding.severity) == ("A9:file", Severity.WARNING)
    assert "authui migrate --from file" in (finding.hint or "")
    assert finding.fix is not None
    assert any("looked at over another connection" in step for step in finding.fix.preview)
    variables = {"HOME": str(own_home)}
    with Judge(bus=own_gnome_keyring.address) as judge:
        before = judge.send("http://a.test/c", variables=variables)
        assert before.authorization == f"Bearer {CANARY}"
        assert mend("A9")[0] == "1 credential moved to the keychain"
        assert path.read_bytes() == b"{}"
        assert judge.send("http://a.test/c", variables=variables) == before
    assert found("A9") == []
    default_file(own_home, '{"a.test":{"BearerToken":"another"}}')
    assert one("A9").fix is None  # which one counts is for the person to say


# A42, A46, A47


def test_a_symlink(own_home: Path) -> None:
    target = own_home / "dotfiles.json"
    target.write_text(GOOD)
    (own_home / ".rattler").mkdir()
    link = own_home / ".rattler" / "credentials.json"
    link.symlink_to(target)
    finding = one("A42")
    assert (finding.id, finding.severity, finding.fix) == ("A42:file", Severity.WARNING, None)
    assert str(target) in (finding.hint or "")
    link.unlink()
    default_file(own_home, GOOD)
    assert found("A42") == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ('"scope":"x"', "the field scope"),
        ('"scope":"x","note":null', "the fields scope, note"),
        (f'"{CANARY}":1', "1 field"),
    ],
)
def test_fields_that_rattler_does_not_know(own_home: Path, fields: str, words: str) -> None:
    default_file(
        own_home, f'{{"a.test":{{"BasicHTTP":{{"username":"u","password":"p",{fields}}}}}}}'
    )
    finding = one("A46")
    assert finding.id == "A46:file:a.test"
    assert words in finding.message
    default_file(own_home, '{"a.test":{"BasicHTTP":{"username":"u","password":"p"}}}')
    assert found("A46") == []


@pytest.mark.rattler
def test_a_host_that_stands_twice_with_the_same(judge: Judge, own_home: Path) -> None:
    value = GOOD[1:-1]
    path = default_file(own_home, f'{{{value},"b.test":{{"CondaToken":"x"}},{value}}}')
    before = ask(judge, own_home)
    finding = one("A47")
    assert finding.id == "A47:file:a.test"
    mend("A47")
    assert path.read_text() == f'{{{value},"b.test":{{"CondaToken":"x"}}}}'
    assert ask(judge, own_home) == before
    assert found("A47") == []


def test_a_host_that_stands_twice_with_another(own_home: Path) -> None:
    default_file(own_home, GOOD[:-1] + ',"a.test":{"BasicHTTP":["u","p"]}}')
    finding = one("A47")
    assert finding.fix is None
    assert finding.details == ("1. bearer token", "2. user name and password of u")


def test_keeping_one_looks_again(own_home: Path) -> None:
    value = GOOD[1:-1]
    default_file(own_home, f"{{{value},{value}}}")
    finding = one("A47")
    path = default_file(own_home, f'{{{value},"a.test":{{"CondaToken":"x"}}}}')
    before = path.read_text()
    with pytest.raises(AuthuiError):
        audit().mend(finding)
    assert path.read_text() == before


def test_a_path_that_is_empty_names_no_file(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATTLER_AUTH_FILE", "")
    (own_home / "~").mkdir()
    os.chmod(own_home, 0o777)
    assert [f for rule in files.RULES for f in found(rule.id)] == []


def test_hostile_names_are_written_out(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = own_home / "a\x1b[2J\n.json"
    place.write_text("[]")
    place.chmod(0o644)
    place.with_name(place.name + "~").write_text(GOOD)
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(place))
    for finding in (f for rule in files.RULES for f in found(rule.id)):
        lines = () if finding.fix is None else finding.fix.preview
        for text in (finding.id, finding.message, *finding.details, *lines):
            assert text.isprintable()
