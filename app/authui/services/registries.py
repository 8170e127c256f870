"""What an index of Google, Azure or AWS needs, and what of it is missing on this machine.

Each gives out short-lived tokens through a plugin of keyring, which pixi asks only where it is told
to, only where it is installed, and only for a user name in the URL.
"""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.errors import BadUrl
from authui.model.registry import (
    Registry,
    RegistryAdvice,
    RegistryProblem,
    find_registry,
)
from authui.model.text import mask_url, printable
from authui.model.url import parse_url
from authui.model.url_secrets import is_token
from authui.stores.pypi.index_urls import ADDED, IndexUrl, find_indexes, parse_index
from authui.stores.pypi.keyring_place import installing, pixi_installs
from authui.stores.pypi.keyring_program import KeyringProgram
from authui.stores.pypi.sources import PypiSources

_PROVIDER = "keyring-provider"
_SETTING = f"pypi-config.{_PROVIDER}"


def advise_registry(url: str, sources: PypiSources, *, run: bool = False) -> RegistryAdvice | None:
    """What the index at a URL needs; None where no registry that is known is behind it.

    `run` asks the `keyring` program for its backends, which takes at most 5 s; else it is left open
    whether the plugin is there. Raises nothing.
    """
    index = parse_index(url)
    registry = _registry(index)
    if index is None or registry is None:
        return None
    if index.has_password:
        return RegistryAdvice(registry, index.shown, (), has_password=True)
    problems = [*_username(index, registry, sources), *_provider(sources)]
    if sources.environment is None:
        return RegistryAdvice(registry, index.shown, tuple(problems))
    keyring = KeyringProgram(sources.environment)
    backends = keyring.backends() if run else None
    unchecked: tuple[str, ...] = ()
    if keyring.path is None:
        problems.append(_no_program(registry))
    elif backends is None:
        unchecked = (_unknown_backends(keyring.path, registry, was_asked=run),)
    elif not registry.is_served_by(backends):
        problems.append(_no_plugin(keyring.path, registry, sources))
    return RegistryAdvice(registry, index.shown, tuple(problems), keyring.path, backends, unchecked)


def _registry(index: IndexUrl | None) -> Registry | None:
    try:
        return None if index is None else find_registry(parse_url(index.url))
    except BadUrl:
        return None


def _username(
    index: IndexUrl, registry: Registry, sources: PypiSources
) -> Iterator[RegistryProblem]:
    if index.username == registry.username:
        return
    if index.username is None:
        message = "The URL names no user, and without one pixi never asks the keyring"
    else:
        name = "another user" if is_token(index.username) else printable(index.username)
        message = f"The URL names {name}, and the plugin has tokens for {registry.username} only"
    written = mask_url(index.url).replace("://", f"://{registry.username}@", 1)
    yield RegistryProblem("username", message, f"write {written}{_where(index, sources)}")


def _where(index: IndexUrl, sources: PypiSources) -> str:
    """The place in which the URL stands."""
    for named in find_indexes(sources.environment, sources.pixi):
        if (named.url, named.username) == (index.url, index.username) and named.origin != ADDED:
            line = "" if named.line is None else f" (line {named.line})"
            return f" in {printable(named.origin)}{line}"
    return ""


def _provider(sources: PypiSources) -> Iterator[RegistryProblem]:
    if sources.keyring_enabled:
        return
    message = "pixi runs no keyring, as its configuration does not enable it"
    pixi, here = sources.pixi, sources.environment
    if pixi.keyring_origin is not None:
        message = f"pixi runs no keyring, as {printable(pixi.keyring_origin)} disables it"
    chosen = None if here is None else here.variables.get("PIXI_CONFIG_FILE")
    project = (
        None
        if here is None or pixi.workspace is None
        else here.resolve(here.join(pixi.workspace, ".pixi", "config.toml"))
    )
    is_projects = project is not None and (
        pixi.keyring_origin == project or [file.path for file in pixi.files] == [project]
    )
    if chosen and not is_projects:
        line = f'{_PROVIDER} = "subprocess"'
        fix = f"write {line} below [pypi-config] in {printable(chosen)}"
        yield RegistryProblem("provider", message, fix)
        return
    command = f"pixi config set {'--local' if is_projects else '--global'} {_SETTING} subprocess"
    yield RegistryProblem("provider", message, command, command)


def _no_program(registry: Registry) -> RegistryProblem:
    command = pixi_installs(registry.plugin)
    return RegistryProblem(
        "program", "There is no keyring program on the PATH, which pixi would run", command, command
    )


def _no_plugin(program: str, registry: Registry, sources: PypiSources) -> RegistryProblem:
    here = sources.environment
    command = None if here is None else installing(program, registry.plugin, here)
    fix = command or f"install {registry.plugin} in the Python environment of that program"
    return RegistryProblem(
        "plugin",
        f"{printable(program)}, which pixi would run, has no plugin for {registry.name}",
        fix if command is None else printable(fix),
        command,
    )


def _unknown_backends(program: str, registry: Registry, *, was_asked: bool) -> str:
    path = printable(program)
    if was_asked:
        return f"{path} does not tell whether it has {registry.plugin}: it names no backends"
    return f"Whether {path} has {registry.plugin} was not checked: keyring --list-backends tells"
