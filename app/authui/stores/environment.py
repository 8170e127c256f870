"""The part of the outside world that decides where stores are: variables, folders, system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Environment:
    """What a process sees; a test makes its own.

    `cwd` is None where the current directory has been deleted. `platform` has the values of
    `sys.platform`.
    """

    variables: Mapping[str, str] = field(repr=False)
    cwd: str | None
    platform: str

    @classmethod
    def current(cls) -> Environment:
        """This process's."""
        try:
            cwd = os.getcwd()
        except OSError:
            cwd = None
        return cls(dict(os.environ), cwd, sys.platform)

    def utf8(self, name: str) -> str | None:
        """A variable as Rust's `std::env::var` gives it: None where unset or not UTF-8."""
        value = self.variables.get(name)
        if value is None:
            return None
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return None
        return value

    def home(self) -> str | None:
        """The home directory as rattler finds it, None where there is none.

        Unix: `HOME` if it is not empty (a relative one is taken as it is), else the password
        database. Source: crate `dirs`, `home_dir`.
        """
        if self.platform == "win32":
            return self.variables.get("USERPROFILE") or None
        if home := self.variables.get("HOME"):
            return home
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_dir or None
        except KeyError:
            return None

    def resolve(self, path: str) -> str:
        """A path as the system would open it from here; without a current directory unchanged."""
        return os.path.join(self.cwd, path) if self.cwd is not None else path
