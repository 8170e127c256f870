from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Here, tree
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import write_credentials
from tests.support.prompt import Typist

TOKEN = {"BearerToken": "canary7f3a9c"}


def test_the_one_copy(here: Here, own_home: Path) -> None:
    path = write_credentials(own_home, {"a.example": TOKEN, "b.example": TOKEN})
    done = here("remove", "a.example", "--yes")
    assert done.status == 0
    assert done.out == f"Deleted a.example from the credentials file ({path})\n"
    assert "note: https://a.example/channel: nothing is sent" in done.err
    assert "note: Deleting is not revoking" in done.err
    assert json.loads(path.read_text()) == {"b.example": TOKEN}


def test_json(here: Here, own_home: Path) -> None:
    write_credentials(own_home, {"a.example": TOKEN})
    value = here("remove", "a.example", "--yes", "--json").object
    assert value["effect"]
    assert value["notes"]
    assert value["results"] == [
        {"host": "a.example", "store": "file", "item": None, "removed": True, "detail": None}
    ]


def test_several_stores_need_one_to_be_named(here: Here) -> None:
    done = here("--demo", "remove", "*.prefix.dev", "--yes")
    assert done.status == 2
    assert "Several stores hold *.prefix.dev: keychain, file" in done.err
    assert "hint: Name one with --store or all of them with --all-stores" in done.err
    assert here("--demo", "remove", "*.prefix.dev", "--store", "file", "--yes").status == 0
    assert here("--demo", "list").out.count("*.prefix.dev") == 1


def test_all_stores_report_each(here: Here) -> None:
    done = here("--demo", "remove", "*.prefix.dev", "--all-stores", "--yes", "--json")
    assert done.status == 0
    assert [(r["store"], r["removed"]) for r in done.object["results"]] == [
        ("keychain", True),
        ("file", True),
    ]


def test_a_copy_in_a_netrc_that_uv_refuses_stays_and_the_line_is_told(
    here: Here, own_home: Path
) -> None:
    write_credentials(own_home, {"a.example": TOKEN})
    netrc = own_home / ".netrc"
    netrc.write_text('\nmachine a.example login u password p\nmachine b login u password "a"b\n')
    done = here("remove", "a.example", "--all-stores", "--yes", "--json")
    assert done.status == 1
    assert [(r["store"], r["removed"]) for r in done.object["results"]] == [
        ("file", True),
        ("netrc", False),
    ]
    assert f"{netrc} is left as it is" in done.object["results"][1]["detail"]
    assert "(line 3)" in done.object["results"][1]["detail"]
    assert "a.example from the netrc file answers it" in str(done.object["effect"])
    assert here("remove", "a.example", "--yes").status == 1


def test_a_store_that_cannot_be_read_is_no_nowhere(here: Here, own_home: Path) -> None:
    write_credentials(own_home, "{")
    done = here("remove", "a.example", "--yes")
    assert done.status == 5
    assert "a.example is in no store that could be read" in done.err
    assert "error: file: " in done.err
    assert here("remove", "a.example", "--yes", "--store", "file").status == 5
    assert here("remove", "a.example", "--yes", "--store", "netrc").status == 3


def test_the_copy_that_was_seen_goes_though_another_store_cannot_be_read(
    here: Here, own_home: Path, tmp_path: Path
) -> None:
    write_credentials(own_home, "{")
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"a.example": TOKEN}))
    for words in ((), ("--all-stores",)):
        other.write_text(json.dumps({"a.example": TOKEN}))
        done = here("remove", "a.example", "--yes", *words, RATTLER_AUTH_FILE=str(other))
        assert done.status == 5
        assert json.loads(other.read_text()) == {}
    other.write_text(json.dumps({"a.example": TOKEN}))
    done = here(
        "remove", "a.example", "--yes", "--store", "auth-file", RATTLER_AUTH_FILE=str(other)
    )
    assert done.status == 0


def test_nowhere(here: Here, own_home: Path) -> None:
    before = tree(own_home)
    for words in ((), ("--all-stores",), ("--store", "file")):
        done = here("remove", "a.example", "--yes", "--json", *words)
        assert done.status == 3
        assert "for a.example" in done.object["error"]["message"]
    assert tree(own_home) == before
    elsewhere = here("--demo", "remove", "*.corp.example", "--yes", "--store", "file")
    assert elsewhere.status == 3
    assert "hint: It is in keychain" in elsewhere.err


def test_an_item_of_several(here: Here) -> None:
    done = here("--demo", "remove", "internal.example", "--yes")
    assert done.status == 1
    assert "hint: Name one with --item: 1 (" in done.err
    named = here("--demo", "remove", "internal.example", "--item", "2", "--yes", "--json")
    assert named.status == 0
    assert named.object["results"][0]["item"] == "2"


def test_without_a_terminal_it_has_to_be_said(here: Here, own_home: Path) -> None:
    write_credentials(own_home, {"a.example": TOKEN})
    before = tree(own_home)
    done = here("remove", "a.example", given="y\n")
    assert done.status == 2
    assert "There is no terminal to ask" in done.err
    assert tree(own_home) == before


@pytest.mark.parametrize(
    "words",
    [
        ("--store", "file", "--all-stores"),
        ("--store", "file", "--item", "1"),
        ("--all-stores", "--item", "1"),
        ("--store", "sesame"),
    ],
)
def test_options_that_contradict(words: tuple[str, ...], here: Here) -> None:
    done = here("--demo", "remove", "internal.example", "--yes", *words)
    assert done.status == 2
    assert done.out == ""


@pytest.mark.parametrize(
    ("answer", "status"), [("y", 0), ("YES", 0), ("n", 1), ("", 1), ("yep", 1)]
)
def test_a_person_is_asked(answer: str, status: int, own_home: Path) -> None:
    path = write_credentials(own_home, {"a.example": TOKEN, "*.example": TOKEN})
    with Typist("remove", "a.example") as typist:
        typist.wait_for("[y/N] ")
        assert f"Delete a.example from the credentials file ({path})? What answers" in typist.seen
        assert "*.example from the credentials file answers it" in typist.seen
        typist.type(answer + "\n")
        done = typist.end()
    assert done.status == status
    assert ("a.example" in json.loads(path.read_text())) is (status == 1)
    assert ("Nothing was deleted" in done.out) is (status == 1)


@pytest.mark.parametrize(("key", "status"), [(b"\x03", 130), (b"\x04", 1)])
def test_no_answer_is_no(key: bytes, status: int, own_home: Path) -> None:
    write_credentials(own_home, {"a.example": TOKEN})
    before = tree(own_home)
    with Typist("remove", "a.example") as typist:
        typist.wait_for("[y/N] ")
        typist.type(key)
        done = typist.end()
    assert done.status == status
    assert tree(own_home) == before


def test_what_cannot_be_deleted_is_not_asked_about(own_home: Path) -> None:
    (own_home / ".netrc").write_text('machine a.example login u password p\nmachine "" login u\n')
    with Typist("remove", "a.example") as typist:
        done = typist.end()
    assert done.status == 1
    assert "is left as it is" in done.out
    assert "[y/N]" not in done.out


@pytest.mark.keychain
def test_a_locked_keychain_is_partial(
    own_gnome_keyring: GnomeKeyring, here: Here, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    assert here("set", "a.example", "--kind", "BearerToken", given="t").status == 0
    own_gnome_keyring.lock()
    assert here("remove", "b.example", "--yes").status == 5
    write_credentials(own_home, {"a.example": TOKEN})
    done = here("remove", "a.example", "--yes", "--all-stores", "--json")
    assert done.status in (1, 5)
    assert [(r["store"], r["removed"]) for r in done.object["results"]] == [
        ("keychain", False),
        ("file", True),
    ]
