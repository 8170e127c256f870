"""Several keychain items for one pattern, side by side: which are alike, and what each holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from authui.model.credential import Credential
from authui.model.entry import Item
from authui.services.places import credential_of
from authui.stores.abilities import HeldItem
from authui.stores.base import Stored


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the items. `same_as` is the number of the first item that keeps the same, from 1.

    `credential` is what rattler makes of it, None where it cannot be read; `is_hidden` says that
    the keychain does not hand it out.
    """

    number: int
    item: Item
    credential: Credential | None
    same_as: int | None
    is_hidden: bool


def candidates(held: Sequence[HeldItem]) -> tuple[Candidate, ...]:
    """The items in their order. Equal secrets are told by their numbers, never by a hash."""
    found: list[Candidate] = []
    seen: list[Stored | None] = []
    for number, one in enumerate(held, 1):
        stored = one.stored
        readable = stored is not None and stored.text is not None
        same = next((n for n, before in enumerate(seen, 1) if readable and before == stored), None)
        seen.append(stored if readable else None)
        credential = None if stored is None else credential_of(stored)
        found.append(Candidate(number, one.item, credential, same, stored is None))
    return tuple(found)
