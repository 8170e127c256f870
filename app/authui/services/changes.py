"""Changing what is stored: each write is read back, and nothing that was there is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeAlias

from authui.model.credential import Credential
from authui.model.entry import Entry
from authui.model.errors import AlreadyStored, AuthuiError, ChangedMeanwhile, ReadOnly
from authui.model.text import mask_url, upper_first
from authui.model.wire import encode_text
from authui.services.asking import is_unread, others_are_asked
from authui.services.catalog import list_entries
from authui.services.change import Change, Place, Removal, Removals, Step
from authui.services.effects import effect_of
from authui.services.places import (
    changed,
    is_taken,
    must_stand,
    nothing_to_unlock,
    store_named,
    takes_back,
    writable,
)
from authui.services.relocation import Relocation
from authui.services.words import store_words
from authui.stores.abilities import AsksForEach, HeldItem, HoldsSeveral, Lockable
from authui.stores.base import Store, Stored, WritableStore
from authui.stores.discover import Discovery
from authui.stores.patience import Patience

OpenStores: TypeAlias = Callable[[], Discovery]
"""Discovers the stores anew, as a client that starts now would find them."""

NOT_REVOKED = "Deleting is not revoking: whoever has a copy can use it until its issuer revokes it"
"""What to know after a deletion."""

_NEW_ITEM = "The keychain made a new item: dates and further attributes of the old one are gone"


def may_change_nothing() -> ReadOnly:
    """That this run was started to look only."""
    return ReadOnly("authui was started with --read-only", "Start it without that option")


class Changes:
    """Every change of this run; they wait for each other.

    Each one discovers the stores anew, so that it meets what is there now. `read_only` refuses
    them all. Methods raise `BadInput`, `ChangeError` and `StoreError` where nothing was changed,
    and `OutcomeUnknown` where nobody knows.
    """

    def __init__(self, open_stores: OpenStores, *, read_only: bool = False) -> None:
        self._open_stores = open_stores
        self._read_only = read_only
        self._turn = Lock()

    @property
    def open_stores(self) -> OpenStores:
        """Discovers the stores that are changed."""
        return self._open_stores

    def read(self, place: Place, *, patience: Patience | None = None) -> Stored:
        """What stands there now. Raises `NotStored` where nothing does."""
        return must_stand(self.find(place, patience=patience), place)

    def find(self, place: Place, *, patience: Patience | None = None) -> Stored | None:
        """The same, None where nothing stands there."""
        return self._writable(place, patience).read(place.host, item=place.item)

    def items(self, host: str) -> tuple[HeldItem, ...]:
        """All keychain items for a pattern, with what they keep."""
        store = store_named(self._open_stores(), "keychain")
        return store.items(host) if isinstance(store, HoldsSeveral) else ()

    def put(
        self,
        place: Place,
        credential: Credential,
        *,
        before: Stored | None,
        patience: Patience | None = None,
    ) -> Change:
        """Store the credential where `before` stands.

        With None nothing may stand there, and `AlreadyStored` is raised where something does.
        """
        with self._changing():
            store = self._writable(place, patience)
            text = encode_text(credential)
            if before is None and is_taken(store, place):
                raise AlreadyStored(
                    f"{upper_first(store_words(place.store))} holds something for "
                    f"{mask_url(place.host)} already",
                    "Edit that entry instead",
                )
            written = store.write(
                place.host, text, before=before, item=place.item, patience=patience
            )
            if before is None:
                inverse: tuple[Step, ...] = (Step(place, None, written),)
            else:
                again = Step(place, before.text, written)
                inverse = (again,) if takes_back(store, place, before) else ()
            notes = (*_copies(before), *others_are_asked(store))
            return self._done(place, store, before is None, notes, inverse)

    def relocate(
        self,
        old: Place,
        new: Place,
        *,
        before: Stored | None = None,
        credential: Credential | None = None,
        patience: Patience | None = None,
    ) -> Change:
        """Give a credential another pattern or another store, and another value if one is given.

        Without `credential` its text is carried over as it stands. `before` is what must stand at
        the old place, if that matters. Raises `AlreadyStored` where something stands at the new.
        """
        with self._changing():
            discovery = self._open_stores()
            text = None if credential is None else encode_text(credential)
            source, target = (writable(discovery, one, patience) for one in (old, new))
            move = Relocation(source, old, target, new)
            now, written = move.make(before, text, patience)
            steps = (Step(old, now.text, None), Step(new, None, written))
            may_return = old.item is None and takes_back(move.source, old, now)
            inverse = steps if may_return else ()
            notes = (*_copies(now), *others_are_asked(move.target))
            return self._done(new, move.target, True, notes, inverse)

    def remove(
        self, place: Place, *, before: Stored | None = None, patience: Patience | None = None
    ) -> Change:
        """Delete one copy, also one that cannot be read. `before` is what must stand there."""
        with self._changing():
            store = self._writable(place, patience)
            inverse = _delete(store, place, patience, before)
            return self._done(place, store, False, (NOT_REVOKED,), inverse)

    def remove_everywhere(self, host: str, *, patience: Patience | None = None) -> Removals:
        """Delete every copy that can be deleted, and tell of each what became of it.

        A store that cannot be asked is among the results with its error.
        """
        with self._changing():
            discovery = self._open_stores()
            results = tuple(_remove_copies(discovery, host, patience))
            store = results[0].place.store if results else discovery.stores[0].info.id
            effect = effect_of(self._open_stores(), host, store)
            return Removals(host, results, effect, (NOT_REVOKED,) if results else ())

    def keep(self, host: str, item: str, *, patience: Patience | None = None) -> Change:
        """Delete every other keychain item for the pattern, so that rattler uses this one.

        Raises `ChangedMeanwhile` where the item is not among them any more.
        """
        with self._changing():
            kept = Place("keychain", host, item)
            store = self._writable(kept)
            several = store.items(host) if isinstance(store, HoldsSeveral) else ()
            held = [one.item.id for one in several]
            if item not in held:
                raise ChangedMeanwhile(
                    "The keychain does not hold this item any more", "Look at them again"
                )
            for other in held:
                if other != item:
                    store.delete(host, item=other, patience=patience)
            return self._done(Place("keychain", host), store, False, (), ())

    def undo(self, steps: tuple[Step, ...], *, patience: Patience | None = None) -> Change:
        """Take a change back, as long as every place still holds what the change left."""
        with self._changing():
            discovery = self._open_stores()
            for step in steps:
                place = step.place
                store = writable(discovery, place, patience)
                if store.read(place.host, item=place.item) != step.before:
                    raise ChangedMeanwhile(
                        f"{mask_url(place.host)} in {store_words(place.store)} has changed since, "
                        "so nothing is put back",
                        "Look at what is stored there now",
                    )
            for step in steps:
                place = step.place
                store = writable(discovery, place, patience)
                host, item = place.host, place.item
                if step.text is None:
                    store.delete(host, before=step.before, item=item, patience=patience)
                else:
                    store.write(host, step.text, before=step.before, item=item, patience=patience)
            first = steps[0]
            is_new = first.place.store == "keychain" and first.before is None
            notes = (_NEW_ITEM,) if is_new and first.text is not None else ()
            return self._done(first.place, writable(discovery, first.place), False, notes, ())

    def unlock(self, patience: Patience) -> bool:
        """Unlock the keychain: one window of its own. Whether anything was locked."""
        store = store_named(self._open_stores(), "keychain")
        if not isinstance(store, Lockable):
            raise nothing_to_unlock(store)
        return store.unlock(patience)

    def must_be_allowed(self) -> None:
        """Raise `ReadOnly` where this run changes nothing."""
        if self._read_only:
            raise may_change_nothing()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        self.must_be_allowed()
        with self._turn:
            yield

    def _writable(self, place: Place, patience: Patience | None = None) -> WritableStore:
        return writable(self._open_stores(), place, patience)

    def _done(
        self,
        place: Place,
        store: Store,
        created: bool,
        notes: tuple[str, ...],
        inverse: tuple[Step, ...],
    ) -> Change:
        """The change with what rattler makes of it, asked of stores that have read nothing yet."""
        effect = effect_of(self._open_stores(), place.host, place.store)
        return Change(place, store.info.location, created, effect, notes, inverse)


def _remove_copies(discovery: Discovery, host: str, patience: Patience | None) -> Iterator[Removal]:
    listing = list_entries(discovery.stores)
    entries = {entry.store: entry for entry in listing.entries if entry.host == host}
    for report in listing.stores:
        name, location = report.info.id, report.info.location
        if name in entries:
            for place in _places(entries[name]):
                try:
                    store = writable(discovery, place, patience)
                    inverse = _delete(store, place, patience)
                except AuthuiError as error:
                    yield Removal(place, location, error)
                else:
                    yield Removal(place, location, None, inverse)
        elif report.failure is not None and not report.state.is_answer:
            yield Removal(Place(name, host), location, report.failure)


def _delete(
    store: WritableStore, place: Place, patience: Patience | None, expected: Stored | None = None
) -> tuple[Step, ...]:
    """Delete what stands there; what takes that back, if it could be read and stood alone.

    What the system hands out only after a question is not read for it.
    """
    asks = isinstance(store, AsksForEach) and is_unread(store.peek(place.host))
    if asks and expected is None:
        store.delete(place.host, item=place.item, patience=patience)
        return ()
    now = must_stand(store.read(place.host, item=place.item), place)
    if expected is not None and now != expected:
        raise changed(place)
    before = now if now.text is not None else None
    store.delete(place.host, before=before, item=place.item, patience=patience)
    if place.item is not None or now.copies > 1 or not takes_back(store, place, now):
        return ()
    return (Step(place, now.text, None),)


def _places(entry: Entry) -> Iterator[Place]:
    """The entry's place, or that of each of its items."""
    host = entry.host or ""
    for item in entry.items:
        yield Place(entry.store, host, item.id)
    if not entry.items:
        yield Place(entry.store, host)


def _copies(before: Stored | None) -> tuple[str, ...]:
    if before is None or before.copies < 2:
        return ()
    return (f"The host stands {before.copies} times in the file; the last one counts",)
