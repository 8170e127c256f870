"""Whether gnome-keyring keeps the default keyring as clear text.

It does so with a keyring that has no password: the file then begins with the line `[keyring]`
instead of the mark of an encrypted one. Source: gnome-keyring, `gkm-secret-textual.c` and
`gkm-secret-module.c`.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from authui.model.text import printable
from authui.stores.environment import Environment

if TYPE_CHECKING:
    from authui.stores.keychain.service import SecretService

_MARK: Final = b"[keyring]"
_HEAD: Final = 256
_LOGIN: Final = "login"
"""The keyring that is the default where no file names another."""


class ClearText:
    """What is known of it: from the file at first, from the service too once that was asked.

    `path` is the file of the default keyring if that is clear text, else None.
    """

    def __init__(self, environment: Environment) -> None:
        self._folder = _folder(environment)
        self.path = self._in_clear(self._named())

    @property
    def notes(self) -> tuple[str, ...]:
        """It in a sentence, if it is so."""
        if self.path is None:
            return ()
        return (
            (
                "The default keyring has no password: gnome-keyring keeps what is in it as clear text, "
                f"in {printable(self.path)}"
            ),
        )

    def ask(self, service: SecretService) -> None:
        """See which keyring is the default, and whose it is. Raises `StoreError`."""
        from authui.stores.keychain.items import collection_name
        from authui.stores.keychain.provider import GNOME, provider_on

        collection = service.default_collection()
        path = None if collection is None else self._in_clear(collection_name(collection))
        # Another provider may have taken over and left the old file where it is.
        self.path = path if path is not None and provider_on(service.bus) is GNOME else None

    def _named(self) -> str:
        head = None if self._folder is None else _head(os.path.join(self._folder, "default"))
        return (head or b"").decode("utf-8", "replace").strip() or _LOGIN

    def _in_clear(self, name: str) -> str | None:
        if self._folder is None or "/" in name or "\0" in name:
            return None
        path = os.path.join(self._folder, f"{name}.keyring")
        head = _head(path)
        return path if head is not None and head.split(b"\n", 1)[0].strip() == _MARK else None


def _folder(environment: Environment) -> str | None:
    """Where gnome-keyring keeps its files: below `XDG_DATA_HOME` if that is absolute."""
    data = environment.variables.get("XDG_DATA_HOME", "")
    if not environment.is_absolute(data):
        home = environment.home()
        if home is None:
            return None
        data = environment.join(home, ".local", "share")
    return environment.join(data, "keyrings")


def _head(path: str) -> bytes | None:
    """The first bytes of a regular file, None where there is none. Never waits."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        never_wait = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(path, os.O_RDONLY | never_wait)
        try:
            return os.read(descriptor, _HEAD)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None
