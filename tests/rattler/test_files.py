"""Credentials files: authui's reading and writing against real rattler's."""

from __future__ import annotations

import base64
import json
import random
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.credential import OAuth
from authui.model.wire import decode_file, encode_file, entries_by_host
from authui.model.wire_errors import Code
from tests.support.file_cases import (
    URL,
    FileMaker,
    Verdict,
    authuis_verdict,
    observed,
    refusal,
)
from tests.support.judge import Judge
from tests.support.wire_tables import ACCEPTED, IGNORED, REFUSED, WHOLE, file

pytestmark = pytest.mark.rattler

RECORDED = Path(__file__).parent.parent / "data" / "files.jsonl"
FRESH_FILES = 100


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def ask_rattler(judge: Judge, home: Path, data: bytes) -> Verdict:
    path = home / "a.json"
    path.write_bytes(data)
    variables = {"HOME": str(home), "RATTLER_AUTH_FILE": str(path)}
    return observed(judge.send(URL, variables=variables))


def compare_files(judge: Judge, seed: int, count: int) -> list[str]:
    """Where authui and rattler disagree over `count` random files drawn from `seed`."""
    maker = FileMaker(random.Random(seed))
    disagreements = []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(count):
            data = maker.make()
            wanted = ask_rattler(judge, Path(home), data)
            found = authuis_verdict(data)
            if found != wanted:
                shown = data if len(data) < 2000 else data[:1000] + b" ... " + data[-1000:]
                disagreements.append(f"{shown!r}\n  authui: {found}\n  rattler: {wanted}")
    return disagreements


def test_all_recorded_files_agree() -> None:
    lines = RECORDED.read_text().splitlines()
    assert len(lines) == 1000
    for line in lines:
        recorded = json.loads(line)
        found = authuis_verdict(base64.b64decode(recorded["file_base64"]))
        assert (found.code is None) == recorded["accepted"], line
        if not recorded["accepted"]:
            assert found == refusal(recorded["error"]), line
        elif recorded["sent"]["url"] == "request failed":
            assert found == Verdict(), line
        else:
            sent = recorded["sent"]
            assert found.sent == (sent["url"], sent["authorization"]), line


def test_fresh_files_agree(judge: Judge) -> None:
    seed = secrets.randbits(32)
    disagreements = compare_files(judge, seed, FRESH_FILES)
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)


def test_the_drawn_files_are_of_every_sort() -> None:
    maker = FileMaker(random.Random(20260822))
    drawn = Counter(authuis_verdict(maker.make()).code for _ in range(6000))
    assert set(drawn) == {None, *Code}
    assert 0.3 < drawn[None] / 6000 < 0.7


def test_rattler_confirms_the_tables(judge: Judge, tmp_path: Path) -> None:
    for text, _ in ACCEPTED:
        assert ask_rattler(judge, tmp_path, file(text)).code is None, text
    for value in IGNORED:
        text = f'{{"BasicHTTP":{{"x": {value} ,"username":"u","password":"p","x":1}}}}'
        assert ask_rattler(judge, tmp_path, file(text)).code is None, value[:20]
    for text, code, column in REFUSED:
        line = 2 if "\n" in text else 1
        assert ask_rattler(judge, tmp_path, file(text)) == Verdict(code, (line, column)), text
    for data, code, place in WHOLE:
        wanted = Verdict(code, None if code is Code.UTF8 else place)
        assert ask_rattler(judge, tmp_path, data) == wanted, data


def test_writes_the_bytes_that_rattler_writes(judge: Judge, tmp_path: Path) -> None:
    """rattler rewrites its whole file when it has refreshed a token: that is what we compare."""
    texts = [text for text, _ in ACCEPTED]
    hosts = [
        "z",
        "Z",
        "é",
        "\uffff",
        "\U0001f600",
        '"\\',
        "\x00\x1f\x7f\u2028",
        *map(str, range(99)),
    ]
    ending = {
        "access_token": "old",
        "refresh_token": "again",
        "expires_at": int(time.time()),
        "token_endpoint": "http://idp.test/t",
        "client_id": "c",
    }
    entries = [f'"h.test":{json.dumps({"OAuth": ending})}']
    entries += [f"{json.dumps(h)}:{t}" for h, t in zip(hosts, texts, strict=False)]
    path = tmp_path / "a.json"
    path.write_text("{ " + " ,\n ".join(entries) + " }")
    before = entries_by_host(decode_file(path.read_bytes()))
    assert len(before) == len(texts) + 1
    answer = json.dumps({"access_token": "new", "expires_in": 3600})
    variables = {"HOME": str(tmp_path), "RATTLER_AUTH_FILE": str(path)}
    sent = judge.send(URL, variables=variables, token_answer=answer)
    assert sent.authorization == "Bearer new"

    written = path.read_bytes()
    after = {h: entry.credential for h, entry in entries_by_host(decode_file(written)).items()}
    assert encode_file(after) == written
    renewed = after.pop("h.test")
    assert isinstance(renewed, OAuth)
    del before["h.test"]
    assert after == {host: entry.credential for host, entry in before.items()}
