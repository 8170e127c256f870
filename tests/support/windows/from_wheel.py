"""The program as it is installed: out of its wheel, away from the source tree."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.support.windows.wine import Wine, windows_path

LIMIT = 300
"""Seconds for building, or for using it."""

PROGRAM = """
import json, subprocess, sys
import authui

assert "wheel" in authui.__file__, authui.__file__
def run(*arguments, given=""):
    command = [sys.executable, "-m", "authui", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
assert run("--version").startswith("authui ")
run("set", "*.h.test", "--kind", "BearerToken", given="t")
entries = json.loads(run("list", "--json"))["entries"]
assert [(e["host"], e["store"]) for e in entries] == [("*.h.test", "keychain")], entries
run("remove", "*.h.test", "--yes")
import authui.ui.app
print("wheel built and used on Windows: 4 passed, 0 failed", flush=True)
"""


def use(wine: Wine, root: Path) -> int:
    """Build the wheel and use it where nothing is stored; 0 where that works.

    Raises `SubprocessError`.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, str(root)]
        subprocess.run(command, check=True, timeout=LIMIT, stdout=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        place = Path(folder) / "wheel"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place)
        return wine.run(["-c", PROGRAM], {"PYTHONPATH": windows_path(place)}, LIMIT)
