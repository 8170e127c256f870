"""The part of the outside world that decides where stores are: variables, folders, system."""

from __future__ import annotations

import os
import posixpath
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

    def config_home(self) -> str | None:
        """The user's configuration folder, None where it has none.

        Linux: `XDG_CONFIG_HOME` if that is absolute, else `~/.config`. Source: crate `dirs`,
        `config_dir`.
        """
        if self.platform == "win32":
            return self.variables.get("APPDATA") or None
        home = self.home()
        if self.platform == "darwin":
            return None if home is None else self.join(home, "Library", "Application Support")
        configured = self.variables.get("XDG_CONFIG_HOME", "")
        if self.is_absolute(configured):
            return configured
        return None if home is None else self.join(home, ".config")

    def join(self, *parts: str) -> str:
        """Path parts joined as this platform joins them."""
        if self.platform != "win32":
            return posixpath.join(*parts)
        import ntpath

        return ntpath.join(*parts)

    def is_absolute(self, path: str) -> bool:
        """Whether the path means the same from every current directory."""
        if self.platform != "win32":
            return path.startswith("/")
        import ntpath

        drive, rest = ntpath.splitdrive(path)
        return bool(drive) and rest[:1] in ("\\", "/")

    def resolve(self, path: str) -> str:
        """A path as the system would open it from here; without a current directory unchanged."""
        return self.join(self.cwd, path) if self.cwd is not None else path
