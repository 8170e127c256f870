"""After each change real rattler sends exactly what `authui test` says it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.live_changes import LiveChanges, World
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.judge import Judge

__all__ = ["gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = [pytest.mark.rattler, pytest.mark.keychain]


@pytest.fixture
def world(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    with Judge(bus=gnome_keyring.address) as judge:
        yield World(judge, own_home, monkeypatch)


class TestChanges(LiveChanges):
    """With the keychain of Linux."""
