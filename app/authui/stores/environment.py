"""The part of the outside world that decides where stores are: variables, folders, system."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authui.stores.known_folders import KnownFolders


@dataclass(frozen=True, slots=True)
class Environment:
    """What a process sees; a test makes its own.

    `cwd` is None where the current directory has been deleted. `platform` has the values of
    `sys.platform`. `folders` are what Windows names; where nobody asked Windows, as on other
    systems, `USERPROFILE` and `APPDATA` stand in for them. Names of variables are in capitals on
    Windows, where they may be written in any letter case.
    """

    variables: Mapping[str, str] = field(repr=False)
    cwd: str | None
    platform: str
    folders: KnownFolders | None = None

    @classmethod
    def current(cls) -> Environment:
        """This process's."""
        try:
            cwd = os.getcwd()
        except OSError:
            cwd = None
        if sys.platform != "win32":
            return cls(dict(os.environ), cwd, sys.platform)
        from authui.stores.known_folders import known_folders

        return cls(dict(os.environ), cwd, sys.platform, known_folders())

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
        database. Windows: the profile that Windows names. Source: crate `dirs`, `home_dir`.
        """
        if self.platform == "win32":
            if self.folders is not None:
                return self.folders.profile
            return self.variables.get("USERPROFILE") or None
        if home := self.variables.get("HOME"):
            return home
        if sys.platform == "win32":
            return None  # where the rules of another system are followed there is no such database
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_dir or None
        except KeyError:
            return None

    def config_home(self) -> str | None:
        """The user's configuration folder, None where it has none.

        Linux: `XDG_CONFIG_HOME` if that is absolute, else `~/.config`. macOS: always below the home
        directory. Windows: the roaming folder that Windows names. Source: crate `dirs`,
        `config_dir`.
        """
        if self.platform == "win32":
            if self.folders is not None:
                return self.folders.roaming
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
        """Whether the path means the same from every current directory.

        On Windows `\\a` and `C:a` do not, and a share always does. Source: Rust's
        `Path::is_absolute`.
        """
        if self.platform != "win32":
            return path.startswith("/")
        import ntpath

        drive, rest = ntpath.splitdrive(path)
        return bool(drive) and (rest[:1] in ("\\", "/") or drive[:2] == "\\\\")

    def resolve(self, path: str) -> str:
        """A path as the system would open it from here; without a current directory unchanged."""
        return self.join(self.cwd, path) if self.cwd is not None else path
