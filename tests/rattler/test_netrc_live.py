"""netrc files against real rattler."""

from __future__ import annotations

import base64
import os
import random
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP
from authui.model.host import keys_for
from authui.model.url import parse_url
from authui.stores.base import StoreInfo
from authui.stores.netrc import NetrcStore
from tests.support.judge import Judge
from tests.support.netrc_cases import random_netrc

pytestmark = pytest.mark.rattler

FRESH_FILES = 100
URLS = ("http://h.test/c", "http://x.test/c", "http://repo.h.test/c")
INFO = StoreInfo("netrc", ("netrc",), "netrc", ".netrc", "default", encrypted=False)


def compare_netrc(judge: Judge, seed: int, count: int) -> list[str]:
    """The disagreements over so many random files about what is sent to a few hosts."""
    rng = random.Random(seed)
    disagreements = []
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / ".netrc"
        for _ in range(count):
            content = random_netrc(rng)
            path.write_bytes(content)
            store = NetrcStore(str(path), INFO)
            for url in URLS:
                wanted = sent_for(store, url)
                sent = judge.send(url, variables={"HOME": home})
                if sent.authorization != wanted or sent.url is None:
                    disagreements.append(
                        f"{content!r} {url}\n  authui: {wanted}\n  rattler: {sent}"
                    )
    return disagreements


def sent_for(store: NetrcStore, url: str) -> str | None:
    """The header for the first key of the URL that the store has."""
    for key in keys_for(parse_url(url)):
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


def test_the_random_files_are_of_every_form(own_home: Path) -> None:
    rng = random.Random(1)
    drawn: Counter[str] = Counter()
    path = own_home / ".netrc"
    count = 2000
    for _ in range(count):
        content = random_netrc(rng)
        path.write_bytes(content)
        store = NetrcStore(str(path), INFO)
        drawn["ignored as a whole"] += store.list().failure is not None
        drawn["sent to somebody"] += any(sent_for(store, url) is not None for url in URLS)
        drawn["byte order mark"] += content.startswith("\ufeff".encode())
        drawn["machine twice"] += content.count(b"h.test") > 1
        for form in ("macdef", "\r\n", "default", "#", '"', "user", "port", "account", "é", "\u00a0",
                     "\x1f", "\u3000", "*."):  # fmt: skip
            drawn[form] += form.encode() in content
    assert count / 4 < drawn["ignored as a whole"] < count * 3 / 4, drawn
    assert drawn["sent to somebody"] > count / 4, drawn
    assert all(times > count / 100 for times in drawn.values()), drawn


@pytest.mark.parametrize("name", ["", os.devnull, "none", ".", ".netrc/x"])
def test_a_netrc_that_is_no_file_stops_nothing(judge: Judge, own_home: Path, name: str) -> None:
    (own_home / ".netrc").write_text("machine h.test login u password p")
    path = str(own_home / name) if name else ""
    assert sent_for(NetrcStore(path, INFO), URLS[0]) is None
    sent = judge.send(URLS[0], variables={"HOME": str(own_home), "NETRC": path})
    assert (sent.error, sent.authorization) == (None, None)
    assert sent.url == f"{URLS[0]}/noarch/repodata.json"
