from __future__ import annotations

import pytest

from authui.model.host import keys_for, why_never
from authui.model.url import parse_url


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("https://repo.prefix.dev/c", ["repo.prefix.dev", "*.repo.prefix.dev", "*.prefix.dev", "*.dev"]),
        ("http://localhost:8080", ["localhost", "*.localhost"]),
        ("http://a.b./", ["a.b.", "*.a.b.", "*.b.", "*."]),
        ("http://127.0.0.2/", ["127.0.0.2"]),
        ("http://[::1]/", ["[::1]"]),
        ("oci://127.0.0.2/", ["127.0.0.2", "*.127.0.0.2", "*.0.0.2", "*.0.2", "*.2"]),
        ("oci://GHCR.io/x", ["GHCR.io", "*.GHCR.io", "*.io"]),
        ("oci://[::1]/x", ["[::1]"]),
        ("file:///x", []),
        ("s3://b/chan/x", ["b", "s3://b/chan/x", "s3://b/chan", "s3://b", "s3:/", "s3:"]),
        ("s3://b/a//c", ["b", "s3://b/a//c", "s3://b/a/", "s3://b/a", "s3://b", "s3:/", "s3:"]),
        ("s3://B.x/^", ["B.x", "s3://B.x/^", "s3://B.x", "s3:/", "s3:"]),
    ],
)  # fmt: skip
def test_keys_in_rattlers_order(url: str, keys: list[str]) -> None:
    assert list(keys_for(parse_url(url))) == keys


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("prefix.dev", "https://prefix.dev/c"),
        ("*.prefix.dev", "https://a.b.prefix.dev/c"),
        ("GHCR.io", "oci://GHCR.io/x"),
        ("*.GHCR.io", "oci://GHCR.io/x"),
        ("example.com.", "http://example.com./"),
        ("[::1]", "http://[0::1]:8080/"),
        ("127.0.0.2", "http://127.2/"),
        ("*.0.0.2", "oci://127.0.0.2/"),
        ("*.", "http://example.com./"),
        ("xn--bcher-kva.example", "http://bücher.example"),
        ("b%C3%BCcher.example", "oci://bücher.example"),
        ("a_b~c+d.test", "http://a_b~c+d.test/"),
        (".prefix.dev", "oci://.prefix.dev/"),
        ("s3://b/chan", "s3://b/chan/x"),
        ("s3://b/a/", "s3://b/a//c"),
        ("s3://b/a^", "s3://b/a^/c"),
        ("s3:", "s3://b/x"),
        ("s3:/", "s3://b/x"),
        ("My-Bucket", "s3://My-Bucket/x"),
    ],
)
def test_a_pattern_that_can_match_does(pattern: str, url: str) -> None:
    assert why_never(pattern) is None
    assert pattern in list(keys_for(parse_url(url)))


@pytest.mark.parametrize(
    "pattern",
    ["", "host.example:8080", "*.example.com:8080", "http://prefix.dev", "prefix.dev/channel",
     "prefix.dev/", "bücher.example", "a b.test", " prefix.dev", "prefix.dev\n", "*", "*ex.com",
     "a.*.com", "**.com", "*.*.com", "::1", "[::0001]", "[x]", "*.[::1]", "oci://ghcr.io", "a^b.test",
     "s3://", "s3:///x", "s3://b/a b", "s3://b/../c", "s3://b/é", "\ud800", "a\x7fb", "host@x.test"],
)  # fmt: skip
def test_a_pattern_that_cannot_match_says_why(pattern: str) -> None:
    assert why_never(pattern)
