"""Which stores exist here, and in which order a client asks them.

Sources: rattler_networking, `AuthenticationStorage::from_env_and_defaults` and
`NetRcStorage::from_env`; pixi, `get_auth_store`; rattler-build, `BaseClientBuilder`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.errors import BadInput, StoreUnreadable
from authui.model.lookup import Client
from authui.model.text import printable
from authui.stores import pixi_config
from authui.stores.base import Store, StoreInfo
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.stores.netrc import NetrcStore
from authui.stores.pixi_config import PixiConfig

FileId: TypeAlias = Literal["override-file", "auth-file", "file"]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The stores of a client in the order in which it asks them.

    `pixi` is pixi's configuration, None for other clients. `notes` are sentences about the
    variables and settings behind the stores that a person should know.
    """

    client: Client
    stores: tuple[Store, ...]
    pixi: PixiConfig | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A credentials file that a client asks. `path` is as rattler gets it, None without a home."""

    id: FileId
    path: str | None
    origin: str


_Slot: TypeAlias = _File | Literal["keychain", "netrc"]


def discover(environment: Environment, client: Client, auth_file: str | None = None) -> Discovery:
    """The stores that `client` asks here, with those that do not exist yet.

    `auth_file` is what would be given to the client's own `--auth-file`. No store is read; of
    other files only pixi's configuration is, for pixi. A file that is reached under two names is
    one store, at the first place and with both names. Raises `BadInput` for an `auth_file` that
    the client would not take.
    """
    if auth_file is not None:
        _check_flag(client, auth_file)
    config = pixi_config.load(environment) if client == "pixi" else None
    slots = _slots(environment, client, _override(environment, client, auth_file, config))
    stores: list[Store] = []
    seen: set[object] = set()
    for slot in slots:
        if slot == "keychain":
            from authui.stores.keychain import open_keychain

            stores.append(open_keychain(environment))
        elif slot == "netrc":
            stores.append(_netrc(environment))
        elif (identity := _identity(slot, environment)) not in seen:
            seen.add(identity)
            same = [s for s in _files(slots) if _identity(s, environment) == identity]
            stores.append(_file_store(same, environment))
    notes = tuple(_notes(environment, client, slots, config))
    return Discovery(client, tuple(stores), config, notes)


def _check_flag(client: Client, auth_file: str) -> None:
    if client == "rattler":
        raise BadInput(
            "rattler has no --auth-file",
            "Name the file in RATTLER_AUTH_FILE, or ask for --client pixi or rattler-build",
        )
    if not auth_file:
        raise BadInput("--auth-file is empty", "Give the path of a credentials file")


def _override(
    environment: Environment, client: Client, auth_file: str | None, config: PixiConfig | None
) -> _File | None:
    if auth_file is not None:
        return _File("override-file", auth_file, "--auth-file")
    if config is not None and config.override_file is not None:
        return _File("override-file", config.override_file, config.override_origin or "default")
    variable = environment.variables.get("RATTLER_AUTH_FILE")
    if client == "rattler-build" and variable and environment.utf8("RATTLER_AUTH_FILE") is None:
        # rattler-build's flag takes the variable even where rattler itself cannot read it. Else
        # the flag would only name the first store once more.
        return _File("override-file", variable, "RATTLER_AUTH_FILE")
    return None


def _slots(environment: Environment, client: Client, override: _File | None) -> list[_Slot]:
    home = environment.home()
    default = None if home is None else environment.join(home, ".rattler", "credentials.json")
    variable = environment.utf8("RATTLER_AUTH_FILE")
    slots: list[_Slot] = ["keychain", _File("file", default, "default"), "netrc"]
    if variable is not None:
        slots.insert(0, _File("auth-file", variable, "RATTLER_AUTH_FILE"))
    if override is not None:
        slots.insert(0 if client == "pixi" else len(slots), override)
    return slots


def _files(slots: Sequence[_Slot]) -> list[_File]:
    return [slot for slot in slots if isinstance(slot, _File)]


def _identity(file: _File, environment: Environment) -> object:
    """Equal for two names of one file, be it by path, by symlink or by hard link."""
    if not file.path:
        return file.id
    path = environment.resolve(file.path)
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return path
    return status.st_dev, status.st_ino


def _file_store(same: Sequence[_File], environment: Environment) -> Store:
    """The store for one file with all its names, the first of which decides what it is."""
    first = same[0]
    path = environment.resolve(first.path) if first.path else ""
    info = StoreInfo(
        first.id,
        tuple(file.id for file in same),
        "credentials file",
        path,
        first.origin,
        encrypted=False,
    )
    if first.path is None:
        failure = StoreUnreadable(
            "There is no home directory, and rattler does not start without one",
            "Ask whoever looks after this computer: your account has no profile folder"
            if environment.platform == "win32"
            else "Set HOME to your home directory",
        )
        return MemoryStore(info, {}, failure=failure, blocks=True)
    return JsonFileStore(path, info)


def _netrc_path(environment: Environment) -> tuple[str, str]:
    """Where rattler looks for the netrc file, as it gets the path, and what says so."""
    variable = environment.utf8("NETRC")
    if variable is not None:
        return variable, "NETRC"
    home = environment.home()
    if home is None:
        return ".netrc", "default"
    name = "_netrc" if environment.platform == "win32" else ".netrc"
    return environment.join(home, name), "default"


def _netrc(environment: Environment) -> Store:
    given, origin = _netrc_path(environment)
    path = environment.resolve(given) if given else ""
    info = StoreInfo("netrc", ("netrc",), "netrc", path, origin, encrypted=False)
    return NetrcStore(path, info)


def _notes(
    environment: Environment, client: Client, slots: Sequence[_Slot], config: PixiConfig | None
) -> Iterator[str]:
    files = _files(slots)
    if "RATTLER_AUTH_FILE" in environment.variables:
        yield from _on_variable(environment, client)
    for file in files:
        if file.path and file.id != "file":
            yield from _on_path(file.origin, file.path, environment)
    override = next((file for file in files if file.id == "override-file"), None)
    if client == "pixi" and override is not None:
        if any(file.id == "auth-file" for file in files):
            yield (
                f"{_named(override.origin)} is asked before RATTLER_AUTH_FILE, though pixi's "
                "documentation says the opposite"
            )
        if not _exists(override.path, environment):
            yield (
                f"{_named(override.origin)} names a file that does not exist: pixi warns and goes "
                "on with the other stores"
            )
    netrc, origin = _netrc_path(environment)
    if origin == "NETRC" and not _exists(netrc, environment):
        yield "NETRC names a file that does not exist: rattler warns at each start"
    if config is not None:
        yield from config.notes


def _on_variable(environment: Environment, client: Client) -> Iterator[str]:
    value = environment.utf8("RATTLER_AUTH_FILE")
    if value is None and client == "rattler-build":
        yield "RATTLER_AUTH_FILE is not UTF-8: rattler-build asks this file last instead of first"
    elif value is None:
        yield "RATTLER_AUTH_FILE is not UTF-8: rattler takes it as not set"
    elif not value and client == "rattler-build":
        yield "RATTLER_AUTH_FILE is set but empty: rattler-build refuses to start, so unset it"
    elif not value:
        yield "RATTLER_AUTH_FILE is set but empty: a store that holds nothing, so unset it"


def _on_path(origin: str, path: str, environment: Environment) -> Iterator[str]:
    beginnings = ("~/", "~\\") if environment.platform == "win32" else ("~/",)
    if path == "~" or path.startswith(beginnings):
        yield (
            f"{_named(origin)} begins with ~, which stands for no home directory there: rattler "
            "looks for a folder of that name in the current directory"
        )
    elif not environment.is_absolute(path):
        yield (
            f"{_named(origin)} holds a relative path: in another directory it names another file"
        )


def _named(origin: str) -> str:
    """How a sentence calls the place that a path comes from."""
    if origin in ("RATTLER_AUTH_FILE", "--auth-file"):
        return origin
    return f"authentication-override-file in {printable(origin)}"


def _exists(path: str | None, environment: Environment) -> bool:
    try:
        return bool(path) and os.path.exists(environment.resolve(path or ""))
    except ValueError:
        return False
