from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Here, tree
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import write_credentials
from tests.support.prompt import Typist

CANARY = "canary7f3a9c"
TOKEN = {"BearerToken": CANARY}
OTHER = {"BearerToken": f"other-{CANARY}"}


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch) -> GnomeKeyring:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    return gnome_keyring


def put(keyring: GnomeKeyring, host: str, value: object) -> None:
    keyring.client.put("current", host, json.dumps(value, separators=(",", ":")))


def secrets_of(keyring: GnomeKeyring, host: str) -> list[Any]:
    client = keyring.client
    found, _ = client.search({"service": "rattler", "username": host})
    return [
        json.loads(bytes(client.call(path, "Item", "GetSecret", "o", client.session())[0][2]))
        for path in found
    ]


@pytest.mark.keychain
def test_the_plan_changes_nothing(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN, "b.test": TOKEN, "c.test": TOKEN})
    put(keyring, "b.test", TOKEN)
    put(keyring, "c.test", OTHER)
    before = tree(own_home)
    done = here("migrate")
    assert done.status == 0
    assert tree(own_home) == before
    assert f"From the credentials file ({path}) to the keychain" in done.out
    rows = [line.split() for line in done.out.splitlines()[2:]]
    assert [row[:3] for row in rows] == [
        ["a.test", "BearerToken", "move"],
        ["b.test", "BearerToken", "remove"],
        ["c.test", "BearerToken", "conflict"],
    ]
    assert "here bearer token; there bearer token" in done.out
    assert "note: Only programs of this desktop session reach the keychain" in done.err
    assert done.err.endswith("note: Nothing was changed: --apply does it\n")
    assert CANARY not in done.out + done.err


@pytest.mark.keychain
def test_applied(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN, "b.test": TOKEN})
    done = here("migrate", "--apply")
    assert done.status == 0
    assert path.read_bytes() == b"{}"
    assert secrets_of(keyring, "a.test") == [TOKEN]
    assert "a.test  BearerToken  moved" in done.out
    assert "note: 2 done" in done.err
    assert "Deleting is not revoking" in done.err
    again = here("migrate", "--apply")
    assert (again.status, again.out) == (0, "")
    assert f"Nothing to move: {path} holds no credentials" in again.err
    assert CANARY not in done.out + done.err


@pytest.mark.keychain
def test_json(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    write_credentials(own_home, {"a.test": TOKEN, "c.test": TOKEN})
    put(keyring, "c.test", OTHER)
    plan = here("migrate", "--json").object
    assert plan["applied"] is False
    keys = ("host", "from", "to", "action", "status")
    assert [tuple(step[key] for key in keys) for step in plan["steps"]] == [
        ("a.test", "file", "keychain", "move", "planned"),
        ("c.test", "file", "keychain", "conflict", "planned"),
    ]
    assert plan["effects"][0]["host"] == "a.test"
    assert set(plan["effects"][0]) >= {"host", "before", "after"}
    assert plan["notes"]
    done = here("migrate", "--apply", "--json")
    assert done.status == 0
    assert done.object["applied"] is True
    assert [(s["host"], s["action"], s["status"]) for s in done.object["steps"]] == [
        ("a.test", "move", "done"),
        ("c.test", "conflict", "kept"),
    ]
    assert (done.object["stopped"], done.object["leftovers"]) == (None, [])
    assert "there is no terminal to ask" in done.err
    assert CANARY not in done.out + done.err


@pytest.mark.keychain
def test_overwriting(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    path = write_credentials(own_home, {"c.test": TOKEN})
    put(keyring, "c.test", OTHER)
    assert here("migrate", "--apply", "--on-conflict", "skip").status == 0
    assert secrets_of(keyring, "c.test") == [OTHER]
    assert here("migrate", "--apply", "--on-conflict", "overwrite").status == 0
    assert secrets_of(keyring, "c.test") == [TOKEN]
    assert path.read_bytes() == b"{}"


@pytest.mark.keychain
def test_some_hosts_and_back(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN, "b.test": OTHER})
    assert here("migrate", "b.test", "--apply", "--keep-source").status == 0
    assert json.loads(path.read_text()) == {"a.test": TOKEN, "b.test": OTHER}
    assert secrets_of(keyring, "b.test") == [OTHER]
    assert here("migrate", "b.test", "--apply").status == 0
    done = here("migrate", "--from", "keychain", "--to", "file", "--apply")
    assert done.status == 0
    assert f"{path} is plain text" in done.err
    assert json.loads(path.read_text()) == {"a.test": TOKEN, "b.test": OTHER}
    assert secrets_of(keyring, "b.test") == []


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--from", "file", "--to", "file"), 2, "file and file are the same store"),
        (("--from", "override-file"), 2, "pixi asks no override-file here"),
        (("--to", "nowhere"), 2, "This is no value for --to: choose from override-file"),
        (("--from", "file", "--to"), 2, "expected one argument"),
        (("--on-conflict", "never"), 2, "choose from ask, skip, overwrite"),
        (("--to", "auth-file"), 2, "pixi asks no auth-file here"),
        ((), 1, "No D-Bus session bus"),
        (("--apply", "--read-only"), 1, "authui was started with --read-only"),
    ],
)
def test_what_cannot_be(
    here: Here, own_home: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    write_credentials(own_home, {"a.test": TOKEN})
    (own_home / ".netrc").write_text("machine n.test login u password p\n")
    before = tree(own_home)
    done = here("migrate", *words)
    assert done.status == status
    assert said in done.err
    assert "hint: " in done.err
    assert tree(own_home) == before
    error = here("migrate", *words, "--json").object["error"]
    assert error["message"]


@pytest.mark.keychain
def test_a_host_that_is_nowhere(here: Here, own_home: Path, keyring: GnomeKeyring) -> None:
    write_credentials(own_home, {"a.test": TOKEN})
    done = here("migrate", f"https://user:{CANARY}@none.test", "--apply")
    assert done.status == 1
    assert "The credentials file holds nothing for https://••••••@none.test" in done.err
    assert CANARY not in done.err


def test_a_broken_source_names_what_mends_it(here: Here, own_home: Path) -> None:
    path = write_credentials(own_home, '{"a.test":{"BasicHttp":{}}}')
    done = here("migrate", "--apply")
    assert done.status == 5
    assert "hint: authui audit mends it" in done.err
    assert path.read_text() == '{"a.test":{"BasicHttp":{}}}'


@pytest.mark.keychain
def test_another_file_that_holds_some(
    here: Here, own_home: Path, keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = own_home / "auth.json"
    auth.write_text(json.dumps({"a.test": TOKEN}))
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(auth))
    done = here("migrate")
    assert done.status == 0
    assert "note: auth-file holds 1: --from auth-file moves those" in done.err
    assert here("migrate", "--from", "auth-file", "--apply").status == 0
    assert auth.read_bytes() == b"{}"


@pytest.mark.keychain
def test_a_keychain_that_lives_in_memory_is_refused(
    here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_credentials(own_home, {"a.test": TOKEN})
    before = path.read_bytes()
    with GnomeKeyring(unlock=False) as keyring:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", keyring.address)
        done = here("migrate", "--apply")
        assert keyring.client.search({"service": "rattler"}) == ([], [])
    assert done.status == 1
    assert "default collection" in done.err
    assert path.read_bytes() == before


ANSWERS = {"f": ({}, TOKEN), "k": ({}, OTHER), "s": ({"c.test": TOKEN}, OTHER)}


@pytest.mark.keychain
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_conflict_is_asked_about(own_home: Path, keyring: GnomeKeyring, answer: str) -> None:
    path = write_credentials(own_home, {"c.test": TOKEN})
    put(keyring, "c.test", OTHER)
    with Typist("migrate", "--apply") as typist:
        typist.wait_for("[s] leave both?")
        assert "c.test stands in both, and differs" in typist.seen
        typist.type(f"{answer}\n")
        done = typist.end()
    assert done.status == 0, done.out
    left, kept = ANSWERS[answer]
    assert json.loads(path.read_text()) == left
    assert secrets_of(keyring, "c.test") == [kept]
    assert CANARY not in done.out


@pytest.mark.keychain
@pytest.mark.parametrize(("typed", "status"), [(b"\x03", 130), (b"x\n", 1), (b"\x04", 1)])
def test_no_answer_moves_nothing(
    own_home: Path, keyring: GnomeKeyring, typed: bytes, status: int
) -> None:
    write_credentials(own_home, {"a.test": TOKEN, "c.test": TOKEN})
    put(keyring, "c.test", OTHER)
    before = tree(own_home)
    with Typist("migrate", "--apply") as typist:
        typist.wait_for("[s] leave both?")
        typist.type(typed)
        assert typist.end().status == status
    assert tree(own_home) == before
    assert secrets_of(keyring, "a.test") == []


SLOW = """
import sys
import authui.stores.keychain.provider as provider
from authui.stores.abilities import Pace
provider.GNOME = provider.GNOME._replace(pace=Pace(batch=1, settle=0.3), takes_many=False)
provider._SIGNS = (("org.gnome.keyring", provider.GNOME),)
from authui.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.keychain
def test_ctrl_c_ends_it_between_two_entries(own_home: Path, keyring: GnomeKeyring) -> None:
    hosts = [f"h{number}.test" for number in range(20)]
    path = write_credentials(own_home, dict.fromkeys(hosts, TOKEN))
    with Typist("migrate", "--apply", program=SLOW) as typist:
        typist.wait_for("3 of 20")
        typist.signal(signal.SIGINT)
        done = typist.end()
    assert done.status == 130, done.out
    left = json.loads(path.read_text())
    assert 0 < len(left) < 20
    assert "not reached" in done.out
    for host in hosts:
        assert (host in left) is not (secrets_of(keyring, host) == [TOKEN])


@pytest.mark.keychain
def test_the_default_from_a_locked_keychain(
    own_gnome_keyring: GnomeKeyring, here: Here, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    path = write_credentials(own_home, {"a.test": TOKEN})
    put(own_gnome_keyring, "a.test", TOKEN)
    own_gnome_keyring.lock()
    plan = here("migrate", "--json").object
    assert [step["action"] for step in plan["steps"]] == ["unknown"]
    done = here("migrate", "--apply")  # nobody can be asked here
    assert done.status in (1, 5)
    assert json.loads(path.read_text()) == {"a.test": TOKEN}
