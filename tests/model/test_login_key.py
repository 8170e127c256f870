from __future__ import annotations

import pytest

from authui.model.login_key import login_key, oauth_login_key
from authui.model.pattern import advise


@pytest.mark.parametrize(
    ("typed", "login", "oauth"),
    [
        ("prefix.dev", "*.prefix.dev", "prefix.dev"),
        ("https://prefix.dev", "*.prefix.dev", "prefix.dev"),
        ("https://prefix.dev/", "*.prefix.dev", "prefix.dev"),
        ("prefix.dev/", "*.prefix.dev/", "prefix.dev"),
        ("*.prefix.dev", "*.prefix.dev", "prefix.dev"),
        ("https://*.prefix.dev", "*.prefix.dev", "*.prefix.dev"),
        ("repo.prefix.dev", "repo.prefix.dev", "repo.prefix.dev"),
        ("https://repo.prefix.dev/ch", "repo.prefix.dev", "repo.prefix.dev"),
        ("anaconda.org", "*.anaconda.org", "anaconda.org"),
        ("localhost", "localhost", "localhost"),
        ("localhost:8080", "localhost:8080", "localhost"),
        ("http://localhost:8080", "localhost", "localhost"),
        ("example.com:8080", "*.example.com:8080", "example.com"),
        ("https://example.com:8080/x", "*.example.com", "example.com"),
        ("example.com/path", "*.example.com/path", "example.com"),
        ("EXAMPLE.com", "*.EXAMPLE.com", "example.com"),
        ("https://EXAMPLE.com", "*.example.com", "example.com"),
        ("bücher.example", "*.bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1:9000", "127.0.0.1:9000", "127.0.0.1"),
        ("http://127.0.0.1:9000", "127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]", "[::1]"),
        ("http://[::1]:80/", "[::1]", "[::1]"),
        ("example.com.", "example.com.", "example.com."),
        ("s3://my-bucket", "my-bucket", "my-bucket"),
        ("s3://my-bucket/chan", "my-bucket", "my-bucket"),
        ("s3://my.bucket", "*.my.bucket", "my.bucket"),
        ("s3://My-Bucket", "My-Bucket", "My-Bucket"),
        ("oci://ghcr.io/x", "*.ghcr.io", "ghcr.io"),
        ("s3:///x", None, "s3"),
        ("file:///x", None, "file"),
        ("a b//", "a b//", "a b"),
    ],
)  # fmt: skip
def test_what_a_login_would_store(typed: str, login: str | None, oauth: str) -> None:
    assert (login_key(typed), oauth_login_key(typed)) == (login, oauth)
    advice = advise(f" {typed}\n")
    assert (advice.login_key, advice.oauth_login_key) == (login, oauth)
