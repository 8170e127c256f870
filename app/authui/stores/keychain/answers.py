"""What the Secret Service answers, as values."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Collection(NamedTuple):
    """A collection. `hides` says that it is locked and names no items, so that nobody can tell."""

    path: str
    locked: bool
    hides: bool


class Found(NamedTuple):
    """What a search found: the paths of items that are unlocked and of those that are not."""

    unlocked: tuple[str, ...]
    locked: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Both."""
        return self.unlocked + self.locked


class NoSecret(Enum):
    """Why an item gave no secret."""

    LOCKED = "it is locked"
    GONE = "it has just been deleted"
    NOT_TEXT = "its secret is not UTF-8 text"
    REFUSED = "the keychain does not hand out its secret"
    GARBLED = "its secret cannot be decrypted"

    def __bool__(self) -> bool:
        return False


class Details(NamedTuple):
    """What an item says about itself. Times are in seconds since 1970, None where it has none."""

    label: str
    created: int | None
    modified: int | None
