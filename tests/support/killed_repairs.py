"""A program whose children are killed (SIGKILL) while they repair a credentials file.

Each child dies right after one step: the side file opened, half written, synced, the new file
created, or the old one replaced. It is a program of its own since it forks.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from authui.model.errors import DecodeError
from authui.model.repair import take_apart
from authui.model.wire import decode_file
from authui.services.audit.repair import apply_repair, plan_repair
from authui.stores.side_file import MARK
from tests.support.json_files import CANARY, store
from tests.support.killed_writes import assert_killed, assert_private, child

POINTS = ("side opened", "side half", "side synced", "created", "written", "replaced")
BROKEN = (
    b'{"a.test":{"BearerToken":"good"},"b.test":{"BearerToken":12,"x":"'
    + CANARY.encode()
    + b'"},"c.test":{"bearertoken":"mended"}}'
)


def run(folder: Path, point: str, times: int) -> dict[str, int]:
    """How often the old and the new file were left. Fails where something is lost."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_repairs", str(folder), point, str(times)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, int] = json.loads(done.stdout)
    return answer


class Trap:
    """The steps of a repair, after one of which this process dies.

    It stands in for functions of `os` in a child; nothing of the kind is in authui itself.
    """

    def __init__(self, point: str) -> None:
        self.point = point
        self.files: dict[int, str] = {}
        self.really = (os.open, os.write, os.fsync, os.replace)

    def set(self) -> None:
        os.open, os.write = self.open, self.write
        os.fsync, os.replace = self.fsync, self.replace  # type: ignore[assignment]

    def reached(self, point: str, *, when: bool = True) -> None:
        if when and point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def open(self, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        descriptor = self.really[0](path, flags, *rest, **more)
        self.files.pop(descriptor, None)
        if flags & os.O_CREAT:
            self.files[descriptor] = "side" if MARK in str(path) else "new"
            self.reached("side opened", when=MARK in str(path))
            self.reached("created", when=".authui-" in str(path))
        return descriptor

    def write(self, descriptor: int, data: Any) -> int:
        kind = self.files.get(descriptor)
        if kind == "side" and self.point == "side half":
            self.really[1](descriptor, data[: len(data) // 2])
            self.reached("side half")
        count = self.really[1](descriptor, data)
        self.reached("written", when=kind == "new")
        return count

    def fsync(self, descriptor: int) -> None:
        self.really[2](descriptor)
        self.reached("side synced", when=self.files.get(descriptor) == "side")

    def replace(self, old: Any, new: Any) -> None:
        self.really[3](old, new)
        self.reached("replaced")


def once(path: Path, point: str) -> str:
    """Kill one repair; which file it left."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(mode=0o700)
    path.write_bytes(BROKEN)
    path.chmod(0o600)

    def work() -> None:
        plan = plan_repair(store(path))
        Trap(point).set()
        apply_repair(plan, plan.defaults())

    assert_killed(child(work))
    assert_private(path.parent)
    data = path.read_bytes()
    if data == BROKEN:
        finish(path)
        return "old"
    assert [entry.host for entry in decode_file(data)] == ["a.test", "c.test"]
    assert in_side_file(path)
    return "new"


def finish(path: Path) -> None:
    """The next repair is not hindered by what the killed one left."""
    plan = plan_repair(store(path))
    apply_repair(plan, plan.defaults())
    assert not list(path.parent.glob(".authui-*"))
    assert in_side_file(path)
    try:
        decode_file(path.read_bytes())
    except DecodeError as error:
        raise AssertionError from error


def in_side_file(path: Path) -> bool:
    """Whether a side file holds the whole of what was set aside."""
    (bad,) = (entry for entry in take_apart(BROKEN).bad if entry.host == "b.test")
    wanted = bad.raw.reveal().encode()
    return any(wanted in side.read_bytes() for side in path.parent.glob(f"*{MARK}*"))


def main(folder: Path, point: str, times: int) -> None:
    os.umask(0)
    path = Path(os.path.realpath(folder)) / "own" / "credentials.json"
    print(json.dumps(Counter(once(path, point) for _ in range(times))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
