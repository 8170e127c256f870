"""A program in which several processes change one credentials file at once.

A program of its own, since it forks. One of them may write as rattler does: without a lock.
"""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import select
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from authui.model.errors import ChangedMeanwhile, NotStored
from authui.model.wire import decode_file, encode_file, entries_by_host
from authui.stores.json_file import JsonFileStore
from tests.support.json_files import store, token, tokens

FOREIGN = "foreign.test"
"""The host of the writer that takes no lock; its token is a number that grows."""


def run(folder: Path, *orders: int | str) -> dict[str, Any]:
    """What the program saw. Fails with its error where a process of it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.racing_writes", str(folder), *map(str, orders)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def write_as_rattler_does(path: Path, host: str, value: str) -> None:
    """Read, change one key, write a new file, rename it: no lock, and no look at what came between."""
    held = {h: e.text for h, e in entries_by_host(decode_file(path.read_bytes())).items()}
    held[host] = token(value)
    new = path.with_name(f"credentials{secrets.token_hex(3)}.json")
    new.write_bytes(encode_file(held))
    os.replace(new, path)


def number_in(path: Path) -> int:
    """How far the writer without a lock had come when this was written."""
    found = re.search(rb'"%b":{"BearerToken":"(\d+)"}' % FOREIGN.encode(), path.read_bytes())
    assert found is not None
    return int(found[1])


class Witness:
    """Sees what stands in the file right before authui's last look, and what it then puts there.

    It reads for itself when the new file is on the disk, which is before authui reads again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.visible = self.ours = 0
        self.exchanges = self.attempts = 0
        self.really_sync, self.really_replace = os.fsync, os.replace

    def set(self) -> None:
        os.fsync, os.replace = self.sync, self.replace  # type: ignore[assignment]

    def sync(self, descriptor: int) -> None:
        self.really_sync(descriptor)
        new = os.readlink(f"/proc/self/fd/{descriptor}")
        if ".authui-" in new:
            self.ours, self.visible = number_in(Path(new)), number_in(self.path)
            self.attempts += 1

    def replace(self, new: str, path: str) -> None:
        self.really_replace(new, path)
        assert self.ours >= self.visible, f"{self.ours} put over {self.visible}, which was there"
        self.exchanges += 1


def child(work: Callable[[], object]) -> tuple[int, int]:
    """The process that does the work, and where to read what it says in the end."""
    hear, say = os.pipe()
    pid = os.fork()
    if pid:
        os.close(say)
        return pid, hear
    try:
        os.write(say, json.dumps(work()).encode())
    except BaseException as error:  # noqa: BLE001  (it has to be told before the process ends)
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def result(process: tuple[int, int]) -> Any:
    pid, hear = process
    with open(hear, encoding="utf-8") as said:
        text = said.read()
    assert os.waitpid(pid, 0)[1] == 0
    return json.loads(text)


def edit(path: Path, name: int, times: int) -> None:
    """Add half as many hosts, change each once, and take away every fourth.

    What a writer without a lock undid is done again.
    """
    target = store(path)
    for number in range(times):
        host = f"{name}-{number // 2}.test"
        while not done(partial(put, target, host, str(number))):
            pass
        while number % 8 == 7 and not done(partial(target.delete, host)):
            pass


def put(target: JsonFileStore, host: str, value: str) -> None:
    target.write(host, token(value), before=target.read(host))


def done(change: Callable[[], object]) -> bool:
    try:
        change()
    except ChangedMeanwhile:
        return False
    except NotStored:
        pass  # somebody was faster
    return True


def expected(processes: int, times: int) -> dict[str, str]:
    return {
        f"{name}-{number // 2}.test": str(number)
        for name in range(processes)
        for number in range(1, times, 2)
        if number % 8 != 7
    }


def without_lock(path: Path, stop: tuple[int, int], rng: random.Random) -> dict[str, int]:
    """Write again and again until told to stop; how often what was written was lost again."""
    told, tell = stop
    os.close(tell)
    number = lost = 0
    while not select.select([told], [], [], rng.random() * 0.004)[0]:
        lost += number_in(path) < number
        number += 1
        write_as_rattler_does(path, FOREIGN, str(number))
    return {"written": number, "lost": lost}


def with_lock(path: Path, stop: tuple[int, int], name: int, times: int) -> dict[str, int]:
    """Change the file as authui does, under the eyes of a witness."""
    os.close(stop[1])
    witness = Witness(path)
    witness.set()
    edit(path, name, times)
    return {"exchanges": witness.exchanges, "attempts": witness.attempts}


def main(folder: Path, processes: int, times: int, *, foreign: bool) -> None:
    """Race; with `foreign` against one that takes no lock."""
    path = Path(os.path.realpath(folder)) / "credentials.json"
    store(path).write(FOREIGN, token("0"), before=None)
    stop = os.pipe()
    rng = random.Random()
    rattler = child(partial(without_lock, path, stop, rng)) if foreign else None
    editors = [child(partial(with_lock, path, stop, name, times)) for name in range(processes)]
    seen = [result(editor) for editor in editors]
    os.close(stop[1])
    answer: dict[str, Any] = {"foreign": result(rattler) if rattler else None}
    for key in ("exchanges", "attempts"):
        answer[key] = sum(one[key] for one in seen)
    held = tokens(path)
    answer["number"] = int(held.pop(FOREIGN))
    wanted = expected(processes, times)
    answer["missing"] = len(wanted.items() - held.items())
    answer["too many"] = len(held.items() - wanted.items())
    answer["names"] = sorted(os.listdir(path.parent))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), foreign=sys.argv[4] == "foreign")
