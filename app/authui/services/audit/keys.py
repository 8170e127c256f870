"""Rules about host patterns: those that never match, hide one another or reach too far."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.entry import Entry, EntryState
from authui.model.examples import parse_example
from authui.model.host import keys_for
from authui.services.audit import key_names
from authui.services.audit.entry_fixes import by_hand, delete_entry
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.words import host_words, store_words

LEGACY = {host: f"*.{domain}" for domain, host in key_names.CHANNELS.items()}
"""Patterns that pixi 0.1 stored, and what later versions store instead."""


def _same_key(scene: Scene) -> Iterator[Finding]:
    for entry, winner in _shadowed(scene):
        if entry.kind != "OAuth":
            name, where = host_words(entry), store_words(entry.store)
            yield _copy(
                "A10",
                scene,
                entry,
                winner,
                f"{name} in {where} is never sent: {store_words(winner.store)} holds the same "
                "pattern and is asked first",
            )


def _same_oauth_key(scene: Scene) -> Iterator[Finding]:
    for entry, winner in _shadowed(scene):
        if entry.kind == "OAuth":
            name, where = host_words(entry), store_words(entry.store)
            yield _copy(
                "A11",
                scene,
                entry,
                winner,
                f"The OAuth login for {name} in {where} is an older copy that rattler never "
                f"refreshes, as {store_words(winner.store)} is asked first",
                "If the other one is deleted, this one is used: its refresh token may be worth "
                "nothing by then, and rattler goes on without a credential",
            )


def _shadowed(scene: Scene) -> Iterator[tuple[Entry, Entry]]:
    """Each entry that is hidden by the same pattern, and the one that hides it."""
    active = {e.host: e for e in scene.listing.entries if e.state is EntryState.ACTIVE}
    for entry in scene.listing.entries:
        if entry.state is EntryState.SHADOWED and entry.host in active:
            yield entry, active[entry.host]


def _copy(
    rule: str, scene: Scene, entry: Entry, winner: Entry, message: str, *details: str
) -> Finding:
    alike = _alike(scene, entry, winner)
    stays = f"The one in {store_words(winner.store)} stays, and is what rattler sends"
    hand = by_hand(scene, entry)
    return Finding(
        rule,
        Severity.WARNING,
        message,
        entry.store,
        entry.host,
        details=(*alike, *details),
        fix=None if hand else delete_entry(scene, entry, (stays, *alike), stays=winner),
        hint=hand,
    )


def _exact_over_wildcard(scene: Scene) -> Iterator[Finding]:
    for entry, wildcard in _below_wildcard(scene):
        earlier = scene.order[wildcard.store] < scene.order[entry.store]
        if earlier and wildcard.host != LEGACY.get(entry.host or ""):
            name, where = host_words(entry), store_words(entry.store)
            pattern, above = host_words(wildcard), store_words(wildcard.store)
            yield Finding(
                "A12",
                Severity.WARNING,
                f"{name} in {where} is sent to its host instead of {pattern} from {above}, though "
                f"{above} is asked first: rattler looks for the exact pattern everywhere before "
                "any wildcard",
                entry.store,
                entry.host,
                details=_alike(scene, entry, wildcard),
                hint=by_hand(scene, entry)
                or f"If {pattern} should answer: authui remove {name} --store {entry.store}",
            )


def _legacy(scene: Scene) -> Iterator[Finding]:
    for entry, wildcard in _below_wildcard(scene):
        if wildcard.host == LEGACY.get(entry.host or ""):
            name, where = host_words(entry), store_words(entry.store)
            pattern, other = host_words(wildcard), store_words(wildcard.store)
            stays = f"{pattern} in {other} stays and answers for this host too"
            alike = _alike(scene, entry, wildcard)
            hand = by_hand(scene, entry)
            yield Finding(
                "A45",
                Severity.WARNING,
                f"{name} in {where} is what early versions of pixi stored; it is still sent to its "
                f"host, and a newer login for {pattern} is not",
                entry.store,
                entry.host,
                details=alike,
                fix=None if hand else delete_entry(scene, entry, (stays, *alike), stays=wildcard),
                hint=hand,
            )


def _below_wildcard(scene: Scene) -> Iterator[tuple[Entry, Entry]]:
    """Each entry with an exact host, and the wildcard that would answer for it."""
    active = {e.host: e for e in scene.listing.entries if e.state is EntryState.ACTIVE and e.host}
    for host, entry in active.items():
        url = parse_example(f"https://{host}/")
        if url is None or url.host != host or entry.kind == "S3Credentials":
            continue
        wildcard = next(
            (active[key] for key in keys_for(url) if key != host and key in active), None
        )
        if wildcard is not None and wildcard.kind != "S3Credentials":
            yield entry, wildcard


def _alike(scene: Scene, one: Entry, other: Entry) -> tuple[str, ...]:
    """Whether both hold the same, if that can be told."""
    first, second = scene.credential(one), scene.credential(other)
    if first is None or second is None:
        return ()
    return ("Both hold the same",) if first == second else ("They hold different credentials",)


RULES: tuple[Rule, ...] = (
    Rule("A10", "the same pattern in several stores", _same_key),
    Rule("A11", "an OAuth login in several stores", _same_oauth_key),
    Rule("A12", "an exact pattern that beats a wildcard of an earlier store", _exact_over_wildcard),
    *key_names.RULES,
    Rule("A45", "what early versions of pixi stored", _legacy),
)
"""In the order of their numbers."""
