"""`authui set --pypi` and `authui remove --pypi`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Here
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.real_keyring import keyring_program, put_as_keyring, put_backends, use

INDEX = "https://pypi.example/simple/"
SET = ("set", "--pypi", INDEX, "--username", "bob")
REMOVE = ("remove", "--pypi", INDEX, "--yes")


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> GnomeKeyring:
    use(gnome_keyring, monkeypatch)
    return gnome_keyring


def test_what_is_set_is_found_listed_and_removed(here: Here, keyring: GnomeKeyring) -> None:
    done = here(*SET, given="pw-4711\n")
    assert done.status == 0, done.err
    assert done.out.startswith(f"Stored the password of bob for {INDEX} in Python's keyring")
    assert "Asks " in done.err
    assert "does not find it" not in done.err
    assert "https://bob@pypi.example/simple/" in done.err
    assert keyring_program("get", INDEX, "bob").stdout == "pw-4711\n"
    again = here(*SET, "--json", given="new-4711")
    assert (again.object["created"], again.object["index"]) == (False, INDEX)
    assert keyring_program("get", INDEX, "bob").stdout == "new-4711\n"
    gone = here(*REMOVE, "--json")
    assert gone.status == 0
    (result,) = gone.object["results"]
    assert (result["index"], result["username"], result["removed"]) == (INDEX, "bob", True)
    assert keyring_program("get", INDEX, "bob").returncode != 0
    assert here(*REMOVE).status == 3
    for run in (done, again, gone):
        assert "4711" not in run.out + run.err


def test_the_rattler_half_is_not_touched(here: Here, keyring: GnomeKeyring) -> None:
    put_as_keyring(keyring, "rattler", "pypi.example", '{"BearerToken":"t"}')
    assert here("remove", "--pypi", "rattler", "--yes").status == 3
    here(*SET, given="pw")
    assert here("list", "--json").object["entries"][0]["host"] == "pypi.example"
    assert len(here("list", "--pypi", "--json").object["pypi"]["entries"]) == 1


def test_one_of_several_has_to_be_named(here: Here, keyring: GnomeKeyring) -> None:
    put_as_keyring(keyring, INDEX, "bob", "one")
    put_as_keyring(keyring, INDEX, "al", "two")
    done = here(*REMOVE)
    assert done.status == 2
    assert "bob in keyring" in done.err
    assert here(*REMOVE, "--username", "al").status == 0
    assert here("remove", "--pypi", "https://bob@pypi.example/simple/", "--yes").status == 0
    assert here("list", "--pypi", "--json").object["pypi"]["entries"] == []


def test_netrc_is_named_with_its_path(here: Here, own_home: Path) -> None:
    done = here(*SET, "--store", "netrc", given="pw-4711")
    assert done.status == 0, done.err
    path = own_home / ".netrc"
    assert f"{path} is plain text" in done.err
    assert path.read_text() == "machine pypi.example login bob password pw-4711\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert here(*REMOVE, "--store", "netrc").status == 0
    assert "pypi.example" not in path.read_text()
    here(*SET, "--store", "netrc", given="pw-4711")
    assert here("remove", "--pypi", "pypi.example", "--yes").status == 0


def test_plain_text_is_never_the_default(here: Here, own_home: Path) -> None:
    variables = {
        "PYTHONPATH": put_backends(own_home),
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    }
    done = here(*SET, given="pw-4711", **variables)
    assert done.status == 1
    assert f"plain text here, in {own_home / 'keyring_pass.cfg'}" in done.err
    assert not (own_home / "kept.json").exists()
    meant = here(*SET, "--store", "keyring", given="pw-4711", **variables)
    assert meant.status == 0
    assert f"{own_home / 'keyring_pass.cfg'}" in meant.err
    unnamed = here(*REMOVE, **variables)
    assert unnamed.status == 3
    assert "--username" in unnamed.err
    removed = here("remove", "--pypi", "https://bob@pypi.example/simple/", "--yes", **variables)
    assert "ValueError" in removed.err


def test_a_locked_keyring_says_so_before_a_password_is_read(
    here: Here, keyring: GnomeKeyring
) -> None:
    keyring.lock()
    done = here(*SET, given="")
    assert done.status == 1
    assert "locked" in done.err
    assert "authui unlock" in done.err
    assert here(*REMOVE).status == 5


def test_without_a_keyring(here: Here) -> None:
    done = here(*SET, given="pw")
    assert done.status == 1
    assert "finds no place" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("set", "--pypi", INDEX),
        ("set", "--pypi", INDEX, "--username", ""),
        ("set", "--pypi", "pypi.example", "--username", "bob"),
        ("set", "--pypi", "https://u:pw-4711@a.example/", "--username", "u"),
        ("set", "--pypi", "https://al@a.example/", "--username", "u"),
        (*SET, "--kind", "BearerToken"),
        (*SET, "--json-stdin"),
        (*SET, "--item", "1"),
        (*SET, "--force"),
        (*SET, "--store", "keychain"),
        (*SET, "--store", "uv"),
        ("set", INDEX, "--store", "keyring"),
        (*REMOVE, "--all-stores"),
        (*REMOVE, "--item", "1"),
        REMOVE[:3],
        ("remove", "--pypi", "file:///x", "--yes"),
        ("remove", INDEX, "--yes", "--username", "bob"),
    ],
)
def test_what_does_not_go_together(here: Here, own_home: Path, words: tuple[str, ...]) -> None:
    done = here(*words, given="pw-4711")
    assert done.status == 2
    assert "pw-4711" not in done.err
    assert not (own_home / ".netrc").exists()


def test_nothing_changes_where_nothing_may(here: Here, keyring: GnomeKeyring) -> None:
    put_as_keyring(keyring, INDEX, "bob", "one")
    assert here(*SET, "--read-only", given="two").status == 1
    assert here(*REMOVE, "--read-only").status == 1
    assert keyring_program("get", INDEX, "bob").stdout == "one\n"


def test_the_demo_keeps_nothing(here: Here, own_home: Path) -> None:
    done = here(*SET, "--demo", given="pw")
    assert done.status == 0
    assert "sample" in done.err
    assert here("remove", "--pypi", INDEX, "--yes", "--demo").status == 0
    assert here("remove", "--pypi", INDEX, "--yes", "--demo").status == 3
    assert [path.name for path in own_home.rglob("*")] == []
