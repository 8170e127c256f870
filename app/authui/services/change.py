"""What a change is, before and after it was made."""

from __future__ import annotations

from dataclasses import dataclass

from authui.model.entry import StoreId
from authui.model.errors import AuthuiError
from authui.model.secret import Secret
from authui.services.effects import Effect
from authui.stores.base import Stored


@dataclass(frozen=True, slots=True)
class Place:
    """Where a credential stands; `item` names one of several keychain items."""

    store: StoreId
    host: str
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One part of taking a change back: `text` is what is to stand there, None for nothing.

    It is done only while `before` stands there, which is what the change left.
    """

    place: Place
    text: Secret | None
    before: Stored | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made and read back.

    `location` is the path or service that was written, `created` whether nothing stood there. The
    `effect` tells what rattler sends now. `inverse` takes the change back; it is empty where that
    cannot be done.
    """

    place: Place
    location: str
    created: bool
    effect: Effect
    notes: tuple[str, ...] = ()
    inverse: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of one copy. `error` says why it is still there, None where it is gone."""

    place: Place
    location: str
    error: AuthuiError | None = None
    inverse: tuple[Step, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether the copy is gone."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Removals:
    """What became of every copy of a pattern, and what answers it now."""

    host: str
    results: tuple[Removal, ...]
    effect: Effect
    notes: tuple[str, ...] = ()

    @property
    def inverse(self) -> tuple[Step, ...]:
        """What takes all of it back; empty where one part cannot be."""
        done = [removal for removal in self.results if removal.is_done]
        if not all(removal.inverse for removal in done):
            return ()
        return tuple(step for removal in done for step in removal.inverse)
