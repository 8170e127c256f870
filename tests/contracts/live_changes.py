"""After each change real rattler sends exactly what `authui test` says it does.

For whatever system: a subclass has the fixture `world`.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from authui.cli.main import main
from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
)
from authui.model.secret import Secret
from authui.model.wire import encode_credential
from tests.support.judge import Judge

STORES = ("keychain", "file", "auth-file")

HTTP_PATTERNS = {
    "h.test": ("http://h.test/c", "http://h.test:8080/c", "http://below.h.test/c"),
    "*.w.test": ("http://w.test/c", "http://a.b.w.test/c", "http://xw.test/c"),
    "127.0.0.2": ("http://127.0.0.2/c", "http://127.0.2/c"),
    "[::2]": ("http://[::2]/c", "http://[0:0::2]:81/c"),
    "xn--bcher-kva.test": ("http://bücher.test/c",),
    "dot.test.": ("http://dot.test./c", "http://dot.test/c"),
    "*.localhost": ("http://localhost/c", "http://x.localhost/c"),
}
S3_PATTERNS = {
    "bucket": ("s3://bucket/c", "s3://bucket/d/e"),
    "s3://paths/c": ("s3://paths/c", "s3://paths/c/d", "s3://paths/d"),
    "dotted.bucket": ("s3://dotted.bucket/c",),
}


def values(mark: str) -> tuple[Credential, ...]:
    return (
        BearerToken(Secret(f"bearer-{mark}é")),
        BasicHTTP("us er", Secret(f"pass:{mark}☃")),
        CondaToken(Secret(f"conda {mark}")),
        OAuth(Secret(f"oauth-{mark}"), "http://idp.test/t", "c", expires_at=4_000_000_000),
    )


class World:
    """One environment for both programs."""

    def __init__(self, judge: Judge, home: Path, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("RATTLER_AUTH_FILE", str(home / "auth.json"))
        self._judge = judge
        self._variables = {"HOME": str(home), "RATTLER_AUTH_FILE": str(home / "auth.json")}
        self._patch = patch

    def authui(self, *arguments: str, given: str = "") -> dict[str, Any]:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        stdin = io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
        with self._patch.context() as patch:
            patch.setattr(sys, "stdin", stdin)
            patch.setattr(sys, "stdout", out)
            status = main([*arguments, "--client", "rattler", "--json"])
        assert isinstance(out.buffer, io.BytesIO)
        answer = json.loads(out.buffer.getvalue())
        assert isinstance(answer, dict)
        return {**answer, "status": int(status)}

    def agree(self, url: str) -> dict[str, Any]:
        """Both asked for one URL; authui's match."""
        (told,) = self.authui("test", "--reveal", f"{url}/noarch/repodata.json")["results"]
        is_s3 = url.startswith("s3:")
        sent = self._judge.send(url, variables=self._variables, s3=is_s3)
        if is_s3:
            key = re.search(r"X-Amz-Credential=([^%]*)", sent.url or "")
            assert key is not None, sent
            assert (key[1] != "AWSCHAIN") == (told["match"] is not None), (url, told, sent)
            return {"match": told["match"], "key": key[1]}
        wanted = (told["request"]["url"], told["request"]["authorization"])
        assert (sent.url, sent.authorization) == wanted, (url, told["reason"], sent)
        return {"match": told["match"], "sent": wanted}

    def set(self, host: str, credential: Credential, store: str) -> dict[str, Any]:
        given = encode_credential(credential)
        answer = self.authui("set", host, "--json-stdin", "--store", store, given=given)
        assert answer["status"] == 0, answer
        return answer


class LiveChanges:
    """The tests."""

    @pytest.mark.parametrize("store", STORES)
    def test_every_kind_under_every_pattern(self, store: str, world: World) -> None:
        for host, urls in HTTP_PATTERNS.items():
            before = [world.agree(url) for url in urls]
            for number, (first, second) in enumerate(zip(values("1"), values("2"), strict=True)):
                made = world.set(host, first, store)
                assert (made["host"], made["store"]) == (host, store)
                assert made["created"] is (number == 0)
                seen = [world.agree(url) for url in urls]
                assert seen[0]["match"] == {"host": host, "store": store, "kind": first.kind}
                assert seen[0] != before[0]
                assert world.set(host, second, store)["created"] is False
                again = [world.agree(url) for url in urls]
                assert again[0] != seen[0]
            gone = world.authui("remove", host, "--store", store, "--yes")
            assert [result["removed"] for result in gone["results"]] == [True]
            assert [world.agree(url) for url in urls] == before

    @pytest.mark.parametrize("store", STORES)
    def test_the_keys_of_buckets(self, store: str, world: World) -> None:
        for host, urls in S3_PATTERNS.items():
            before = [world.agree(url) for url in urls]
            for key in ("AKIAFIRST", "AKIASECOND"):
                world.set(host, S3Credentials(key, Secret("secret"), Secret("session")), store)
                assert world.agree(urls[0])["key"] == key
                for url in urls[1:]:
                    world.agree(url)
            world.authui("remove", host, "--store", store, "--yes")
            assert [world.agree(url) for url in urls] == before

    def test_a_rename_and_copies_in_every_store(self, world: World) -> None:
        for store, shadow in (
            ("auth-file", None),
            ("file", "auth-file"),
            ("keychain", "auth-file"),
        ):
            made = world.set("*.h.test", BearerToken(Secret(store)), store)
            assert made["shadowed_by"] == shadow
            assert world.agree("http://h.test/c")["match"]["store"] == "auth-file"
        moved = world.authui("rename", "*.h.test", "a.h.test", "--store", "file")
        assert moved["status"] == 0
        # The exact pattern of the last store beats the wildcards of the first.
        assert world.agree("http://a.h.test/c")["match"]["store"] == "file"
        assert world.agree("http://b.h.test/c")["match"]["store"] == "auth-file"
        gone = world.authui("remove", "*.h.test", "--all-stores", "--yes")
        assert {result["store"] for result in gone["results"] if result["removed"]} == {
            "auth-file",
            "keychain",
        }
        assert world.agree("http://b.h.test/c")["match"] is None
        assert world.agree("http://a.h.test/c")["match"]["host"] == "a.h.test"
