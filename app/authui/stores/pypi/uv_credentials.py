"""uv's own credentials file, which `uv auth login` writes in plain text.

A file that uv cannot read is ignored as a whole, with a warning; it stops no tool.
Source: uv 0.11.15, `uv_auth::TextCredentialStore`, `uv_state::StateStore` and `uv_dirs`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from authui.model.errors import BadUrl, StoreAbsent, StoreCorrupt, StoreError
from authui.model.secret import Secret
from authui.model.url import Url, parse_url, path_of
from authui.model.uv_credential import UvCredential
from authui.model.uv_url import is_path_prefix, realm_of
from authui.stores.environment import Environment
from authui.stores.read_file import read_regular_file

FILE_NAME = "credentials.toml"
"""The name of the file in its folder."""


@dataclass(frozen=True, slots=True)
class UvLogin:
    """One entry: what uv sends below a URL, which may hold a secret itself."""

    service: Url = field(repr=False)
    credential: UvCredential


class AmbiguousLogin(Exception):
    """Several entries fit equally well, and uv then takes none of them.

    `is_certain` is False where a longer one fits too: uv takes that if it gets to it first, which
    depends on an accidental order in its memory.
    """

    def __init__(self, *, is_certain: bool) -> None:
        super().__init__("several entries fit")
        self.is_certain = is_certain


class _NotTaken(Exception):
    """An entry at which uv gives up the whole file."""


class UvCredentials:
    """uv's credentials file, read once, when it is first asked for something."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @cached_property
    def path(self) -> str:
        """Where the file lies, or would lie."""
        here = self._environment
        folder = here.variables.get("UV_CREDENTIALS_DIR")
        if not folder:
            folder = here.join(_state_folder(here), "credentials")
        return here.resolve(here.join(folder, FILE_NAME))

    @property
    def failure(self) -> StoreError | None:
        """Why uv ignores the file; None where it reads it, or where there is none."""
        return self._read[1]

    def entries(self) -> tuple[UvLogin, ...]:
        """All entries in the file's order, those that uv forgets for later ones left out."""
        return self._read[0]

    def find(self, url: Url, username: str | None) -> UvLogin | None:
        """The entry with the longest path that uv takes for a request below an index's page.

        Raises `AmbiguousLogin` where two fit equally well.
        """
        fitting = [
            entry
            for entry in self.entries()
            if realm_of(entry.service) == realm_of(url)
            and is_path_prefix(path_of(entry.service), path_of(url))
            and (username is None or entry.credential.username == username)
        ]
        lengths = [len(path_of(entry.service)) for entry in fitting]
        if len(set(lengths)) < len(lengths):
            raise AmbiguousLogin(is_certain=lengths.count(max(lengths)) > 1)
        return max(fitting, key=lambda entry: len(path_of(entry.service)), default=None)

    @cached_property
    def _read(self) -> tuple[tuple[UvLogin, ...], StoreError | None]:
        from authui.stores.toml_file import TomlError, parse_toml

        try:
            document = parse_toml(read_regular_file(self.path).decode("utf-8"))
            return _entries(document), None
        except StoreAbsent:
            return (), None
        except StoreError as error:
            return (), error
        except UnicodeDecodeError:
            wrong = "it is not UTF-8"
        except TomlError as error:
            wrong = f"it is not TOML{error.place}"
        except _NotTaken as error:
            wrong = str(error)
        return (), StoreCorrupt(
            f"uv ignores its credentials file: {wrong}", "Correct it, or log in again with uv"
        )


def _entries(document: Mapping[str, object]) -> tuple[UvLogin, ...]:
    listed = document.get("credential")
    if not isinstance(listed, list):
        raise _NotTaken("it has no list of credentials")
    found: dict[tuple[str, str | None], UvLogin] = {}
    for number, entry in enumerate(listed, 1):
        if not isinstance(entry, dict):
            raise _NotTaken(f"its entry {number} is no table")
        try:
            login = _entry(entry)
        except _NotTaken as error:
            raise _NotTaken(f"its entry {number} {error}") from None
        key = (login.service.text, _text(entry, "username"))
        found.pop(key, None)
        found[key] = login
    return tuple(found.values())


def _entry(entry: Mapping[str, object]) -> UvLogin:
    service = _text(entry, "service")
    if service is None:
        raise _NotTaken("has no service")
    try:
        url = parse_url(service)
    except BadUrl:
        url = None
    if url is None:
        raise _NotTaken("has a service that is no URL")
    username = _text(entry, "username")  # an empty one is one
    password, token = _text(entry, "password"), _text(entry, "token")
    scheme = _text(entry, "scheme")
    if scheme == "bearer":
        if username is not None or password is not None or token is None:
            raise _NotTaken("is a bearer token, which needs a token and nothing else")
        return UvLogin(url, UvCredential(token=Secret(token)))
    if "scheme" in entry and scheme != "basic":
        raise _NotTaken("has a scheme that uv does not know")
    if username is None or token is not None:
        raise _NotTaken("needs a user name, and no token")
    held = None if password is None else Secret(password)
    return UvLogin(url, UvCredential(username or None, held))


def _text(entry: Mapping[str, object], name: str) -> str | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, str):
        raise _NotTaken(f"has a {name} that is no text")
    return value


def _state_folder(here: Environment) -> str:
    """Uv's folder for what it keeps; the older place where that exists."""
    if here.platform == "win32":
        roaming = here.config_home()
        old = None if roaming is None else here.join(roaming, "uv", "data")
        new = None if roaming is None else here.join(roaming, "uv")
    else:
        home = here.home()
        data = here.variables.get("XDG_DATA_HOME", "")
        if not here.is_absolute(data):
            data = "" if home is None else here.join(home, ".local", "share")
        new = here.join(data, "uv") if data and home is not None else None
        old = new
        if here.platform == "darwin" and home is not None:
            old = here.join(home, "Library", "Application Support", "uv")
    with suppress(OSError, ValueError):
        if old is not None and os.path.exists(here.resolve(old)):
            return old
    return new or ".uv"
