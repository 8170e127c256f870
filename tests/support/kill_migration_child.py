"""A program whose copies migrate credentials and are killed while they do: one line, one copy.

Each line is an order in JSON: `source` and `target`, and when to die: after the `nth` time that a
`point` is reached, or `after` so many seconds. The answer is how the copy ended: its exit status,
negative for a signal, and the seconds it lived. It is a program of its own since it forks.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

from authui.services.migration import applying
from authui.services.migration.migration import Migration
from authui.stores import change_file, replace_file  # noqa: F401  (imported before any copy)
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from authui.stores.keychain import deleting, many, session, writing  # noqa: F401  (likewise)

Point = Literal["created", "read back", "temporary file", "source rewritten"]
POINTS: tuple[Point, ...] = ("created", "read back", "temporary file", "source rewritten")


class Trap:
    """Kills this process when a point is reached for the n-th time."""

    def __init__(self, point: Point, nth: int, *, to_keychain: bool) -> None:
        self._left = nth
        match point:
            case "created":
                self._each(applying, "add_many")
            case "read back":
                self._after(applying.Run, "_verify")
            case "temporary file":
                self._after(replace_file, "_write")
            case "source rewritten" if to_keychain:
                self._after(os, "replace")
            case "source rewritten":
                self._after(deleting.Deletion, "delete")

    def _reached(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def _after(self, place: Any, name: str) -> None:
        really: Callable[..., Any] = getattr(place, name)

        def watched(*rest: Any, **more: Any) -> Any:
            done = really(*rest, **more)
            self._reached()
            return done

        setattr(place, name, watched)

    def _each(self, place: Any, name: str) -> None:
        really: Callable[..., Iterator[Any]] = getattr(place, name)

        def watched(*rest: Any, **more: Any) -> Iterator[Any]:
            for one in really(*rest, **more):
                self._reached()
                yield one

        setattr(place, name, watched)


def migrate(environment: Environment, order: dict[str, Any]) -> None:
    def stores() -> Discovery:
        return discover(environment, "rattler")

    migration = Migration(stores)
    plan = migration.plan(order["source"], order["target"])
    if order.get("point"):
        Trap(order["point"], order["nth"], to_keychain=order["target"] == "keychain")
    os.write(order["says"], b"b")
    migration.apply(plan)


def run(environment: Environment, order: dict[str, Any]) -> tuple[int, float]:
    hear, say = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            migrate(environment, {**order, "says": say})
            status = 0
        finally:
            os._exit(status)
    os.close(say)
    os.read(hear, 1)  # the plan is made
    os.close(hear)
    start = time.monotonic()
    if order.get("after") is not None:
        time.sleep(order["after"])
        os.kill(pid, signal.SIGKILL)
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended), time.monotonic() - start


def main() -> None:
    session.Session()  # what is slow at first has been done before a copy is made
    environment = Environment.current()
    for line in sys.stdin:
        print(json.dumps(run(environment, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
