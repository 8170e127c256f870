"""Run the tests on every further Python that this machine has. Run as `make test-pythons`.

Those that need a keychain, a terminal or real uv run on one Python only: they are about other programs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROMISED = ("3.11", "3.12", "3.13", "3.14")
LIMIT = 900


def found() -> dict[str, str]:
    """The promised versions other than this one, and their interpreters."""
    root = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))) / "versions"
    interpreters = {}
    for version in PROMISED:
        if version == "{}.{}".format(*sys.version_info[:2]):
            continue
        places = [
            shutil.which(f"python{version}"),
            *map(str, root.glob(f"{version}.*/bin/python3")),
        ]
        for place in places:
            if place is not None and works(place, version):
                interpreters[version] = place
                break
    return interpreters


def works(interpreter: str, version: str) -> bool:
    """Whether it is what its name says, with pip and venv: a shim may be empty."""
    check = f"import ensurepip, sys, venv; sys.exit('{{}}.{{}}'.format(*sys.version_info) != '{version}')"
    done = subprocess.run([interpreter, "-c", check], capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def main() -> None:
    """Install and test on each; exit 1 where one fails."""
    interpreters = found()
    missing = [v for v in PROMISED[1:] if v not in interpreters]
    print("also testing on:", ", ".join(interpreters) or "none", flush=True)
    if missing:
        print("not on this machine, so not tested:", ", ".join(missing), flush=True)
    for version, interpreter in interpreters.items():
        folder = Path(".venv") / f"python{version}"
        python = str(folder / "bin" / "python")
        for command in (
            [interpreter, "-m", "venv", str(folder)],
            [python, "-m", "pip", "install", "-q", "-c", "constraints.txt", "-e", ".[dev]"],
            [python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-m",
             "not soak and not providers and not keychain and not terminal", "--ignore=tests/uv"],
        ):  # fmt: skip
            subprocess.run(command, check=True, timeout=LIMIT)


if __name__ == "__main__":
    main()
