"""A repair keeps every good entry as it stands, and puts what it takes out in a private file first."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from authui.model.errors import (
    AuthuiError,
    BadInput,
    DecodeError,
    StoreAbsent,
)
from authui.model.secret import Secret
from authui.model.wire import decode_file
from authui.services.audit import repair
from authui.services.audit.repair import Choice, Edited, RepairPlan, apply_repair, plan_repair
from tests.services.audit.scenes import NOW, default_file, default_store

CANARY = "canary7f3a9c"
BROKEN = (
    '{ "z.test" : {"BearerToken": "z"},\n'
    '  "a.test": {"BasicHttp":{"username":"u","password":"p"}},\n'
    f'  "b.test": {{"BearerToken": 12, "{CANARY}": 1}},\n'
    '  "c.test": {"CondaToken":"\\u0041"} }\n'
)


def plan(home: Path, data: bytes | str = BROKEN) -> RepairPlan:
    default_file(home, data)
    return plan_repair(default_store(), NOW)


def held(path: Path) -> dict[str, str]:
    return {e.host: e.text.reveal() for e in decode_file(path.read_bytes())}


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


KEPT = {"z.test": '{"BearerToken": "z"}', "c.test": '{"CondaToken":"\\u0041"}'}
MENDED = {"a.test": '{"BasicHTTP":{"username":"u","password":"p"}}'}


def test_the_plan_writes_nothing_and_says_it_all(own_home: Path) -> None:
    made = plan(own_home)
    assert os.listdir(own_home / ".rattler") == ["credentials.json"]
    assert made.good == 2
    assert [entry.host for entry in made.bad] == ["a.test", "b.test"]
    lines = made.preview()
    assert lines[0] == f"2 entries stay byte for byte in {made.path}"
    assert lines[1].endswith("will spell its kind as rattler does")
    assert lines[1].startswith('host "a.test": unknown kind "BasicHttp"')
    assert lines[2].startswith('host "b.test": a string should stand here, not an integer')
    assert lines[2].endswith("will be set aside")
    assert made.side_path in lines[3]
    assert CANARY not in "".join(lines)
    assert CANARY not in repr(made)


def test_the_default_mends_and_sets_aside(own_home: Path) -> None:
    made = plan(own_home)
    done = apply_repair(made, made.defaults())
    path = Path(made.path)
    assert held(path) == KEPT | MENDED
    assert mode(path) == 0o600
    assert (done.good, done.mended, done.set_aside) == (2, 1, 1)
    assert done.side_path == made.side_path
    assert mode(made.side_path) == 0o600
    aside = Path(made.side_path).read_text()
    assert f'"b.test": {{"BearerToken": 12, "{CANARY}": 1}}' in aside
    assert "a.test" not in aside
    assert sorted(os.listdir(path.parent)) == [path.name, os.path.basename(made.side_path)]
    assert CANARY not in "".join(done.words())


def test_where_nothing_is_set_aside_there_is_no_side_file(own_home: Path) -> None:
    made = plan(own_home)
    edited = Edited(Secret('{"BearerToken":"new"}'))
    assert made.preview({0: Choice.FIX, 1: edited})[2].endswith("will hold what you gave")
    done = apply_repair(made, {0: Choice.FIX, 1: edited})
    assert held(Path(made.path)) == KEPT | MENDED | {"b.test": '{"BearerToken":"new"}'}
    assert done.side_path is None
    assert os.listdir(own_home / ".rattler") == ["credentials.json"]


@pytest.mark.parametrize(
    ("data", "choices", "error"),
    [
        (BROKEN, {}, BadInput),
        (BROKEN, {0: Choice.FIX}, BadInput),
        (BROKEN, {0: Choice.FIX, 1: Choice.FIX}, BadInput),
        (BROKEN, {0: Choice.FIX, 1: Edited(Secret(f'{{"Bearer":"{CANARY}"}}'))}, DecodeError),
        (BROKEN, {0: Choice.FIX, 1: Edited(Secret('{"BearerToken":"\udc80"}'))}, BadInput),
        ("null", {0: Edited(Secret('{"BearerToken":"x"}'))}, BadInput),
    ],
)
def test_a_decision_that_cannot_be_followed_changes_nothing(
    own_home: Path, data: str, choices: dict[int, repair.Decision], error: type[AuthuiError]
) -> None:
    made = plan(own_home, data)
    with pytest.raises(error) as caught:
        apply_repair(made, choices)
    assert CANARY not in f"{caught.value} {caught.value.hint}"
    assert_untouched(made, data)


def assert_untouched(made: RepairPlan, data: str = BROKEN) -> None:
    assert Path(made.path).read_text() == data
    assert os.listdir(os.path.dirname(made.path)) == ["credentials.json"]


def test_a_symlink_stays_and_its_target_is_repaired(own_home: Path) -> None:
    target = own_home / "dotfiles.json"
    target.write_text(BROKEN)
    (own_home / ".rattler").mkdir()
    link = own_home / ".rattler" / "credentials.json"
    link.symlink_to(target)
    made = plan_repair(default_store(), NOW)
    apply_repair(made, made.defaults())
    assert link.is_symlink()
    assert held(target) == KEPT | MENDED
    assert mode(target) == 0o600
    assert os.path.dirname(made.side_path) == str(link.parent)


def test_what_is_no_text_is_kept_to_the_byte(own_home: Path) -> None:
    data = b'{"a.test":{"BearerToken":"x\xff\xfe"},"b.test":{"BearerToken":"y"}}'
    made = plan(own_home, data)
    apply_repair(made, made.defaults())
    assert held(Path(made.path)) == {"b.test": '{"BearerToken":"y"}'}
    assert b'"a.test":{"BearerToken":"x\xff\xfe"}' in Path(made.side_path).read_bytes()


@pytest.mark.parametrize("data", [b"", b" \n", "{}".encode("utf-16"), b"\xef\xbb\xbf{}"])
def test_an_empty_file_becomes_an_empty_store(own_home: Path, data: bytes) -> None:
    made = plan(own_home, data)
    apply_repair(made, made.defaults())
    assert Path(made.path).read_bytes() == b"{}"
    assert os.listdir(own_home / ".rattler") == ["credentials.json"]


def test_what_is_fine_or_not_there_is_not_repaired(own_home: Path) -> None:
    with pytest.raises(StoreAbsent):
        plan_repair(default_store())
    with pytest.raises(BadInput):
        plan(own_home, b"{}")
