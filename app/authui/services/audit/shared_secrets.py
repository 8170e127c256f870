"""Rules about one secret in several places. Secrets are compared in memory, and never hashed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from authui.model.credential import OAuth, secret_of
from authui.model.entry import Entry, StoreId
from authui.model.secret import Secret
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.words import count, host_words, store_words


def _refresh_token(scene: Scene) -> Iterator[Finding]:
    for group in _same_refresh_token(scene):
        first = group[0]
        yield Finding(
            "A24",
            Severity.WARNING,
            f"One OAuth login is stored under {count(len(_hosts(group)), 'host')}: rattler "
            "refreshes each copy by itself, and the first refresh or logout makes the others "
            "worthless",
            first.store,
            first.host,
            details=_places(group),
            hint="Keep one and log in anew for the others, or keep one under a wildcard",
        )


def _same_secret(scene: Scene) -> Iterator[Finding]:
    told = {_key(entry) for group in _same_refresh_token(scene) for entry in group}
    entries = ((e, c) for e in scene.usable() if (c := scene.credential(e)) is not None)
    secrets = ((e, secret_of(c)) for e, c in entries if _key(e) not in told)
    for group in _groups(secrets):
        first = group[0]
        yield Finding(
            "A56",
            Severity.INFO,
            f"The same secret is stored under {count(len(_hosts(group)), 'host')}: whoever learns "
            "it at one of them can use it at the others",
            first.store,
            first.host,
            details=_places(group),
            hint="Where they belong to different people, get a token of its own for each",
        )


def _same_refresh_token(scene: Scene) -> list[list[Entry]]:
    found = ((e, scene.credential(e)) for e in scene.usable() if e.kind in ("OAuth", None))
    return _groups(
        (entry, credential.refresh_token)
        for entry, credential in found
        if isinstance(credential, OAuth) and credential.refresh_token is not None
    )


def _groups(secrets: Iterable[tuple[Entry, Secret]]) -> list[list[Entry]]:
    """The entries with equal secrets, those under more than one host, in the order of their names.

    Copies under one host are reported as such elsewhere.
    """
    groups: list[tuple[Secret, list[Entry]]] = []
    for entry, secret in secrets:
        if not secret:
            continue
        same = next((entries for other, entries in groups if other == secret), None)
        if same is None:
            groups.append((secret, [entry]))
        else:
            same.append(entry)
    return [entries for _, entries in groups if len(_hosts(entries)) > 1]


def _hosts(group: Iterable[Entry]) -> set[str]:
    return {entry.host or "" for entry in group}


def _key(entry: Entry) -> tuple[StoreId, str | None]:
    return entry.store, entry.host


def _places(group: Iterable[Entry]) -> tuple[str, ...]:
    return tuple(f"{host_words(entry)} in {store_words(entry.store)}" for entry in group)


RULES: tuple[Rule, ...] = (
    Rule("A24", "one OAuth login in several places", _refresh_token),
    Rule("A56", "one secret for several hosts", _same_secret),
)
"""In the order of their numbers."""
