"""A program that writes credentials files on disks that are full or may not be written.

It runs in mount namespaces of its own (`run`), so that its disks end with it, and says what
happened as JSON. The disks are real: nothing in the process stands in for them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest

from authui.model.errors import WriteFailed
from authui.model.wire import encode_file
from tests.support.json_files import store, token, tokens
from tests.support.system import in_ci, require

Case = Literal["full", "nearly-full", "read-only"]
PAGE = 4096
"""The unit in which tmpfs gives out room, in bytes; at least."""


def run(case: Case, place: Path) -> dict[str, Any]:
    """What the program said. Skips the test, or fails it in CI, where no disk can be mounted."""
    require("unshare", "mount")
    done = subprocess.run(
        [*room(), sys.executable, "-m", "tests.support.full_disk", case, str(place)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@cache
def room() -> tuple[str, ...]:
    """What runs a command in mount namespaces of its own: as root, or as root of a user's own."""
    for way in (("unshare", "-m"), ("unshare", "-rm")):
        try_it = [*way, "mount", "-t", "tmpfs", "tmpfs", os.path.dirname(__file__)]
        if subprocess.run(try_it, capture_output=True, check=False, timeout=60).returncode == 0:
            return way
    text = "this user may not mount a disk, not even in a namespace of its own"
    if in_ci():
        pytest.fail(text)
    pytest.skip(text)


def fill(place: Path) -> None:
    """Leave no room at all."""
    with (place / "filler").open("wb", buffering=0) as filler:
        for size in (PAGE, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                pass


def attempt(path: Path, value: str) -> dict[str, Any] | None:
    """How writing failed; None where it did not."""
    try:
        store(path).write("n", token(value), before=None)
    except WriteFailed as error:
        return {"message": error.message, "hint": error.hint}
    return None


def mount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True)


def main(case: str, place: Path) -> None:
    """Do one case on a disk at `place`."""
    mount(place, f"size={16 * PAGE}")
    path = place / "credentials.json"
    path.write_bytes(encode_file({"h": token("x" * 1000)}))
    was = path.read_bytes()
    if case == "read-only":
        mount(place, f"remount,ro,size={16 * PAGE}")
    else:
        fill(place)
    if case == "nearly-full":  # room for the beginning of the new file
        with (place / "filler").open("r+b") as filler:
            filler.truncate(filler.seek(0, os.SEEK_END) - PAGE)
    failure = attempt(path, "y" * 3 * PAGE)
    answer = {
        "failure": failure,
        "whole": path.read_bytes() == was,
        "names": sorted(os.listdir(place)),
    }
    if case == "read-only":
        mount(place, f"remount,rw,size={16 * PAGE}")
    else:
        (place / "filler").unlink()
    answer["later"] = attempt(path, "y" * 3 * PAGE)
    answer["hosts"] = sorted(tokens(path))
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
