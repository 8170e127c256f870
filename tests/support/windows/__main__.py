"""Runs the tests for Windows, or with `--python` first anything else: see the package."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.system import can_install, install, install_command
from tests.support.windows import from_wheel, interpreter, packages, suite
from tests.support.windows.packages import BadDownload
from tests.support.windows.wine import SERVER, WINE, Wine, windows_path

VARIABLE = "AUTHUI_WINDOWS_CACHE"
"""Names a folder for downloads, the built Python and the prefixes, if not in the user's cache."""

PACKAGES = {
    str(WINE): "wine64",
    str(SERVER): "wine64",
    interpreter.COMPILER: "gcc-mingw-w64-x86-64-win32",
    interpreter.EXPORTS: "gcc-mingw-w64-x86-64-win32",
}
"""The programs of the run, and the Debian package that brings each."""

LIMIT = 600
"""Seconds after which the whole run counts as hung."""


def cache_folder() -> Path:
    """Where everything is kept."""
    if own := os.environ.get(VARIABLE):
        return Path(own).absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return folder / "authui-tests" / "windows"


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Wait for other runs that build in the same folder."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def obstacle() -> str | None:
    """Why it cannot run here, after installing what can be installed."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "a Windows Python under Wine needs Linux on x86_64"
    if sys.version_info[:2] not in packages.VERSIONS:
        versions = ", ".join(".".join(map(str, version)) for version in packages.VERSIONS)
        return f"there is a Windows Python for {versions}, but not for this one's version"
    missing = sorted({PACKAGES[name] for name in PACKAGES if shutil.which(name) is None})
    if missing and can_install():
        install(missing)
        missing = [name for name in PACKAGES if shutil.which(name) is None]
    if missing:
        command = " ".join(install_command(missing))
        return f"a Windows Python under Wine needs more programs; on Debian as root: {command}"
    return None


def command(given: list[str], root: Path) -> list[str]:
    """What the Windows Python is told to run."""
    if given[:1] == ["--python"]:
        return given[1:]
    named = any((root / argument.partition("::")[0]).exists() for argument in given)
    pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return [*pytest, *given, *([] if named else suite.arguments())]


def main() -> int:
    """pytest's exit status, or 1 where it could not run."""
    start = time.monotonic()
    if (reason := obstacle()) is not None:
        print(reason, file=sys.stderr)
        return 1
    root = Path.cwd()
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with alone(cache):
            python = interpreter.build(cache, root / "constraints.txt")
            wine = Wine(cache, python)
    except (BadDownload, subprocess.SubprocessError, RuntimeError) as failure:
        print(f"the Windows Python cannot be made: {failure}", file=sys.stderr)
        return 1
    with wine:
        print(f"Windows Python: ready after {time.monotonic() - start:.1f} s", flush=True)
        variables = {
            "PYTHONPATH": windows_path(root / "app"),
            "PYTHONPYCACHEPREFIX": windows_path(python / "compiled"),
            "AUTHUI_OWN_PREFIX": "1",
            "PYTHONUTF8": "1",  # for the tests; the program is run without it
        }
        try:
            status = wine.run(command(sys.argv[1:], root), variables, LIMIT)
        except subprocess.SubprocessError as failure:
            print(f"the tests under Wine did not end well: {failure}", file=sys.stderr)
            return 1
    if status == 0 and not sys.argv[1:]:
        with Wine(cache, python) as unused:
            status = from_wheel.use(unused, root)
    return status


if __name__ == "__main__":
    sys.exit(main())
