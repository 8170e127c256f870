"""Fixes that change one entry: delete it, give it another pattern, write it anew.

Each looks at the entry once more before it changes anything: what has changed since the audit is
left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from authui.model.credential import Credential
from authui.model.entry import Entry
from authui.model.errors import BadInput, ReadOnly
from authui.model.text import mask_url
from authui.services.asking import is_unread
from authui.services.audit.finding import Fix, Hands, Made
from authui.services.audit.scene import Scene
from authui.services.change import Change, Place
from authui.services.changes import NOT_REVOKED
from authui.services.effects import answers_after_removal, foreseen
from authui.services.places import changed, credential_of, writable
from authui.services.words import host_words, store_words
from authui.stores.base import Stored


def place_of(entry: Entry) -> Place:
    """Where an entry with a name stands."""
    return Place(entry.store, entry.host or "")


def by_hand(scene: Scene, entry: Entry) -> str | None:
    """What a person has to do, as authui does not write the entry's store; None where it does."""
    try:
        writable(scene.discovery, place_of(entry))
    except (BadInput, ReadOnly) as refusal:
        return refusal.hint
    return None


def is_free(scene: Scene, pattern: str) -> bool:
    """Whether no store has anything under the pattern."""
    return all(entry.host != pattern for entry in scene.listing.entries)


def after_removal(scene: Scene, entry: Entry) -> tuple[str, ...]:
    """What answers instead once the entry is gone."""
    client, pixi = scene.discovery.client, scene.discovery.pixi
    return answers_after_removal(scene.listing, entry.host or "", (entry.store,), client, pixi)


def delete_entry(
    scene: Scene, entry: Entry, preview: Iterable[str] = (), *, stays: Entry | None = None
) -> Fix:
    """Delete the entry, provided that `stays`, if given, is still there and usable."""
    place, seen = place_of(entry), scene.credential(entry)
    name, where = host_words(entry), store_words(entry.store)

    def make(hands: Hands) -> Made:
        before = None if is_unread(entry) else still(hands, place, seen)
        if stays is not None:
            kept = hands.changes.find(place_of(stays), patience=hands.patience)
            if kept is None or credential_of(kept) is None:
                raise changed(place_of(stays))
        change = hands.changes.remove(place, before=before, patience=hands.patience)
        return _made(f"{name} was deleted from {where}", change)

    steps = (
        f"{name} is deleted from {where} ({_location(scene, entry)})",
        *preview,
        *after_removal(scene, entry),
        NOT_REVOKED,
    )
    return Fix(f"delete it from {where}", steps, make)


def rename_entry(scene: Scene, entry: Entry, pattern: str, preview: Iterable[str] = ()) -> Fix:
    """Give the entry another pattern in its store."""
    place, seen = place_of(entry), scene.credential(entry)
    name, new, where = host_words(entry), mask_url(pattern), store_words(entry.store)

    def make(hands: Hands) -> Made:
        before = None if is_unread(entry) else still(hands, place, seen)
        change = hands.changes.relocate(
            place, Place(entry.store, pattern), before=before, patience=hands.patience
        )
        return _made(f"{name} became {new} in {where}", change)

    effect = foreseen(
        scene.listing, pattern, entry.store, kind=entry.kind, replaces=(entry.store, place.host)
    )
    steps = (
        f"{name} becomes {new} in {where} ({_location(scene, entry)}), the credential unchanged",
        *preview,
        *effect.sentences,
    )
    return Fix(f"rename to {new}", steps, make)


def rewrite_entry(
    scene: Scene, entry: Entry, credential: Credential, words: str, preview: Iterable[str]
) -> Fix:
    """Put another credential in the place of the one that was seen."""
    place, seen = place_of(entry), scene.credential(entry)

    def make(hands: Hands) -> Made:
        before = still(hands, place, seen)
        change = hands.changes.put(place, credential, before=before, patience=hands.patience)
        return _made(f"{host_words(entry)} was stored anew in {store_words(entry.store)}", change)

    return Fix(words, tuple(preview), make)


def still(hands: Hands, place: Place, seen: Credential | None) -> Stored:
    """What stands there, if that is what the audit saw. Raises `ChangedMeanwhile`, `NotStored`."""
    stored = hands.changes.read(place, patience=hands.patience)
    if credential_of(stored) != seen:
        raise changed(place)
    return stored


def _location(scene: Scene, entry: Entry) -> str:
    report = scene.report(entry.store)
    return entry.store if report is None else report.info.location


def _made(what: str, change: Change) -> Made:
    return (what, *change.effect.sentences, *change.notes)
