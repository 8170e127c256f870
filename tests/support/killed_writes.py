"""A program whose children are killed (SIGKILL) while they write a credentials file.

Each child dies either right after one step of the write or at a random time. After each the
program looks at what is left as a fresh start would. It is a program of its own since it forks:
its children start warm, so that hundreds die in seconds, and no thread of a test is in the way.
"""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authui.model.wire import encode_file
from authui.stores import change_file, replace_file
from authui.stores.lock import exclusive
from tests.support.json_files import CANARY, store, token, tokens

POINTS = ("folder", "created", "half", "written", "synced", "replaced", "settled", "read back")
"""The step after which a child dies; `folder` is the only one that starts without a file."""

OTHERS = {f"{number}.test": f"{number}" * 50 for number in range(40)}
OLD, NEW = CANARY + "old", CANARY + "new" * 100


def run(folder: Path, *orders: str) -> dict[str, Any]:
    """What the program counted. Fails with its error where it found something wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_writes", str(folder), *orders],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


class Trap:
    """The steps of a write, after one of which this process dies.

    It stands in for functions of `os` in a child; nothing of the kind is in authui itself.
    """

    def __init__(self, point: str) -> None:
        self.point = point
        self.new: set[int] = set()
        self.replaced = False
        self.really = (os.mkdir, os.open, os.write, os.fsync, os.replace, replace_file.look)

    def set(self) -> None:
        os.mkdir, os.open, os.write = self.mkdir, self.open, self.write  # type: ignore[assignment]
        os.fsync, os.replace = self.fsync, self.replace  # type: ignore[assignment]
        change_file.look = self.look  # type: ignore[attr-defined]

    def reached(self, point: str, *, when: bool = True) -> None:
        if when and point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def mkdir(self, path: Any, *rest: Any) -> None:
        self.really[0](path, *rest)
        self.reached("folder", when=Path(path).name == "own")

    def open(self, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        descriptor = self.really[1](path, flags, *rest, **more)
        if isinstance(path, str) and ".authui-" in path:
            self.new.add(descriptor)
            self.reached("created")
        return descriptor

    def write(self, descriptor: int, data: Any) -> int:
        new = descriptor in self.new
        if new and self.point == "half":
            self.really[2](descriptor, data[: len(data) // 2])
            self.reached("half")
        count = self.really[2](descriptor, data)
        self.reached("written", when=new)
        return count

    def fsync(self, descriptor: int) -> None:
        self.really[3](descriptor)
        self.reached("settled", when=self.replaced)
        self.reached("synced", when=descriptor in self.new)

    def replace(self, old: Any, new: Any) -> None:
        self.really[4](old, new)
        self.replaced = True
        self.reached("replaced")

    def look(self, path: str) -> replace_file.Seen | None:
        seen = self.really[5](path)
        self.reached("read back", when=self.replaced)
        return seen


def child(work: Callable[[], None]) -> int:
    """The process that does the work."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(1)  # whoever gets here was not killed


def assert_killed(pid: int) -> None:
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status), f"ended by itself: {status}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def assert_private(folder: Path) -> list[Path]:
    """That nothing in the folder is readable by others; what an interrupted write left there."""
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & ~0o600 == 0, path
    return list(folder.glob(".authui-*"))


def after_a_kill(path: Path, turn: int) -> tuple[dict[str, str], int]:
    """What the file holds, and how many leftovers there were, which the next start removed.

    Every other time the next write is what removes them.
    """
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    left = assert_private(path.parent)
    held = tokens(path) if path.exists() else {}
    if turn % 2:
        store(path).tidy()
    else:
        store(path).write("next.test", token("1"), before=None)
        store(path).delete("next.test")
    assert assert_private(path.parent) == []
    with exclusive(str(path), wait=0):
        pass
    assert (tokens(path) if path.exists() else {}) == held
    return held, len(left)


def at_point(path: Path, point: str, turn: int) -> tuple[str, int]:
    """Kill one write after this step."""
    if point == "folder":
        path.unlink(missing_ok=True)
        if path.parent.exists():
            path.parent.rmdir()
    else:
        path.write_bytes(encode_file({h: token(t) for h, t in {**OTHERS, "h.test": OLD}.items()}))

    def work() -> None:
        Trap(point).set()
        target = store(path)
        target.write("h.test", token(NEW), before=target.read("h.test"))

    assert_killed(child(work))
    held, left = after_a_kill(path, turn)
    if point == "folder":
        return ("none" if not held else "new"), left
    state = held.pop("h.test")
    assert held == OTHERS
    assert state in (OLD, NEW)
    return ("old" if state == OLD else "new"), left


def at_random(path: Path, rng: random.Random, turn: int) -> tuple[str, int]:
    """Kill a series of writes at some time. Each says that it begins and that it is done."""
    path.write_bytes(encode_file({h: token(t) for h, t in OTHERS.items()}))
    hear, say = os.pipe()

    def work() -> None:
        target = store(path)
        for number in range(100_000):
            os.write(say, b"b")
            target.write("h.test", token(CANARY + str(number)), before=target.read("h.test"))
            os.write(say, b"d")

    pid = child(work)
    os.close(say)
    said = os.read(hear, 1)  # it has begun
    time.sleep(rng.random() * 0.02)
    os.kill(pid, signal.SIGKILL)
    assert_killed(pid)
    while more := os.read(hear, 65536):
        said += more
    os.close(hear)
    begun, done = said.count(b"b"), said.count(b"d")
    held, left = after_a_kill(path, turn)
    state = held.pop("h.test", CANARY + "-1")
    assert held == OTHERS
    number = int(state.removeprefix(CANARY))
    assert done - 1 <= number <= begun - 1, (begun, done, number)
    return ("between" if begun == done else "new" if number == begun - 1 else "old"), left


def main(folder: Path, orders: list[str]) -> None:
    """Orders are `<step> <count>`, or `random <count> <seed>`."""
    os.umask(0)
    path = Path(os.path.realpath(folder)) / "own" / "credentials.json"
    store(path).write("warm.test", token("1"), before=None)
    counts: Counter[str] = Counter()
    leftovers = 0
    rng = random.Random(int(orders[2]) if len(orders) > 2 else 0)
    for turn in range(int(orders[1])):
        if orders[0] == "random":
            state, left = at_random(path, rng, turn)
        else:
            state, left = at_point(path, orders[0], turn)
        counts[state] += 1
        leftovers += left
    print(json.dumps({"states": counts, "leftovers": leftovers}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
