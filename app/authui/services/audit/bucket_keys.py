"""Rules about host patterns of S3 buckets: names that sign nothing, or stand in each other's way.

An `s3://` URL is looked up under the bare name of its bucket first, and never under a wildcard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from authui.model.entry import Entry, EntryState
from authui.model.errors import BadUrl
from authui.model.examples import parse_example
from authui.model.host import why_never
from authui.model.text import lower_first, printable
from authui.model.url import parse_url
from authui.services.audit.entry_fixes import by_hand, delete_entry, is_free, rename_entry
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.catalog import Listing
from authui.services.reach import Holdings
from authui.services.words import KIND_WORDS, host_words, store_words


def bucket_of_login(entry: Entry) -> str | None:
    """The bucket that an entry is for if a login made it; None for every other entry.

    A login puts a wildcard in front of a name with one dot, be it a host or a bucket.
    """
    host = entry.host or ""
    name = host.removeprefix("*.")
    if entry.kind != "S3Credentials" or not host.startswith("*.") or name.count(".") != 1:
        return None
    return name if why_never(f"s3://{name}") is None else None


def _login_for_bucket(scene: Scene) -> Iterator[Finding]:
    for entry in scene.usable():
        name = bucket_of_login(entry)
        if name is None:
            continue
        pattern, shown = f"s3://{name}", printable(name)
        hand = by_hand(scene, entry)
        taken = next((p for p in (pattern, name) if not is_free(scene, p)), None)
        fix = None
        if hand is None and taken is None:
            other = "The bare name would do as well, but hides wildcards from a host of that name"
            fix = rename_entry(scene, entry, pattern, (other,))
        yield Finding(
            "A14",
            Severity.WARNING,
            f"{host_words(entry)} in {store_words(entry.store)} never signs anything: a login for "
            f"the bucket {shown} stores it under this wildcard, as if it were a host, and s3:// "
            "URLs are never looked up under one",
            entry.store,
            entry.host,
            fix=fix,
            hint=_instead(entry, pattern, taken, hand),
        )


def _instead(entry: Entry, pattern: str, taken: str | None, hand: str | None) -> str | None:
    if hand is not None:
        return f"Write {printable(pattern)} instead: {lower_first(hand)}"
    if taken is None:
        return None
    delete = f"authui remove {host_words(entry)} --store {entry.store}"
    return f"{printable(taken)} is stored already, so this one can go: {delete}"


def _bare_name_first(scene: Scene) -> Iterator[Finding]:
    signing = [entry for entry in active(scene) if entry.kind in (None, "S3Credentials")]
    for entry in signing:
        name = entry.host or ""
        if not _is_bare(name):
            continue
        whole = f"s3://{name}"
        beaten = [e for e in signing if e.host == whole or (e.host or "").startswith(f"{whole}/")]
        if beaten:
            hand = by_hand(scene, entry)
            yield Finding(
                "A15",
                Severity.WARNING,
                f"{host_words(entry)} in {store_words(entry.store)} is taken before every more "
                "specific pattern for its bucket: they are never used",
                entry.store,
                entry.host,
                details=tuple(f"{entry_words(e)} is not used" for e in beaten),
                fix=None if hand else _give_way(scene, entry, whole, beaten),
                hint=hand,
            )


def _give_way(scene: Scene, entry: Entry, whole: str, beaten: list[Entry]) -> Fix | None:
    """Have the more specific patterns answer, and the bare name for the rest of its bucket."""
    if is_free(scene, whole):
        rest = "It then signs only what no more specific pattern does"
        return rename_entry(scene, entry, whole, (rest,))
    stays = next((e for e in beaten if e.host == whole), None)
    if stays is None:
        return None
    instead = f"{entry_words(stays)} then signs what nothing more specific does"
    return delete_entry(scene, entry, (instead,), stays=stays)


def _wrong_kind(scene: Scene) -> Iterator[Finding]:
    buckets = _buckets(scene)
    for entry in active(scene):
        host = entry.host or ""
        if entry.kind is None or entry.kind == "S3Credentials":
            continue
        if host.startswith("s3://"):
            yield Finding(
                "A16",
                Severity.WARNING,
                f"{entry_words(entry)} stops every request below it: only S3 credentials can sign one to "
                "s3://",
                entry.store,
                entry.host,
                hint=by_hand(scene, entry)
                or f"Store S3 credentials there: authui set {host_words(entry)} --kind "
                f"S3Credentials --store {entry.store}",
            )
        elif host in buckets:
            fix, hint = _off_the_bucket(scene, entry)
            yield Finding(
                "A16",
                Severity.WARNING,
                f"{entry_words(entry)} stops every request to the bucket of that name, which is looked "
                "up just like the host: only S3 credentials can sign one to s3://",
                entry.store,
                entry.host,
                fix=fix,
                hint=hint,
            )


def _off_the_bucket(scene: Scene, entry: Entry) -> tuple[Fix | None, str | None]:
    """A pattern under which no bucket is looked up, and which still answers the host."""
    from authui.model.shared_domains import is_shared_domain  # reads a long list

    hand, host = by_hand(scene, entry), entry.host or ""
    pattern = f"*.{host}"
    url = parse_example(f"https://{host}/")
    is_name = url is not None and url.is_domain and url.host == host
    if hand is not None:
        return None, f"Write {printable(pattern)} instead: {lower_first(hand)}" if is_name else hand
    if not is_name or is_shared_domain(host) or not is_free(scene, pattern):
        return None, (
            "Reach the host under another name, such as its full one, and rename this: authui "
            f"rename {host_words(entry)} HOST --store {entry.store}"
        )
    below = "No bucket is looked up under a wildcard; it answers every host below this one too"
    return rename_entry(scene, entry, pattern, (below,)), None


def _hides_a_host(scene: Scene) -> Iterator[Finding]:
    holdings = Holdings(_without_s3(scene), scene.discovery.client, scene.discovery.pixi)
    for entry in active(scene):
        host = entry.host or ""
        if entry.kind != "S3Credentials" or not _is_bare(host):
            continue
        url = parse_example(f"https://{host}/")
        hidden = None if url is None or url.host != host else holdings.winner(url)
        if hidden is None:
            continue
        hand, pattern = by_hand(scene, entry), f"s3://{host}"
        free = hand is None and is_free(scene, pattern)
        still = (
            f"It signs requests to the bucket as before, and {entry_words(hidden)} answers the host"
        )
        yield Finding(
            "A16",
            Severity.WARNING,
            f"{entry_words(entry)} hides {host_words(hidden)} from the host {printable(host)}: a bucket "
            "is looked up just like a host, and S3 credentials send nothing to one",
            entry.store,
            entry.host,
            fix=rename_entry(scene, entry, pattern, (still,)) if free else None,
            hint=None if free else hand or f"{printable(pattern)} is stored already: delete one",
        )


def active(scene: Scene) -> Iterator[Entry]:
    """The entries that answer for their pattern."""
    return (e for e in scene.listing.entries if e.state is EntryState.ACTIVE and e.host)


def _without_s3(scene: Scene) -> Listing:
    """The listing of what answers hosts."""
    kept = tuple(e for e in scene.listing.entries if e.kind != "S3Credentials")
    return replace(scene.listing, entries=kept)


def _buckets(scene: Scene) -> set[str]:
    """The buckets that are looked up: pixi's configuration names its, else what is stored tells."""
    pixi = scene.discovery.pixi
    if pixi is not None:
        return set(pixi.s3_buckets)
    named = (bucket_of(e) for e in active(scene) if (e.host or "").startswith("s3://"))
    return {name for name in named if name is not None}


def bucket_of(entry: Entry) -> str | None:
    """The one bucket that an entry could be for, None where its pattern is that of none."""
    host = entry.host or ""
    if not host.startswith("s3:"):
        return host if _is_bare(host) else None
    try:
        return parse_url(host).host
    except BadUrl:
        return None


def _is_bare(host: str) -> bool:
    return bool(host) and not host.startswith(("s3:", "*.")) and why_never(host) is None


def entry_words(entry: Entry) -> str:
    """An entry in a sentence, with its store and its kind."""
    kind = "" if entry.kind is None else f" ({KIND_WORDS[entry.kind]})"
    return f"{host_words(entry)} from {store_words(entry.store)}{kind}"


RULES: tuple[Rule, ...] = (
    Rule("A14", "a bucket that a login stored like a host", _login_for_bucket),
    Rule("A15", "the name of a bucket beside more specific patterns", _bare_name_first),
    Rule("A16", "a bucket that is answered by another kind", _wrong_kind),
    Rule("A16", "a bucket that hides a wildcard from a host", _hides_a_host),
)
"""In the order of their numbers."""
