"""Whole runs of the audit in tmux at 80 by 24: what it finds is mended, before real rattler."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gnome_keyring import GnomeKeyring
from tests.support.judge import Judge
from tests.support.program import write_credentials
from tests.support.secret_service_client import until
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.keychain, pytest.mark.rattler]

TOKEN = {"BearerToken": "t-4711"}


@pytest.fixture
def judge(gnome_keyring: GnomeKeyring) -> Iterator[Judge]:
    with Judge(bus=gnome_keyring.address) as judge:
        yield judge


def start(window: Terminal, keyring: GnomeKeyring) -> None:
    window.start(sys.executable, "-m", "authui", DBUS_SESSION_BUS_ADDRESS=keyring.address)
    window.wait_for("t Test URL")
    window.press("v")
    window.wait_for("─ Findings ─")


def test_a_pattern_that_never_matches_is_mended(
    window: Terminal, gnome_keyring: GnomeKeyring, judge: Judge, own_home: Path
) -> None:
    path = write_credentials(own_home, {"h.test:8080": TOKEN})
    path.chmod(0o600)
    path.parent.chmod(0o700)
    variables = {"HOME": str(own_home)}
    assert judge.send("http://h.test:8080/c", variables=variables).authorization is None
    start(window, gnome_keyring)
    window.wait_for("h.test:8080 in the credentials file is never sent")
    for _ in range(10):
        if "rename to h.test" in window.text():
            break
        window.press("Down")
        time.sleep(0.2)
    window.press("f")
    window.wait_for("y / n")
    assert json.loads(path.read_text()) == {"h.test:8080": TOKEN}
    window.press("y")
    until("the new name", lambda: json.loads(path.read_text()) == {"h.test": TOKEN})
    sent = judge.send("http://h.test:8080/c", variables=variables)
    assert sent.authorization == "Bearer t-4711"
    until("the finding to go", lambda: "is never sent" not in window.text())
    assert "4711" not in window.text()
    window.press("Escape")
    window.wait_for("t Test URL")
    window.press("C-q")


def test_a_broken_file_is_repaired(
    window: Terminal, gnome_keyring: GnomeKeyring, judge: Judge, own_home: Path
) -> None:
    good = '"good.test": {"BearerToken": "g-4711"}'
    spelled = '"spelled.test": {"BasicHttp": {"username": "u", "password": "p-4711"}}'
    lost = '"lost.test": {"BearerToken": 4711}'
    path = write_credentials(own_home, f"{{{good}, {spelled}, {lost}}}")
    path.chmod(0o600)
    variables = {"HOME": str(own_home)}
    assert not judge.send("http://good.test/c", variables=variables).stores_accepted
    start(window, gnome_keyring)
    window.wait_for("Every rattler-based tool stops at")
    window.press("f")
    window.wait_for("─ Bad entries ─")
    window.wait_for("Repair  space")
    assert "4711" not in window.text()
    window.press("Enter")
    window.wait_for("y / n")
    window.press("y")
    until("the repaired file", lambda: "BasicHTTP" in path.read_text())
    sent = judge.send("http://good.test/c", variables=variables)
    assert sent.authorization == "Bearer g-4711"
    sent = judge.send("http://spelled.test/c", variables=variables)
    assert (sent.authorization or "").startswith("Basic ")
    (aside,) = path.parent.glob("*.set-aside-*")
    assert aside.stat().st_mode & 0o777 == 0o600
    assert '{"BearerToken": 4711}' in aside.read_text()
    until("the finding to go", lambda: "Every rattler-based tool stops" not in window.text())
    assert "4711" not in window.text()
    window.press("C-q")
