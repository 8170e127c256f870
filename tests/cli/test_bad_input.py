"""What cannot be used is refused in words, and no byte is written anywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Here, tree
from tests.support.program import write_credentials

CANARY = "canary7f3a9c"
TOKEN = ("--kind", "BearerToken")
FILE = ("--store", "file")
NEW = ("set", "a.example")

CASES = [
    # kinds
    ((*NEW, *FILE), CANARY, 2, "--kind is missing", "BearerToken, BasicHTTP, CondaToken, S3"),
    ((*NEW, *FILE, "--kind", "Bearer"), CANARY, 2, "no value for --kind", "--help"),
    ((*NEW, *FILE, "--kind", "OAuth"), CANARY, 2, "OAuth", "pixi auth login a.example --oauth"),
    ((*NEW, *FILE, *TOKEN, "--json-stdin"), CANARY, 2, "--kind does not go with", "JSON"),
    # fields
    ((*NEW, *FILE, *TOKEN), "", 2, "The token is empty", ""),
    ((*NEW, *FILE, *TOKEN), f"{CANARY}\nmore", 2, "The token has several lines", "one line"),
    ((*NEW, *FILE, *TOKEN), f"{CANARY}\x07x", 2, "token holds a control character", "Copy it"),
    ((*NEW, *FILE, *TOKEN), f"Basic {CANARY}", 2, "token is a Basic header", "BasicHTTP"),
    ((*NEW, *FILE, "--kind", "CondaToken"), f"{CANARY}/x", 2, "token holds a slash", "between"),
    ((*NEW, *FILE, "--kind", "BasicHTTP"), CANARY, 2, "user name is missing", "--username"),
    ((*NEW, *FILE, "--kind", "S3Credentials"), CANARY, 2, "access key ID is missing", "--username"),
    ((*NEW, *FILE, *TOKEN, "--username", "me"), CANARY, 2, "--username does not go with", ""),
    # JSON
    ((*NEW, *FILE, "--json-stdin"), "", 2, "Standard input is no credential", ""),
    ((*NEW, *FILE, "--json-stdin"), CANARY, 2, "Standard input is no credential", ""),
    ((*NEW, *FILE, "--json-stdin"), f'{{"{CANARY}": "x"}}', 2, "unknown kind", ""),
    ((*NEW, *FILE, "--json-stdin"), f'{{"BearerToken": "{CANARY}"', 2, "line 1, column", ""),
    ((*NEW, *FILE, "--json-stdin"), f'{{"BearerToken": "{CANARY}\\n"}}', 2, "control char", ""),
    ((*NEW, *FILE, "--json-stdin"), f'{{"BasicHTTP": {{"username": "{CANARY}"}}}}', 2, "passw", ""),
    # patterns
    (("set", "", *FILE, *TOKEN), CANARY, 2, "HOST", "Name a host"),
    (("set", "", *FILE, *TOKEN, "--force"), CANARY, 2, "HOST", "Name a host"),
    (("set", "a.example/x", *FILE, *TOKEN), CANARY, 2, "HOST a.example/x can never match", "Use"),
    (("set", "a.*.example", *FILE, *TOKEN), CANARY, 2, "the only wildcard is *.", ""),
    # stores
    ((*NEW, *TOKEN), CANARY, 1, "bus", "--store file ("),
    ((*NEW, *TOKEN, "--store", "sesame"), CANARY, 2, "no value for --store", "--help"),
    (
        (*NEW, *TOKEN, "--store", "netrc"),
        CANARY,
        2,
        "A netrc file holds user names with passwords only",
        "Name another store",
    ),
    ((*NEW, *TOKEN, "--store", "auth-file"), CANARY, 2, "pixi asks no auth-file here", "stores"),
    ((*NEW, *TOKEN, *FILE, "--read-only"), CANARY, 1, "--read-only", "without that option"),
    ((*NEW, *TOKEN, *FILE, "--item", "1"), CANARY, 2, "--item goes with --store keychain", ""),
    (("remove", "b.example", "--yes", "--read-only"), "", 1, "--read-only", "without"),
    (("rename", "b.example", "c.example", "--read-only"), "", 1, "--read-only", "without"),
]


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(
    case: tuple[tuple[str, ...], str, int, str, str],
    form: tuple[str, ...],
    here: Here,
    own_home: Path,
) -> None:
    words, given, status, message, hint = case
    write_credentials(own_home, {"b.example": {"BearerToken": "x"}})
    (own_home / ".netrc").write_text("machine n.example login u password p\n")
    before = tree(own_home.parent)
    done = here(*words, *form, given=given)
    assert tree(own_home.parent) == before
    assert done.status == status, done.err
    errors = [line for line in done.err.splitlines() if not line.startswith("note: ")]
    assert errors[0].startswith("error: ")
    assert message in errors[0]
    assert hint in "".join(errors[1:])
    assert not any(line.endswith(".") for line in errors)
    assert CANARY not in done.out + done.err
    if form:
        assert done.object["error"]["message"] in done.err
    else:
        assert done.out == ""


@pytest.mark.parametrize("words", [(*NEW, *TOKEN, *FILE), ("rename", "b.example", "c.example")])
def test_read_only_asks_and_announces_nothing(
    words: tuple[str, ...], here: Here, own_home: Path
) -> None:
    write_credentials(own_home, {"b.example": {"BearerToken": "x"}})
    assert here(*words, "--read-only").err == (
        "error: authui was started with --read-only\nhint: Start it without that option\n"
    )


@pytest.mark.parametrize("text", ["{", '{"b.example": {"Unknown": "x"}}', ""])
def test_a_file_that_rattler_refuses_is_never_written(
    text: str, here: Here, own_home: Path
) -> None:
    write_credentials(own_home, text)
    before = tree(own_home.parent)
    done = here(*NEW, *FILE, *TOKEN, given=CANARY)
    assert (done.status, tree(own_home.parent) == before) == (1, True)
    assert "rattler refuses the file" in done.err
    assert here("rename", "b.example", "c.example").status == 1
    assert here("remove", "b.example", "--yes").status == 5
    assert tree(own_home.parent) == before


def test_an_empty_variable_is_no_file(here: Here, own_home: Path) -> None:
    done = here(*NEW, *TOKEN, "--store", "auth-file", given=CANARY, RATTLER_AUTH_FILE="")
    assert done.status == 1
    error = done.err.partition("error: ")[2]
    assert "RATTLER_AUTH_FILE" in error
    assert "empty" in error


def test_a_folder_that_cannot_be_written(here: Here, own_home: Path) -> None:
    path = own_home / "file"
    path.write_text("")
    target = str(path / "credentials.json")
    done = here(*NEW, *TOKEN, "--store", "auth-file", given=CANARY, RATTLER_AUTH_FILE=target)
    assert done.status == 1
    assert "error: " in done.err
    assert "Internal" not in done.err
    assert path.read_text() == ""


def test_reading_commands_keep_away_from_what_is_there(here: Here, own_home: Path) -> None:
    write_credentials(own_home, json.loads('{"b.example": {"BearerToken": "x"}}'))
    before = tree(own_home.parent)
    for words in (("list",), ("stores",), ("test", "https://b.example/")):
        assert here(*words).status == 0
    assert tree(own_home.parent) == before
