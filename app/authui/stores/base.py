"""What every store can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from authui.model.entry import Answer, StoreId, StoreListing
from authui.model.errors import StoreError
from authui.model.secret import Secret
from authui.stores.patience import Patience


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store as a person would name it; nothing of this needs the store to answer.

    `names` holds every id under which the client reaches it, the first being `id`. `location` is a
    path or the name of a service, `origin` the variable or file that put the store there, or
    `default`. `encrypted` is None where it is not known. `read_only` is a store that authui leaves as
    it is, which of a netrc file is known once it was read.
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


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands under a key, as it stands there; two are equal if their texts are.

    `text` is rattler's JSON for one credential, or whatever else stands in its place; None where
    it is no text at all. `item` is the keychain's name for it in this run. `copies` is how often
    the key stands in a file, of which the last counts.
    """

    text: Secret | None
    item: str | None = field(default=None, compare=False)
    copies: int = field(default=1, compare=False)


@runtime_checkable
class WritableStore(Store, Protocol):
    """A store that authui can change.

    Each method asks the store anew, and what was kept from an earlier reading is dropped by a
    change. All raise `StoreError` where the store does not answer. A change that raises
    `ChangeError` or `StoreError` did not happen; after `OutcomeUnknown` nobody knows.
    """

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What stands under exactly this key now; None where nothing does.

        Raises `Ambiguous` where there are several items and `item` names none of them.
        """
        ...

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Put the text there, provided that `before` is still what stands there, and read it back.

        `text` is the JSON of one credential. `before` is None where nothing stood there. Raises
        `ChangedMeanwhile`, `Ambiguous`, `ReadOnly`, `WriteFailed`, `Declined`, `OutcomeUnknown`.
        """
        ...

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Take away what stands there, without reading it unless `before` says what it must be.

        Raises as `write` does, and `NotStored` where nothing stands there.
        """
        ...
