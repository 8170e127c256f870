"""What `authui migrate` says and does in the less common cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from authui.cli.options import Options
from authui.model.credential import BearerToken
from authui.model.errors import Declined, StoreLocked, WriteFailed
from authui.model.secret import Secret
from authui.services.migration.migration import Migration
from authui.services.migration.plan import MigrationResult, Plan
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from tests.cli.conftest import Here, tree
from tests.cli.test_migrate_command import CANARY, OTHER, TOKEN, keyring, put, secrets_of
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import write_credentials

__all__ = ["keyring"]

HOLDS_BOTH = {"conda.anaconda.org": {"CondaToken": CANARY}, "a.test": TOKEN}


def oauth(expires_at: int) -> dict[str, object]:
    value = {
        "access_token": f"{CANARY}-{expires_at}",
        "refresh_token": None,
        "expires_at": expires_at,
        "token_endpoint": "https://sso.test/token",
        "revocation_endpoint": None,
        "client_id": "pixi",
    }
    return {"OAuth": value}


def test_the_demo_is_planned_and_moved(here: Here) -> None:
    plan = here("--demo", "migrate", "--json").object
    assert plan["applied"] is False
    assert {s["host"]: s["action"] for s in plan["steps"]}["*.prefix.dev"] == "conflict"
    done = here("--demo", "migrate", "--apply", "--on-conflict", "overwrite")
    assert done.status == 0
    assert "These are sample stores: nothing of it is kept" in done.err
    assert "note: 5 done" in done.err
    again = here("--demo", "migrate")
    assert "Nothing to move: /home/demo/.rattler/credentials.json holds no credentials" in again.err
    assert "auth-file holds 1: --from auth-file moves those" in again.err


def test_before_it_is_applied_it_says_in_one_line_what_will_be(here: Here) -> None:
    done = here("--demo", "migrate", "--apply")
    assert (
        "note: From the credentials file (/home/demo/.rattler/credentials.json) to the keychain: "
        "1 in conflict, 4 to move\n" in done.err
    )
    assert done.err.index("note: From") < done.err.index("note: Only programs of this desktop")
    assert done.err.index("note: Only programs") < done.err.index("note: 4 done")


@pytest.mark.parametrize("words", [("--on-conflict", "ask"), ()])
def test_without_a_terminal_conflicts_are_left_and_said(here: Here, words: tuple[str, ...]) -> None:
    done = here("--demo", "migrate", "--apply", *words, "--json")
    assert done.status == 0
    assert done.object["steps"][0]["status"] == "kept"
    assert "both are left alone: there is no terminal to ask" in done.err


def test_skipping_says_nothing_of_a_terminal(here: Here) -> None:
    done = here("--demo", "migrate", "--apply", "--on-conflict", "skip")
    assert done.status == 0
    assert "terminal" not in done.err


def test_a_file_as_the_target_is_plain_text_and_is_named(
    here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_credentials(own_home, {"a.test": TOKEN})
    target = own_home / "other.json"
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(target))
    done = here("migrate", "--to", "auth-file", "--apply")
    assert done.status == 0
    assert f"{target} is plain text: whoever can read the file has the secrets" in done.err
    assert json.loads(target.read_text()) == {"a.test": TOKEN}
    assert target.stat().st_mode & 0o777 == 0o600
    assert source.read_bytes() == b"{}"


def test_one_file_under_two_names_is_refused(
    here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN})
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(path))
    before = tree(own_home)
    done = here("migrate", "--to", "auth-file", "--apply")
    assert done.status == 2
    assert "the same store under two names" in done.err
    assert tree(own_home) == before


@pytest.mark.keychain
def test_nothing_there_to_move(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    done = here("migrate", "--apply", "--json")
    assert done.status == 0
    assert (done.object["steps"], done.object["applied"]) == ([], False)
    assert "Nothing to move" in done.err
    assert tree(own_home) == {}


@pytest.mark.keychain
def test_an_older_token_never_takes_the_place_of_a_newer_one(
    here: Here, own_home: Path, keyring: GnomeKeyring
) -> None:
    old, new = oauth(1_790_000_000), oauth(1_790_009_999)
    path = write_credentials(own_home, {"sso.test": old})
    put(keyring, "sso.test", new)
    done = here("migrate", "--apply", "--on-conflict", "overwrite")
    assert done.status == 0
    assert "the token in the keychain is the newer one" in done.out
    assert json.loads(path.read_text()) == {"sso.test": old}
    assert secrets_of(keyring, "sso.test") == [new]
    assert CANARY not in done.out + done.err


@pytest.mark.keychain
def test_what_has_changed_meanwhile_is_planned_anew_and_not_moved(
    here: Here, own_home: Path, keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN})
    real = Migration.apply

    def apply(self: Migration, plan: Plan, *rest: object, **named: object) -> MigrationResult:
        path.write_text(json.dumps({"a.test": OTHER, "new.test": TOKEN}))
        return real(self, plan, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Migration, "apply", apply)
    done = here("migrate", "--apply")
    assert done.status == 1
    assert [line.split()[0] for line in done.out.splitlines()[2:]] == ["a.test", "new.test"]
    assert "What is stored has changed since the plan was made" in done.err
    write_credentials(own_home, {"a.test": TOKEN})
    as_json = here("migrate", "--apply", "--json").object
    assert as_json["applied"] is False
    assert as_json["error"]["message"].startswith("What is stored has changed")
    assert json.loads(path.read_text()) == {"a.test": OTHER, "new.test": TOKEN}
    assert secrets_of(keyring, "a.test") == []


def test_what_stopped_it_is_said_and_the_rest_is_not_reached(
    here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN, "b.test": TOKEN})
    target = own_home / "other.json"
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(target))
    real = JsonFileStore.write

    def write(self: JsonFileStore, host: str, *rest: object, **named: object) -> object:
        if host == "b.test":
            raise WriteFailed("The disk is full", "Make room")
        return real(self, host, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(JsonFileStore, "write", write)
    done = here("migrate", "--to", "auth-file", "--apply", "--json")
    assert done.status == 1
    assert [step["status"] for step in done.object["steps"]] == ["done", "failed"]
    assert done.object["stopped"] == {"message": "The disk is full", "hint": "Make room"}
    assert "error: It stopped there: The disk is full" in done.err
    assert json.loads(path.read_text()) == {"b.test": TOKEN}


@pytest.mark.keychain
@pytest.mark.parametrize("words", [(), ("--apply",)])
def test_another_store_that_cannot_be_read_makes_it_partial(
    here: Here,
    own_home: Path,
    keyring: GnomeKeyring,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    write_credentials(own_home, {"a.test": TOKEN})
    broken = own_home / "other.json"
    broken.write_text("{")
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(broken))
    done = here("migrate", *words)
    assert done.status == 5
    assert "What the file of RATTLER_AUTH_FILE answers is not known" in done.err
    assert secrets_of(keyring, "a.test") == ([TOKEN] if words else [])


def test_leftovers_are_named(here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN})
    backup = path.with_name("credentials.json.bak")
    backup.write_bytes(path.read_bytes())
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(own_home / "other.json"))
    done = here("migrate", "--to", "auth-file", "--apply")
    assert f"{backup} is a backup of an editor or a person, which may hold secrets" in done.err
    assert "authui audit tells how to delete it" in done.err
    assert backup.exists()


def test_hostile_hosts_are_shown_as_text(here: Here, own_home: Path) -> None:
    write_credentials(own_home, {"\x1b[2J[red]": TOKEN, f"https://u:{CANARY}@x.test": TOKEN})
    done = here("migrate", "--to", "override-file", "--auth-file", str(own_home / "o.json"))
    assert done.status == 0, done.err
    assert "\x1b" not in done.out + done.err
    assert "[red]" in done.out
    assert CANARY not in done.out + done.err


class Locked(MemoryStore):
    """A keychain whose window somebody answers at once."""

    asked = 0
    declines = False

    def unlock(self, patience: Patience) -> bool:
        self.asked += 1
        patience.begin()
        patience.end()
        if self.declines:
            raise Declined("You said no, so it stays locked", "Try again")
        return super().unlock(patience)


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> tuple[Locked, MemoryStore]:
    """A locked keychain, and a file to move from."""
    held = {"a.test": BearerToken(Secret(CANARY)), "b.test": BearerToken(Secret(CANARY))}
    where = StoreInfo(
        "keychain", ("keychain",), "Secret Service", "here", "default", encrypted=True
    )
    keychain = Locked(where, {"a.test": held["a.test"]}, failure=StoreLocked("It is locked", "So"))
    path = StoreInfo("file", ("file",), "file", "/nowhere/c.json", "default", encrypted=False)
    file = MemoryStore(path, held)

    def opened(options: Options, *, hosts: object = ()) -> Discovery:
        return Discovery(options.client, (keychain, file), None, ())

    monkeypatch.setattr("authui.cli.migrate_command.open_stores", opened)
    return keychain, file


def test_a_locked_keychain_is_unlocked_once_before_it_is_applied(
    here: Here, locked: tuple[Locked, MemoryStore]
) -> None:
    keychain, file = locked
    plan = here("migrate", "--json").object
    assert {step["action"] for step in plan["steps"]} == {"unknown"}
    assert here("migrate").status == 5
    assert keychain.asked == 0
    done = here("migrate", "--apply", "--json")
    assert (done.status, keychain.asked) == (0, 1)
    assert [(s["action"], s["status"]) for s in done.object["steps"]] == [
        ("remove-duplicate", "done"),
        ("move", "done"),
    ]
    assert file.list().entries == ()
    assert "A window of your keychain is waiting" in done.err


def test_who_does_not_unlock_it_moves_nothing(
    here: Here, locked: tuple[Locked, MemoryStore]
) -> None:
    keychain, file = locked
    keychain.declines = True
    done = here("migrate", "--apply")
    assert done.status == 1
    assert "You said no, so it stays locked" in done.err
    assert len(file.list().entries) == 2


def test_a_locked_keychain_as_the_source(here: Here, locked: tuple[Locked, MemoryStore]) -> None:
    done = here("migrate", "--from", "keychain", "--to", "file", "--apply")
    assert done.status == 5
    assert "It is locked" in done.err
    assert locked[0].asked == 0
