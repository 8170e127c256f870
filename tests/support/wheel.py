"""Build wheel and sdist once, install the wheel into a clean environment, and use it there.

Run as `python -m tests.support.wheel` from the root of the project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 600
"""Seconds for any one command."""


def run(*command: str, env: dict[str, str] | None = None, status: int = 0) -> str:
    """The standard output of a command; ends the program where its status is another."""
    done = subprocess.run(
        command, env=env, text=True, capture_output=True, timeout=LIMIT, check=False
    )
    if done.returncode != status:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        sys.exit(f"{' '.join(command)}: status {done.returncode}, not {status}")
    return done.stdout


def main() -> None:
    """Build, install, use."""
    root = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        dist = root / "dist"
        shutil.rmtree(dist, ignore_errors=True)
        run(sys.executable, "-m", "build", "--outdir", str(dist), str(root))
        (wheel,) = dist.glob("*.whl")
        assert list(dist.glob("*.tar.gz"))
        run(sys.executable, "-m", "venv", str(place / "venv"))
        python = str(place / "venv" / "bin" / "python")
        run(python, "-m", "pip", "install", "-q", "-c", str(root / "constraints.txt"), str(wheel))
        home = place / "home"
        (home / ".rattler").mkdir(parents=True)
        (home / ".rattler" / "credentials.json").write_text('{"*.h.test":{"BearerToken":"t"}}')
        env = {
            "PATH": os.defpath,
            "HOME": str(home),
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus",
        }
        authui = str(place / "venv" / "bin" / "authui")
        os.chdir(home)
        assert run(authui, "--version", env=env).startswith("authui ")
        listing = json.loads(run(authui, "list", "--json", env=env))
        assert [entry["host"] for entry in listing["entries"]] == ["*.h.test"]
        answer = json.loads(run(authui, "test", "--json", "https://x.h.test/c", env=env))
        assert answer["results"][0]["match"]["host"] == "*.h.test"
        assert json.loads(run(authui, "stores", "--json", env=env))["stores"]
        assert json.loads(run(authui, "--demo", "list", "--json", env=env))["entries"]
        run(authui, "test", "https://other.test/", env=env, status=3)
        run(authui, env=env, status=1)  # no terminal: a sentence, not a traceback
        run(python, "-c", "import authui.ui.app", env=env)
        os.chdir(root)
        shutil.rmtree(home)
    print(
        "wheel and sdist built, wheel installed into a clean environment and used: 8 passed, 0 failed"
    )


if __name__ == "__main__":
    main()
