"""What a change to what is stored for PyPI indexes is, before and after it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.pypi import PypiEntry
from authui.stores.pypi.index_urls import IndexUrl

PypiTarget: TypeAlias = Literal["keyring", "netrc"]
"""A store that can be changed; uv itself changes its own."""


@dataclass(frozen=True, slots=True)
class PypiPlace:
    """Where a password would be stored. `encrypted` is None where that is not known.

    `index` is the URL as uv asks for it, without its user.
    """

    index: IndexUrl
    location: str
    encrypted: bool | None


@dataclass(frozen=True, slots=True)
class PypiChange:
    """What was stored, and read back: where, and whether nothing stood there before.

    `notes` are sentences that the person should know: what answers first, what is still missing.
    """

    entry: PypiEntry
    location: str
    created: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PypiRemoval:
    """What was deleted, and from where. `notes` say what remains."""

    entry: PypiEntry
    location: str
    notes: tuple[str, ...] = ()
