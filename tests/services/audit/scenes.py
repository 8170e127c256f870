"""Scenes and audits of a home that a test made."""

from __future__ import annotations

from pathlib import Path

from authui.model.lookup import Client
from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding
from authui.services.audit.scene import Scene
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore

NOW = 1_700_000_000.0


def scene(client: Client = "rattler") -> Scene:
    """What the rules would look at now."""
    environment = Environment.current()
    return Scene(discover(environment, client), environment, NOW)


def audit(client: Client = "rattler", *, read_only: bool = False) -> Audit:
    """The audit of this environment."""

    def stores() -> Discovery:
        return discover(Environment.current(), client)

    return Audit(stores, Environment.current(), read_only=read_only)


def default_store(client: Client = "rattler") -> JsonFileStore:
    """The store of the default file."""
    for store in discover(Environment.current(), client).stores:
        if isinstance(store, JsonFileStore) and store.info.id == "file":
            return store
    raise AssertionError


def default_file(home: Path, data: bytes | str = b"{}", mode: int = 0o600) -> Path:
    """The default file, with these bytes."""
    path = home / ".rattler" / "credentials.json"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    path.chmod(mode)
    return path


def ids(found: list[Finding]) -> list[str]:
    return [finding.id for finding in found]
