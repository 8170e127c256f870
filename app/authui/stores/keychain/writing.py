"""Storing a secret in the keychain, so that rattler finds exactly one item with it.

An item that is there keeps its place, label and attributes, as rattler leaves them; a new one is
made as rattler makes it. Success is what was read back over another connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from authui.model.errors import (
    ChangedMeanwhile,
    DecodeError,
    OutcomeUnknown,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import decode_text
from authui.stores.base import Stored
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.bus import Refusal
from authui.stores.keychain.calls import PREFIX, on
from authui.stores.keychain.changing import (
    LOOK_AGAIN,
    SESSIONS,
    Change,
    Unanswered,
    after_a_change,
    changed,
    declined,
    locked_after,
    locked_before,
    refused,
    text_of,
    unanswered,
)
from authui.stores.keychain.connect import AGAIN
from authui.stores.keychain.items import SERVICE, collection_of, is_same, short_id
from authui.stores.keychain.prompts import Completed
from authui.stores.keychain.session import Session
from authui.stores.keychain.standing import Standing, answers_every_name, target_of

_UNDECRYPTED: Final = "org.qtproject.QtDBus.Error.InvalidObjectPath"
"""What KDE's wallet says now and then to a new item, whether it then made one or not."""

_CONTENT_TYPE: Final = "application/octet-stream"
"""What rattler says. Of text KeePassXC would expand placeholders when it is read."""


class Writing(Change):
    """Storing one secret under one key."""

    def write(self, text: Secret, before: Stored | None, item: str | None) -> Stored:
        """As `WritableStore.write`."""
        standing = self.stands()
        path = standing.choose(item)
        if path is not None:
            self._replace(standing, path, text, before)
        elif standing.own:  # but not the item that was named
            raise changed()
        elif standing.strangers:
            raise answers_every_name()
        elif before is not None:
            raise changed()
        else:
            path = self._create(text)
        return Stored(text, short_id(path))

    def _replace(self, standing: Standing, path: str, text: Secret, before: Stored | None) -> None:
        if before is None:
            raise changed()
        old = self.agreed_secret(path)
        if old is NoSecret.LOCKED:
            raise locked_before()
        if old is NoSecret.GONE or (
            isinstance(old, Secret) and Stored(text_of(old)) != Stored(before.text)
        ):
            raise changed()
        if isinstance(old, NoSecret):
            raise WriteFailed(
                f"What stands there would be lost, for nobody can read it: {old.value}",
                "Delete it first, then add the new one",
            )
        if old == text:
            return
        seen = self._put(standing, path, text)
        if seen != text and not _is_anothers(seen, old):
            with after_a_change():
                self.writes.new_session()
                seen = self._put(standing, path, text)
        if seen == text:
            return
        if _is_anothers(seen, old):
            raise ChangedMeanwhile(
                "Another program stored something else there at the same moment",
                "Look at it again",
            )
        self._put_back(standing, path, old, seen)

    def _put_back(
        self, standing: Standing, path: str, old: Secret, seen: Secret | NoSecret
    ) -> None:
        """Always raises: the new secret is not there, and the old one is if it can be."""
        if seen != old:
            with after_a_change():
                self.agreed_secret(path)
                seen = self._put(standing, path, old)
        if seen != old:
            raise OutcomeUnknown(
                "The keychain stored something else than it was given, twice, and the old secret "
                "could not be put back",
                "Look at it again, and store the credential anew",
            )
        raise WriteFailed(
            "The keychain did not store what it was given; the old secret stands there", AGAIN
        )

    def _put(self, standing: Standing, path: str, text: Secret) -> Secret | NoSecret:
        """Set an item's secret, and what stands there then."""
        self.must_be_open(path, standing.own[path])
        session = self.writes.session()
        secret = (session.path, *session.encrypt(text), _CONTENT_TYPE)
        is_answered = True
        try:
            reply = self.send(on(path, "Item", "SetSecret", "(oayays)", secret), "")
        except Unanswered:
            is_answered = False
        else:
            if isinstance(reply, Refusal):
                raise refused(reply)
        with after_a_change():
            seen = self._seen(standing, path)
        if seen != text and not is_answered:
            raise unanswered()
        return seen

    def _seen(self, standing: Standing, path: str) -> Secret | NoSecret:
        """What stands in an item. Raises `OutcomeUnknown` where it is not what it was else."""
        now = self.stands_now()
        if path not in now.own and self.is_locked_now(collection_of(path)):
            raise locked_after()
        secret = self.secret_now(path) if path in now.own else NoSecret.GONE
        if secret is NoSecret.LOCKED:
            raise locked_after()
        if secret is NoSecret.GONE or not is_same(standing.own[path], now.own[path]):
            raise OutcomeUnknown(
                "Another program changed or deleted the item at the same moment", LOOK_AGAIN
            )
        if len(now.all) > len(standing.all):
            raise OutcomeUnknown(
                "Another program added an item for it at the same moment: rattler uses none of them",
                LOOK_AGAIN,
            )
        return secret

    def _create(self, text: Secret) -> str:
        collection = target_of(self.writes)
        try:
            for _ in range(SESSIONS):
                reply = self._send_new(collection, text)
                if not (isinstance(reply, Refusal) and reply.name == _UNDECRYPTED):
                    break
                own = self._stands_alone()
                if own is not None:
                    return self._checked(collection, own, text)
            if isinstance(reply, Refusal):
                raise refused(reply)
            path, prompt = reply
            if prompt != "/":
                completed = self.follow(prompt)
                if completed is None or completed.dismissed:
                    return self._after_window(text, completed)
                path = completed.result
        except Unanswered:
            found = self._found_after_all(text)
            if found is None:
                raise unanswered() from None
            return found
        return self._checked(collection, str(path), text)

    def add(self, collection: str, text: Secret) -> Stored:
        """Make a new item where nothing stands, in an unlocked collection: the caller has looked.

        It is not read back. Raises as `write`.
        """
        try:
            reply = self.send(self._new_item(collection, text, self.writes.session()), "oo")
            if isinstance(reply, Refusal):
                raise refused(reply)
            path, prompt = reply
            if prompt != "/":
                completed = self.follow(prompt)
                if completed is None or completed.dismissed:
                    return Stored(text, short_id(self._after_window(text, completed)))
                path = completed.result
        except Unanswered:
            raise unanswered() from None
        return Stored(text, short_id(str(path)))

    def _send_new(self, collection: str, text: Secret) -> tuple[Any, ...] | Refusal:
        """Ask for a new item, in a session of its own. Raises `Unanswered`."""
        session = self.writes.new_session()
        self.must_be_unlocked(collection)
        return self.send(self._new_item(collection, text, session), "oo")

    def _new_item(self, collection: str, text: Secret, session: Session) -> Any:
        """The call that makes an item as rattler makes it."""
        properties = {
            PREFIX + "Item.Label": ("s", f"keyring:{self.host}@{SERVICE}"),
            PREFIX + "Item.Attributes": ("a{ss}", {"service": SERVICE, "username": self.host}),
        }
        secret = (session.path, *session.encrypt(text), _CONTENT_TYPE)
        return on(
            collection, "Collection", "CreateItem", "a{sv}(oayays)b", properties, secret, False
        )

    def _stands_alone(self) -> str | None:
        """The item that came to be all the same, seen over the other connection; None if none did."""
        with after_a_change():
            now = self.stands_now()
        if len(now.all) > 1 or now.strangers:
            raise changed()
        return next(iter(now.own), None)

    def _after_window(self, text: Secret, completed: Completed | None) -> str:
        """What came of a window that was closed or not answered; raises unless all is as it should."""
        path = self._found_after_all(text)
        if path is not None:
            return path
        with after_a_change():
            own = list(self.stands_now().own)
            is_empty = len(own) == 1 and self.secret_now(own[0]) == Secret("")
        if (
            completed is not None and is_empty
        ):  # so KeePassXC refuses a secret with a reference in it
            self._take_back(own[0])
            raise WriteFailed(
                "The keychain refused this secret, and the empty item that it made was deleted",
                "KeePassXC takes no text with a reference to another entry, {REF:...}",
            )
        raise unanswered() if own else declined(completed, "nothing was stored")

    def _found_after_all(self, text: Secret) -> str | None:
        """The new item, where it came to be all the same."""
        with after_a_change():
            own = list(self.stands_now().own)
            return own[0] if len(own) == 1 and self.secret_now(own[0]) == text else None

    def _checked(self, collection: str, path: str, text: Secret) -> str:
        """The path of the item that was made, once it is seen to be there alone and as it should."""
        with after_a_change():
            now = self.stands_now()
            if path not in now.own and self.is_locked_now(collection):
                raise locked_after()
            seen = self.secret_now(path) if path in now.own else NoSecret.GONE
        if seen is NoSecret.LOCKED:
            raise locked_after()
        if len(now.all) > 1 and path in now.own:
            self._take_back(path)
            raise ChangedMeanwhile(
                "Another program stored something there at the same moment", "Look at it again"
            )
        if seen is NoSecret.GONE:
            if now.own:
                raise changed()
            raise WriteFailed("The keychain said that it stored it, but it is not there", AGAIN)
        if seen != text and not _is_anothers(seen, None):
            with after_a_change():
                self.writes.new_session()
                seen = self._put(now, path, text)
        if seen == text:
            return path
        if _is_anothers(seen, None):
            raise ChangedMeanwhile(
                "Another program stored something else there at the same moment",
                "Look at it again",
            )
        self._take_back(path)
        raise WriteFailed("The keychain did not store what it was given", AGAIN)

    def _take_back(self, path: str) -> None:
        """Delete the item that was made. Raises `OutcomeUnknown` where it is still there."""
        with after_a_change():
            self.remove(path)
            left: Mapping[str, object] = self.stands_now().own
        if path in left:
            raise OutcomeUnknown(
                f"The new item {short_id(path)} is not as it should be, and could not be deleted",
                "Look at it again, and delete it",
            )


def _is_anothers(seen: Secret | NoSecret, old: Secret | None) -> bool:
    """Whether what stands there is neither the old secret nor garbage: somebody else stored it."""
    text = text_of(seen)
    if text is None or text == old:
        return False
    try:
        decode_text(text)
    except DecodeError:
        return False
    return True
