"""Migrations into keychains that end before they have saved: what they lose, the file still holds."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from authui.model.credential import BearerToken
from authui.model.secret import Secret
from authui.model.wire import decode_file, encode_file
from authui.services.migration.migration import Migration
from authui.services.migration.plan import MigrationResult, Progress, Status
from authui.stores.base import Stored, StoreInfo, WritableStore
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.keychain.secret_service import SecretServiceStore
from tests.support.keepassxc import Database, KeePassXC
from tests.support.kwallet import KWallet

pytestmark = [pytest.mark.providers, pytest.mark.timeout(200)]


class World:
    """A file with so many entries, and the keychain of a provider."""

    def __init__(self, path: Path, address: str, entries: int) -> None:
        self.path = path
        self._environment = Environment({"DBUS_SESSION_BUS_ADDRESS": address}, "/", "linux")
        self.hosts = [f"h{number:03}.test" for number in range(entries)]
        path.write_bytes(encode_file({h: BearerToken(Secret(f"t-{h}")) for h in self.hosts}))
        self.migration = Migration(self.discover)

    def discover(self) -> Discovery:
        file = StoreInfo("file", ("file",), "file", str(self.path), "default", encrypted=False)
        keychain = SecretServiceStore(self._environment)
        return Discovery("rattler", (keychain, JsonFileStore(str(self.path), file)), None, ())

    def in_file(self) -> set[str]:
        return {entry.host for entry in decode_file(self.path.read_bytes())}

    def must_hold_all(self, result: MigrationResult) -> None:
        """Every credential stands in the file, or in the keychain as it is after a new start."""
        (keychain, _) = self.discover().stores
        assert isinstance(keychain, WritableStore)
        left = self.in_file()
        done = {one.step.host for one in result.results if one.status is Status.DONE}
        assert not left & done
        for host in set(self.hosts) - left:
            text = json.dumps({"BearerToken": f"t-{host}"}, separators=(",", ":"))
            assert keychain.read(host) == Stored(Secret(text)), host

    def finish(self) -> None:
        """The next run completes, whatever the first one left."""
        plan = self.migration.plan()
        result = self.migration.apply(plan)
        assert result.stopped is None
        assert result.counts[Status.DONE] == len(plan.steps)
        assert self.in_file() == set()


class TestKeePassXC:
    """What it has not saved is gone with it."""

    def test_one_that_saves_after_every_change(self, tmp_path: Path) -> None:
        with KeePassXC([Database("one")], autosave=True) as keepassxc:
            world = World(tmp_path / "credentials.json", keepassxc.address, 60)
            for _ in range(4):  # should it crash all the same, the next run goes on
                result = world.migration.apply(world.migration.plan())
                keepassxc.kill()
                keepassxc.open_again()
                world.must_hold_all(result)
                if result.stopped is None:
                    break
            assert result.stopped is None
            assert world.path.read_bytes() == b"{}"

    def test_one_that_asks_before_it_shows_an_item_to_another_program(self, tmp_path: Path) -> None:
        with KeePassXC([Database("one")], confirm=True) as keepassxc:
            world = World(tmp_path / "credentials.json", keepassxc.address, 12)
            result = world.migration.apply(world.migration.plan())
            assert result.counts == {Status.DONE: 12}, result.stopped
            assert world.path.read_bytes() == b"{}"
            found, locked = keepassxc.client.search({"service": "rattler"})
            assert len(found) + len(locked) == 12

    def test_one_that_dies_in_the_middle(self, tmp_path: Path) -> None:
        with KeePassXC([Database("one")], autosave=True) as keepassxc:
            world = World(tmp_path / "credentials.json", keepassxc.address, 200)

            def tell(progress: Progress) -> None:
                if progress.number == 25:
                    keepassxc.kill()

            result = world.migration.apply(world.migration.plan(), tell=tell)
            assert result.stopped is not None
            assert (
                result.counts[Status.DONE] == 20
            )  # two of the batches that are looked at together
            assert result.counts[Status.PLANNED] > 170
            keepassxc.open_again()
            world.must_hold_all(result)


class TestKWallet:
    """It writes secrets up to five seconds later."""

    @pytest.mark.parametrize("how", ["killed", "killed soon", "locked"])
    def test_one_that_ends_before_it_has_written(self, tmp_path: Path, how: str) -> None:
        with KWallet() as wallet:
            world = World(tmp_path / "credentials.json", wallet.address, 20)
            timer: threading.Timer | None = None

            def tell(progress: Progress) -> None:
                nonlocal timer
                if progress.number < 20:
                    return
                match how:
                    case "killed":
                        wallet.kill()
                    case "killed soon":  # after the last write, and before it is on the disk
                        timer = threading.Timer(1.5, wallet.kill)
                        timer.start()
                    case "locked":
                        timer = threading.Timer(
                            1.5, wallet.client.lock, wallet.client.collections()
                        )
                        timer.start()

            result = world.migration.apply(world.migration.plan(), tell=tell)
            if timer is not None:
                timer.join()
            assert result.stopped is not None
            assert result.counts[Status.DONE] == 0
            assert world.in_file() == set(world.hosts)
            if how == "locked":
                wallet.client.unlock(*wallet.client.collections())
            else:
                wallet.open_again()
            world.must_hold_all(result)
            world.finish()

    def test_it_keeps_what_was_taken_out_of_the_file(self, tmp_path: Path) -> None:
        with KWallet() as wallet:
            world = World(tmp_path / "credentials.json", wallet.address, 20)
            result = world.migration.apply(world.migration.plan())
            assert result.counts == {Status.DONE: 20}
            wallet.kill()
            wallet.open_again()
            world.must_hold_all(result)
