"""What stands in the keychain under one key at this moment, and which of it a change is about.

And where a new item would go.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from authui.model.errors import Ambiguous, NoCollection, StoreLocked, WriteFailed
from authui.stores.keychain.items import SERVICE, matches, short_id
from authui.stores.keychain.service import SecretService

UNLOCK: Final = "Unlock it with authui unlock, or with o on the screen"
"""What helps against a locked keychain."""


class Standing(NamedTuple):
    """The items that rattler finds for a host.

    `own` are the host's, with their attributes. `strangers` are found although their attributes
    name something else, or nothing: KeePassXC hands an item with a protected `username` out for
    every name. They are never changed for a host. `locked` are those of both that are locked.
    """

    host: str
    own: Mapping[str, Mapping[str, str]]
    strangers: Mapping[str, Mapping[str, str]]
    locked: frozenset[str]

    @property
    def all(self) -> dict[str, Mapping[str, str]]:
        """Every item that rattler finds."""
        return {**self.own, **self.strangers}

    def choose(self, item: str | None) -> str | None:
        """The path of the item that a change is about; None where there is none.

        Raises `Ambiguous` where there are several and `item` names none of them, `WriteFailed`
        where it is no item of this host.
        """
        if item is not None:
            named = [path for path in self.all if short_id(path) == item]
            if named and named[0] in self.strangers:
                raise answers_every_name()
            if named:
                return named[0]
        if len(self.all) > 1:
            ids = ", ".join(short_id(path) for path in self.all)
            raise Ambiguous(
                f"The keychain has {len(self.all)} items for it: rattler uses none of them",
                f"Say which: {ids}",
            )
        return None if item is not None else next(iter(self.own), None)


def look(service: SecretService, host: str) -> Standing:
    """What stands there now. Raises `StoreError`."""
    service.ask_anew()
    found = service.search({"service": SERVICE, "username": host})
    if not found.all and service.hides_all():
        raise StoreLocked("The keychain is locked and shows no items", UNLOCK)
    attributes = dict(service.attributes(found.all))
    return sorted_out(host, attributes, nobody(service) if attributes else (), found.locked)


def nobody(service: SecretService) -> frozenset[str]:
    """The items that are found under any name at all. Raises `StoreError`."""
    return frozenset(service.search({"service": SERVICE, "username": os.urandom(16).hex()}).all)


def sorted_out(
    host: str,
    attributes: Mapping[str, Mapping[str, str]],
    everywhere: Collection[str],
    locked: Iterable[str],
) -> Standing:
    """What was found for a host, with its own items told from those that answer every name."""
    own: dict[str, Mapping[str, str]] = {}
    strangers: dict[str, Mapping[str, str]] = {}
    for path, names in attributes.items():
        is_own = path not in everywhere and matches(names, host)
        (own if is_own else strangers)[path] = names
    return Standing(host, own, strangers, frozenset(locked))


def answers_every_name() -> WriteFailed:
    """Why nothing is written beside, or into, an item that answers every name."""
    return WriteFailed(
        "The keychain hands out an item of another name for this one too, because its attribute "
        "`username` is protected: rattler would find two and use neither",
        "Take the protection off that attribute in KeePassXC, then try again",
    )


def target_of(service: SecretService) -> str:
    """The collection for a new item: the default one, unless that is kept in memory only."""
    collection = service.default_collection()
    if collection is None or collection == service.alias("session"):
        raise NoCollection(
            "The keychain has no default collection that lasts, so nothing can be added to it",
            "Create one with your desktop's password program, or choose another store",
        )
    return collection
