"""The program as it is, in tmux at 80 by 24: a real keychain, real files, a service that is mute."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from tests.support.gnome_keyring import GnomeKeyring
from tests.support.odd_services import EVERYTHING, OddService
from tests.support.private_bus import PrivateBus
from tests.support.program import write_credentials
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.keychain]

CANARY = "canary-4711-canary"
BEARER = {"BearerToken": CANARY}
QUITTING = 5.0
"""Seconds: five times what quitting may take."""


def start(window: Terminal, bus: str, *, size: tuple[int, int] = (80, 24)) -> None:
    window.start(sys.executable, "-m", "authui", size=size, DBUS_SESSION_BUS_ADDRESS=bus)


def quit_with(window: Terminal, key: str) -> None:
    begun = time.monotonic()
    window.press(key)
    assert window.exit_status() == 0
    assert time.monotonic() - begun < QUITTING
    assert "Traceback" not in window.text()


def test_a_real_keychain_and_real_files(
    gnome_keyring: GnomeKeyring, window: Terminal, own_home: Path
) -> None:
    client = gnome_keyring.client
    client.put("current", "*.corp.example", json.dumps(BEARER))
    client.put("current", "both.example", json.dumps(BEARER))
    client.put("python-keyring", "twice.example", json.dumps(BEARER))
    client.put("current", "twice.example", json.dumps(BEARER))
    write_credentials(own_home, {"both.example": BEARER, "only.example": BEARER})
    (own_home / ".netrc").write_text(f"machine build.example login me password {CANARY}\n")
    (own_home / ".netrc").chmod(0o600)
    start(window, gnome_keyring.address)
    window.wait_for("6 entries")
    first = window.wait_for("t Test URL")
    for words in ("*.corp.example", "○ shadowed", "✗ ambiguous (2)", "netrc plaintext"):
        assert words in first
    window.press("/")
    window.type("both")
    window.wait_for("2 of 6 entries")
    window.press("Escape")
    window.wait_for("6 of 6 entries")
    window.press("t")
    window.type("https://conda.corp.example/channel")
    window.wait_for("✓ *.corp.example from the keychain: Authorization: Bearer ••••••")
    window.wait_for("✓ used")
    window.press("C-u")
    window.wait_for("https://repo.prefix.dev/my-channel")  # empty: Textual may overtake its own key
    window.type("https://twice.example/x")
    window.wait_for("the keychain holds several items")
    window.press("C-u")
    window.wait_for("https://repo.prefix.dev/my-channel")  # empty: Textual may overtake its own key
    window.type("https://nowhere.test/x")
    window.wait_for("Nothing is sent: no store has a pattern for this host")
    seen = window.text()
    window.press("Escape")
    window.wait_for("t Test URL")
    quit_with(window, "q")
    assert CANARY not in seen + first + window.text()


def test_a_service_that_never_answers(window: Terminal, own_home: Path) -> None:
    write_credentials(own_home, {"a.example": BEARER})
    with PrivateBus() as bus, OddService(bus.address, silent=[EVERYTHING]):
        start(window, bus.address)
        window.wait_for("a.example")
        window.press("t")
        window.type("https://a.example/x")
        window.wait_for("✓ a.example from the credentials file")
        window.wait_for("Not answering")
        quit_with(window, "C-q")


def test_quitting_while_a_service_does_not_answer(window: Terminal, own_home: Path) -> None:
    write_credentials(own_home, {"a.example": BEARER})
    with PrivateBus() as bus, OddService(bus.address, silent=[EVERYTHING]):
        start(window, bus.address)
        window.wait_for("Reading the keychain")
        quit_with(window, "q")


def test_a_locked_keychain(
    own_gnome_keyring: GnomeKeyring, window: Terminal, own_home: Path
) -> None:
    own_gnome_keyring.client.put("current", "a.example", json.dumps(BEARER))
    own_gnome_keyring.restart(unlock=False)
    write_credentials(own_home, {"a.example": BEARER})
    start(window, own_gnome_keyring.address)
    shown = window.wait_for("Locked: ")
    assert "Unlock it with authui unlock, or with o on the screen" in " ".join(shown.split())
    window.wait_for("o Unlock")
    window.wait_for("○ locked")  # recognised by the name that the file holds
    quit_with(window, "q")


def test_a_broken_file_stops_rattler(window: Terminal, own_home: Path) -> None:
    write_credentials(own_home, '{"a.example": {"Bearer": "x"}}')
    start(window, "unix:path=/nonexistent")
    window.wait_for("Rattler stops at the credentials file")
    window.press("t")
    window.type("https://a.example/")
    window.wait_for("✗ Rattler-based tools stop at")
    quit_with(window, "C-q")


def test_a_terminal_of_20_columns(window: Terminal) -> None:
    start(window, "unix:path=/nonexistent", size=(20, 24))
    window.wait_for("authui needs 40")
    window.resize(80, 24)
    window.wait_for("No credentials yet")
    quit_with(window, "q")
