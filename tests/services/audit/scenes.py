"""Scenes and audits of a home that a test made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.lookup import Client
from authui.services.audit import files
from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding
from authui.services.audit.scene import Scene
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from tests.support.judge import Judge, Sent

NOW = 1_700_000_000.0
CANARY = "canary7f3a9c"
GOOD = f'{{"a.test":{{"BearerToken":"{CANARY}"}}}}'


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


def found(rule: str, at: Scene | None = None) -> list[Finding]:
    """The findings of one rule about files; none shows a secret, and each says what to do."""
    at = at or scene()
    (check,) = (one.check for one in files.RULES if one.id == rule)
    findings = list(check(at))
    for finding in findings:
        assert finding.rule == rule
        assert finding.fix or finding.hint
        preview = () if finding.fix is None else (finding.fix.words, *finding.fix.preview)
        texts = (finding.id, finding.message, *finding.details, finding.hint or "", *preview)
        assert CANARY not in "".join(texts)
        assert not any(text.endswith(".") for text in texts)
    return findings


def one(rule: str) -> Finding:
    """The only finding of the rule."""
    (finding,) = found(rule)
    return finding


def mend(rule: str) -> tuple[str, ...]:
    """Have the only finding of the rule mended, which sees that it is gone."""
    return audit().mend(one(rule))


def ask(judge: Judge, home: Path, **variables: str) -> Sent:
    """What rattler sends to the host of `GOOD`."""
    return judge.send("http://a.test/c", variables={"HOME": str(home), **variables})


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """Real rattler."""
    with Judge() as judge:
        yield judge
