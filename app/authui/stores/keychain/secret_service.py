"""The keychain of Linux desktops: what rattler finds in the Secret Service.

Reading changes and unlocks nothing and opens no window; a change may open one, and `unlock` is
there to. Source of the rules: rattler_networking's keyring backend and the crates under it, and what
real rattler did with gnome-keyring, KeePassXC and KDE's wallet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Final

from authui.model.entry import Answer, Outcome, StoreListing
from authui.model.errors import (
    AuthuiError,
    NotStored,
    StoreAbsent,
    StoreError,
    StoreLocked,
    StoreState,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.abilities import HeldItem, Pace, Told
from authui.stores.base import Stored, StoreInfo
from authui.stores.environment import Environment
from authui.stores.keychain.clear_text import ClearText
from authui.stores.keychain.items import KNOWN_HOSTS, is_name
from authui.stores.keychain.reach import Reach
from authui.stores.patience import Patience

if TYPE_CHECKING:
    from authui.stores.keychain.changing import Hands
    from authui.stores.keychain.keeping import Elsewhere
    from authui.stores.keychain.reading import Group

LIMIT: Final = 2.0
"""Seconds for each answer, as many as rattler waits."""


class SecretServiceStore:
    """rattler's items in every collection of the Secret Service.

    `limit` is in seconds and holds for each answer of the service; after it has passed once the
    store asks nothing more. `known_hosts` are names to recognise among the items of a collection
    that shows only hashes, and may be set before `list`. Thread-safe.
    """

    def __init__(
        self, environment: Environment, info: StoreInfo | None = None, *, limit: float = LIMIT
    ) -> None:
        self.known_hosts: Iterable[str] = KNOWN_HOSTS
        self._lock = RLock()
        self._reach = Reach(environment, limit)
        self._clear = ClearText(environment)
        self._groups: Sequence[Group] = ()
        self._listing: StoreListing | None = None
        self._answers: dict[str, Answer] = {}
        self._notes: tuple[str, ...] = ()
        self._info = info or StoreInfo(
            id="keychain",
            names=("keychain",),
            name="Secret Service",
            location=self._reach.location,
            origin="default",
            encrypted=None,
        )

    @property
    def info(self) -> StoreInfo:
        """What and where it is: a file, where that holds the secrets for all to see."""
        path = self.clear_text
        return self._info if path is None else replace(self._info, location=path, encrypted=False)

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without its keychain."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the keychain as a whole, once it was asked."""
        return (*self._clear.notes, *self._notes)

    @property
    def clear_text(self) -> str | None:
        """The file of the default keyring, where gnome-keyring keeps that in clear text."""
        return self._clear.path

    def close(self) -> None:
        """End the connection. What was read stays; another question connects anew."""
        with self._lock:
            self._reach.close()

    def list(self) -> StoreListing:
        """Every item of rattler's, grouped by the name that rattler finds it under."""
        with self._lock:
            if self._listing is None:
                self._listing = self._list()
            return self._listing

    def get(self, host: str) -> Answer:
        """What rattler gets for exactly this key."""
        with self._lock:
            answer = self._answers.get(host)
            if answer is None:
                answer = self._answers[host] = self._get(host)
            return answer

    def forget(self) -> None:
        """Drop what was read and what failed: the next question is asked anew."""
        with self._lock:
            self._listing = None
            self._answers.clear()
            self._notes = ()
            self._reach.forget()

    def elsewhere(self) -> Mapping[str, Elsewhere]:
        """The hosts whose one item lies outside of the default collection."""
        from authui.stores.keychain.keeping import elsewhere

        with self._lock:
            self.list()
            return elsewhere(self._reach.service(), self._groups)

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What stands under exactly this key now."""
        from authui.stores.keychain.holding import stored_in

        with self._lock:
            service = self._reach.anew()
            return stored_in(service, host, item) if is_name(host) else None

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Set the secret of the item that is there, or make a new one; then read it back."""
        from authui.stores.keychain.session import is_text
        from authui.stores.keychain.writing import Writing

        if not is_name(host) or not is_text(text):
            raise WriteFailed(
                "The keychain keeps only text, and this holds characters that are none",
                "Remove the NUL or the half of a surrogate pair",
            )
        with self._changing(patience) as hands:
            return Writing(hands, host).write(text, before, item)

    def read_many(self, hosts: Collection[str]) -> dict[str, Told]:
        """What stands under each of the keys now."""
        from authui.stores.keychain.many import read_many

        with self._lock:
            service = self._reach.anew()
            names = [host for host in hosts if is_name(host)]
            return {**dict.fromkeys(hosts), **read_many(service, names)}

    def pace(self) -> Pace:
        """What the provider bears."""
        from authui.stores.keychain.provider import provider_on

        with self._lock:
            return provider_on(self._reach.anew().bus).pace

    def add_many(
        self, texts: Sequence[tuple[str, Secret]], patience: Patience | None = None
    ) -> Iterator[tuple[str, Stored | AuthuiError]]:
        """A new item for each key, under which nothing stands."""
        from authui.stores.keychain.many import add_many

        with self._changing(patience) as hands:
            yield from add_many(hands, texts)

    def refusal(self) -> AuthuiError | None:
        """Why no item can be added: no keychain, or no collection that lasts."""
        from authui.stores.keychain.standing import target_of

        with self._lock:
            try:
                target_of(self._reach.anew())
            except StoreError as error:
                return error
            return None

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why D-Bus has no such name or text."""
        from authui.stores.keychain.session import is_text

        if is_name(host) and is_text(text):
            return None
        return "it holds characters that the keychain cannot keep"

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Delete the item that is there; then see that it is gone."""
        from authui.stores.keychain.deleting import Deletion

        if not is_name(host):
            raise NotStored("Nothing is stored under this pattern", "authui list shows what is")
        with self._changing(patience) as hands:
            Deletion(hands, host).delete(before, item)

    def items(self, host: str) -> tuple[HeldItem, ...]:
        """All items that rattler finds for the key, asked anew."""
        from authui.stores.keychain.holding import items_of

        with self._lock:
            service = self._reach.anew()
            return items_of(service, host) if is_name(host) else ()

    def unlock(self, patience: Patience) -> bool:
        """Unlock the default collection and whatever holds items of rattler's."""
        from authui.stores.keychain.unlocking import unlock

        with self._changing(patience) as hands:
            return unlock(hands.writes, patience)

    @contextmanager
    def _changing(self, patience: Patience | None) -> Iterator[Hands]:
        """The connections for a change. What was read is dropped, however it ends."""
        with self._lock:
            try:
                from authui.stores.keychain.changing import Hands

                yield Hands(*self._reach.both(), patience or Patience())
            finally:
                self.forget()

    def _list(self) -> StoreListing:
        try:
            service = self._reach.service()
        except StoreError as error:
            return StoreListing(error.state, failure=error)
        from authui.stores.keychain.condition import failure_of, notes_on
        from authui.stores.keychain.reading import Reading

        reading = Reading(self.known_hosts)
        failure: StoreError | None
        try:
            reading.read(service)
            self._groups = reading.groups
            self._clear.ask(service)
            failure = failure_of(service, reading.locked)
            self._notes = () if reading.locked else notes_on(service)
        except StoreError as error:
            failure = self._reach.remember(error)
        return StoreListing(
            StoreState.OK if failure is None else failure.state,
            reading.entries(),
            failure,
            reading.locked,
        )

    def _get(self, host: str) -> Answer:
        try:
            return self._ask(host)
        except StoreAbsent as error:
            return Answer(Outcome.MISS, detail=error.message, failure=self._reach.remember(error))
        except StoreLocked as error:
            return Answer(Outcome.LOCKED, detail=error.message, failure=error)
        except StoreError as error:
            return Answer(Outcome.ERROR, detail=error.message, failure=self._reach.remember(error))

    def _ask(self, host: str) -> Answer:
        """Search as rattler does and read what it would use. Raises `StoreError`."""
        service = self._reach.service()
        if not is_name(host):
            service.collections()  # D-Bus has no such text: this only tells whether it answers
            return Answer(Outcome.MISS)
        from authui.stores.keychain.asking import ask

        return ask(service, host)
