"""The netrc file changed from the command line."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Here, tree
from tests.support.program import write_credentials

CANARY = "canary7f3a9c"
NEW = ("set", "a.example", "--kind", "BasicHTTP", "--username", "me", "--store", "netrc")
OTHER = "machine other.example login o password p\n"


def test_a_machine_is_set_renamed_and_removed(here: Here, own_home: Path) -> None:
    path = own_home / ".netrc"
    done = here(*NEW, given=CANARY)
    assert (done.status, done.out) == (0, f"Stored a.example in the netrc file ({path})\n")
    assert f"note: {path} is plain text: " in done.err
    assert CANARY not in done.out + done.err
    assert path.read_text() == f"machine a.example login me password {CANARY}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(path.read_text() + OTHER)
    assert here(*NEW, given="second").out.startswith("Replaced a.example")
    assert here("rename", "a.example", "b.example").status == 0
    assert path.read_text() == f"{OTHER}machine b.example login me password second\n"
    assert here("remove", "b.example", "--yes").status == 0
    assert path.read_text() == OTHER


def test_a_wildcard_is_said_to_be_for_conda_requests_alone(here: Here) -> None:
    done = here(*NEW[:1], "*.a.example", *NEW[2:], given=CANARY)
    assert done.status == 0
    assert "note: PyPI requests do not use it: they know no wildcards in a netrc file" in done.err


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    ("text", "reader"),
    [
        ("machine a.example login u password p\n# mine\n", "rattler cannot read it"),
        ('machine a.example login u password p\nmachine b\n\tpassword "a"b\n', "uv, which pixi"),
        ("what is this\n", "rattler cannot read it"),
    ],
)
def test_a_file_that_a_reader_refuses_is_left(
    text: str, reader: str, form: tuple[str, ...], here: Here, own_home: Path
) -> None:
    (own_home / ".netrc").write_text(text)
    before = tree(own_home.parent)
    done = here(*NEW, *form, given=CANARY)
    assert done.status == 1
    assert reader in done.err
    assert "(line " in done.err
    assert "hint: " in done.err
    assert CANARY not in done.out + done.err
    assert here("remove", "a.example", "--store", "netrc", "--yes", *form).status in (1, 5)
    assert here("rename", "a.example", "b.example", "--store", "netrc", *form).status == 1
    assert here("migrate", "--from", "netrc", "--to", "file", "--apply", *form).status == 1
    assert here("migrate", "--from", "file", "--to", "netrc", "--apply", *form).status == 1
    assert tree(own_home.parent) == before


def test_what_is_not_the_same_to_both_readers_is_refused(here: Here, own_home: Path) -> None:
    (own_home / ".netrc").write_text(OTHER)
    for given in ("two words", 'a"b', "a\\b"):
        done = here(*NEW, given=given)
        assert done.status == 1
        assert "the password holds white space, a quote" in done.err
        assert given not in done.out + done.err
    assert (own_home / ".netrc").read_text() == OTHER


def test_a_migration_takes_out_of_netrc_what_it_copied(here: Here, own_home: Path) -> None:
    path = own_home / ".netrc"
    path.write_text(f"{OTHER}machine a.example\n\tlogin u\n\tpassword {CANARY}\nmachine b\n")
    words = ("migrate", "a.example", "--from", "netrc", "--to", "file")
    plan = here(*words)
    assert plan.status == 0
    assert CANARY in path.read_text()
    done = here(*words, "--apply")
    assert done.status == 0, done.err
    assert path.read_text() == f"{OTHER}machine b\n"
    assert CANARY in (own_home / ".rattler" / "credentials.json").read_text()
    assert here("migrate", "a.example", "--from", "file", "--to", "netrc", "--apply").status == 0
    assert path.read_text() == f"{OTHER}machine b\nmachine a.example login u password {CANARY}\n"
    assert CANARY not in (own_home / ".rattler" / "credentials.json").read_text()


def test_a_migration_leaves_what_netrc_cannot_hold_or_give(here: Here, own_home: Path) -> None:
    write_credentials(
        own_home,
        {
            "t.example": {"BearerToken": CANARY},
            "w.example": {"BasicHTTP": {"username": "u", "password": f"{CANARY} x"}},
            "g.example": {"BasicHTTP": {"username": "u", "password": CANARY}},
            "m.example": {"BasicHTTP": {"username": "u", "password": CANARY, "more": 1}},
        },
    )
    done = here("migrate", "--from", "file", "--to", "netrc", "--apply", "--json")
    steps = {step["host"]: (step["action"], step["status"]) for step in done.object["steps"]}
    assert steps == {
        "g.example": ("move", "done"),
        "m.example": ("skip", "kept"),
        "t.example": ("skip", "kept"),
        "w.example": ("skip", "kept"),
    }
    assert (own_home / ".netrc").read_text() == f"machine g.example login u password {CANARY}\n"
    # Of what stands twice nobody knows which one is meant.
    twice = "machine t.example login 1 password 1\nmachine t.example login 2 password 2\n"
    (own_home / ".netrc").write_text(twice)
    done = here("migrate", "--from", "netrc", "--to", "file", "--apply", "--json")
    assert [step["action"] for step in done.object["steps"]] == ["skip"]
    assert (own_home / ".netrc").read_text() == twice


def test_one_that_cannot_be_taken_out_does_not_keep_the_others(here: Here, own_home: Path) -> None:
    # To uv the password of the second ends with the file.
    text = 'machine a.example login u password "p\nmachine x.example login x password y\n'
    (own_home / ".netrc").write_text(OTHER + text)
    done = here("migrate", "--from", "netrc", "--to", "file", "--apply", "--json")
    status = {step["host"]: step["status"] for step in done.object["steps"]}
    assert status == {"a.example": "failed", "other.example": "done", "x.example": "failed"}
    assert (own_home / ".netrc").read_text() == text
    assert "two netrc readers agree" in done.out
    held = json.loads((own_home / ".rattler" / "credentials.json").read_text())
    assert list(held) == ["other.example"]
