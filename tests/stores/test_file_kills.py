"""Killed at any moment of a write, authui leaves the old file or the new one."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.support.killed_writes import POINTS, run

TIMES = 10
BEFORE = {"created", "half", "written", "synced"}
"""The steps at which the new file exists beside the old one."""


@pytest.mark.parametrize("point", POINTS)
def test_killed_after_each_step(tmp_path: Path, point: str) -> None:
    state = "none" if point == "folder" else "old" if point in BEFORE else "new"
    assert run(tmp_path, point, str(TIMES)) == {
        "states": {state: TIMES},
        "leftovers": TIMES if point in BEFORE else 0,
    }


def killed_at_random(place: Path, times: int) -> None:
    seed = secrets.randbits(32)
    answer = run(place, "random", str(times), str(seed))
    assert sum(answer["states"].values()) == times, seed
    assert answer["leftovers"] <= times


def test_killed_at_random_times(tmp_path: Path) -> None:
    killed_at_random(tmp_path, 30)


@pytest.mark.soak
def test_killed_at_random_times_for_long(tmp_path: Path) -> None:
    killed_at_random(tmp_path, 300)
