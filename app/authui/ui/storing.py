"""Storing what a form describes."""

from __future__ import annotations

from authui.model.credential import Credential
from authui.services.change import Change, Place
from authui.services.changes import Changes
from authui.stores.base import Stored
from authui.stores.patience import Patience


def save(
    changes: Changes,
    old: tuple[Place, Stored] | None,
    place: Place,
    credential: Credential,
    patience: Patience,
) -> Change:
    """Add, replace, or give another place. Blocks, and raises as `Changes` does.

    `old` is the entry that was opened and what stood there then; None adds.
    """
    if old is None:
        return changes.put(place, credential, before=None, patience=patience)
    was, before = old
    if (place.store, place.host) == (was.store, was.host):
        return changes.put(was, credential, before=before, patience=patience)
    return changes.relocate(was, place, before=before, credential=credential, patience=patience)
