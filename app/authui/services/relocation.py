"""A credential that goes to another pattern or another store, without ever being nowhere."""

from __future__ import annotations

from dataclasses import dataclass

from authui.model.errors import (
    AlreadyStored,
    BadInput,
    ChangeError,
    OutcomeUnknown,
    StoreError,
)
from authui.model.secret import Secret
from authui.model.text import mask_url, upper_first
from authui.services.change import Place
from authui.services.places import changed, is_taken, must_stand
from authui.services.words import store_words
from authui.stores.base import Stored, WritableStore
from authui.stores.patience import Patience


@dataclass(frozen=True, slots=True)
class Relocation:
    """From a place in one store to a place in the same or another one."""

    source: WritableStore
    old: Place
    target: WritableStore
    new: Place

    def make(
        self, before: Stored | None, text: Secret | None, patience: Patience | None
    ) -> tuple[Stored, Stored]:
        """Write it there, read it back, then delete it here; what stood here and stands there.

        `before` is what must stand here, if that matters; `text` replaces what stands here on the
        way. Whoever stops in between leaves both. Raises `AlreadyStored` where something stands
        there, and else as a store does.
        """
        if (self.source.info.id, self.old.host) == (self.target.info.id, self.new.host):
            raise BadInput("Both places are the same", "Name another pattern or another store")
        now = must_stand(self.source.read(self.old.host, item=self.old.item), self.old)
        if before is not None and now != before:
            raise changed(self.old)
        text = text or now.text
        if text is None:
            raise ChangeError(
                f"What is stored for {mask_url(self.old.host)} cannot be read, so it stays there",
                "Delete it and store the credential anew",
            )
        if is_taken(self.target, self.new):
            raise AlreadyStored(
                f"{upper_first(store_words(self.new.store))} holds something for "
                f"{mask_url(self.new.host)} already",
                "Edit or delete that one first",
            )
        written = self.target.write(self.new.host, text, before=None, patience=patience)
        self._leave(now, written, patience)
        return now, written

    def _leave(self, now: Stored, written: Stored, patience: Patience | None) -> None:
        """Delete the old copy; where that fails the new one goes again, so that one is left."""
        old, new = self.old, self.new
        try:
            self.source.delete(old.host, before=now, item=old.item, patience=patience)
        except (ChangeError, StoreError) as error:
            try:
                self.target.delete(new.host, before=written, item=written.item, patience=patience)
            except (ChangeError, StoreError, OutcomeUnknown):
                raise OutcomeUnknown(
                    f"The credential now stands at both places: {error.message}",
                    f"Delete one of them: {mask_url(old.host)} in {store_words(old.store)} or "
                    f"{mask_url(new.host)} in {store_words(new.store)}",
                ) from None
            raise
