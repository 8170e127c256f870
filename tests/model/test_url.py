from __future__ import annotations

import pytest

from authui.model.errors import BadUrl
from authui.model.url import parse_url, path_of, split_userinfo, with_path, without_fragment

CANARY = "canary-4711"


@pytest.mark.parametrize(
    ("text", "normal", "host", "is_domain"),
    [
        ("https://EXAMPLE.com", "https://example.com/", "example.com", True),
        ("https://example.com.:443/c", "https://example.com./c", "example.com.", True),
        ("http://ex%41mple。com/", "http://example.com/", "example.com", True),
        ("http://bücher.example", "http://xn--bcher-kva.example/", "xn--bcher-kva.example", True),
        ("http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", False),
        ("http://[0:0::1]:80/", "http://[::1]/", "[::1]", False),
        ("oci://GHCR.io/x", "oci://GHCR.io/x", "GHCR.io", True),
        ("oci://127.0.0.2/x", "oci://127.0.0.2/x", "127.0.0.2", True),
        ("oci://[::1]/x", "oci://[::1]/x", "[::1]", False),
        ("s3://My-Bucket/a b^", "s3://My-Bucket/a%20b^", "My-Bucket", True),
        ("http://h/x^y/%5E?^#^", "http://h/x^y/%5E?^#^", "h", True),
        ("http://h\\a^", "http://h/a^", "h", True),
        ("http://a^b:c^d@h/^", "http://a%5Eb:c%5Ed@h/^", "h", True),
        ("http://h/caret0x^caret0", "http://h/caret0x^caret0", "h", True),
        ("http://h?x^y", "http://h/?x^y", "h", True),
        ("file:///x", "file:///x", None, False),
        ("data:x", "data:x", None, False),
        ("foo:///x", "foo:///x", None, False),
    ],
)
def test_urls_are_normal_as_rattler_has_them(
    text: str, normal: str, host: str | None, is_domain: bool
) -> None:
    url = parse_url(text)
    assert (url.text, url.host, url.is_domain) == (normal, host, is_domain)
    assert parse_url(url.text) == url


@pytest.mark.parametrize(
    "text",
    ["", "  ", "prefix.dev", "http://", "http://[::1", "http://h:99999/", "http://a b/",
     "http://xn--a/", "http://xn--zz--.net/", "http://h.xn--.test", "http://a|b/", "//h/c", "é://h/",
     "http://\ud800/"],
)  # fmt: skip
def test_what_rattler_refuses_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(BadUrl) as failure:
        parse_url(text)
    assert failure.value.message
    assert failure.value.hint


@pytest.mark.parametrize(
    "text",
    [f"http://u:{CANARY}@h:99999/", f"http://h:x/t/{CANARY}/c", f"http://[?token={CANARY}",
     f"//u:{CANARY}@h/c", f"http://xn--a/t/{CANARY}/"],
)  # fmt: skip
def test_a_refusal_shows_no_secret(text: str) -> None:
    with pytest.raises(BadUrl) as failure:
        parse_url(text)
    assert CANARY not in failure.value.message + (failure.value.hint or "")
    assert CANARY not in repr(failure.value)


def test_a_url_shows_no_secret() -> None:
    url = parse_url(f"http://u:{CANARY}@h/t/{CANARY}/c?x={CANARY}")
    assert CANARY not in repr(url)
    assert CANARY not in url.masked


@pytest.mark.parametrize(
    ("text", "bare", "userinfo"),
    [
        ("http://h/c", "http://h/c", None),
        ("http://u:p@h/c", "http://h/c", ("u", "p")),
        ("http://u@h/c", "http://h/c", ("u", None)),
        ("http://u:@h/c", "http://h/c", ("u", None)),
        ("http://:p@h/c", "http://h/c", ("", "p")),
        ("http://%40:%3A@h/@", "http://h/@", ("@", ":")),
        ("http://%FF:p@h/c", "http://%FF:p@h/c", None),
        ("http://:%FF@h/c", "http://:%FF@h/c", None),
        ("http://u:%FF@h/c", "http://h/c", ("u", None)),
        ("http://u:p@h?@", "http://h/?@", ("u", "p")),
    ],
)
def test_userinfo_becomes_a_header(
    text: str, bare: str, userinfo: tuple[str, str | None] | None
) -> None:
    url, found = split_userinfo(parse_url(text))
    assert (url.text, found) == (bare, userinfo)


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/t/a b/c", "http://h/t/a%20b/c?q"),
        ("/t/?#/c", "http://h/t/%3F%23/c?q"),
        ("/t/../c", "http://h/c?q"),
        ("/t/%20^/c", "http://h/t/%20^/c?q"),
        ("/t/a\tb/c", "http://h/t/ab/c?q"),
        ("/t//c", "http://h/t//c?q"),
    ],
)
def test_another_path(path: str, normal: str) -> None:
    assert with_path(parse_url("http://h/x^y?q"), path).text == normal


def test_parts() -> None:
    url = parse_url("http://h/a^b?q#f")
    assert path_of(url) == "/a^b"
    assert without_fragment(url) == "http://h/a^b?q"
    assert not parse_url("http://a`b/").sendable
    assert parse_url("http://a~b/").sendable
