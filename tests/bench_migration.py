"""The migration's part of `make bench`: against the bare creation of the same items."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from authui.model.credential import BearerToken
from authui.model.secret import Secret
from authui.model.wire import encode_credential, encode_file
from authui.services.migration.migration import Migration
from authui.services.migration.plan import Status
from authui.stores.discover import discover
from authui.stores.environment import Environment
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.measuring import fast, ratio

ENTRIES = 200
ROUNDS = 5
SHARED_MEMORY = Path("/dev/shm")
HELD = {f"h{n}.example": BearerToken(Secret(f"token-{n}")) for n in range(ENTRIES)}


def bare(keyring: GnomeKeyring) -> float:
    """Milliseconds for the items alone, made one after the other by a client in the same language."""
    keyring.client.clear()
    texts = {host: encode_credential(one) for host, one in HELD.items()}
    start = time.perf_counter()
    for host, text in texts.items():
        keyring.client.put("current", host, text)
    return (time.perf_counter() - start) * 1000


def migrated(keyring: GnomeKeyring, home: Path) -> float:
    """Milliseconds for a migration of the same, from a plan to the empty file."""
    keyring.client.clear()
    file = home / ".rattler" / "credentials.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encode_file(HELD))
    environment = Environment(
        {"HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": keyring.address}, "/", "linux"
    )
    migration = Migration(lambda: discover(environment, "rattler"))
    plan = migration.plan()
    start = time.perf_counter()
    result = migration.apply(plan)
    took = (time.perf_counter() - start) * 1000
    assert result.counts == {Status.DONE: ENTRIES}, result.stopped
    assert file.read_bytes() == b"{}"
    return took


def migration(place: Path) -> float:
    """The ratio with the source in memory; what its place on a disk adds is told apart."""
    memory = Path(tempfile.mkdtemp(dir=SHARED_MEMORY)) if SHARED_MEMORY.is_dir() else place
    try:
        with GnomeKeyring() as keyring:
            migrated(keyring, memory)  # warm caches
            theirs, ours, on_disk = [], [], []
            for _ in range(ROUNDS):
                theirs.append(bare(keyring))
                ours.append(migrated(keyring, memory))
                on_disk.append(migrated(keyring, place))
    finally:
        if memory != place:
            shutil.rmtree(memory)
    where = os.fspath(place)
    print(f"    with the source on the disk of {Path(where).anchor}: {fast(on_disk):.0f} ms")
    return ratio(ours, theirs)
