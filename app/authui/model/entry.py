"""Entries: what a store holds under a host pattern, without its secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from authui.model.credential import Credential, Kind
from authui.model.errors import StoreError, StoreState

StoreId: TypeAlias = Literal["override-file", "auth-file", "keychain", "file", "netrc"]
"""The stores a client can ask, by the names of the command line contract."""


class EntryState(StrEnum):
    """What an entry is worth to rattler."""

    ACTIVE = "active"
    SHADOWED = "shadowed"
    AMBIGUOUS = "ambiguous"
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    NEVER_MATCHES = "never-matches"


class Outcome(StrEnum):
    """What a store answered when it was asked for one key."""

    HIT = "hit"
    MISS = "miss"
    LOCKED = "locked"
    AMBIGUOUS = "ambiguous"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Item:
    """One keychain item of an entry that has several.

    `id` is the provider's name for it in this run; times are seconds since 1970; `written_by` is
    the program its attributes and label point to.
    """

    id: str
    label: str
    collection: str
    created: int | None
    modified: int | None
    written_by: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One (store, host pattern).

    `host` is None where the store hides its names. `kind` is None where it was not read.
    `detail` is a sentence about this entry that a person should know, without any secret.
    """

    host: str | None
    store: StoreId
    kind: Kind | None = None
    state: EntryState = EntryState.ACTIVE
    username: str | None = None
    expires_at: int | None = None
    items: tuple[Item, ...] = ()
    detail: str | None = None
    shadowed_by: StoreId | None = None


@dataclass(frozen=True, slots=True)
class StoreListing:
    """All a store could tell: its condition, the failure behind it if any, and its entries.

    A store that fails half way keeps the entries it could read. `locked` counts those of them that
    cannot be seen in full before the store is unlocked.
    """

    state: StoreState
    entries: tuple[Entry, ...] = ()
    failure: StoreError | None = None
    locked: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a store says to one key, as rattler would get it.

    `credential` is set exactly when the outcome is a hit, except that a store which asks the person
    for each secret may hit without one before it was read. `detail` says why it is none.
    """

    outcome: Outcome
    credential: Credential | None = None
    detail: str | None = None
    items: tuple[Item, ...] = ()
    failure: StoreError | None = None
