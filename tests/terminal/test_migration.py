"""Whole migrations in tmux at 80 by 24, typed by hand: real files, a real keychain, real rattler."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.gnome_keyring import GnomeKeyring
from tests.support.judge import Judge
from tests.support.program import write_credentials
from tests.support.secret_service_client import until
from tests.support.terminal import Terminal
from tests.terminal.test_changes import held, start

pytestmark = [pytest.mark.terminal, pytest.mark.keychain]

HERE, THERE = {"BearerToken": "here-4711"}, {"BearerToken": "there-4711"}
CONDA = {"CondaToken": "conda-4711"}


@pytest.fixture
def keyring(gnome_keyring: GnomeKeyring, window: Terminal) -> Iterator[GnomeKeyring]:
    """An empty keychain; the program is ended before it is looked at again."""
    yield gnome_keyring
    window.press("C-q")


def put(keyring: GnomeKeyring, host: str, value: object) -> None:
    keyring.client.put("current", host, json.dumps(value, separators=(",", ":")))


def plan(window: Terminal, keyring: GnomeKeyring) -> None:
    """Open the screen and wait for its plan."""
    start(window, keyring)
    window.press("m")
    window.wait_for("the credentials file")


def migrate(window: Terminal, words: str) -> str:
    """Carry the plan out; what was asked before."""
    window.press("Enter")
    window.wait_for("y / n")
    until("the words of the question", lambda: _reads(window, words))
    question = window.text()
    window.press("y")
    window.wait_for("─ Result ─")
    return question


def _reads(window: Terminal, words: str) -> bool:
    """Whether they stand in the question; a long path folds it, or makes it longer than the screen."""
    text = " ".join(line[4:-4].strip(" │▁▂▃▄▅▆▇█") for line in window.text().splitlines())
    if words in " ".join(text.split()):
        return True
    window.press("Down")
    return False


def sent(keyring: GnomeKeyring, home: Path, host: str) -> str | None:
    with Judge(bus=keyring.address) as judge:
        return judge.send(f"http://{host}/c", variables={"HOME": str(home)}).authorization


WAYS: dict[str, tuple[str, dict[str, Any], object]] = {
    "the first": ("1", {}, HERE),
    "the second": ("2", {}, THERE),
    "both are left": ("3", {"both.test": HERE}, THERE),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_conflict_is_resolved(
    keyring: GnomeKeyring, window: Terminal, own_home: Path, way: str
) -> None:
    key, left, kept = WAYS[way]
    path = write_credentials(own_home, {"both.test": HERE, "conda.test": CONDA, "same.test": THERE})
    put(keyring, "both.test", THERE)
    put(keyring, "same.test", THERE)
    plan(window, keyring)
    text = window.wait_for("1 conflict")
    assert "2 to move" in text
    assert "≠ both.test" in text
    assert "leave both" in text
    window.press(key)
    window.wait_for({"1": "use the file's", "2": "use the keychain's", "3": "leave both"}[key])
    migrate(window, "Deleting is not revoking")
    after = window.text()
    assert ("3 done" in after) is (key != "3")
    assert json.loads(path.read_text()) == left
    assert held(keyring, "both.test") == [kept]
    assert held(keyring, "conda.test") == [CONDA]
    assert held(keyring, "same.test") == [THERE]
    assert "4711" not in after
    token = kept["BearerToken"] if isinstance(kept, dict) else None
    assert sent(keyring, own_home, "both.test") == f"Bearer {token}"


def test_taken_back(keyring: GnomeKeyring, window: Terminal, own_home: Path) -> None:
    path = write_credentials(own_home, {"a.test": HERE, "b.test": CONDA})
    plan(window, keyring)
    migrate(window, "2 credentials")
    window.wait_for("2 done")
    assert path.read_bytes() == b"{}"
    window.press("u")
    window.wait_for("Taking it back")
    assert "plain text" in migrate(window, "Take back")
    assert json.loads(path.read_text()) == {"a.test": HERE, "b.test": CONDA}
    assert held(keyring, "a.test") == held(keyring, "b.test") == []
    window.press("r")
    window.wait_for("2 to move")
    window.press("Escape")
    window.wait_for("t Test URL")


def test_two_hundred_with_an_end_in_between(
    keyring: GnomeKeyring, window: Terminal, own_home: Path
) -> None:
    hosts = [f"h{number:03}.test" for number in range(200)]
    path = write_credentials(own_home, dict.fromkeys(hosts, HERE))
    window.start(sys.executable, "-c", SLOW, DBUS_SESSION_BUS_ADDRESS=keyring.address)
    window.wait_for("t Test URL")
    window.press("m")
    window.wait_for("200 to move")
    window.press("Enter")
    window.wait_for("y / n")
    window.press("y")
    until("the third entry", lambda: bool(held(keyring, "h002.test")))
    window.press("Escape")
    text = window.wait_for("not reached")
    assert "r makes a plan for the rest" in text
    left = json.loads(path.read_text())
    assert 0 < len(left) < 200
    for host in hosts:
        assert held(keyring, host) == ([] if host in left else [HERE])
    window.press("r")
    window.wait_for(f"{len(left)} to move")


SLOW = """
import sys
import authui.stores.keychain.provider as provider
from authui.stores.abilities import Pace
provider.GNOME = provider.GNOME._replace(pace=Pace(batch=1, settle=0.3), takes_many=False)
provider._SIGNS = (("org.gnome.keyring", provider.GNOME),)
from authui.cli.main import main
sys.exit(main([]))
"""
