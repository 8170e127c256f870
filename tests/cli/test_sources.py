"""What opening the stores does beside finding them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Here
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import write_credentials


@pytest.fixture
def leftover(own_home: Path) -> Path:
    """What a write leaves that is killed half way."""
    path = write_credentials(own_home, {"a.example": {"BearerToken": "t"}})
    left = path.with_name(f".authui-{path.name}.01234567")
    left.write_text("canary")
    return left


def test_the_next_start_removes_what_an_interrupted_write_left(leftover: Path, here: Here) -> None:
    assert here("--read-only", "list").status == 0
    assert leftover.exists()
    assert here("list").status == 0
    assert not leftover.exists()


@pytest.mark.keychain
def test_a_host_is_recognised_in_a_locked_keychain(
    own_gnome_keyring: GnomeKeyring, here: Here, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", own_gnome_keyring.address)
    assert here("set", "a.example", "--kind", "BearerToken", given="t").status == 0
    own_gnome_keyring.restart(unlock=False)  # only then does it hide names
    done = here("remove", "a.example", "--yes")
    assert done.status == 1
    assert "authui unlock" in done.err
    assert here("remove", "b.example", "--yes").status == 5
