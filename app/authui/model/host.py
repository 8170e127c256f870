"""Host patterns: the keys that credentials are stored under, and those a URL is looked up by.

Source of the rules: rattler_networking, `AuthenticationStorage::get_by_url_with_host`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from authui.model.errors import BadUrl

if TYPE_CHECKING:
    from authui.model.url import Url

# The URL parser is loaded where a pattern needs it: listing plain host names does not.

# Code points that the URL standard forbids in a host, and those it never leaves in one: no parsed
# URL has them in its host, whatever its scheme.
_NOT_IN_HOST = r"[\x00-\x20#/:<>?@\[\\\]^|\x7f]"


def keys_for(url: Url) -> Iterator[str]:
    """The keys rattler asks its stores for, in order, until one of them is there.

    First the host itself. Then, for `s3://`, the whole URL and the URL cut at each slash from the
    right; for any other URL with a host name `*.` before the host, before the host without its
    first label, and so on. An IP address has no wildcard.
    """
    if url.host is None:
        return
    yield url.host
    if url.scheme == "s3":
        yield from _s3_keys(url)
    elif url.is_domain:
        domain = url.host
        while True:
            yield f"*.{domain}"
            _, dot, domain = domain.partition(".")
            if not dot:
                return


def _s3_keys(url: Url) -> Iterator[str]:
    from authui.model.url import parse_url

    text = url.text
    while True:
        yield text
        rest, slash, _ = text.rpartition("/")
        if not slash:
            return
        try:
            text = parse_url(rest).text
        except BadUrl:
            return


def why_never(pattern: str) -> str | None:
    """Why no URL that a program could request is looked up under this pattern, as a clause.

    None where one can be. A pattern in upper case can: hosts of `oci://` and `s3://` keep their
    case. One with a port, a path, a space or a letter outside of ASCII cannot, nor one with `*`
    anywhere but in front.
    """
    if pattern.startswith("s3:"):
        return _why_never_s3(pattern)
    name = pattern.removeprefix("*.")
    if pattern.startswith("[") and pattern.endswith("]"):
        return _why_never_ipv6(pattern[1:-1])
    if not pattern:
        return "it is empty"
    if "://" in pattern:
        return "a host pattern has no scheme"
    if "/" in pattern:
        return "a host pattern has no path"
    if re.search(r":\d*$", name) and name.count(":") == 1:
        return "rattler ignores the port of a URL, so a pattern with a port is never asked for"
    if not name.isascii():
        return "international names are looked up in their xn-- form"
    if "*" in name:
        return "the only wildcard is *. at the beginning"
    if re.search(_NOT_IN_HOST, name):
        return "it has a character that no host can have"
    return None


def _why_never_ipv6(address: str) -> str | None:
    from authui.model.url import parse_url

    try:
        normal = parse_url(f"http://[{address}]/").host
    except BadUrl:
        return "it is no IPv6 address"
    return None if normal == f"[{address}]" else f"the address is looked up as {normal}"


def _why_never_s3(pattern: str) -> str | None:
    if pattern in ("s3:", "s3:/"):
        return None
    from authui.model.url import parse_url

    try:
        url = parse_url(pattern)
    except BadUrl:
        return "it is no S3 URL"
    if url.host is None:
        return "it names no bucket"
    if url.text != pattern:
        return f"the URL is looked up as {url.masked}"
    return None
