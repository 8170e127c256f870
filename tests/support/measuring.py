"""What every bench needs: an environment of its own, and ratios that a busy machine leaves alone.

The two sides of a ratio take turns, and their fastest halves are compared, so that a busy machine
slows both alike.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PYTHON = sys.executable
AUTHUI = str(Path(sys.executable).with_name("authui"))
NO_BUS = "unix:path=/nonexistent/bus"


def environment(home: Path, bus: str = NO_BUS) -> dict[str, str]:
    """All the variables a measured program gets."""
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "DBUS_SESSION_BUS_ADDRESS": bus,
        "LANG": "C.UTF-8",
    }


def fast(values: Sequence[float]) -> float:
    """The median of the faster half."""
    return statistics.median(sorted(values)[: max(1, len(values) // 2)])


def ratio(
    ours: Sequence[float], theirs: Sequence[float], *, of: str = "", unit: str = "ms"
) -> float:
    """The ratio of both sides' faster halves, both printed in the unit that they are in."""
    print(f"    {fast(ours):9.2f} {unit} against {fast(theirs):9.2f} {unit} {of}".rstrip())
    return fast(ours) / fast(theirs)


def compared(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> float:
    """The ratio of the times that two calls take."""
    times: tuple[list[float], list[float]] = ([], [])
    for call in (ours, theirs):  # warm caches
        call()
    for _ in range(rounds):
        for call, kept in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            call()
            kept.append((time.perf_counter() - start) * 1000)
    return ratio(*times)
