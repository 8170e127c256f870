"""`authui list --pypi` with the real keyring program and a real gnome-keyring."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Here
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.real_keyring import PROGRAMS, put_as_keyring, put_backends, use

INDEX = "https://pypi.example/simple/"


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> GnomeKeyring:
    use(gnome_keyring, monkeypatch)
    return gnome_keyring


def enable(home: Path) -> None:
    (home / ".pixi").mkdir()
    (home / ".pixi" / "config.toml").write_text('[pypi-config]\nkeyring-provider = "subprocess"\n')


def test_a_table_and_who_would_ask(here: Here, keyring: GnomeKeyring, own_home: Path) -> None:
    enable(own_home)
    (own_home / ".netrc").write_text("machine a.example login al password p-4711\n")
    put_as_keyring(keyring, INDEX, "bob", "p-4711")
    done = here("list", "--pypi")
    assert done.status == 0
    rows = [line.split() for line in done.out.splitlines() if line]
    assert rows[:3] == [
        ["Index", "User", "Store", "State"],
        ["a.example", "al", "netrc", "(plaintext)", "active"],
        [INDEX, "bob", "keyring", "active"],
    ]
    assert rows[3][:3] == ["keyring", "provider", "subprocess"]
    assert rows[4] == ["keyring", "program", os.path.join(PROGRAMS, "keyring")]
    assert "keyring.backends.SecretService.Keyring (priority: 5)" in done.out
    assert "4711" not in done.out + done.err


def test_json_has_both_halves(here: Here, keyring: GnomeKeyring, own_home: Path) -> None:
    put_as_keyring(keyring, "https://a.example/t/tk-4711/simple", "bob", "p-4711")
    done = here("list", "--pypi", "--json")
    assert done.status == 0
    found = done.object
    assert {"version", "client", "blocked_by", "stores", "entries", "pypi"} <= set(found)
    half = found["pypi"]
    assert (half["provider"], half["provider_origin"]) == ("disabled", None)
    assert half["program"] == os.path.join(PROGRAMS, "keyring")
    assert "keyring.backends.SecretService.Keyring (priority: 5)" in half["backends"]
    assert [(one["id"], one["state"], one["enumerated"]) for one in half["stores"]] == [
        ("netrc", "absent", True),
        ("uv", "absent", True),
        ("keyring", "ok", True),
    ]
    assert half["entries"] == [
        {
            "index": "https://a.example/t/••••••/simple",
            "store": "keyring",
            "username": "bob",
            "state": "active",
            "detail": None,
        }
    ]
    assert "4711" not in done.out + done.err


def test_what_could_not_be_read_gives_5(here: Here, keyring: GnomeKeyring) -> None:
    put_as_keyring(keyring, INDEX, "bob", "p")
    keyring.lock()
    done = here("list", "--pypi")
    assert done.status == 5
    assert "authui unlock" in done.err
    assert "locked" in done.out
    assert here("list", "--pypi", PYTHON_KEYRING_BACKEND="no.such.Backend").status == 5


def test_nothing_is_no_error(here: Here) -> None:
    done = here("list", "--pypi", PATH="/nowhere")
    assert done.status == 0
    assert "none on the PATH" in done.out
    assert "Nothing is stored" in done.err


def test_indexes_can_be_added_and_forgotten(here: Here, own_home: Path) -> None:
    variables = {
        "PYTHONPATH": put_backends(own_home),
        "PYTHON_KEYRING_BACKEND": "odd_backends.Listless",
    }
    (own_home / "kept.json").write_text(json.dumps({f"{INDEX}\nbob": "p"}))
    done = here("list", "--pypi", **variables)
    assert "--add-index" in done.err
    assert INDEX not in done.out
    assert (
        INDEX in here("list", "--pypi", "--add-index", f"HTTPS://bob@{INDEX[8:]}", **variables).out
    )
    assert INDEX in here("list", "--pypi", **variables).out
    refused = here("list", "--pypi", "--read-only", "--forget-index", f"https://bob@{INDEX[8:]}")
    assert refused.status == 1
    forget = ("list", "--pypi", "--forget-index", f"https://bob@{INDEX[8:]}")
    assert INDEX not in here(*forget, **variables).out
    assert here(*forget, **variables).status == 3


@pytest.mark.parametrize(
    "words",
    [
        ("--pypi", "--add-index", "https://u:pw-4711@a.example/"),
        ("--pypi", "--add-index", "https://ghp_47114711471147114711471147114711@a.example/"),
        ("--pypi", "--add-index", "file:///pw-4711"),
        ("--pypi", "--add-index", "https://a.example/t/tk:pw-4711/simple"),
        ("--pypi", "--add-index", "https://a.example/simple?k=:pw-4711"),
        ("--add-index", INDEX),
        ("--forget-index", INDEX),
        ("--pypi", "--add-index", INDEX, "--forget-index", INDEX),
        ("--pypi", "--client", "rattler"),
    ],
)
def test_what_is_no_index_is_refused(here: Here, own_home: Path, words: tuple[str, ...]) -> None:
    done = here("list", *words)
    assert done.status == 2
    assert ":pw-4711" not in done.err
    assert "ghp_4711" not in done.err
    assert not (own_home / ".config" / "authui").exists()


def test_the_demo_runs_no_program(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    done = here("list", "--pypi", "--demo", "--json")
    assert done.status == 0
    assert done.object["pypi"]["program"] is None
    assert len(done.object["pypi"]["entries"]) == 5
