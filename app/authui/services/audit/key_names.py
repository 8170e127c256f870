"""Rules about one host pattern by itself: what rattler makes of the name."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.entry import Entry, EntryState
from authui.model.examples import parse_example
from authui.model.host import why_never
from authui.model.pattern import advise, shown
from authui.model.text import lower_first
from authui.services.audit.bucket_keys import bucket_of_login
from authui.services.audit.entry_fixes import by_hand, is_free, rename_entry
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.words import host_words, store_words

CHANNELS = {"prefix.dev": "repo.prefix.dev", "anaconda.org": "conda.anaconda.org"}
"""Domains whose channels lie on a host below them."""


def _never_matches(scene: Scene) -> Iterator[Finding]:
    for entry in scene.usable():
        if bucket_of_login(entry) is not None:
            continue  # that has a rule of its own
        never = why_never(entry.host or "") or _why_hardly_ever(scene, entry)
        if never is not None:
            fix, hint = _better_name(scene, entry)
            yield Finding(
                "A13",
                Severity.WARNING,
                f"{host_words(entry)} in {store_words(entry.store)} is never sent: {never}",
                entry.store,
                entry.host,
                fix=fix,
                hint=hint,
            )


def _why_hardly_ever(scene: Scene, entry: Entry) -> str | None:
    """Why a pattern that some URL could be looked up under misses those that are meant."""
    host = entry.host or ""
    if host.startswith("s3://") and host.endswith("/") and host != "s3://":
        return "what lies in a folder of a bucket is looked up without the slash behind the folder"
    if host.startswith("*.") and entry.kind == "S3Credentials":
        return "s3:// URLs are never looked up under a wildcard"
    if host.startswith("*.") and _is_address(host[2:]):
        return "an IP address is looked up as it is, without a wildcard"
    if _is_lost_in_capitals(scene, entry):
        return (
            "URLs of http and https are looked up in lower case, so only an oci:// URL written "
            "just like this would find it"
        )
    return None


def _is_address(name: str) -> bool:
    url = parse_example(f"https://{name}/")
    return url is not None and url.host == name and not url.is_domain


def _is_lost_in_capitals(scene: Scene, entry: Entry) -> bool:
    """Whether upper case keeps http URLs away, where nothing says that it is meant.

    Bucket names keep their case. Beside the same pattern in lower case it is for oci:// URLs.
    """
    host = entry.host or ""
    if host.startswith("s3:") or entry.kind in (None, "S3Credentials"):
        return False
    return host != host.lower() and is_free(scene, host.lower())


def _better_name(scene: Scene, entry: Entry) -> tuple[Fix | None, str | None]:
    """Another pattern as a fix, or what a person can do."""
    hand = by_hand(scene, entry)
    advice = advise(entry.host or "", entry.kind)
    pattern = advice.proposal
    delete = f"authui remove {host_words(entry)} --store {entry.store}"
    if pattern is None or why_never(pattern) is not None:
        return None, hand or f"If nobody knows what it is for: {delete}"
    name = shown(pattern)
    if hand is not None:
        return None, f"Write {name} instead: {lower_first(hand)}"
    if not is_free(scene, pattern):
        return None, f"{name} is stored already, so this one can go: {delete}"
    if _is_over_strangers(pattern):
        return None, (
            f"It would be looked up as {name}, below which anybody can have a host: name the one "
            f"that it is for, with authui rename {host_words(entry)} HOST --store {entry.store}"
        )
    return rename_entry(scene, entry, pattern, advice.why), None


def _bare_domain(scene: Scene) -> Iterator[Finding]:
    for entry in scene.listing.entries:
        channels = CHANNELS.get(entry.host or "")
        if channels is None or entry.state is not EntryState.ACTIVE:
            continue
        pattern = f"*.{entry.host}"
        if entry.kind == "S3Credentials" or not (
            is_free(scene, pattern) and is_free(scene, channels)
        ):
            continue
        hand = by_hand(scene, entry)
        both = f"It then answers {entry.host} and {channels} alike"
        login = f"An OAuth login with pixi stores {entry.host} again, which then goes first there"
        notes = (both, login) if entry.kind == "OAuth" else (both,)
        yield Finding(
            "A19",
            Severity.WARNING,
            f"{entry.host} in {store_words(entry.store)} is not sent to {channels}, where channels "
            "lie: rattler asks there without a credential",
            entry.store,
            entry.host,
            fix=None if hand else rename_entry(scene, entry, pattern, notes),
            hint=hand and f"Write {pattern} instead: {lower_first(hand)}",
        )


def _reaches_strangers(scene: Scene) -> Iterator[Finding]:
    for entry in scene.usable():
        pattern = entry.host or ""
        if why_never(pattern) is not None or entry.kind == "S3Credentials":
            continue
        if _is_over_strangers(pattern):
            name = host_words(entry)
            yield Finding(
                "A21",
                Severity.WARNING,
                f"Anybody can have a host below {name.removeprefix('*.')}, and rattler sends "
                f"{name} from {store_words(entry.store)} to whichever a URL names",
                entry.store,
                entry.host,
                hint=by_hand(scene, entry)
                or f"Name the host that it is for: authui rename {name} HOST --store {entry.store}",
            )


def _is_over_strangers(pattern: str) -> bool:
    """Whether the pattern is a wildcard that answers hosts of anybody."""
    if not pattern.startswith("*.") or pattern == "*.":
        return False
    from authui.model.shared_domains import is_shared_domain  # reads a long list

    return is_shared_domain(pattern[2:])


RULES: tuple[Rule, ...] = (
    Rule("A13", "a pattern that is never looked up", _never_matches),
    Rule("A19", "a login for a domain that misses its channels", _bare_domain),
    Rule("A21", "a wildcard over hosts of strangers", _reaches_strangers),
)
"""In the order of their numbers."""
