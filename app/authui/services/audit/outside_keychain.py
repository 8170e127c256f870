"""What does not fit into the keychain, and what lies beside what rattler reads of it.

Both are the case on Windows: Credential Manager takes 2,560 bytes, and Python's keyring stores
under other names than rattler.
"""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.credential import Credential
from authui.model.errors import AuthuiError, ChangedMeanwhile, ChangeError, StoreError, StoreState
from authui.model.host import why_never
from authui.model.text import lower_first, mask_url, printable, upper_first
from authui.model.wire import WireEntry
from authui.services.audit.finding import Finding, Fix, Hands, Made, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import CredentialsFile, Scene
from authui.services.change import Place
from authui.services.places import credential_of, store_named
from authui.services.words import KIND_WORDS
from authui.stores.abilities import HoldsMisplaced, Misplaced, Particular
from authui.stores.base import StoreInfo, WritableStore


def _too_long(scene: Scene) -> Iterator[Finding]:
    report, store = scene.report("keychain"), scene.store("keychain")
    if report is None or report.state is not StoreState.OK or not isinstance(store, Particular):
        return
    held = {entry.host for entry in scene.listing.entries if entry.store == "keychain"}
    for file in scene.files:
        for entry in file.entries:
            why = store.cannot_keep(entry.host, entry.text)
            if why is not None:
                yield _not_taken(file, entry, report.info, why, is_held=entry.host in held)


def _not_taken(
    file: CredentialsFile, entry: WireEntry, keychain: StoreInfo, why: str, *, is_held: bool
) -> Finding:
    name = mask_url(entry.host)
    details = [f"The reason is that {why}"]
    if is_held and file.info.id == "file":
        details.append(
            f"An older credential for {name} is still there, is asked first, and is what rattler "
            f"sends: authui remove {name} --store keychain takes it away"
        )
    details.append("At a log-in rattler says nothing of it and stores in the plain file")
    return Finding(
        "A28",
        Severity.WARNING,
        f"The {keychain.name} cannot keep the credential for {name}, so it stays in plain text in "
        f"{printable(file.path)}",
        file.info.id,
        entry.host,
        details=tuple(details),
        hint="Leave it in the file, where rattler finds it, and keep that file to yourself",
    )


def _misplaced(scene: Scene) -> Iterator[Finding]:
    store = scene.store("keychain")
    if not isinstance(store, HoldsMisplaced):
        return
    try:
        found = store.misplaced()
    except StoreError:
        return  # what is wrong with the keychain is told beside the listing
    for one in found:
        name, credential = mask_url(one.host), credential_of(one.stored)
        item = _item_words(one)
        by_hand = _why_by_hand(store, one, credential)
        yield Finding(
            "A29",
            Severity.WARNING,
            f"Python's keyring stored a credential for {name} as {item}, where no rattler tool "
            "looks",
            "keychain",
            one.host,
            subject=item,
            details=() if by_hand is None else (f"It stays as it is: {lower_first(by_hand)}",),
            fix=None if by_hand is not None or credential is None else _store_anew(one),
            hint=None
            if by_hand is None
            else f"Store it anew (authui set {name}), and delete the other: keyring del rattler "
            f"{name}",
        )


def _item_words(one: Misplaced) -> str:
    """The system's name for it, with the host in it masked as everywhere."""
    before, at, after = one.item.partition(f"{one.host}@")
    if at and not before:
        return printable(f"{mask_url(one.host)}@{mask_url(after)}")
    return printable(mask_url(one.item))


def _why_by_hand(
    store: HoldsMisplaced, one: Misplaced, credential: Credential | None
) -> str | None:
    """Why it cannot simply be stored where rattler looks; None where it can."""
    if credential is None or one.stored.text is None:
        return "It holds no credential in rattler's JSON"
    never = why_never(one.host)
    if never is not None:
        return f"No URL is ever looked up under its name: {never}"
    if isinstance(store, Particular):
        unfit = store.cannot_keep(one.host, one.stored.text)
        if unfit is not None:
            return f"The keychain cannot keep it under rattler's name, since {unfit}"
    if not isinstance(store, WritableStore):
        return "authui does not write this keychain"
    try:
        stands = store.read(one.host)
    except AuthuiError as error:
        return error.message
    if stands is not None and credential_of(stands) != credential:
        return f"The keychain holds something else for {mask_url(one.host)} already"
    return None


def _store_anew(seen: Misplaced) -> Fix:
    name, item = mask_url(seen.host), _item_words(seen)

    def make(hands: Hands) -> Made:
        return tuple(_moved(hands, seen))

    return Fix(
        f"store it as {name}",
        (
            f"The credential is stored in the keychain under {name}, as rattler does, and read back",
            f"Then the item {item} of Python's keyring is deleted, which only Python programs see",
        ),
        make,
    )


def _moved(hands: Hands, seen: Misplaced) -> Iterator[str]:
    """Store it where rattler looks, then take the other away. Never is it nowhere."""
    name = mask_url(seen.host)
    store = store_named(hands.changes.open_stores(), "keychain")
    if not isinstance(store, HoldsMisplaced) or seen not in store.misplaced():
        raise ChangedMeanwhile(
            f"The item {_item_words(seen)} has changed since the audit",
            "Run the audit again",
        )
    credential = credential_of(seen.stored)
    if credential is None:
        raise ChangeError(f"What is stored for {name} is no credential of rattler's", None)
    place = Place("keychain", seen.host)
    stands = hands.changes.find(place, patience=hands.patience)
    if stands is None:
        change = hands.changes.put(place, credential, before=None, patience=hands.patience)
        yield f"The credential for {name} was stored where rattler looks"
        yield from change.effect.sentences
    elif credential_of(stands) != credential:
        raise ChangedMeanwhile(
            f"The keychain holds something else for {name} by now", "Run the audit again"
        )
    store.drop_misplaced(seen)
    yield f"{upper_first(KIND_WORDS[credential.kind])} of Python's keyring deleted"


RULES: tuple[Rule, ...] = (
    Rule("A28", "credentials that the keychain cannot keep", _too_long),
    Rule("A29", "items that Python's keyring stored beside rattler's", _misplaced),
)
"""In the order of their numbers."""
