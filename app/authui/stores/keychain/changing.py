"""What every change of the keychain needs: calls that must not be lost, and a second look.

A provider's word is not enough. KDE's wallet says that it stored or deleted something while it was
locked, and now and then it takes another key than the one agreed on. So each change is looked at
afterwards over a connection that never writes, and what cannot be seen is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from authui.model.errors import (
    ChangedMeanwhile,
    ChangeError,
    Declined,
    OutcomeUnknown,
    StoreError,
    StoreLocked,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.bus import Refusal
from authui.stores.keychain.calls import on
from authui.stores.keychain.connect import AGAIN
from authui.stores.keychain.items import collection_of, is_same
from authui.stores.keychain.prompts import Completed, follow
from authui.stores.keychain.service import SecretService
from authui.stores.keychain.session import is_text
from authui.stores.keychain.standing import UNLOCK, Standing, look
from authui.stores.patience import Patience

LOOK_AGAIN: Final = "Look again before you rely on either"

SESSIONS: Final = 4
"""Sessions to try until two connections read the same secret."""


class Hands(NamedTuple):
    """What a change is made with: the connection that writes, and the one that looks afterwards."""

    writes: SecretService
    looks: SecretService
    patience: Patience


class Unanswered(Exception):
    """A call that changes something was sent, and no answer came."""


class Change:
    """One change under one key, from the first look to the last."""

    def __init__(self, hands: Hands, host: str) -> None:
        self.writes = hands.writes
        self.looks = hands.looks
        self.host = host
        self._patience = hands.patience
        self._mirror: SecretService | None = None

    def stands(self) -> Standing:
        """What stands there as the connection that writes sees it. Raises `StoreError`."""
        return look(self.writes, self.host)

    def stands_now(self) -> Standing:
        """What stands there as the other connection sees it. Raises `StoreError`."""
        return look(self.looks, self.host)

    def secret_now(self, path: str) -> Secret | NoSecret:
        """An item's secret as the other connection sees it. Raises `StoreError`."""
        secret = exact_secret(self.looks, path)
        if secret is NoSecret.GARBLED:
            self.looks.new_session()
            secret = exact_secret(self.looks, path)
        if secret is NoSecret.LOCKED:
            # KeePassXC lets the person unlock an item for one connection only: then that one has
            # to look, in another session.
            if self._mirror is None:
                self._mirror = SecretService(self.writes.bus)
            secret = exact_secret(self._mirror, path)
        return secret

    def agreed_secret(self, path: str) -> Secret | NoSecret:
        """An item's secret, read alike over both connections; each then has a sound session.

        Raises `StoreError`.
        """
        for _ in range(SESSIONS):
            self.writes.new_session()
            secret = exact_secret(self.writes, path)
            if isinstance(secret, NoSecret) and secret is not NoSecret.GARBLED:
                return secret
            if isinstance(secret, Secret) and secret == self.secret_now(path):
                return secret
            self.looks.new_session()
        return NoSecret.GARBLED

    def must_be_open(self, path: str, attributes: Mapping[str, str]) -> None:
        """Asked right before each change of an item. Raises `StoreLocked`, `ChangedMeanwhile`."""
        now = dict(self.writes.attributes([path]))
        self.must_be_unlocked(collection_of(path))
        locked = self.writes.locked([path], "Item")
        if locked.get(path):
            raise locked_before()
        if path not in locked or not is_same(attributes, now.get(path, {})):
            raise changed()

    def must_be_unlocked(self, collection: str) -> None:
        """Raises `StoreLocked`."""
        if self.writes.locked([collection], "Collection").get(collection, True):
            raise locked_before()

    def is_locked_now(self, collection: str) -> bool:
        """Whether a collection is locked, or not there, as the other connection sees it."""
        return self.looks.locked([collection], "Collection").get(collection, True)

    def send(self, message: Any, signature: str) -> tuple[Any, ...] | Refusal:
        """Make a call that changes something. Raises `Unanswered` where no answer comes."""
        if self.writes.bus.failure is not None:
            raise self.writes.bus.failure
        try:
            ((_, reply),) = self.writes.bus.call_all([message], signature)
        except StoreError:
            raise Unanswered from None
        if isinstance(reply, Refusal) and reply.is_silence:
            raise Unanswered
        return reply

    def follow(self, prompt: str) -> Completed | None:
        """Wait for the window of a change. Raises `Unanswered` where its end is not heard of."""
        try:
            return follow(self.writes.bus, prompt, self._patience)
        except StoreError:
            raise Unanswered from None

    def remove(self, path: str) -> Completed | None:
        """Delete an item, which is not to be believed. Raises `Unanswered` and `ChangeError`."""
        reply = self.send(on(path, "Item", "Delete"), "o")
        if isinstance(reply, Refusal):
            if reply.is_gone:
                return Completed(False, None, 0)
            raise refused(reply)
        (prompt,) = reply
        return Completed(False, None, 0) if prompt == "/" else self.follow(prompt)


def exact_secret(service: SecretService, path: str) -> Secret | NoSecret:
    """An item's secret in the session there is, whatever its bytes. Raises `StoreError`.

    KDE's wallet gives an empty secret where it should say that it is locked.
    """
    session = service.session()
    message = on(path, "Item", "GetSecret", "o", session.path)
    ((_, reply),) = service.bus.call_all([message], "(oayays)")
    if isinstance(reply, Refusal):
        if reply.is_gone:
            return NoSecret.GONE
        return NoSecret.LOCKED if reply.is_locked else NoSecret.REFUSED
    _, salt, cipher, _ = reply[0]
    secret: Secret | NoSecret
    try:
        secret = session.decrypt_any(salt, cipher)
    except ValueError:
        secret = NoSecret.GARBLED
    return secret if secret or not service.locked([path], "Item").get(path) else NoSecret.LOCKED


def text_of(secret: Secret | NoSecret) -> Secret | None:
    """A secret that is text; None for one that is none, or that cannot be read."""
    return secret if isinstance(secret, Secret) and is_text(secret) else None


@contextmanager
def after_a_change() -> Iterator[None]:
    """Once something may have changed, a failure does not mean that nothing did."""
    try:
        yield
    except (StoreError, ChangeError) as error:
        raise OutcomeUnknown(
            f"Nobody can say what the keychain holds now: {error.message}", LOOK_AGAIN
        ) from None
    except Unanswered:
        raise unanswered() from None


def changed() -> ChangedMeanwhile:
    """What stands there is not what was seen."""
    return ChangedMeanwhile(
        "What is stored there has changed since it was read", "Look at it again"
    )


def locked_before() -> StoreLocked:
    """It is locked, and was before anything was sent."""
    return StoreLocked("The keychain is locked: nothing was changed", UNLOCK)


def locked_after() -> OutcomeUnknown:
    """It is locked, and perhaps it was when the change came."""
    return OutcomeUnknown(
        "The keychain was locked while it was being changed, so nobody can say what it holds now",
        "Unlock it, then look again",
    )


def declined(completed: Completed | None, what: str) -> Declined:
    """A window was closed, or not answered (None), and nothing came of it.

    KeePassXC leaves a window open that was given up, and does what is answered there later.
    """
    if completed is None:
        return Declined(
            f"Nobody answered the window of the keychain in time: {what}",
            "Close the window if it is still open: an answer to it still counts",
        )
    return Declined(f"The window of the keychain was closed: {what}", "Try again")


def unanswered() -> OutcomeUnknown:
    """It did not answer."""
    return OutcomeUnknown("The keychain did not say whether it made the change", LOOK_AGAIN)


def refused(reply: Refusal) -> StoreError | ChangeError:
    """It answered that it does not do it."""
    if reply.is_locked:
        return locked_before()
    return changed() if reply.is_gone else WriteFailed(reply.to_error().message, AGAIN)
