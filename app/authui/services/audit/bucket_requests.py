"""Rules about requests to S3 buckets: who signs them, and what is added to them afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from authui.model.entry import Entry
from authui.model.text import printable, upper_first
from authui.services.audit.bucket_keys import active, bucket_of, entry_words
from authui.services.audit.entry_fixes import by_hand
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.buckets import options_missing, signed_host
from authui.services.reach import Holdings
from authui.services.words import host_words, store_words

# What answers for S3's own hosts, of one region or of all, with a bucket in front or without.
_OF_S3 = re.compile(
    r"\*\.amazonaws\.com|\*\.[a-z]{2}(?:-[a-z]+)+-[0-9]\.amazonaws\.com"
    r"|(?:\*\.)?(?:[^*]+\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com"
)


def _without_options(scene: Scene) -> Iterator[Finding]:
    pixi = scene.discovery.pixi
    if pixi is None:
        return
    for entry in active(scene):
        name = bucket_of(entry)
        if name is None or entry.kind != "S3Credentials" or name in pixi.s3_buckets:
            continue
        shown = printable(name)
        is_outside = pixi.workspace is None
        yield Finding(
            "A17",
            Severity.INFO if is_outside else Severity.WARNING,
            f"pixi does not use {host_words(entry)} from {store_words(entry.store)}: AWS's own "
            f"credentials sign requests to the bucket {shown}, as its configuration has no "
            f"[s3-options.{shown}]",
            entry.store,
            entry.host,
            details=("The options of a project count only within it, and this is none",)
            if is_outside
            else (),
            hint=f"{upper_first(options_missing(name))}, or keep the credentials in a profile of "
            "AWS",
        )


def _into_signed(scene: Scene) -> Iterator[Finding]:
    """Credentials for hosts to which signed requests go."""
    client, pixi = scene.discovery.client, scene.discovery.pixi
    if client == "rattler":
        return  # it attaches credentials before it signs
    holdings = Holdings(scene.listing, client, pixi)
    seen: set[tuple[str, str | None]] = set()
    for name, bucket in {} if pixi is None else pixi.s3_buckets.items():
        host = signed_host(name, bucket)
        entry = None if host is None else holdings.winner(host)
        if host is None or entry is None or entry.kind in (None, "S3Credentials"):
            continue
        if (entry.store, entry.host) not in seen:
            seen.add((entry.store, entry.host))
            yield _breaks(
                scene, entry, f"the bucket {printable(name)} at {printable(host.host or '')}"
            )
    for entry in active(scene):
        if entry.kind in (None, "S3Credentials") or (entry.store, entry.host) in seen:
            continue
        if _OF_S3.fullmatch(entry.host or ""):
            yield _breaks(scene, entry, "buckets at AWS")


def _breaks(scene: Scene, entry: Entry, where: str) -> Finding:
    return Finding(
        "A18",
        Severity.WARNING,
        f"{entry_words(entry)} is added to requests to {where}: they are signed already, and servers "
        "refuse one that says twice who asks",
        entry.store,
        entry.host,
        hint=by_hand(scene, entry)
        or f"Name the host that it is for: authui rename {host_words(entry)} HOST --store "
        f"{entry.store}; a bucket needs S3 credentials under its name",
    )


RULES: tuple[Rule, ...] = (
    Rule("A17", "S3 credentials that pixi does not use", _without_options),
    Rule("A18", "credentials added to requests that are signed already", _into_signed),
)
"""In the order of their numbers."""
