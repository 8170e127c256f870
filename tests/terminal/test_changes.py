"""Whole runs in tmux at 80 by 24: a real keychain and real files are changed by typing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gnome_keyring import GnomeKeyring
from tests.support.judge import Judge
from tests.support.program import write_credentials
from tests.support.secret_service_client import until
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.keychain]

KINDS = {
    "BearerToken": "Bearer token",
    "BasicHTTP": "User name and password",
    "CondaToken": "Conda token",
    "S3Credentials": "S3 credentials",
    "OAuth": "OAuth token",
}
"""The picker, from its top."""


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring, window: Terminal) -> Iterator[GnomeKeyring]:
    """An empty keychain; the program is ended before it is looked at again."""
    yield gnome_keyring
    window.press("C-q")


def start(window: Terminal, keyring: GnomeKeyring) -> None:
    window.start(sys.executable, "-m", "authui", DBUS_SESSION_BUS_ADDRESS=keyring.address)
    window.wait_for("t Test URL")


def held(keyring: GnomeKeyring, host: str) -> list[object]:
    """What the keychain holds for a host, each item's secret."""
    client = keyring.client
    found, _ = client.search({"service": "rattler", "username": host})
    secrets = [client.call(path, "Item", "GetSecret", "o", client.session())[0] for path in found]
    return [json.loads(bytes(secret[2])) for secret in secrets]


def add(window: Terminal, host: str, kind: str, *values: str) -> None:
    """Type the host, choose the kind, type the values, and save with enter."""
    window.press("a")
    window.wait_for("Add a credential")
    window.type(host)
    window.wait_for("Stored as")
    below = list(KINDS).index(kind)
    if below:
        window.press("Tab", "Enter")
        window.wait_for(KINDS["OAuth"])
        window.press(*["Down"] * below, "Enter")
        window.wait_for(f"Kind              {KINDS[kind]}")
        window.press("Tab", "Tab")
    else:
        window.press("Enter")
    for value in values:
        window.type(value)
        window.press("Enter")


def test_one_of_each_kind_is_added(keyring: GnomeKeyring, window: Terminal, own_home: Path) -> None:
    start(window, keyring)
    window.wait_for("No credentials yet")
    for host, kind, values, expected in (
        ("bearer.test", "BearerToken", ["t-4711"], {"BearerToken": "t-4711"}),
        (
            "basic.test",
            "BasicHTTP",
            ["me", "p-4711"],
            {"BasicHTTP": {"username": "me", "password": "p-4711"}},
        ),
        ("conda.test", "CondaToken", ["c-4711"], {"CondaToken": "c-4711"}),
        (
            "s3://bucket",
            "S3Credentials",
            ["AK", "s-4711", "x-4711"],
            {
                "S3Credentials": {
                    "access_key_id": "AK",
                    "secret_access_key": "s-4711",
                    "session_token": "x-4711",
                }
            },
        ),
    ):
        add(window, host, kind, *values)
        window.wait_for(f"Saved {host} in the keychain")
        assert held(keyring, host) == [expected]
        assert "4711" not in window.text()
    with Judge(bus=keyring.address) as judge:
        sent = judge.send("http://bearer.test/c", variables={"HOME": str(own_home)})
    assert sent.authorization == "Bearer t-4711"


def test_an_oauth_token_is_explained_and_an_existing_one_edited(
    keyring: GnomeKeyring, window: Terminal
) -> None:
    oauth = {
        "OAuth": {
            "access_token": "a-4711",
            "refresh_token": None,
            "expires_at": None,
            "token_endpoint": "https://sso.test/token",
            "revocation_endpoint": None,
            "client_id": "pixi",
        }
    }
    keyring.client.put("current", "sso.test", json.dumps(oauth))
    start(window, keyring)
    window.wait_for("sso.test")
    add(window, "new.test", "OAuth")
    window.wait_for("pixi auth login new.test --oauth")
    window.press("Escape")
    window.wait_for("Discard what you typed?")
    window.press("y")
    window.wait_for("t Test URL")
    window.press("e")
    window.wait_for("Advanced")
    window.type("b-4711")
    window.press("C-s")
    window.wait_for("Saved sso.test in the keychain")
    (after,) = held(keyring, "sso.test")
    assert isinstance(after, dict)
    assert after["OAuth"]["access_token"] == "b-4711"
    assert after["OAuth"]["token_endpoint"] == "https://sso.test/token"


def test_reveal_edit_delete_undo(keyring: GnomeKeyring, window: Terminal, own_home: Path) -> None:
    old, new = {"BearerToken": "t-4711"}, {"BearerToken": "t-4712"}
    keyring.client.put("current", "h.test", json.dumps(old))
    start(window, keyring)
    window.wait_for("h.test")
    window.press("e")
    assert "4711" not in window.wait_for("unchanged")
    window.press("C-r")
    window.wait_for("t-4711")
    window.type("t-4712")
    window.press("C-s")
    window.wait_for("Saved h.test in the keychain")
    assert held(keyring, "h.test") == [new]
    window.wait_for("t Test URL")
    window.press("u")
    window.wait_for("Took back the change of h.test")
    assert held(keyring, "h.test") == [old]
    window.press("d")
    window.wait_for("nothing is sent")
    window.press("y")
    window.wait_for("Deleted h.test from the keychain")
    assert held(keyring, "h.test") == []
    window.press("u")
    window.wait_for("Took back the deletion of h.test")
    assert held(keyring, "h.test") == [old]
    with Judge(bus=keyring.address) as judge:
        sent = judge.send("http://h.test/c", variables={"HOME": str(own_home)})
    assert sent.authorization == "Bearer t-4711"


def test_a_duplicate_is_resolved(keyring: GnomeKeyring, window: Terminal) -> None:
    keyring.client.put("current", "h.test", '{"BearerToken":"first"}')
    keyring.client.put("python-keyring", "h.test", '{"BearerToken":"second"}')
    start(window, keyring)
    window.wait_for("ambiguous (2)")
    window.press("r")
    window.wait_for("2 items for h.test")
    window.press("Enter")
    window.wait_for("Keep item")
    window.press("y")
    window.wait_for("Kept one item for h.test")
    assert len(held(keyring, "h.test")) == 1


def test_a_file_is_changed_after_a_question(
    keyring: GnomeKeyring, window: Terminal, own_home: Path
) -> None:
    path = write_credentials(own_home, {"h.test": {"BearerToken": "t-1"}})
    start(window, keyring)
    window.wait_for("h.test")
    window.press("e")
    window.wait_for("unchanged")
    window.paste("one\ntwo")
    window.wait_for("Nothing was pasted")
    window.paste("t-4711\n")
    window.press("C-s")
    window.wait_for("Write plain text?")
    window.press("y")
    window.wait_for("Saved h.test in")
    assert json.loads(path.read_text()) == {"h.test": {"BearerToken": "t-4711"}}
    window.wait_for("t Test URL")
    window.press("d")
    window.wait_for("Delete h.test?")
    window.press("y")
    window.wait_for("Deleted h.test from")
    assert json.loads(path.read_text()) == {}
    window.press("u")
    window.wait_for("Took back the deletion of h.test")
    until("the entry", lambda: "t-4711" in path.read_text())
