"""Rules about the keychain's items.

Beyond the numbers that follow rattler's own behaviour: A53, the default keyring lies on the disk in
clear text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from authui.model.entry import Entry, EntryState
from authui.model.errors import AuthuiError, ChangedMeanwhile, StoreError
from authui.model.text import printable
from authui.services.audit.entry_fixes import delete_entry, place_of
from authui.services.audit.finding import Finding, Fix, Hands, Made, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.duplicates import Candidate, candidates
from authui.services.places import writable
from authui.services.words import count, host_words
from authui.stores.abilities import HoldsSeveral
from authui.stores.keychain.keeping import TellsWhere

_UNLOCK = "authui unlock, or o on the screen"


def _entries(scene: Scene, state: EntryState) -> Iterator[Entry]:
    return (e for e in scene.listing.entries if e.store == "keychain" and e.state is state)


def _several(scene: Scene) -> Iterator[Finding]:
    for entry in _entries(scene, EntryState.AMBIGUOUS):
        name = host_words(entry) if entry.host is not None else "every name"
        held = _held(scene, entry)
        fix = _keep_newest(entry, held) if _are_alike(held) else None
        differ = "They hold different credentials: only you can say which one is right"
        yield Finding(
            "A25",
            Severity.WARNING,
            f"The keychain has {count(len(entry.items), 'item')} for {name}: rattler uses none of "
            "them and sends nothing from there",
            entry.store,
            entry.host,
            details=tuple(_item_words(one) for one in held) + (() if fix else (differ,)),
            fix=fix,
            hint=None if fix else f"Keep one: authui remove {name} --item ID, or r on the screen",
        )


def _held(scene: Scene, entry: Entry) -> tuple[Candidate, ...]:
    """What the items keep, as far as the keychain tells."""
    store = scene.store("keychain")
    if entry.host is None or not isinstance(store, HoldsSeveral):
        return ()
    try:
        return candidates(store.items(entry.host))
    except StoreError:
        return ()


def _are_alike(held: Sequence[Candidate]) -> bool:
    """Whether all of them keep one and the same credential."""
    return (
        len(held) > 1
        and held[0].credential is not None
        and all(one.same_as == 1 for one in held[1:])
    )


def _newest(held: Sequence[Candidate]) -> Candidate:
    return max(held, key=lambda one: (one.item.modified or 0, one.item.created or 0, -one.number))


def _keep_newest(entry: Entry, held: Sequence[Candidate]) -> Fix:
    host, name, newest = entry.host or "", host_words(entry), _newest(held)
    others = count(len(held) - 1, "other")

    def make(hands: Hands) -> Made:
        now = candidates(hands.changes.items(host))
        if not _are_alike(now) or newest.item.id not in [one.item.id for one in now]:
            raise ChangedMeanwhile(
                f"The keychain's items for {name} have changed since the audit",
                "Run the audit again",
            )
        change = hands.changes.keep(host, newest.item.id, patience=hands.patience)
        return (f"One item is left for {name}", *change.effect.sentences, *change.notes)

    steps = (
        f"All items for {name} hold the same credential, so none is lost",
        f"This one stays: {_item_words(newest)}",
        *(f"This one is deleted: {_item_words(one)}" for one in held if one is not newest),
        "rattler then finds one and uses it",
    )
    return Fix(f"keep the newest, delete the {others}", steps, make)


def _item_words(one: Candidate) -> str:
    item = one.item
    by = f", written by {item.written_by}" if item.written_by else ""
    return printable(f"{item.id}: “{item.label}” in {item.collection}{by}")


def _out_of_place(scene: Scene) -> Iterator[Finding]:
    for entry in _entries(scene, EntryState.LOCKED):
        if entry.host is not None:
            yield Finding(
                "A26",
                Severity.WARNING,
                f"The keychain's item for {host_words(entry)} is locked: rattler asks to unlock it "
                "when it wants it, and goes on without it where nobody answers",
                entry.store,
                entry.host,
                hint=f"Unlock it: {_UNLOCK}",
            )
    hidden = [e for e in _entries(scene, EntryState.LOCKED) if e.host is None]
    if hidden:
        yield Finding(
            "A26",
            Severity.WARNING,
            f"{count(len(hidden), 'item')} of rattler's in the keychain cannot even be named while "
            "locked: rattler asks to unlock the keychain, and goes on without where nobody answers",
            "keychain",
            subject="locked",
            hint=f"Unlock it: {_UNLOCK}",
        )
    yield from _elsewhere(scene)


def _elsewhere(scene: Scene) -> Iterator[Finding]:
    store = scene.store("keychain")
    if not isinstance(store, TellsWhere):
        return
    try:
        apart = store.elsewhere()
    except StoreError:
        return  # what is wrong with the keychain is told beside the listing
    for entry in scene.usable():
        found = apart.get(entry.host or "") if entry.store == "keychain" else None
        if found is None:
            continue
        label = printable(found.collection)
        if found.in_memory:
            message = (
                f"{host_words(entry)} lies in the keychain's collection {label}, which is kept in "
                "memory only: it is gone when the session ends"
            )
        else:
            message = (
                f"{host_words(entry)} lies in the keychain's collection {label} instead of the "
                "default one: rattler uses it while that is unlocked, some programs never look "
                "there"
            )
        yield Finding(
            "A26",
            Severity.WARNING,
            message,
            entry.store,
            entry.host,
            hint=f"Delete it and add it again: authui remove {host_words(entry)} --store keychain",
        )


def _unreadable(scene: Scene) -> Iterator[Finding]:
    for entry in _entries(scene, EntryState.UNREADABLE):
        if entry.host is None:
            continue
        can_delete = _can_delete(scene, entry)
        lost = "What it keeps is no credential that any rattler tool can use; it is lost"
        yield Finding(
            "A27",
            Severity.WARNING,
            f"rattler cannot use the keychain's item for {host_words(entry)}, and asks the next "
            "store",
            entry.store,
            entry.host,
            details=() if entry.detail is None else (entry.detail,),
            fix=delete_entry(scene, entry, (lost,)) if can_delete else None,
            hint=None if can_delete else "Look at it in the password program of your system",
        )


def _can_delete(scene: Scene, entry: Entry) -> bool:
    """Whether the keychain hands out what the item keeps, so that a change can be read back."""
    try:
        store = writable(scene.discovery, place_of(entry))
        return store.read(entry.host or "") is not None
    except AuthuiError:
        return False


def _clear_text(scene: Scene) -> Iterator[Finding]:
    store = scene.store("keychain")
    if isinstance(store, TellsWhere) and store.clear_text is not None:
        yield Finding(
            "A53",
            Severity.WARNING,
            "The keychain is not encrypted: its default keyring has no password, so gnome-keyring "
            "keeps every secret in it as clear text on the disk",
            "keychain",
            details=(f"The file is {printable(store.clear_text)}",),
            hint="Give the keyring a password, for instance in Passwords and Keys (Seahorse)",
        )


RULES: tuple[Rule, ...] = (
    Rule("A25", "several items for one name", _several),
    Rule("A26", "items that are locked or not in the default collection", _out_of_place),
    Rule("A27", "items that hold no credential", _unreadable),
    Rule("A53", "a default keyring in clear text", _clear_text),
)
"""In the order of their numbers."""
