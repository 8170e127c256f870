"""One reading of all of rattler's items, which keeps what it has when it is broken off."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from authui.model.credential import expiry_of, username_of
from authui.model.entry import Entry, EntryState, Item, StoreId
from authui.model.errors import DecodeError
from authui.model.secret import Secret
from authui.model.wire import decode_credential
from authui.stores.keychain.answers import Details, NoSecret
from authui.stores.keychain.items import (
    SERVICE,
    FoundItem,
    HostNames,
    collection_name,
    collection_of,
    has_host,
    matches,
    short_id,
    written_by,
)
from authui.stores.keychain.service import SecretService

ANSWERS_ALL = (
    "Its attribute `username` is protected: the keychain hands this item out for every name, so "
    "rattler sends it to any host that no other item is for"
)
LOCKED = "It is locked: rattler asks to unlock the keychain when it wants it"
_KEY: StoreId = "keychain"


class Group(NamedTuple):
    """The items that rattler finds for one key. `host` is None where it cannot be seen."""

    host: str | None
    items: tuple[FoundItem, ...]

    @property
    def is_ambiguous(self) -> bool:
        """Whether rattler finds several and so uses none."""
        return len(self.items) > 1


class Reading:
    """What was found so far. `read` may be broken off by a `StoreError` at any point."""

    def __init__(self, known_hosts: Iterable[str]) -> None:
        self._names = HostNames(known_hosts)
        self._groups: Sequence[Group] = ()
        self._secrets: dict[str, Secret | NoSecret] = {}
        self._items: Mapping[str, Item] = {}
        self.locked = 0

    @property
    def groups(self) -> Sequence[Group]:
        """The items that were found, by what rattler finds for one key."""
        return self._groups

    def read(self, service: SecretService) -> None:
        """Find the items, then what they hold. Raises `StoreError`."""
        found = service.search({"service": SERVICE})
        self.locked = len(found.locked)
        if not found.all:
            return
        nobody = service.search({"service": SERVICE, "username": os.urandom(16).hex()})
        everywhere = frozenset(nobody.all)
        locked = frozenset(found.locked)
        attributes: dict[str, Mapping[str, str]] = {}
        try:
            attributes.update(service.attributes(found.all))
        finally:
            items = [
                FoundItem(
                    path,
                    self._names.of(attributes[path]),
                    path in locked,
                    path in everywhere,
                    attributes[path],
                )
                for path in found.all
                if path in attributes and (has_host(attributes[path]) or path in everywhere)
            ]
            self._groups = grouped(items)
        self.locked = sum(item.locked for item in items)
        single = [g.items[0] for g in self._groups if not g.is_ambiguous]
        self._secrets.update(service.secrets([i.path for i in single if not i.locked]))
        several = [item for g in self._groups if g.is_ambiguous for item in g.items]
        self._items = describe(service, {item.path: item.attributes for item in several})

    def entries(self) -> tuple[Entry, ...]:
        """The entries as far as they were read."""
        entries = [self._entry(g) for g in self._groups]
        return tuple(entry for entry in entries if entry is not None)

    def _entry(self, group: Group) -> Entry | None:
        if group.is_ambiguous:
            items = tuple(
                self._items.get(item.path) or to_item(item.path, item.attributes)
                for item in group.items
            )
            detail = f"The keychain has {len(items)} items for this name: rattler uses none of them"
            if any(item.answers_all for item in group.items):
                detail = f"{detail}. One of them has a protected `username` and answers every name"
            return Entry(group.host, _KEY, None, EntryState.AMBIGUOUS, items=items, detail=detail)
        (item,) = group.items
        if item.locked:
            detail = f"{ANSWERS_ALL}. {LOCKED}" if item.answers_all else LOCKED
            return Entry(group.host, _KEY, None, EntryState.LOCKED, detail=detail)
        secret = self._secrets.get(item.path)
        if secret is NoSecret.GONE:
            return None
        return _with_secret(group.host, item, secret)


def grouped(items: Sequence[FoundItem]) -> tuple[Group, ...]:
    """The items by what rattler finds for one key: named ones first, sorted by name.

    An item that answers every name belongs to each name, and is an entry without a name as well. A
    locked one whose name is hidden stands alone.
    """
    everywhere = tuple(item for item in items if item.answers_all)
    named: dict[str, list[FoundItem]] = {}
    hidden: list[Group] = []
    for item in items:
        if item.answers_all:
            continue
        if item.host is None:
            hidden.append(Group(None, (item,)))
        else:
            named.setdefault(item.host, []).append(item)
    groups = [Group(host, (*named[host], *everywhere)) for host in sorted(named)]
    if everywhere:
        groups.append(Group(None, everywhere))
    return (*groups, *hidden)


def _with_secret(host: str | None, item: FoundItem, secret: Secret | NoSecret | None) -> Entry:
    """The entry of an unlocked item; only what may be shown of its credential is kept."""
    if secret is NoSecret.LOCKED:
        return Entry(host, _KEY, None, EntryState.LOCKED, detail=LOCKED)
    unreadable = EntryState.UNREADABLE
    if secret is None:
        return Entry(host, _KEY, None, unreadable, detail="Its secret was not read")
    if isinstance(secret, NoSecret):
        return Entry(host, _KEY, None, unreadable, detail=f"rattler ignores it: {secret.value}")
    try:
        credential = decode_credential(secret.reveal())
    except DecodeError as error:
        detail = f"rattler ignores it: {error.message}"
        return Entry(host, _KEY, None, unreadable, detail=detail)
    return Entry(
        host,
        _KEY,
        credential.kind,
        username=username_of(credential),
        expires_at=expiry_of(credential),
        detail=note(item.attributes, host, answers_all=item.answers_all),
    )


def note(attributes: Mapping[str, str], host: str | None, *, answers_all: bool) -> str | None:
    """What is odd about an item that rattler uses for a host."""
    if answers_all:
        return ANSWERS_ALL
    if not matches(attributes, host):
        return "The keychain hands this item out although its attributes name something else"
    return None


def describe(service: SecretService, items: Mapping[str, Mapping[str, str]]) -> dict[str, Item]:
    """Items with their attributes, as a person tells them apart. Raises `StoreError`."""
    if not items:
        return {}
    details = service.details(list(items))
    labels = service.labels(sorted({collection_of(path) for path in items}))
    return {
        path: to_item(path, attributes, details.get(path), labels.get)
        for path, attributes in items.items()
    }


def to_item(
    path: str,
    attributes: Mapping[str, str],
    details: Details | None = None,
    label_of: Callable[[str], str | None] = lambda _: None,
) -> Item:
    """One of several items for a name, with as much as is known of it."""
    collection = collection_of(path)
    label = details.label if details else ""
    return Item(
        id=short_id(path),
        label=label,
        collection=label_of(collection) or collection_name(collection),
        created=details.created if details else None,
        modified=details.modified if details else None,
        written_by=written_by(attributes, label),
    )
