"""A machine for the audit, made of real files below a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from authui.model.lookup import Client
from authui.services.audit.auditing import RULES
from authui.services.audit.finding import Finding
from authui.services.audit.scene import Scene
from authui.stores.discover import discover
from authui.stores.environment import Environment

NOW = 1_800_000_000.0


class Machine:
    """A home, a current directory and variables; no keychain, no program on the `PATH`."""

    def __init__(self, root: Path, **variables: str) -> None:
        self.root = root
        self.home = root / "machine"
        self.cwd = self.home / "work"
        self.cwd.mkdir(parents=True)
        self.client: Client = "pixi"
        self.auth_file: str | None = None
        self.project: str | None = None
        self.variables: dict[str, str] = {
            "HOME": str(self.home),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={root}/no-bus",
            **variables,
        }

    @property
    def default(self) -> Path:
        """The default credentials file."""
        return self.home / ".rattler" / "credentials.json"

    @property
    def config(self) -> Path:
        """pixi's configuration of this user."""
        return self.home / ".pixi" / "config.toml"

    def put(self, path: Path | str, text: str) -> Path:
        """A file with what is above it; a relative path starts at the current directory."""
        path = self.cwd / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def store(self, entries: Mapping[str, Any], path: Path | None = None) -> Path:
        """A credentials file."""
        return self.put(path or self.default, json.dumps(entries))

    def program(self, name: str, said: str) -> Path:
        """A program in pixi's folder that tells a version."""
        path = self.put(self.home / ".pixi" / "bin" / name, f"#!/bin/sh\necho '{said}'\n")
        path.chmod(0o755)
        return path

    @property
    def environment(self) -> Environment:
        """What a process sees here."""
        return Environment(self.variables, str(self.cwd), sys.platform)

    def scene(self) -> Scene:
        """What the rules look at now."""
        here = self.environment
        return Scene(discover(here, self.client, self.auth_file), here, NOW, self.project)

    def found(self, rule: str) -> list[Finding]:
        """What one rule finds now."""
        scene = self.scene()
        return [f for one in RULES if one.id == rule for f in one.check(scene)]

    def all(self) -> list[Finding]:
        """What every rule finds now."""
        scene = self.scene()
        return [f for one in RULES for f in one.check(scene)]
