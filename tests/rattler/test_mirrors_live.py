"""Mirrors against real rattler: where does a request go?"""

from __future__ import annotations

import contextlib
import random
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from authui.model.errors import BadUrl
from authui.model.url import parse_url, path_of, without_fragment
from tests.support.judge import Judge
from tests.support.judge_child import Recorder
from tests.support.mirror_cases import asked_first, random_mirrors, random_url

pytestmark = pytest.mark.rattler

FRESH_URLS = 300


def slashed(text: str) -> str:
    """What pixi does to keys and mirrors before it hands them to rattler's middleware."""
    url = parse_url(text)
    return url.text if path_of(url).endswith("/") else parse_url(url.text + "/").text


def prepared(mirrors: Mapping[str, Sequence[str]]) -> dict[str, list[str]] | None:
    """The mirrors as pixi hands them on; None where pixi could not, or what it does is chance."""
    try:
        made = {slashed(key): [slashed(each) for each in found] for key, found in mirrors.items()}
    except BadUrl:
        return None
    lengths = {len(path_of(parse_url(key))) for key in made}
    return made if len(lengths) == len(mirrors) else None


async def compare_mirrors(recorder: Recorder, seed: int, count: int) -> list[str]:
    """The disagreements over so many random URLs. The recorder has to be the process's proxy."""
    from rattler.networking import Client, MirrorMiddleware
    from rattler.package_streaming import download_bytes

    rng = random.Random(seed)
    disagreements = []
    compared = 0
    while compared < count:
        url = random_url(rng)
        mirrors = random_mirrors(rng, url)
        made = prepared(mirrors)
        if made is None:
            continue
        try:
            said = without_fragment(parse_url(asked_first(url, mirrors)))
        except BadUrl:
            continue
        compared += 1
        recorder.requests.clear()
        with contextlib.suppress(Exception):  # every answer is 404
            await download_bytes(Client([MirrorMiddleware(made)]), url)
        asked = recorder.requests[0][1] if recorder.requests else None
        if asked != said:
            disagreements.append(f"{url} {mirrors}\n  authui: {said}\n  rattler: {asked}")
    return disagreements


async def test_fresh_mirrors_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, recorder.address)
    seed = secrets.randbits(32)
    try:
        disagreements = await compare_mirrors(recorder, seed, FRESH_URLS)
    finally:
        recorder.shutdown()
        recorder.server_close()
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)


def test_the_credential_is_the_mirrors(own_home: Path) -> None:
    (own_home / ".netrc").write_text("machine m.test login u password p")
    mirrors = {"http://a.test/c/": ["http://m.test/d/"]}
    with Judge() as judge:
        sent = judge.send("http://a.test/c", variables={"HOME": str(own_home)}, mirrors=mirrors)
    assert sent.url == asked_first("http://a.test/c/noarch/repodata.json", mirrors)
    assert sent.authorization == "Basic dTpw"


def test_an_empty_list_of_mirrors_asks_nobody(own_home: Path) -> None:
    with Judge() as judge:
        sent = judge.send(
            "http://a.test/c", variables={"HOME": str(own_home)}, mirrors={"http://a.test/": []}
        )
    assert (sent.url, sent.stage) == (None, "request")
