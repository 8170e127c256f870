"""A program whose copies change the keychain and are killed while they do: one line, one copy.

Each line is an order in JSON: the `host`, the `text` to store (null deletes), `before`, and when to
die: `at` the answer to a call, or `after` so many seconds. The answer is how the copy ended: its
exit status, negative for a signal, and the seconds it lived.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from jeepney import HeaderFields  # type: ignore[import-untyped]
from secretstorage.dhcrypto import Session

from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.environment import Environment
from authui.stores.keychain import deleting, writing  # noqa: F401  (imported before any copy)
from authui.stores.keychain.bus import Bus
from authui.stores.keychain.secret_service import SecretServiceStore

CHANGES = ("CreateItem", "SetSecret", "Delete")


def die_at(target: str) -> None:
    """Be killed when a call to this member is answered; one that only looks, after a change."""
    call_all = Bus.call_all
    is_changed = False

    def watched(self: Bus, messages: Iterable[Any], *rest: Any) -> Iterator[Any]:
        nonlocal is_changed
        kept = list(messages)
        for position, reply in call_all(self, kept, *rest):
            member = kept[position].header.fields[HeaderFields.member]
            if member == target and (is_changed or target in CHANGES):
                os.kill(os.getpid(), signal.SIGKILL)
            is_changed = is_changed or member in CHANGES
            yield position, reply

    setattr(Bus, "call_all", watched)  # noqa: B010  (mypy refuses the plain assignment)


def change(address: str, order: dict[str, Any]) -> None:
    environment = Environment({"DBUS_SESSION_BUS_ADDRESS": address}, "/", "linux")
    store = SecretServiceStore(environment, limit=20)
    if order["text"] is None:
        store.delete(order["host"])
        return
    before = order["before"]
    store.write(
        order["host"],
        Secret(order["text"]),
        before=None if before is None else Stored(Secret(before)),
    )


def run(address: str, order: dict[str, Any]) -> tuple[int, float]:
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            if order.get("at"):
                die_at(order["at"])
            change(address, order)
            status = 0
        finally:
            os._exit(status)
    if order.get("after") is not None:
        time.sleep(order["after"])
        os.kill(pid, signal.SIGKILL)
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended), time.monotonic() - start


def main() -> None:
    Session()  # what is slow at first has been done before a copy is made
    for line in sys.stdin:
        print(json.dumps(run(sys.argv[1], json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
