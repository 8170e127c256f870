"""The pixi workspace that a directory belongs to.

Sources: pixi, `WorkspaceDiscoverer::discover`, `WorkspaceLocator::locate`, `ManifestProvenance`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from authui.model.errors import StoreError
from authui.model.text import lower_first, printable
from authui.stores.environment import Environment
from authui.stores.read_file import read_regular_file

PIXI, PYPROJECT, MOJO = "pixi.toml", "pyproject.toml", "mojoproject.toml"
_SECTIONS = ("workspace", "project", "package")


class WorkspaceError(Exception):
    """pixi stops at a manifest. The text is a sentence about it, without anything it holds."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace: its root folder, its manifest file, and the manifest's own `s3-options`."""

    root: str
    manifest: str
    s3_options: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)


def find_workspace(environment: Environment) -> Workspace | None:
    """The workspace pixi uses in the current directory; None outside of any.

    The search goes upward from the current directory. `PIXI_PROJECT_MANIFEST` counts only where
    it finds nothing. Raises `WorkspaceError` where pixi would stop with an error.
    """
    if environment.cwd is None:
        return None
    try:
        folder = os.path.realpath(environment.cwd, strict=True)
    except OSError:
        return None
    while True:
        manifest = _manifest_in(folder)
        found = None if manifest is None else _load(manifest)
        if found is not None:
            return found
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    named = environment.utf8("PIXI_PROJECT_MANIFEST")
    return None if named is None else _named(named, environment)


def _manifest_in(folder: str) -> str | None:
    paths = (os.path.join(folder, name) for name in (PIXI, PYPROJECT, MOJO))
    return next((path for path in paths if os.path.isfile(path)), None)


def _named(path: str, environment: Environment) -> Workspace:
    if os.path.basename(path) not in (PIXI, PYPROJECT, MOJO):
        raise WorkspaceError(
            f"PIXI_PROJECT_MANIFEST names no {PIXI}, {PYPROJECT} or {MOJO}: pixi stops at it"
        )
    manifest = environment.resolve(path)
    found = _load(manifest)
    if found is None:
        raise WorkspaceError(f"{printable(manifest)} is no workspace: pixi stops at it")
    return found


def _load(manifest: str) -> Workspace | None:
    """The workspace that a manifest declares; None if it declares none."""
    from authui.stores.pixi_schema import SchemaError, check_s3_options
    from authui.stores.toml_file import TomlError, parse_toml

    name = os.path.basename(manifest)
    text = _text(manifest)
    if name == PIXI and not any(
        line.lstrip().startswith(tuple(f"[{section}" for section in _SECTIONS))
        for line in text.split("\n")
    ):
        raise WorkspaceError(_stops(manifest, "it has no [workspace] table"))
    try:
        document = parse_toml(text)
    except TomlError as error:
        raise WorkspaceError(_stops(manifest, f"it is not TOML{error.place}")) from None
    if name == PYPROJECT:
        document = _table(_table(document, "tool"), "pixi")
        if "[tool.pixi" in text and not any(
            f"[tool.pixi.{section}]" in text or f"{section}." in text for section in _SECTIONS
        ):
            raise WorkspaceError(_stops(manifest, "it has no [tool.pixi.workspace] table"))
    key = "workspace" if "workspace" in document else "project"
    if key not in document:
        return None
    try:
        buckets = check_s3_options(_table(document, key).get("s3-options", {}))
    except SchemaError as error:
        raise WorkspaceError(_stops(manifest, f"{key}.s3-options: {error}")) from None
    root = os.path.realpath(os.path.dirname(manifest))
    return Workspace(root, os.path.join(root, name), buckets)


def _text(manifest: str) -> str:
    try:
        return read_regular_file(manifest).decode("utf-8")
    except StoreError as error:
        raise WorkspaceError(_stops(manifest, lower_first(error.message))) from None
    except UnicodeDecodeError:
        raise WorkspaceError(_stops(manifest, "it is not UTF-8")) from None


def _stops(manifest: str, why: str) -> str:
    return f"pixi stops at {printable(manifest)}: {why}"


def _table(document: dict[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}
