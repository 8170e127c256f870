from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Here, tree
from tests.support.program import write_credentials

TOKEN = {"BearerToken": "canary7f3a9c"}


def test_it_goes_to_the_new_pattern(here: Here, own_home: Path) -> None:
    path = write_credentials(own_home, {"a.example": TOKEN, "b.example": TOKEN})
    done = here("rename", "a.example", "*.a.example")
    assert done.status == 0
    assert done.out == f"Renamed a.example to *.a.example in the credentials file ({path})\n"
    assert f"note: {path} is plain text" in done.err
    assert json.loads(path.read_text()) == {"*.a.example": TOKEN, "b.example": TOKEN}
    assert "canary" not in done.out + done.err


def test_json(here: Here, own_home: Path) -> None:
    path = write_credentials(own_home, {"a.example": TOKEN})
    value = here("rename", "a.example", "c.example", "--json").object
    assert value.pop("effect")
    assert value == {
        "version": 1,
        "host": "c.example",
        "old_host": "a.example",
        "store": "file",
        "location": str(path),
        "created": True,
        "shadowed_by": None,
        "notes": [],
    }


def test_several_stores_that_hold_it(here: Here) -> None:
    done = here("--demo", "rename", "*.prefix.dev", "prefix.dev")
    assert done.status == 2
    assert (
        "Several stores hold *.prefix.dev: keychain, file\nhint: Name one with --store" in done.err
    )
    assert here("--demo", "rename", "*.prefix.dev", "prefix.dev", "--store", "file").status == 0
    assert "prefix.dev          BearerToken    file" in here("--demo", "list").out


def test_refused_and_nothing_is_written(here: Here, own_home: Path) -> None:
    write_credentials(own_home, {"a.example": TOKEN, "b.example": TOKEN})
    (own_home / ".netrc").write_text("machine n.example login u password p\n")
    before = tree(own_home)
    for words, status, said in (
        (("a.example", "b.example"), 1, "holds something for b.example already"),
        (("a.example", "a.example"), 2, "Both places are the same"),
        (("a.example", "a.example:80"), 2, "NEW a.example:80 can never match"),
        (("nope.example", "b.example"), 1, "No store holds anything for nope.example"),
        (("a.example", "c.example", "--store", "netrc"), 1, "The netrc file holds nothing for"),
        (("n.example", "default", "--store", "netrc"), 1, "a machine called default"),
        (("a.example", "c.example", "--store", "auth-file"), 2, "pixi asks no auth-file here"),
        (("a.example", "c.example", "--read-only"), 1, "authui was started with --read-only"),
    ):
        done = here("rename", *words)
        assert (done.status, said in done.err) == (status, True), done.err
        assert done.out == ""
    assert tree(own_home) == before


def test_a_pattern_that_never_matches_can_be_forced(here: Here, own_home: Path) -> None:
    path = write_credentials(own_home, {"a.example": TOKEN})
    assert here("rename", "a.example", "a.example:80", "--force").status == 0
    assert json.loads(path.read_text()) == {"a.example:80": TOKEN}
    assert here("rename", "a.example:80", "a.example").status == 0
    assert json.loads(path.read_text()) == {"a.example": TOKEN}


def test_one_of_several_items(here: Here) -> None:
    done = here("--demo", "rename", "internal.example", "other.example")
    assert done.status == 1
    assert "hint: Delete others: authui remove HOST --item ID: 1 (" in done.err
