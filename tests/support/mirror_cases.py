"""Random URLs and mirrors, for comparing with real rattler."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from authui.model.mirror import find_mirror

SEGMENTS = (
    *("a", "b", "conda", "a%20b", "é", "..", ".", "%2e%2e", "", "^", "|", "a;b", "a'b", "[x]"),
    *("{", "~", "t", "%", "%zz", "\\", "a:b", "a@b", '"', "`", "<"),
)
TAILS = (
    *("?q=1", "?a/../b", "?x?y", "?a b", "?\\", "?^", "?%2e", "?a\\b/..", "?'", '?"', "?{}", "?é"),
    *("?", "?/", "?//x", "#f", "#a/b", "?q#f"),
)
HOSTS = ("a.test", "b.test", "a.test:8080", "x--.test")


def random_url(rng: random.Random, tail: float = 0.4) -> str:
    """An http URL; `tail` is the share with a query or a fragment."""
    path = "".join("/" + rng.choice(SEGMENTS) for _ in range(rng.randint(0, 3)))
    end = rng.choice(TAILS) if rng.random() < tail else ""
    scheme = rng.choice(("http://", "http://", "HTTP://", "http:/\\"))
    return scheme + rng.choice(HOSTS) + path + rng.choice(("", "/", "//")) + end


def random_mirrors(rng: random.Random, url: str) -> dict[str, list[str]]:
    """One to three keys, most of them beginnings of the URL."""
    mirrors = {}
    for _ in range(rng.randint(1, 3)):
        key = url[: rng.randint(8, len(url))]
        if rng.random() < 0.6:
            key = key.rsplit("/", 1)[0]
        if rng.random() < 0.3:
            key = random_url(rng, 0.3)
        mirrors[key] = [random_url(rng, 0.2) for _ in range(rng.choice((1, 1, 2)))]
    return mirrors


def asked_first(url: str, mirrors: Mapping[str, Sequence[str]]) -> str:
    """Where the first request goes; the URL itself where no mirror takes it."""
    found = find_mirror(url, mirrors)
    return url if found is None or found.url is None else found.url
