"""Killed at any moment of a write, authui leaves the old netrc file or the new one."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.killed_writes import POINTS

BEFORE = {"created", "half", "written", "synced"}
"""The steps at which the new file exists beside the old one."""


def run(folder: Path, *orders: str) -> dict[str, Any]:
    """What the program counted. Fails with its error where it found something wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed_netrc", str(folder), *orders],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, (orders, done.stderr)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("what", ["replace", "delete"])
def test_killed_after_each_step(tmp_path: Path, what: str) -> None:
    answer = run(tmp_path, what, "2", str(secrets.randbits(32)))
    assert sum(answer.pop("random").values()) >= 20
    assert answer == {
        point: {"old": 2, "leftovers": 2} if point in BEFORE else {"new": 2, "leftovers": 0}
        for point in POINTS
        if point != "folder"
    }


def test_a_migration_out_of_it_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    answer = run(tmp_path, "move", "1", str(secrets.randbits(32)))
    assert sum(answer["random"].values()) >= 10
