"""The system programs that tests need, and what to do where one is missing.

`python -m tests.support.system` runs before the tests: in CI on Debian as root it installs what is
missing, elsewhere it names it with the command that installs it. A test that needs a missing
program is skipped by `require`; in CI it fails instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

import pytest

PACKAGES = {
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "secret-tool": "libsecret-tools",
    "tmux": "tmux",
}
"""The programs of the ordinary tests, and the Debian package that brings each."""


def in_ci() -> bool:
    """Whether nothing may be left out."""
    return os.environ.get("CI") == "true"


def missing(programs: Iterable[str]) -> list[str]:
    """Those of the programs that are not on PATH."""
    return [program for program in programs if shutil.which(program) is None]


def can_install() -> bool:
    """Whether `install` would work here: Debian or a relative, as root."""
    if sys.platform == "win32":
        return False
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install_command(packages: Iterable[str]) -> list[str]:
    """The command that brings the packages on Debian."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def install(packages: Iterable[str]) -> None:
    """Bring the packages with apt-get. Raises `CalledProcessError`."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=quiet, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(install_command(packages), env=quiet, check=True, stdout=subprocess.DEVNULL)


def require(*programs: str) -> None:
    """Skip the running test, or fail it in CI, unless all programs are there."""
    absent = missing(programs)
    if not absent:
        return
    text = f"missing: {', '.join(absent)} (python -m tests.support.system says how to get it)"
    if in_ci():
        pytest.fail(text)
    pytest.skip(text)


def provide(packages: dict[str, str], purpose: str) -> bool:
    """Bring what is missing where that is wanted, else say what is. Whether all is there now.

    `packages` maps each program to the package that brings it, `purpose` names what needs them.
    """
    absent = missing(packages)
    if absent and in_ci() and can_install():
        install(sorted({packages[program] for program in absent}))
        absent = missing(packages)
    if absent:
        command = " ".join(install_command(sorted({packages[program] for program in absent})))
        print(f"{purpose} need {', '.join(absent)}. On Debian: {command}", file=sys.stderr)
    return not absent


def main() -> int:
    """Exit status 1 only in CI, where a missing program would let tests fail one by one."""
    ready = provide(PACKAGES, "Some tests will be skipped: they")
    return 0 if ready or not in_ci() else 1


if __name__ == "__main__":
    sys.exit(main())
