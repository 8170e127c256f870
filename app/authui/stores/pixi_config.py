"""What pixi's configuration says about credentials: its layers, merged as pixi merges them.

Source: pixi, `pixi_config::Config` (`load_with`, `config_path_global`, `merge_config`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from authui.model.errors import StoreAbsent, StoreError, StoreState
from authui.model.text import lower_first, printable
from authui.stores.environment import Environment
from authui.stores.pixi_workspace import (
    Workspace,
    WorkspaceError,
    find_workspace,
)
from authui.stores.read_file import read_regular_file

KeyringProvider = Literal["disabled", "subprocess"]

# Clap's boolish values.
_TRUE = ("y", "yes", "t", "true", "on", "1")
_FALSE = ("n", "no", "f", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One layer: `state` is ok, absent, or the reason for which pixi skips the whole file.

    `detail` says what is wrong and where, never with anything the file holds.
    """

    path: str
    state: StoreState
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """An `s3-options` entry, and the file it comes from."""

    endpoint_url: str = field(repr=False)
    region: str
    force_path_style: bool
    origin: str


@dataclass(frozen=True, slots=True)
class PixiConfig:
    """The configuration as it applies in the current directory.

    `files` are the layers looked for, the weakest first. `override_file` is
    `authentication-override-file` as it is written, `override_origin` the file that says so.
    `mirrors` maps URLs to the URLs of their mirrors; these may hold secrets. `notes` are sentences
    that a person should know.
    """

    files: tuple[ConfigFile, ...] = ()
    workspace: str | None = None
    override_file: str | None = None
    override_origin: str | None = None
    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    s3_buckets: Mapping[str, S3Bucket] = field(default_factory=dict)
    keyring_provider: KeyringProvider = "disabled"
    keyring_origin: str | None = None
    offline: bool = False
    notes: tuple[str, ...] = ()


def load(environment: Environment) -> PixiConfig:
    """The configuration pixi would use here. Raises nothing: what pixi skips is noted."""
    notes: list[str] = []
    paths = _global_layers(environment, notes)
    workspace: Workspace | None = None
    try:
        workspace = find_workspace(environment)
    except WorkspaceError as error:
        notes.append(str(error))
    if workspace is not None:
        paths.append(environment.join(workspace.root, ".pixi", "config.toml"))
    layers = [_layer(environment.resolve(path), environment) for path in paths]
    for file, _ in layers:
        if not file.state.is_answer:
            notes.append(f"pixi skips {printable(file.path)} as a whole: {file.detail}")
    chosen = environment.variables.get("PIXI_CONFIG_FILE")
    if chosen and paths[:1] == [chosen] and layers[0][0].state is StoreState.ABSENT:
        notes.append("PIXI_CONFIG_FILE names a file that does not exist: pixi goes on without it")
    return _merged(layers, workspace, tuple(dict.fromkeys(notes)))


def _global_layers(environment: Environment, notes: list[str]) -> list[str]:
    """The files of the system and the user, the weakest first."""
    chosen = environment.variables.get("PIXI_CONFIG_FILE")
    switch = environment.variables.get("PIXI_NO_CONFIG")
    refusal = None
    if chosen is not None and switch is not None:
        refusal = "PIXI_CONFIG_FILE and PIXI_NO_CONFIG are both set"
    elif chosen == "":
        refusal = "PIXI_CONFIG_FILE is empty"
    elif switch is not None and switch.lower() not in _TRUE + _FALSE:
        refusal = "PIXI_NO_CONFIG is neither true nor false"
    if refusal is not None:
        notes.append(f"{refusal}: pixi refuses to start")
    if switch is not None and switch.lower() in _TRUE:
        return []
    if chosen:
        return [chosen]
    return _searched(environment)


def _searched(environment: Environment) -> list[str]:
    join = environment.join
    windows = environment.platform == "win32"
    paths = [join("C:\\ProgramData" if windows else "/etc", "pixi", "config.toml")]
    if environment.platform == "darwin":
        # pixi reads it here even where it is empty or relative.
        configured = environment.utf8("XDG_CONFIG_HOME")
        if configured is not None:
            paths.append(join(configured, "pixi", "config.toml"))
    config_home = environment.config_home()
    if config_home is not None:
        paths.append(join(config_home, "pixi", "config.toml"))
    pixi_home = environment.variables.get("PIXI_HOME")
    if pixi_home is None and (home := environment.home()) is not None:
        pixi_home = join(home, ".pixi")
    if pixi_home is not None:
        paths.append(join(pixi_home, "config.toml"))
    return paths


def _layer(path: str, environment: Environment) -> tuple[ConfigFile, dict[str, Any]]:
    """One file and what it says; nothing if pixi skips it."""
    try:
        data = read_regular_file(path)
    except StoreAbsent:
        return ConfigFile(path, StoreState.ABSENT), {}
    except StoreError as error:
        if _below_a_file(path):
            return ConfigFile(path, StoreState.ABSENT), {}
        return ConfigFile(path, error.state, lower_first(error.message)), {}
    from authui.stores.pixi_schema import SchemaError, check_config
    from authui.stores.toml_file import TomlError, parse_toml

    try:
        known = check_config(parse_toml(data.decode("utf-8")), environment)
    except UnicodeDecodeError:
        detail = "it is not UTF-8"
    except TomlError as error:
        detail = f"it is not TOML{error.place}"
    except SchemaError as error:
        detail = str(error)
    else:
        return ConfigFile(path, StoreState.OK), known
    return ConfigFile(path, StoreState.CORRUPT, detail), {}


def _below_a_file(path: str) -> bool:
    """Whether a folder of the path is a file; pixi takes the path as missing then."""
    try:
        os.stat(path)
    except NotADirectoryError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _merged(
    layers: list[tuple[ConfigFile, dict[str, Any]]],
    workspace: Workspace | None,
    notes: tuple[str, ...],
) -> PixiConfig:
    override = override_origin = keyring_origin = None
    keyring: KeyringProvider = "disabled"
    offline = False
    mirrors: dict[str, tuple[str, ...]] = {}
    buckets: dict[str, S3Bucket] = {}
    for file, known in layers:
        if "authentication-override-file" in known:
            override, override_origin = known["authentication-override-file"], file.path
        offline = known.get("offline", offline)
        mirrors |= {key: tuple(urls) for key, urls in known.get("mirrors", {}).items()}
        buckets |= _buckets(known.get("s3-options", {}), file.path)
        if "keyring-provider" in known.get("pypi-config", {}):
            keyring, keyring_origin = known["pypi-config"]["keyring-provider"], file.path
    if workspace is not None:
        # The manifest is asked last and wins over every configuration file.
        buckets |= _buckets(workspace.s3_options, workspace.manifest)
    return PixiConfig(
        files=tuple(file for file, _ in layers),
        workspace=None if workspace is None else workspace.root,
        override_file=override,
        override_origin=override_origin,
        mirrors=mirrors,
        s3_buckets=buckets,
        keyring_provider=keyring,
        keyring_origin=keyring_origin,
        offline=offline,
        notes=notes,
    )


def _buckets(options: Mapping[str, Mapping[str, Any]], origin: str) -> dict[str, S3Bucket]:
    return {
        name: S3Bucket(each["endpoint-url"], each["region"], each["force-path-style"], origin)
        for name, each in options.items()
    }
