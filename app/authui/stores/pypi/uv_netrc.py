"""The netrc file as uv finds and reads it.

A file that uv cannot read is ignored as a whole, with a warning; it stops no tool.
Source: uv, crate `uv-netrc`, `lib.rs`.
"""

from __future__ import annotations

import os
from functools import cached_property

from authui.model.errors import StoreAbsent, StoreCorrupt, StoreError
from authui.stores.environment import Environment
from authui.stores.pypi.uv_netrc_grammar import (
    UvMachine,
    UvNetrcSyntaxError,
    find,
    parse_uv_netrc,
)
from authui.stores.read_file import read_regular_file


class UvNetrc:
    """The netrc file of uv, read once, when it is first asked for something."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @cached_property
    def path(self) -> str | None:
        """The file that uv reads; None where none is there.

        `NETRC` with `~` replaced, if such a file exists, else the one in the home directory.
        """
        return next((path for path in self.candidates if _exists(path)), None)

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """The paths that uv looks at, in its order."""
        here = self._environment
        paths = []
        named = here.utf8("NETRC")
        if named:
            paths.append(here.resolve(_expanded(named, here)))
        if here.platform == "win32":
            home, names = here.utf8("USERPROFILE"), [".netrc", "_netrc"]
        else:
            home, names = here.utf8("HOME"), [".netrc"]
        if home is not None:
            paths += [here.resolve(here.join(home, name)) for name in names]
        return tuple(paths)

    @property
    def failure(self) -> StoreError | None:
        """Why uv ignores the file; None where it reads it, or where there is none."""
        return self._read[1]

    def machines(self) -> tuple[UvMachine, ...]:
        """All machines in the file's order, none where uv ignores it."""
        return self._read[0]

    def find(self, host: str, username: str | None) -> UvMachine | None:
        """The machine that uv takes for a host as it stands in a URL, without its port."""
        return find(self.machines(), host, username)

    @cached_property
    def _read(self) -> tuple[tuple[UvMachine, ...], StoreError | None]:
        if self.path is None:
            return (), None
        try:
            data = read_regular_file(self.path, null_is_empty=True)
            return parse_uv_netrc(data.decode("utf-8", "replace")), None
        except StoreAbsent:
            return (), None
        except StoreError as error:
            return (), error
        except UvNetrcSyntaxError as error:
            return (), StoreCorrupt(f"uv ignores this netrc file: {error.message}", error.hint)


def _expanded(path: str, environment: Environment) -> str:
    """The path with a leading `~` replaced by the home directory."""
    beginnings = ("~/", "~\\") if environment.platform == "win32" else ("~/",)
    home = environment.home()
    if home is None or not (path == "~" or path.startswith(beginnings)):
        return path
    return home + path[1:]


def _exists(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:
        return False
