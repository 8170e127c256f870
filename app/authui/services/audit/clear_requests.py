"""Rules about requests that pixi's settings send over the network in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator

from authui.model.entry import Entry
from authui.model.errors import BadUrl
from authui.model.request import userinfo_header
from authui.model.text import printable
from authui.model.url import Url, parse_url
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.reach import Holdings
from authui.services.words import host_words, store_words


def is_loopback(url: Url) -> bool:
    """Whether a request to the URL does not leave this machine."""
    host = (url.host or "").lower().rstrip(".")
    if host in ("localhost", "[::1]") or host.endswith(".localhost"):
        return True
    return re.fullmatch(r"127(?:\.[0-9]{1,3}){3}", host) is not None


def _in_clear(scene: Scene) -> Iterator[Finding]:
    pixi = scene.discovery.pixi
    if pixi is None:
        return
    holdings = Holdings(scene.listing, scene.discovery.client, pixi)
    mirrors = (url for urls in pixi.mirrors.values() for url in urls)
    for text in dict.fromkeys(mirrors):
        url = _clear(text)
        winner = None if url is None else holdings.winner(url)
        if url is not None and winner is not None and winner.kind != "S3Credentials":
            yield _finding(winner, f"to the mirror {printable(url.masked)}", url)
    for name, bucket in pixi.s3_buckets.items():
        url = _clear(bucket.endpoint_url)
        if url is None:
            continue
        winner = holdings.winner(url)
        if winner is not None and winner.kind != "S3Credentials":
            yield _finding(winner, f"to the endpoint of the bucket {printable(name)}", url)
        signer = _signer(holdings, name)
        if signer is not None and signer.kind == "S3Credentials":
            yield Finding(
                "A22",
                Severity.WARNING,
                f"pixi signs requests to the bucket {printable(name)} with {host_words(signer)} "
                f"from {store_words(signer.store)} and sends them in clear: the secret key does "
                "not travel, but a session token and all contents do",
                signer.store,
                signer.host,
                printable(url.masked),
                hint="Write https:// in its endpoint-url in pixi's configuration",
            )


def _signer(holdings: Holdings, bucket: str) -> Entry | None:
    try:
        return holdings.winner(parse_url(f"s3://{bucket}/channel"))
    except BadUrl:
        return None


def _clear(text: str) -> Url | None:
    """The URL if it takes stored credentials over a network without encryption."""
    try:
        url = parse_url(text)
    except BadUrl:
        return None
    if url.scheme != "http" or is_loopback(url) or userinfo_header(url)[1] is not None:
        return None
    return url


def _finding(entry: Entry, where: str, url: Url) -> Finding:
    return Finding(
        "A22",
        Severity.WARNING,
        f"pixi sends {host_words(entry)} from {store_words(entry.store)} in clear {where}: its URL "
        "begins with http://, and rattler does not look at that",
        entry.store,
        entry.host,
        printable(url.masked),
        hint="Write https:// there in pixi's configuration",
    )


RULES: tuple[Rule, ...] = (Rule("A22", "credentials sent over http", _in_clear),)
"""One."""
