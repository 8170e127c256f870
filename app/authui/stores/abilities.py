"""What some stores can do beyond what every store can; who wants it asks with `isinstance`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from authui.model.entry import Answer, Item
from authui.model.errors import AuthuiError
from authui.model.secret import Secret
from authui.stores.base import Store, Stored
from authui.stores.patience import Patience


@runtime_checkable
class HidesNames(Protocol):
    """A store that shows only hashes of some names; `known_hosts` are names to try on them."""

    known_hosts: Iterable[str]


@runtime_checkable
class AsksForEach(Store, Protocol):
    """A store that shows its names to anyone; before it hands out a secret the system asks.

    `get` and `read` may open that window, for one secret each, and `patience` is what it may take:
    whoever wants to end the wait sets an own one first. `list` opens none, so that its entries
    have no kind as long as they were not read.
    """

    patience: Patience

    def peek(self, host: str) -> Answer:
        """What is known of exactly this key without a window. Raises nothing.

        A hit without a credential where something is stored that was not read yet; what `get`
        said, where this store was asked already.
        """
        ...


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One of the items that a keychain holds for a key.

    `stored` is what it keeps, None where the keychain does not hand it out.
    """

    item: Item
    stored: Stored | None


@runtime_checkable
class HoldsSeveral(Protocol):
    """A store in which a key may stand several times, so that rattler uses none of them."""

    def items(self, host: str) -> tuple[HeldItem, ...]:
        """All items for the key, asked anew. Raises `StoreError`."""
        ...


class Pace(NamedTuple):
    """How a store bears many changes in a row.

    Of `batch` changes the result is looked at together. `pause` is the time between two of them,
    `settle` the time after the last one until what was stored outlives the program that keeps it;
    both in seconds.
    """

    batch: int = 1
    pause: float = 0.0
    settle: float = 0.0


Told: TypeAlias = Stored | AuthuiError | None
"""What stands under one key of many: None for nothing, an error where that cannot be told."""


@runtime_checkable
class ReadsMany(Protocol):
    """A store that tells of many keys faster than of one after the other."""

    def read_many(self, hosts: Collection[str]) -> dict[str, Told]:
        """What stands under each of the keys now. Raises `StoreError` where it does not answer."""
        ...


@runtime_checkable
class AddsMany(Protocol):
    """A store that takes many new credentials in a run; whoever adds them looks at them then."""

    def pace(self) -> Pace:
        """How many may come, and how fast. Raises `StoreError`."""
        ...

    def add_many(
        self, texts: Sequence[tuple[str, Secret]], patience: Patience | None = None
    ) -> Iterator[tuple[str, Stored | AuthuiError]]:
        """Store each text under its key, where nothing stands yet, and say so.

        What is stored is not read back; whoever stops listening has no more stored. An error ends
        it, but `ChangedMeanwhile` and what a store raises for a single text.
        """
        ...


@runtime_checkable
class DropsMany(Protocol):
    """A store that gives up many credentials in one step."""

    def delete_many(self, hosts: Mapping[str, Stored]) -> dict[str, AuthuiError]:
        """Take away each key under which still stands what is given; the others, with the reason.

        Raises as `delete` does where all of it failed.
        """
        ...


@runtime_checkable
class Particular(Protocol):
    """A store that does not take everything, and knows beforehand."""

    def refusal(self) -> AuthuiError | None:
        """Why nothing can be added to it; None where something can. Opens no window."""
        ...

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why it cannot keep this text under this key, as a clause; None where it can."""
        ...


@runtime_checkable
class Rewords(Protocol):
    """A store that keeps what a credential says, but not its text."""

    def reworded(self, text: Secret) -> Secret:
        """The text that it gives back for one that it can keep."""
        ...


@dataclass(frozen=True, slots=True)
class Misplaced:
    """What another program stored for rattler in a place where rattler never looks.

    `host` is the pattern it was meant for, `item` the system's name for it.
    """

    host: str
    item: str
    stored: Stored


@runtime_checkable
class HoldsMisplaced(Protocol):
    """A store that also sees such things, outside of what rattler reads."""

    def misplaced(self) -> tuple[Misplaced, ...]:
        """All of them, asked anew. Raises `StoreError`."""
        ...

    def drop_misplaced(self, one: Misplaced) -> None:
        """Take it away, provided that it still is what was seen. Raises as `delete` does."""
        ...


@runtime_checkable
class Lockable(Protocol):
    """A store that a person can unlock."""

    def unlock(self, patience: Patience) -> bool:
        """Unlock what is locked; whether anything was.

        Raises `Declined` where the person says no or the time passes, `WriteFailed` where nobody
        can be asked here, and `StoreError`.
        """
        ...


@runtime_checkable
class LeavesTraces(Protocol):
    """A store in which an interrupted change may leave something that holds a secret."""

    def tidy(self) -> None:
        """Remove what earlier changes of authui's left, unless one is under way. Raises nothing."""
        ...
