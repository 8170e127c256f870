"""What every store can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from authui.model.entry import Answer, StoreId, StoreListing
from authui.model.errors import StoreError


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store as a person would name it; nothing of this needs the store to answer.

    `names` holds every id under which the client reaches it, the first being `id`. `location` is a
    path or the name of a service, `origin` the variable or file that put the store there, or
    `default`. `encrypted` is None where it is not known. `read_only` stores have no writer in any
    rattler tool.
    """

    id: StoreId
    names: tuple[StoreId, ...]
    name: str
    location: str
    origin: str
    encrypted: bool | None
    read_only: bool = False


class Store(Protocol):
    """One place that holds credentials, as one moment saw it.

    A store reads when it is first asked and keeps what it read, as rattler does: to see a change,
    discover the stores anew. Its methods block, at most for the store's time limit. They may be
    called from any thread, one at a time.
    """

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        ...

    @property
    def blocks(self) -> StoreError | None:
        """The failure at which rattler-based tools stop, whatever the other stores hold.

        Only a credentials file can have one: rattler reads all of them when it starts.
        """
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about the store as a whole that a person should know."""
        ...

    def list(self) -> StoreListing:
        """Every entry, and the store's condition. Raises nothing: a failure is part of the answer."""
        ...

    def get(self, host: str) -> Answer:
        """What rattler gets when it asks this store for exactly this key. Raises nothing."""
        ...


@runtime_checkable
class HidesNames(Protocol):
    """A store that shows only hashes of some names; `known_hosts` are names to try on them."""

    known_hosts: Iterable[str]
