"""The entry that a form is about, and storing what the form describes."""

from __future__ import annotations

from dataclasses import dataclass

from authui.model.credential import Credential
from authui.services.change import Change, Place
from authui.services.changes import Changes
from authui.services.places import credential_of
from authui.stores.base import Stored
from authui.stores.patience import Patience


@dataclass(frozen=True, slots=True)
class Opened:
    """The entry that is edited: where it stands, and what stood there when it was read."""

    place: Place
    stored: Stored

    @property
    def credential(self) -> Credential | None:
        """What rattler makes of it; None where it cannot be read."""
        return credential_of(self.stored)


def save(
    changes: Changes,
    opened: Opened | None,
    place: Place,
    credential: Credential,
    patience: Patience,
) -> Change:
    """Add where nothing was opened, else replace, or give another place.

    Blocks, and raises as `Changes` does.
    """
    if opened is None:
        return changes.put(place, credential, before=None, patience=patience)
    old, before = opened.place, opened.stored
    if (place.store, place.host) == (old.store, old.host):
        return changes.put(old, credential, before=before, patience=patience)
    return changes.relocate(old, place, before=before, credential=credential, patience=patience)
