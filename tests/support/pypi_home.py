"""A home of a test's own, and what pixi sends to a PyPI index from there."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from authui.model.credential import Credential
from authui.model.entry import Answer, Entry, EntryState, Outcome, StoreId
from authui.model.errors import StoreError
from authui.model.pypi import PypiResult
from authui.services.pypi import pypi_lookup
from authui.stores.base import Store, StoreInfo
from authui.stores.environment import Environment
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.sources import PypiSources

NOW = 1_790_000_000.0
KEYRING = PixiConfig(keyring_provider="subprocess")
"""pixi's configuration with the keyring enabled."""


def put_program(folder: Path, script: str, name: str = "keyring") -> Path:
    """A program in `bin` of this folder."""
    path = folder / "bin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def memory(
    credentials: Mapping[str, Credential] | None = None,
    store: StoreId = "file",
    *,
    failure: StoreError | None = None,
    blocks: bool = False,
    unread: str | None = None,
) -> Store:
    """A store that holds this. `unread` is a pattern whose secret it hands out to nobody."""
    special = {}
    if unread is not None:
        entry = Entry(unread, store, state=EntryState.ACTIVE)
        special = {unread: (entry, Answer(Outcome.HIT))}
    info = StoreInfo(store, (store,), store, f"/{store}", "default", encrypted=None)
    return MemoryStore(info, credentials or {}, failure=failure, blocks=blocks, special=special)


class Home:
    """A home of the test's own, and the lookup in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = {"HOME": os.fspath(folder), "PATH": f"{folder / 'bin'}:/usr/bin:/bin"}

    def ask(
        self,
        url: str,
        stores: Sequence[Store] = (),
        pixi: PixiConfig | None = None,
        *,
        run: bool = True,
        variables: Mapping[str, str] | None = None,
    ) -> PypiResult:
        """The answer, the keyring commands run where pixi would run them."""
        environment = Environment(
            {**self.variables, **(variables or {})}, os.fspath(self.folder), "linux"
        )
        sources = PypiSources(environment, pixi or PixiConfig())
        return pypi_lookup(url, stores, sources, now=NOW, run_keyring=run)


def sent(result: PypiResult) -> str | None:
    """The header in the end, Basic ones decoded."""
    if result.request is None or result.request.authorization is None:
        return None
    scheme, _, rest = result.request.authorization.reveal().partition(" ")
    return base64.b64decode(rest).decode() if scheme == "Basic" else f"{scheme} {rest}"


def on_wire(result: PypiResult) -> str | None:
    """The URL as it is sent."""
    if result.request is None or result.request.url is None:
        return None
    return result.request.url.reveal()
