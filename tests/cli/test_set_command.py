from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from authui.cli.report import Report
from tests.cli.conftest import Here
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import write_credentials

CANARY = "canary7f3a9c"


def stored(home: Path) -> dict[str, Any]:
    path = home / ".rattler" / "credentials.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def test_a_token_from_standard_input(here: Here, own_home: Path) -> None:
    done = here("set", "a.example", "--kind", "BearerToken", "--store", "file", given=CANARY)
    path = own_home / ".rattler" / "credentials.json"
    assert done.status == 0
    assert done.out == f"Stored a.example in the credentials file ({path})\n"
    assert f"note: {path} is plain text: " in done.err
    assert "https://a.example/channel: a.example from the credentials file" in done.err
    assert CANARY not in done.out + done.err
    assert stored(own_home) == {"a.example": {"BearerToken": CANARY}}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_path_is_said_before_it_is_written(
    here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_home / ".rattler" / "credentials.json"
    seen: list[bool] = []

    def note(self: Report, message: str) -> None:
        if "is plain text" in message:
            seen.append(path.exists())

    monkeypatch.setattr(Report, "note", note)
    here("set", "a.example", "--kind", "BearerToken", "--store", "file", given=CANARY)
    assert seen == [False]
    assert path.exists()


def test_json_tells_what_was_written(here: Here, own_home: Path) -> None:
    words = ("set", "a.example", "--kind", "CondaToken", "--store", "file", "--json")
    first, second = here(*words, given="one"), here(*words, given="two")
    assert (first.status, second.status) == (0, 0)
    value = first.object
    assert value.pop("effect")
    assert value == {
        "version": 1,
        "host": "a.example",
        "store": "file",
        "location": str(own_home / ".rattler" / "credentials.json"),
        "created": True,
        "shadowed_by": None,
        "notes": [],
    }
    assert second.object["created"] is False
    assert stored(own_home) == {"a.example": {"CondaToken": "two"}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"{CANARY}\r\n", "line break at the end"),
        (f'"{CANARY}"', "surrounding quotes"),
        (f"Bearer {CANARY}", "leading “Bearer”"),
        (f"\ufeff{CANARY}", "invisible characters"),
    ],
)
def test_noise_is_left_out_and_said(given: str, said: str, here: Here, own_home: Path) -> None:
    done = here("set", "a.example", "--kind", "BearerToken", "--store", "file", given=given)
    assert f"note: Token: the {said}" in done.err
    assert stored(own_home) == {"a.example": {"BearerToken": CANARY}}


def test_user_name_and_password(here: Here, own_home: Path) -> None:
    words = ("set", "a.example", "--kind", "BasicHTTP", "--store", "file")
    missing = here(*words, given=CANARY)
    assert missing.status == 2
    assert "The user name is missing\nhint: Give it with --username NAME" in missing.err
    assert here(*words, "--username", "me", given=CANARY).status == 0
    kept = here(*words, given="second")
    assert kept.status == 0
    assert "note: The user name stays me" in kept.err
    basic = {"username": "me", "password": "second"}
    assert stored(own_home) == {"a.example": {"BasicHTTP": basic}}


def test_unknown_fields_of_the_same_kind_are_kept(here: Here, own_home: Path) -> None:
    basic = {"username": "me", "password": "old", "realm": "r"}
    write_credentials(own_home, {"a.example": {"BasicHTTP": basic}})
    here("set", "a.example", "--kind", "BasicHTTP", "--store", "file", given="new")
    assert stored(own_home) == {"a.example": {"BasicHTTP": {**basic, "password": "new"}}}


def test_another_kind_is_replaced_and_said(here: Here, own_home: Path) -> None:
    basic = {"username": "me", "password": "old", "realm": "r"}
    write_credentials(own_home, {"a.example": {"BasicHTTP": basic}})
    done = here("set", "a.example", "--kind", "BearerToken", "--store", "file", given="new")
    assert "note: It replaces another kind of credential: user name and password" in done.err
    assert stored(own_home) == {"a.example": {"BearerToken": "new"}}


def test_s3_keys_leave_the_session_token_of_the_old_ones(here: Here, own_home: Path) -> None:
    old = {"access_key_id": "A", "secret_access_key": "s", "session_token": "t"}
    write_credentials(own_home, {"s3://b": {"S3Credentials": old}})
    words = ("set", "s3://b", "--kind", "S3Credentials", "--store", "file", "--username", "AKIANEW")
    assert here(*words, given=CANARY).status == 0
    value = stored(own_home)["s3://b"]["S3Credentials"]
    assert (value["access_key_id"], value["secret_access_key"]) == ("AKIANEW", CANARY)
    assert value.get("session_token") is None


def test_json_is_taken_literally(here: Here, own_home: Path) -> None:
    oauth = {
        "access_token": CANARY,
        "refresh_token": None,
        "expires_at": None,
        "token_endpoint": "https://id.example/token",
        "revocation_endpoint": None,
        "client_id": "c",
        "scope": "read",
    }
    given = json.dumps({"OAuth": oauth})
    done = here("set", "a.example", "--json-stdin", "--store", "file", given=given)
    assert (done.status, CANARY in done.err) == (0, False)
    assert stored(own_home) == {"a.example": {"OAuth": oauth}}


def test_a_pattern_that_never_matches_has_to_be_forced(here: Here, own_home: Path) -> None:
    words = ("set", "a.example:8080", "--kind", "BearerToken", "--store", "file")
    refused = here(*words, given=CANARY)
    assert refused.status == 2
    assert "HOST a.example:8080 can never match" in refused.err
    assert "hint: Use a.example instead; --force stores it as it is" in refused.err
    assert stored(own_home) == {}
    forced = here(*words, "--force", given=CANARY)
    assert forced.status == 0
    assert "No URL is ever looked up under" in forced.err
    assert set(stored(own_home)) == {"a.example:8080"}


def test_a_host_that_holds_a_secret_cannot_be_forced(here: Here, own_home: Path) -> None:
    for host in (f"https://me:{CANARY}@a.example/", f"pfx_{CANARY}{CANARY}"):
        done = here(
            "set", host, "--kind", "BearerToken", "--store", "file", "--force", given="token"
        )
        assert done.status == 2
        assert CANARY not in done.out + done.err
    assert stored(own_home) == {}


def test_advice_on_the_pattern_is_said(here: Here) -> None:
    done = here("--demo", "set", "prefix.dev", "--kind", "BearerToken", given="t")
    assert "note: It covers prefix.dev only: hosts below it are not covered" in done.err
    assert "note: *.prefix.dev may be meant: " in done.err


def test_without_a_keychain_nothing_falls_back(here: Here, own_home: Path) -> None:
    done = here("set", "a.example", "--kind", "BearerToken", "--json", given=CANARY)
    assert done.status == 1
    path = own_home / ".rattler" / "credentials.json"
    assert f"store it unencrypted instead: --store file ({path})" in done.err
    assert done.object["error"]["hint"] in done.err
    assert stored(own_home) == {}


def test_what_shadows_it_is_said_before_and_after(here: Here) -> None:
    words = ("--demo", "set", "*.prefix.dev", "--kind", "BearerToken", "--store", "file")
    done = here(*words, given="t")
    assert "note: It would not be sent: the keychain holds the same pattern" in done.err
    assert "note: It is not sent: the keychain holds the same pattern" in done.err
    assert here(*words, "--json", given="t").object["shadowed_by"] == "keychain"


def test_another_copy_that_stays_is_said(here: Here) -> None:
    done = here("--demo", "set", "conda.anaconda.org", "--kind", "CondaToken", given="t")
    assert "note: It would be sent instead of the one in the credentials file" in done.err
    assert (
        "note: Another copy stays in the credentials file: "
        "authui remove conda.anaconda.org --store file deletes it"
    ) in done.err


def test_what_was_replaced_is_no_other_copy(here: Here, own_home: Path) -> None:
    words = ("set", "a.example", "--kind", "BearerToken", "--store", "file")
    for secret in ("one", "two"):
        assert "Another copy" not in here(*words, given=secret).err


def test_the_demo_keeps_it_as_long_as_the_process(here: Here) -> None:
    done = here("--demo", "set", "new.example", "--kind", "BearerToken", given="t")
    assert "note: These are sample stores: nothing of it is kept" in done.err
    assert "new.example" in here("--demo", "list").out


def test_several_items_need_one_to_be_named(here: Here) -> None:
    words = ("--demo", "set", "internal.example", "--kind", "BearerToken")
    done = here(*words, given="t")
    assert done.status == 1
    assert "The keychain has 2 items for internal.example" in done.err
    assert "1 (keyring:internal.example@rattler, by rattler, created " in done.err
    assert here(*words, "--item", "2", given="t").status == 0
    assert here(*words, "--item", "3", given="t").status == 1


def test_an_item_that_is_not_there_is_not_made(here: Here) -> None:
    words = ("--demo", "set", "new.example", "--kind", "BearerToken", "--item", "3")
    done = here(*words, given="t")
    assert done.status == 1
    assert "The keychain has no such item for new.example" in done.err
    assert "new.example" not in here("--demo", "list").out


def test_a_store_by_its_second_name(here: Here, own_home: Path) -> None:
    path = write_credentials(own_home, {})
    words = ("set", "a.example", "--kind", "BearerToken", "--store", "file", "--json")
    done = here(*words, given="t", RATTLER_AUTH_FILE=str(path))
    assert (done.object["store"], done.object["shadowed_by"]) == ("auth-file", None)
    assert "answers it" not in str(done.object["effect"])


@pytest.mark.keychain
def test_a_real_keychain(
    gnome_keyring: GnomeKeyring, here: Here, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    words = ("set", "a.example", "--kind", "BearerToken")
    assert here(*words, given="one").status == 0
    assert here(*words, given="two").status == 0
    done = here("test", "--reveal", "https://a.example/x")
    assert "Bearer two" in done.out
    assert here("rename", "a.example", "*.b.example").status == 0
    assert "Bearer two" in here("test", "--reveal", "https://a.b.example/x").out
    assert here("remove", "*.b.example", "--yes").status == 0
    assert here("remove", "*.b.example", "--yes").status == 3
    assert stored(own_home) == {}


@pytest.mark.keychain
def test_a_locked_keychain_names_the_way_out(
    own_gnome_keyring: GnomeKeyring, here: Here, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    own_gnome_keyring.lock()
    done = here("set", "a.example", "--kind", "BearerToken", given="one")
    assert done.status == 1
    assert "authui unlock" in done.err
    assert "--store file (" in done.err
    assert stored(own_home) == {}
