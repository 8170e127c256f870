"""The keychain of Windows: what rattler finds in Credential Manager.

Each credential is one generic item whose target is the pattern and `.rattler`, its secret rattler's
JSON in UTF-16. Nothing is locked and no window opens. Source of the rules: see `windows_items`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Final

from authui.model.entry import Answer, Outcome, StoreListing
from authui.model.errors import (
    Ambiguous,
    AuthuiError,
    ChangedMeanwhile,
    ChangeError,
    NotStored,
    OutcomeUnknown,
    StoreAbsent,
    StoreError,
    StoreState,
)
from authui.model.secret import Secret
from authui.stores.abilities import Misplaced, Pace, Told
from authui.stores.base import Stored, StoreInfo
from authui.stores.keychain.windows_api import CredentialApi, Record, open_api
from authui.stores.keychain.windows_changing import (
    add,
    changed,
    delete,
    drop,
    find,
    records,
    standing,
    unfit,
    write,
)
from authui.stores.keychain.windows_items import (
    answer_of,
    entries_of,
    host_of,
    is_name,
    misplaced_host,
    stored,
    target_of,
)
from authui.stores.patience import Patience

_NAME: Final = "Windows Credential Manager"


class CredentialManagerStore:
    """rattler's items in the Credential Manager of the person who runs authui.

    Windows takes upper and lower case for the same, and so rattler, which asks by target: `get`,
    `read`, `write` and `delete` find `H.test` under `h.test`. What is written gets the spelling of
    the key it is written under. `open_calls` gives the API, the system's own unless it is given.
    Thread-safe.
    """

    def __init__(
        self,
        info: StoreInfo | None = None,
        *,
        open_calls: Callable[[], CredentialApi] = open_api,
    ) -> None:
        self._lock = RLock()
        self._open = open_calls
        self._opened: CredentialApi | None = None
        self._listing: StoreListing | None = None
        self._answers: dict[str, Answer] = {}
        self._info = info or StoreInfo("keychain", ("keychain",), _NAME, _NAME, "default", True)

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without its keychain."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """None: what is odd about an item is said with its entry."""
        return ()

    def list(self) -> StoreListing:
        """Every item whose target ends as rattler's do, also what rattler cannot use of them."""
        with self._lock:
            if self._listing is None:
                try:
                    self._listing = StoreListing(StoreState.OK, entries_of(records(self._api)))
                except StoreError as error:
                    self._listing = StoreListing(error.state, failure=error)
            return self._listing

    def get(self, host: str) -> Answer:
        """What rattler gets for this key, in whatever letter case it is stored."""
        with self._lock:
            answer = self._answers.get(host)
            if answer is None:
                answer = self._answers[host] = self._get(host)
            return answer

    def forget(self) -> None:
        """Drop what was read: the next question is asked anew."""
        with self._lock:
            self._listing = None
            self._answers.clear()

    def sight(self) -> object:
        """What is another after any change of rattler's items; raises nothing."""
        try:
            kept = [record for record in records(self._api) if host_of(record.target) is not None]
        except StoreError as error:
            return error.message
        return frozenset(map(hash, kept))  # not the secrets themselves

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What stands under this key now: rattler's item, or where there is none another's.

        One of another type, which rattler does not see, has no text and is named by its type.
        """
        with self._lock:
            now = standing(self._api, host, item)
            return None if now is None else stored(now)

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Store rattler's item for this key, then read it back.

        What rattler does not see is not replaced: the new item stands beside it.
        """
        del item, patience  # there is one item of rattler's, and nobody is asked
        with self._changing() as api:
            return write(api, host, text, before)

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Delete what `read` finds; then see that it is gone."""
        del patience
        with self._changing() as api:
            delete(api, host, before, item)

    def read_many(self, hosts: Collection[str]) -> dict[str, Told]:
        """What stands under each of the keys now."""
        told: dict[str, Told] = {}
        with self._lock:
            seen = self._listed_once()
            for host in hosts:
                try:
                    now = standing(self._api, host, seen=seen)
                    told[host] = None if now is None else stored(now)
                except Ambiguous as error:
                    told[host] = error
        return told

    def pace(self) -> Pace:
        """Windows keeps an item before it answers; a batch is what may have to be done again."""
        return Pace(batch=50)

    def add_many(
        self, texts: Sequence[tuple[str, Secret]], patience: Patience | None = None
    ) -> Iterator[tuple[str, Stored | AuthuiError]]:
        """A new item for each key, under which nothing stands in any letter case."""
        del patience
        with self._changing() as api:
            seen = self._listed_once()
            for host, text in texts:
                added: Stored | AuthuiError
                try:
                    if standing(api, host, seen=seen) is not None:
                        raise changed()
                    add(api, host, text)
                    added = Stored(text)
                except AuthuiError as error:
                    added = error
                yield host, added
                if isinstance(added, AuthuiError) and not isinstance(added, ChangedMeanwhile):
                    return

    def delete_many(self, hosts: Mapping[str, Stored]) -> dict[str, AuthuiError]:
        """Take each away where it still stands; after a failure of the store no more."""
        kept: dict[str, AuthuiError] = {}
        failure: AuthuiError | None = None
        with self._changing() as api:
            for host, before in hosts.items():
                if failure is None:
                    try:
                        delete(api, host, before, before.item)
                        continue
                    except (StoreError, OutcomeUnknown) as error:
                        failure = error
                    except ChangeError as error:
                        kept[host] = error
                        continue
                kept[host] = failure
        return kept

    def refusal(self) -> AuthuiError | None:
        """Why nothing can be added: Windows keeps nothing in this session, or does not answer."""
        with self._lock:
            try:
                records(self._api)
            except StoreError as error:
                return error
            return None

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why it is too long or no text."""
        return unfit(host, text)

    def misplaced(self) -> tuple[Misplaced, ...]:
        """What Python's keyring stored for rattler where rattler never looks, asked anew."""
        with self._lock:
            found = [(misplaced_host(one), one) for one in records(self._api)]
        return tuple(
            Misplaced(host, one.target, stored(one)) for host, one in found if host is not None
        )

    def drop_misplaced(self, one: Misplaced) -> None:
        """Delete it provided that it still holds this, for this host. Raises as `delete`."""
        with self._changing() as api:
            now = find(api, one.item)
            if now is None:
                raise NotStored("The item is no longer there", "authui audit shows what is")
            if misplaced_host(now) != one.host:
                raise changed()
            drop(api, now, one.stored)

    @property
    def _api(self) -> CredentialApi:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    @contextmanager
    def _changing(self) -> Iterator[CredentialApi]:
        """The API for a change. What was read is dropped, however it ends."""
        with self._lock:
            try:
                yield self._api
            finally:
                self.forget()

    def _get(self, host: str) -> Answer:
        try:
            # Also for a key that rattler never asks for: it tells whether Windows answers at all.
            found = find(self._api, target_of(host if is_name(host) else ""))
        except StoreAbsent as error:
            return Answer(Outcome.MISS, detail=error.message, failure=error)
        except StoreError as error:
            return Answer(Outcome.ERROR, detail=error.message, failure=error)
        return answer_of(found) if found is not None and is_name(host) else Answer(Outcome.MISS)

    def _listed_once(self) -> Callable[[], tuple[Record, ...]]:
        """All items, asked for when they are first wanted."""
        return cache(lambda: records(self._api))
