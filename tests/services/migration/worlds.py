"""Stores to move credentials between, and what they hold afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from authui.model.credential import BearerToken, Credential, OAuth
from authui.model.entry import StoreId
from authui.model.secret import Secret
from authui.model.wire import decode_file, encode_credential, encode_file
from authui.services.migration.migration import Migration
from authui.services.migration.plan import MigrationResult, Plan, PlanStep, StepResult
from authui.stores.base import Store, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore


def token(text: str) -> BearerToken:
    return BearerToken(Secret(text))


def oauth(text: str, expires_at: int | None) -> OAuth:
    return OAuth(Secret(text), "http://idp.test/t", "c", Secret(f"r-{text}"), expires_at)


def info(store: StoreId, location: str, *, read_only: bool = False) -> StoreInfo:
    encrypted = None if store == "keychain" else False
    return StoreInfo(store, (store,), f"a {store}", location, "default", encrypted, read_only)


class World:
    """A file and a keychain in memory, which `migration` moves between.

    Each discovery gives a new store for the file and the same one for the keychain.
    """

    def __init__(
        self,
        path: Path,
        held: Mapping[str, Credential] | None = None,
        keychain: Mapping[str, Credential] | None = None,
        *,
        kept: MemoryStore | None = None,
        earlier: Mapping[str, Credential] | None = None,
        read_only: bool = False,
    ) -> None:
        self.path = path
        self.keychain = kept or MemoryStore(info("keychain", "memory"), keychain or {})
        self.earlier = None if earlier is None else MemoryStore(info("auth-file", "a"), earlier)
        if held is not None:
            path.write_bytes(encode_file(held))
        self.migration = Migration(self.discover, read_only=read_only)

    def discover(self) -> Discovery:
        stores: list[Store] = [
            self.keychain,
            JsonFileStore(str(self.path), info("file", str(self.path))),
            MemoryStore(info("netrc", "n", read_only=True), {"n.test": token("n")}),
        ]
        if self.earlier is not None:
            stores.insert(0, self.earlier)
        return Discovery("rattler", tuple(stores), None, ())

    def in_file(self) -> dict[str, str]:
        """The text of each value in the file."""
        return {e.host: e.text.reveal() for e in decode_file(self.path.read_bytes())}

    def in_keychain(self) -> dict[str, str]:
        """The text of each value in the keychain."""
        hosts = [entry.host for entry in self.keychain.list().entries if entry.host]
        found = {host: self.keychain.read(host) for host in hosts}
        return {h: s.text.reveal() for h, s in found.items() if s is not None and s.text}


def texts(**held: Credential) -> dict[str, str]:
    """What a store holds, by the first part of the host: `texts(a=...)` is a.test."""
    return {f"{name}.test": encode_credential(one) for name, one in held.items()}


def the(plan: Plan, host: str) -> PlanStep:
    return next(step for step in plan.steps if step.host == host)


def outcome(result: MigrationResult, host: str) -> StepResult:
    return next(one for one in result.results if one.step.host == host)


def ends(result: MigrationResult) -> dict[str, tuple[str, str]]:
    """Action and status of each entry."""
    return {one.step.host: (one.action, one.status.value) for one in result.results}


def write_raw(path: Path, pairs: list[tuple[str, str]]) -> None:
    """A file with these keys in this order, also one that stands twice."""
    body = ",".join(f"{json.dumps(host)}:{text}" for host, text in pairs)
    path.write_text("{" + body + "}")
