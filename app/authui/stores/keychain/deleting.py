"""Deleting an item of the keychain, whatever it holds."""

from __future__ import annotations

from authui.model.errors import NotStored, OutcomeUnknown, WriteFailed
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.changing import (
    Change,
    Unanswered,
    after_a_change,
    changed,
    declined,
    locked_before,
    text_of,
    unanswered,
)
from authui.stores.keychain.connect import AGAIN
from authui.stores.keychain.items import collection_of
from authui.stores.keychain.prompts import Completed
from authui.stores.keychain.standing import answers_every_name


class Deletion(Change):
    """Deleting one item of one key."""

    def delete(self, before: Stored | None, item: str | None) -> None:
        """As `WritableStore.delete`."""
        standing = self.stands()
        path = standing.choose(item)
        if path is None:
            if standing.own or (before is not None and not standing.strangers):
                raise changed()
            if standing.strangers:
                raise answers_every_name()
            raise NotStored("Nothing is stored under this pattern", "authui list shows what is")
        if before is not None:
            self._compare(path, before)
        self.must_be_open(path, standing.own[path])
        self._delete(path)

    def _compare(self, path: str, before: Stored) -> None:
        secret: Secret | NoSecret = dict(self.writes.secrets([path]))[path]
        if secret is NoSecret.LOCKED:
            raise locked_before()
        if secret is NoSecret.GONE or Stored(text_of(secret)) != Stored(before.text):
            raise changed()

    def _delete(self, path: str) -> None:
        is_answered = True
        completed: Completed | None = None
        try:
            completed = self.remove(path)
        except Unanswered:
            is_answered = False
        with after_a_change():
            is_there = path in self.stands_now().all
            is_locked = self.is_locked_now(collection_of(path))
        if is_there and is_answered and (completed is None or completed.dismissed):
            raise declined(completed, "nothing was deleted")
        if is_locked:
            # A locked wallet of KDE's shows the item no more, and again when it is unlocked.
            raise OutcomeUnknown(
                "The keychain was locked while it was being changed: the item may come back",
                "Unlock it, then look again",
            )
        if is_there:
            if not is_answered:
                raise unanswered()
            raise WriteFailed("The keychain said that it deleted it, but it is still there", AGAIN)
