"""Waiting for a window of the keychain, at most as long as a person's patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from jeepney import HeaderFields, MatchRule  # type: ignore[import-untyped]

from authui.model.errors import StoreUnreadable
from authui.stores.keychain.bus import Bus, Refusal
from authui.stores.keychain.calls import NAME, PREFIX, on
from authui.stores.keychain.connect import AGAIN
from authui.stores.patience import Patience

_SLICE: Final = 0.1
"""Seconds after which the patience is asked again."""

_GRACE: Final = 0.3
"""Seconds within which a prompt ends that needs nobody: KeePassXC gives one for each new item."""

_LOOK: Final = 1.0
"""Seconds between two looks at whether the wait has become pointless."""


class Completed(NamedTuple):
    """How a prompt ended: dismissed, or with a result. `seconds` is how long it took."""

    dismissed: bool
    result: Any
    seconds: float


def follow(
    bus: Bus,
    prompt: str,
    patience: Patience,
    pointless: Callable[[], bool] = lambda: False,
) -> Completed | None:
    """Open the window behind a prompt and wait for its end.

    None where the patience ended first, or the wait is found to be `pointless`: then the prompt was
    dismissed, and the caller has to look at what really happened. Raises `StoreError`.
    """
    rule = MatchRule(
        type="signal", sender=NAME, interface=PREFIX + "Prompt", member="Completed", path=prompt
    )
    end = MatchRule(
        type="signal",
        sender="org.freedesktop.DBus",
        interface="org.freedesktop.DBus",
        member="NameOwnerChanged",
        path="/org/freedesktop/DBus",
    )
    end.add_arg_condition(0, NAME)
    bus.subscribe(rule)
    bus.subscribe(end)
    try:
        bus.call(on(prompt, "Prompt", "Prompt", "s", ""), "")
        completed = _wait(bus, prompt, patience, pointless)
        if completed is None:
            _dismiss(bus, prompt)
        return completed
    finally:
        if bus.failure is None:
            bus.unsubscribe(rule)
            bus.unsubscribe(end)


def _wait(
    bus: Bus, prompt: str, patience: Patience, pointless: Callable[[], bool]
) -> Completed | None:
    start = time.monotonic()
    looked = start
    is_told = False
    try:
        while True:
            completed = _completed(bus, prompt, _SLICE)
            now = time.monotonic()
            if completed is not None:
                return Completed(*completed, now - start)
            if patience.is_cancelled or now - start >= patience.limit:
                return None
            if not is_told and now - start >= _GRACE:
                is_told = True
                patience.begin()
            if now - looked >= _LOOK:
                looked = now
                if pointless():
                    return None
    finally:
        if is_told:
            patience.end()


def _completed(bus: Bus, prompt: str, seconds: float) -> tuple[bool, Any] | None:
    """What the prompt says within so many seconds. Raises `StoreUnreadable` where its program ends."""
    deadline = time.monotonic() + seconds
    while (signal := bus.next_signal(max(deadline - time.monotonic(), 0))) is not None:
        fields = signal.header.fields
        if fields.get(HeaderFields.member) == "NameOwnerChanged":
            if signal.body[:1] == (NAME,):
                raise StoreUnreadable("The Secret Service ended while its window was open", AGAIN)
        elif fields.get(HeaderFields.path) == prompt and len(signal.body) == 2:
            dismissed, (_, result) = signal.body
            return bool(dismissed), result
    return None


def _dismiss(bus: Bus, prompt: str) -> None:
    """Take the window away, where the provider does that; KDE's wallet leaves it open."""
    for _, reply in bus.call_all([on(prompt, "Prompt", "Dismiss")], ""):
        if not isinstance(reply, Refusal):
            _completed(bus, prompt, _SLICE)
