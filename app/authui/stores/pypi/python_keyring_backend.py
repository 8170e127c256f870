"""Which backend Python's `keyring` chooses here, and what is known about it.

Source: keyring 25.7, `core._detect_backend`: the variable, then the file, then the highest priority.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from authui.model.errors import StoreAbsent, StoreError
from authui.model.text import printable
from authui.stores.environment import Environment
from authui.stores.pypi.python_keyring_call import no_backend

VARIABLE: Final = "PYTHON_KEYRING_BACKEND"
"""The variable that names a backend."""

BackendKind: TypeAlias = Literal[
    "secret-service",
    "libsecret",
    "kwallet",
    "macos",
    "windows",
    "plaintext",
    "chainer",
    "null",
    "fail",
    "other",
]

_KINDS: Final[Mapping[str, BackendKind]] = {
    "keyring.backends.SecretService.Keyring": "secret-service",
    "keyring.backends.libsecret.Keyring": "libsecret",
    "keyring.backends.kwallet.DBusKeyring": "kwallet",
    "keyring.backends.macOS.Keyring": "macos",
    "keyring.backends.Windows.WinVaultKeyring": "windows",
    "keyring.backends.chainer.ChainerBackend": "chainer",
    "keyring.backends.null.Keyring": "null",
    "keyring.backends.fail.Keyring": "fail",
    "keyrings.alt.file.PlaintextKeyring": "plaintext",
}
_NAMES: Final[Mapping[BackendKind, str]] = {
    "secret-service": "Secret Service",
    "libsecret": "Secret Service, through libsecret",
    "kwallet": "KDE's wallet",
    "macos": "macOS keychain",
    "windows": "Windows Credential Manager",
}
_SCHEMES: Final[Mapping[str, tuple[str, str]]] = {
    "default": ("service", "username"),
    "KeePassXC": ("Title", "UserName"),
}


@dataclass(frozen=True, slots=True)
class Backend:
    """A backend. `name` is its class with its module.

    `members` are those that a chainer asks one after another. `origin` is the variable or the file
    that names it, or `default`. `path` is the file it keeps, where it says so. `attributes` are the
    Secret Service's for service and user name, `collection` the one of it that is named, if any.
    """

    name: str
    kind: BackendKind
    origin: str
    members: tuple[BackendKind, ...] = ()
    path: str | None = None
    attributes: tuple[str, str] = _SCHEMES["default"]
    collection: str | None = None

    @property
    def kinds(self) -> tuple[BackendKind, ...]:
        """What it asks: itself, or its members."""
        return self.members if self.kind == "chainer" else (self.kind,)

    @property
    def uses_secret_service(self) -> bool:
        """Whether it would ask to unlock the Secret Service's default collection."""
        return "secret-service" in self.kinds or "libsecret" in self.kinds

    @property
    def is_enumerated(self) -> bool:
        """Whether everything it keeps can be listed."""
        return self.kind in ("secret-service", "libsecret", "windows")

    @property
    def encrypted(self) -> bool | None:
        """Whether what it stores anew is encrypted; None where that is not known."""
        first = self.kinds[0] if self.kinds else self.kind
        if first == "plaintext":
            return False
        return True if first in _NAMES else None

    @property
    def title(self) -> str:
        """What a person calls it."""
        if self.kind == "chainer":
            return "Python's keyring, several backends"
        return f"Python's keyring: {_NAMES.get(self.kind, printable(self.name))}"

    @property
    def location(self) -> str:
        """Where it keeps things: its file, or itself."""
        return printable(self.path or self.name)

    @property
    def failure(self) -> StoreError | None:
        """Why nothing can be kept in it; None where something can."""
        if self.kind == "fail":
            return no_backend()
        if self.kind == "null":
            return StoreAbsent(
                "Python's keyring is switched off: its null backend forgets all it is given",
                f"{origin_words(self.origin)} says so",
            )
        return None


def backend_of(described: Mapping[str, Any], environment: Environment) -> Backend:
    """The backend that was described by the process that asks keyring."""
    scheme = described.get("scheme")
    return Backend(
        str(described.get("name")),
        _kind(described.get("family") or ()),
        _origin(environment),
        tuple(_kind(names) for names in described.get("members") or ()),
        described.get("path"),
        _SCHEMES.get(scheme or "default", _SCHEMES["default"]),
        described.get("collection"),
    )


def origin_words(origin: str) -> str:
    """What decided, in words."""
    return "Nothing but what is installed" if origin == "default" else printable(origin)


def _kind(names: Sequence[str]) -> BackendKind:
    return next((_KINDS[name] for name in names if name in _KINDS), "other")


def _origin(environment: Environment) -> str:
    if VARIABLE in environment.variables:
        return VARIABLE
    path = _configuration(environment)
    return path if path is not None and os.path.exists(path) else "default"


def _configuration(environment: Environment) -> str | None:
    """The file that may name a backend. Source: keyring, `util.platform_.config_root`."""
    home = environment.home()
    if environment.platform == "win32":
        root = environment.variables.get("LOCALAPPDATA") or environment.variables.get("PROGRAMDATA")
        parts = [root, "Python Keyring"]
    else:
        xdg = environment.variables.get("XDG_CONFIG_HOME")
        root = xdg or (None if home is None else environment.join(home, ".config"))
        parts = [root, "python_keyring"]
    if root is None:
        return None
    return environment.resolve(environment.join(*(p for p in parts if p), "keyringrc.cfg"))
