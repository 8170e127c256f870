"""netrc files against real rattler."""

from __future__ import annotations

import base64
import random
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP
from authui.stores.base import StoreInfo
from authui.stores.netrc import NetrcStore
from tests.support.judge import Judge
from tests.support.netrc_cases import random_netrc

pytestmark = pytest.mark.rattler

FRESH_FILES = 150
INFO = StoreInfo("netrc", ("netrc",), "netrc", ".netrc", "default", encrypted=False, read_only=True)


def compare_netrc(judge: Judge, seed: int, count: int) -> list[str]:
    """The disagreements over so many random files about what is sent to `h.test`."""
    rng = random.Random(seed)
    disagreements = []
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / ".netrc"
        for _ in range(count):
            content = random_netrc(rng)
            path.write_bytes(content)
            store = NetrcStore(str(path), INFO)
            wanted = sent_for(store, ("h.test", "*.h.test", "*.test"))
            sent = judge.send("http://h.test/c", variables={"HOME": home})
            if sent.authorization != wanted or sent.url is None:
                disagreements.append(f"{content!r}\n  authui: {wanted}\n  rattler: {sent}")
    return disagreements


def sent_for(store: NetrcStore, keys: tuple[str, ...]) -> str | None:
    """The header for the first of the keys that the store has."""
    for key in keys:
        credential = store.get(key).credential
        if credential is not None:
            assert isinstance(credential, BasicHTTP)
            pair = f"{credential.username}:{credential.password.reveal()}"
            return "Basic " + base64.b64encode(pair.encode()).decode()
    return None


@pytest.fixture
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def test_fresh_netrc_files_agree(judge: Judge) -> None:
    seed = secrets.randbits(32)
    disagreements = compare_netrc(judge, seed, FRESH_FILES)
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)
