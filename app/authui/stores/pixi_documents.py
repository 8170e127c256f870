"""The files in which pixi is told of URLs, as documents: a workspace's manifest, configuration.

What cannot be read or parsed says nothing; elsewhere it is reported.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from authui.model.errors import StoreError, StoreState
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pixi_workspace import PYPROJECT, WorkspaceError, find_workspace
from authui.stores.read_file import read_regular_file
from authui.stores.toml_file import TomlError, parse_toml

Table: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PixiDocument:
    """One file. `table` is what pixi reads of it, `for_uv` what is for uv in a `pyproject.toml`.

    URLs in it may hold secrets, so that nothing of it is in the `repr`.
    """

    path: str
    text: str = field(repr=False)
    table: Table = field(repr=False)
    for_uv: Table = field(default_factory=dict, repr=False)

    def line_of(self, literal: str) -> int | None:
        """Where a text stands between quotes, outside of lines that are comments; None if nowhere.

        The first line is 1.
        """
        for number, line in enumerate(self.text.split("\n"), 1):
            quoted = f'"{literal}"' in line or f"'{literal}'" in line
            if quoted and not line.lstrip().startswith("#"):
                return number
        return None


def manifest(environment: Environment) -> PixiDocument | None:
    """The manifest of pixi's workspace; None where there is none, or pixi stops at it."""
    try:
        workspace = find_workspace(environment)
    except WorkspaceError:
        return None
    if workspace is None:
        return None
    text, document = _read(workspace.manifest)
    if os.path.basename(workspace.manifest) != PYPROJECT:
        return PixiDocument(workspace.manifest, text, document)
    tools = table(document, "tool")
    return PixiDocument(workspace.manifest, text, table(tools, "pixi"), table(tools, "uv"))


def configuration(pixi: PixiConfig) -> tuple[PixiDocument, ...]:
    """The files of pixi's configuration that it does not skip, those that count most first."""
    files = [file for file in reversed(pixi.files) if file.state is StoreState.OK]
    return tuple(PixiDocument(file.path, *_read(file.path)) for file in files)


def parts_of(document: PixiDocument) -> tuple[Table, ...]:
    """The tables of a manifest in which it says the same kind of thing: itself and its features."""
    whole = document.table
    sections = (whole, table(whole, "workspace"), table(whole, "project"))
    return (*sections, *tables(whole, "feature"))


def table(document: Table, name: str) -> Table:
    """The table of this name, an empty one where there is none."""
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def tables(document: Table, name: str) -> tuple[Table, ...]:
    """The tables in the table of this name."""
    return tuple(each for each in table(document, name).values() if isinstance(each, dict))


def _read(path: str) -> tuple[str, Table]:
    try:
        text = read_regular_file(path).decode("utf-8")
        return text, parse_toml(text)
    except (StoreError, UnicodeDecodeError, TomlError):
        return "", {}
