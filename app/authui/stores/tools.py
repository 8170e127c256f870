"""Which rattler-based tools are on this machine, and in which versions."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from authui.stores.child_process import listen_to
from authui.stores.environment import Environment

ToolName: TypeAlias = Literal["pixi", "rattler-build", "rattler", "py-rattler"]

TIME_LIMIT: Final = 5.0
"""Seconds that a tool has to tell its version."""

_MOST_OUTPUT: Final = 4096
_PROGRAMS: Final[tuple[ToolName, ...]] = ("pixi", "rattler-build", "rattler")
_PASSED_ON: Final = ("HOME", "PATH", "LANG", "SYSTEMROOT", "USERPROFILE", "TEMP")
# "pixi 0.66.0", "rattler-build 0.57.1-dev": the first number of this form on the first line.
_VERSION = re.compile(rb"(?<![\w.])(\d{1,6}\.\d{1,6}\.\d{1,6})(?![\d])")
_PACKAGE = re.compile(r"py_rattler-(\d{1,6}\.\d{1,6}\.\d{1,6})(?!\d)[^/\\]*\.(?:dist|egg)-info\Z")


@dataclass(frozen=True, slots=True)
class Tool:
    """One of them. `path` is where it lies; `version` is None where it does not tell."""

    name: ToolName
    path: str
    version: str | None


def find_tools(environment: Environment) -> tuple[Tool, ...]:
    """The tools on the `PATH` and in pixi's own folder, each file once, in the order of the search.

    Programs are started to ask for their version, but not those in relative folders, which mean
    something else in each directory. py-rattler is a library: it is looked for beside the folders
    of the `PATH`, and nothing is started. Raises nothing.
    """
    found: list[Tool] = []
    seen: set[tuple[str, str]] = set()
    for folder in _folders(environment):
        for tool in (*_programs(folder, environment), *_packages(folder, environment)):
            identity = (tool.name, os.path.realpath(tool.path))
            if identity not in seen:
                seen.add(identity)
                found.append(
                    tool
                    if tool.name == "py-rattler"
                    else replace(tool, version=_version(tool.path, environment))
                )
    return tuple(found)


def _folders(environment: Environment) -> list[str]:
    """Where programs lie, each folder once."""
    separator = ";" if environment.platform == "win32" else ":"
    folders = environment.variables.get("PATH", "").split(separator)
    if environment.platform == "win32":
        folders = [folder.strip('"') for folder in folders]
    own = environment.variables.get("PIXI_HOME")
    if own:
        folders.append(environment.join(own, "bin"))
    home = environment.home()
    if home is not None:
        folders.append(environment.join(home, ".pixi", "bin"))
    return list(dict.fromkeys(f for f in folders if environment.is_absolute(f) and "\0" not in f))


def _programs(folder: str, environment: Environment) -> Iterator[Tool]:
    end = ".exe" if environment.platform == "win32" else ""
    for name in _PROGRAMS:
        path = os.path.join(folder, name + end)
        with suppress(OSError, ValueError):
            if stat.S_ISREG(os.stat(path).st_mode) and os.access(path, os.X_OK):
                yield Tool(name, path, None)


def _version(path: str, environment: Environment) -> str | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    given = environment.variables
    passed = tuple((name, given[name]) for name in _PASSED_ON if name in given)
    # Asked again only where the file is another.
    return _ask(path, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns), passed)


def _packages(folder: str, environment: Environment) -> Iterator[Tool]:
    above = os.path.dirname(folder.rstrip("/\\"))
    if environment.platform == "win32":
        places = [os.path.join(folder, "Lib"), os.path.join(above, "Lib")]
    else:
        library = os.path.join(above, "lib")
        places = [os.path.join(library, n) for n in _names(library) if n.startswith("python3")]
    for place in places:
        packages = os.path.join(place, "site-packages")
        for name in _names(packages):
            if match := _PACKAGE.match(name):
                yield Tool("py-rattler", os.path.join(packages, name), match[1])


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []


@lru_cache(maxsize=64)
def _ask(path: str, mark: object, passed: tuple[tuple[str, str], ...]) -> str | None:
    """What `PATH --version` says; None where it fails, hangs or says something else."""
    del mark
    heard = listen_to(
        [path, "--version"], variables=dict(passed), limit=TIME_LIMIT, most_output=_MOST_OUTPUT
    )
    if heard is None or heard.status != 0:
        return None
    match = _VERSION.search(heard.output.partition(b"\n")[0])
    return None if match is None else match[1].decode("ascii")
