"""The watch over all stores of a discovery: real files, a real keychain, and nothing else."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from authui.stores.keychain import watching
from authui.stores.keychain.secret_service import SecretServiceStore
from authui.stores.watch import StoreWatch
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.program import write_credentials

__all__ = ["gnome_keyring", "shared_gnome_keyring"]

GUARD = 20.0
QUIET = 0.5
TOKEN = {"BearerToken": "t"}


@pytest.fixture
def watch() -> Iterator[StoreWatch]:
    one = StoreWatch()
    yield one
    one.close()


def files_only() -> Discovery:
    found = discover(Environment.current(), "pixi")
    stores = tuple(s for s in found.stores if not isinstance(s, SecretServiceStore))
    return Discovery(found.client, stores, found.pixi, found.notes)


def test_each_file_of_a_discovery(own_home: Path, watch: StoreWatch) -> None:
    credentials = write_credentials(own_home, {})
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text("")
    watch.aim(files_only())
    assert not watch.wait(0)
    for path, text in (
        (credentials, '{"h":{"BearerToken":"t"}}'),
        (own_home / ".netrc", "machine h login l password p"),
        (config, "[s3-options]\n"),
    ):
        path.write_text(text)
        assert watch.wait(GUARD), path
        assert not watch.wait(0)


def test_a_change_during_the_wait(own_home: Path, watch: StoreWatch) -> None:
    watch.aim(files_only())
    timer = threading.Timer(0.3, write_credentials, (own_home, {"h": TOKEN}))
    timer.start()
    assert watch.wait(GUARD)
    timer.join()


def test_what_changes_between_aiming_and_waiting_is_seen(own_home: Path, watch: StoreWatch) -> None:
    write_credentials(own_home, {})
    watch.aim(files_only())
    write_credentials(own_home, {"h": TOKEN})
    watch.aim(files_only())  # the same files: what has changed meanwhile is not forgotten
    assert watch.wait(GUARD)


def test_other_files_are_watched_after_another_aim(
    own_home: Path, watch: StoreWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.aim(files_only())
    other = own_home / "other.json"
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(other))
    watch.aim(files_only())
    other.write_text("{}")
    assert watch.wait(GUARD)


def test_nothing_to_watch_is_no_change(watch: StoreWatch) -> None:
    assert not watch.wait(0)
    from authui.stores.demo import demo_discovery

    watch.aim(demo_discovery("pixi", 0.0))
    assert not watch.wait(0)
    assert watch._watched_keychain() is None


@pytest.mark.keychain
def test_the_keychain_beside_the_files(
    gnome_keyring: GnomeKeyring,
    own_home: Path,
    watch: StoreWatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    monkeypatch.setattr(watching, "_POLL", 0.1)
    monkeypatch.setattr(watching, "_is_recent", lambda modified, now: False)
    watch.aim(discover(Environment.current(), "pixi"))
    while watch.wait(QUIET):  # the first look may count as a change
        pass
    gnome_keyring.client.put("current", "h.test", '{"BearerToken":"t"}')
    assert watch.wait(GUARD)
    while watch.wait(QUIET):
        pass
    write_credentials(own_home, {"h": TOKEN})
    assert watch.wait(GUARD)
    assert not os.path.exists(own_home / ".netrc")
