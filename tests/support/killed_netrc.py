"""A program whose children are killed (SIGKILL) while they change a netrc file.

Like `killed_writes`, whose steps it uses. A child replaces a machine, deletes one, or moves one into
a credentials file, and dies right after one step of the write or at a random time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from authui.model.credential import BasicHTTP
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.services.migration.migration import Migration
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.json_file import JsonFileStore
from authui.stores.netrc import NetrcStore
from tests.support.killed_writes import POINTS, Trap, assert_killed, assert_private, child

OTHERS = "".join(f"machine {n}.test\n\tlogin u{n}\n\tpassword {'p' * 50}{n}\n" for n in range(10))
COUNT = 11
OLD = "machine h.test login u password 0ld\n"
NEW = "machine h.test login me password n3w\n"
CREDENTIAL = encode_text(BasicHTTP("me", Secret("n3w")))


def store(path: Path) -> NetrcStore:
    info = StoreInfo("netrc", ("netrc",), "netrc", str(path), "default", encrypted=False)
    return NetrcStore(str(path), info)


def files(path: Path) -> Discovery:
    """The credentials file beside it, and the netrc file."""
    place = str(path.with_name("credentials.json"))
    info = StoreInfo("file", ("file",), "credentials file", place, "default", encrypted=False)
    return Discovery("pixi", (JsonFileStore(place, info), store(path)), None, ())


def change(path: Path, what: str) -> None:
    if what == "replace":
        store(path).write("h.test", CREDENTIAL, before=store(path).read("h.test"))
    elif what == "delete":
        store(path).delete("h.test")
    else:
        migration = Migration(lambda: files(path))
        migration.apply(migration.plan("netrc", "file"))


def state_after(path: Path, what: str) -> tuple[str, int]:
    """Whether the old file or the new one is there, nothing lost; and how many leftovers."""
    left = len(assert_private(path.parent))
    for one in files(path).stores:
        one.tidy()  # type: ignore[attr-defined]
    assert assert_private(path.parent) == []
    text = path.read_text()
    if what == "move":
        in_file = {entry.host for entry in files(path).stores[0].list().entries}
        in_netrc = {entry.host for entry in store(path).list().entries}
        assert len(in_file | in_netrc) == COUNT
        assert all(f"machine {line}" in OTHERS + OLD for line in text.split("machine ")[1:])
        change(path, what)  # a second run finishes it
        assert (path.read_text(), len(files(path).stores[0].list().entries)) == ("", COUNT)
        return ("old" if len(in_netrc) == COUNT else "between" if in_netrc else "new"), left
    wanted = {OTHERS + OLD: "old", OTHERS + (NEW if what == "replace" else ""): "new"}
    return wanted[text], left


def main(folder: Path, what: str, times: int, seed: int) -> None:
    """So often at each step, where there is a step, and ten times as often at random times."""
    os.umask(0)
    rng = random.Random(seed)
    path = Path(os.path.realpath(folder)) / "own" / ".netrc"
    path.parent.mkdir(mode=0o700)
    path.write_text(OTHERS + OLD)
    path.chmod(0o600)
    started = time.monotonic()
    change(path, what)  # warm
    longest = time.monotonic() - started
    counts: dict[str, Counter[str]] = {}
    points = [point for point in POINTS if point != "folder" and what != "move"]
    for point in (*points * times, *["random"] * 10 * times):
        path.with_name("credentials.json").unlink(missing_ok=True)
        path.write_text(OTHERS + OLD)
        path.chmod(0o600)
        pid = child(lambda point=point: work(path, what, point))  # type: ignore[misc]
        if point == "random":
            time.sleep(rng.random() * longest)
            os.kill(pid, signal.SIGKILL)
        assert_killed(pid)
        state, left = state_after(path, what)
        counts.setdefault(point, Counter()).update({state: 1, "leftovers": left})
    print(json.dumps(counts))


def work(path: Path, what: str, point: str) -> None:
    if point != "random":
        Trap(point).set()
    change(path, what)
    time.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
