"""URLs on which it is shown what a host pattern answers."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.credential import Kind
from authui.model.errors import BadUrl
from authui.model.url import Url, parse_url


def example_urls(pattern: str, kind: Kind | None) -> Iterator[str]:
    """URLs that tell a pattern from its neighbours. Not every one parses."""
    if pattern.startswith("s3://"):
        yield f"{pattern.rstrip('/')}/channel"
        bucket, slash, _ = pattern.removeprefix("s3://").partition("/")
        yield f"s3://{bucket}/other/channel" if slash else f"s3://{bucket}-2/channel"
    elif pattern.startswith("*."):
        domain = pattern[2:]
        yield f"https://{domain}/channel"
        yield f"https://repo.{domain}/channel"
        yield f"https://a.b.{domain}:8443/channel"
        yield f"https://my{domain}/channel"
    else:
        if kind == "S3Credentials":
            yield f"s3://{pattern}/channel"
        yield f"https://{pattern}/channel"
        if kind != "S3Credentials":
            yield f"https://{pattern}:8443/other/channel"
        if pattern != pattern.lower():
            yield f"oci://{pattern}/channel"
        if not pattern.startswith("[") and not pattern.replace(".", "").isdigit():
            yield f"https://repo.{pattern}/channel"


def parse_example(text: str) -> Url | None:
    """An example that somebody could really ask for, None if it is none."""
    try:
        url = parse_url(text)
    except BadUrl:
        return None
    return None if "*" in (url.host or "*") else url
