"""The keychain of macOS: what rattler keeps in the default keychain of the user.

rattler's items are generic passwords with the service `rattler`, the pattern as account and its
JSON as the secret, in the file-based default keychain of the user's domain: not in the
data-protection keychain, and not in iCloud (apple-native-keyring-store, `keychain.rs`).

Names and dates are shown to anyone, also while the keychain is locked. A secret is shown to the
program that stored it and to those its access list names; before macOS gives it to another, it asks
the person in a window of its own. So `list` and `peek` read no secret, and `get` and `read` one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock, RLock
from typing import Final, TypeVar

from authui.model.entry import Answer, Outcome, StoreListing
from authui.model.errors import (
    AuthuiError,
    Declined,
    NotStored,
    StoreDenied,
    StoreError,
    StoreLocked,
    StoreTimeout,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.base import Stored, StoreInfo
from authui.stores.keychain.macos_changing import delete, write
from authui.stores.keychain.macos_functions import FindFunction, system_function
from authui.stores.keychain.macos_items import RATTLER, Opened, Seen, to_account, to_data
from authui.stores.keychain.macos_memory import OF_THIS_PROCESS, Memory, look, stored_in
from authui.stores.keychain.macos_reach import Reach
from authui.stores.keychain.macos_reading import LOCKED, NOT_READ, answer_of, failed, listing_of
from authui.stores.keychain.macos_status import locked
from authui.stores.keychain.macos_unlocking import unlock
from authui.stores.keychain.macos_waiting import is_a_window_open
from authui.stores.patience import Patience

T = TypeVar("T")

LIMIT: Final = 2.0
"""Seconds for each call that opens no window."""


class MacKeychainStore:
    """rattler's items in the default keychain.

    `service` is another than rattler's for a check on a real Mac; `find` gives the functions of the
    Security framework, `clock` the time in seconds since 1970. `limit` is in seconds and holds for
    each call that opens no window. `patience` is what a window may take: it is set by whoever wants
    to end the wait. What was read is kept in `memory`, on the system's own keychain that of this
    process, as long as nobody changes it. Thread-safe; what opens no window waits for none.
    """

    def __init__(
        self,
        info: StoreInfo | None = None,
        *,
        service: str = RATTLER,
        find: FindFunction = system_function,
        limit: float = LIMIT,
        clock: Callable[[], float] = time.time,
        memory: Memory | None = None,
    ) -> None:
        self.patience = Patience()
        if memory is None:
            memory = OF_THIS_PROCESS if find is system_function else Memory()
        self._memory = memory.of(service)
        self._lock = Lock()
        self._turn = RLock()
        self._reach = Reach(service.encode(), find, limit, clock)
        self._seen: Seen | StoreError | None = None
        self._answers: dict[str, Answer] = {}
        self._sight: object = None
        self._info = info or StoreInfo(
            id="keychain",
            names=("keychain",),
            name="macOS keychain",
            location="login keychain",
            origin="default",
            encrypted=True,
        )

    @property
    def info(self) -> StoreInfo:
        """What and where it is: the keychain's file, once it was listed."""
        seen = self._seen
        return replace(self._info, location=seen.path) if isinstance(seen, Seen) else self._info

    @property
    def blocks(self) -> StoreError | None:
        """None: rattler goes on without its keychain."""
        return None

    @property
    def notes(self) -> tuple[str, ...]:
        """None: what is to be known of an entry stands with it."""
        return ()

    def list(self) -> StoreListing:
        """Every item by its name; kinds of those that were read before. Opens no window."""
        seen = self._looked()
        if isinstance(seen, StoreError):
            return StoreListing(seen.state, failure=seen)
        return listing_of(seen, {host: self._known(host, seen) for host in seen.items})

    def peek(self, host: str) -> Answer:
        """What is known of exactly this key without a window."""
        known = self._answers.get(host)
        if known is not None:
            return known
        seen = self._looked()
        if isinstance(seen, StoreError):
            return failed(seen)
        if host not in seen.items:
            return Answer(Outcome.MISS)
        if not seen.is_unlocked:
            return Answer(Outcome.LOCKED, detail=LOCKED)
        return self._known(host, seen) or Answer(Outcome.HIT, detail=NOT_READ)

    def get(self, host: str) -> Answer:
        """What rattler gets for exactly this key. Reads this one secret, if macOS hands it out.

        Where it did not, another request asks once more.
        """
        with self._turn:
            known = self._answers.get(host)
            if known is None or isinstance(known.failure, (StoreDenied, StoreTimeout)):
                try:
                    known = self._get(host)
                except StoreError as error:
                    known = failed(error)
                self._answers[host] = known
            return known

    def forget(self) -> None:
        """Drop what was seen and what failed: the next question is asked anew."""
        self._seen = None
        self._answers.clear()
        self._reach.forget()

    def sight(self) -> object:
        """What is another after any change: names and dates. Opens no window; raises nothing.

        While a window is open nothing is looked at: the framework locks the item it asks about.
        """
        if self._sight is None or not is_a_window_open():
            self.forget()
            seen = self._looked()
            self._sight = seen.message if isinstance(seen, StoreError) else seen[:3]
        return self._sight

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What stands under exactly this key now; `item` changes nothing, for there is but one.

        A secret that was read before is not asked for again while the dates of its item stay.
        """
        del item
        account = to_account(host)
        with self._turn:
            self._reach.forget()
            stored = None if account is None else self._stored(account, host)
            if stored is None:
                self._drop(host)
            else:
                self._keep(host, stored)
            return stored

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Change the item that is there in place, or make a new one; then look at it."""
        del item
        problem = self.cannot_keep(host, text)
        account, data = to_account(host), to_data(text)
        if problem is not None or account is None or data is None:
            message = f"The keychain cannot keep this: {problem}"
            raise WriteFailed(message, "Give it another pattern or value")
        with self._turn:
            self._drop(host)
            stored = self._anew(lambda opened: write(opened, account, text, data, before), patience)
            self._keep(host, stored, is_written=True)
            return stored

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Delete the item; then see that it is gone. Opens no window unless `before` needs one."""
        del item
        account = to_account(host)
        if account is None:
            raise NotStored("Nothing is stored under this pattern", "authui list shows what is")
        with self._turn:
            self._drop(host)
            self._anew(lambda opened: delete(opened, account, before), patience)

    def refusal(self) -> AuthuiError | None:
        """Why nothing can be added: no default keychain, or a locked one."""
        try:
            is_unlocked = self._anew(lambda opened: opened.is_unlocked)
        except StoreError as error:
            return error
        return None if is_unlocked else locked()

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why rattler or UTF-8 has no such name or text. The keychain itself knows no limit."""
        if not host:
            return "rattler stores nothing under an empty name"
        if to_account(host) is None or to_data(text) is None:
            return "it holds characters that the keychain cannot keep"
        return None

    def unlock(self, patience: Patience) -> bool:
        """Have macOS ask for the keychain's password; whether it was locked."""
        with self._turn:
            try:
                return self._anew(unlock, patience)
            except StoreTimeout as error:
                if self._reach.is_mute:
                    raise
                message = "Nobody answered the window of macOS: the keychain is still locked"
                raise Declined(message, error.hint) from None
            finally:
                self.forget()

    def _get(self, host: str) -> Answer:
        account = to_account(host)
        if not account:
            self._do(lambda opened: opened.is_unlocked)  # only to tell whether it answers
            return Answer(Outcome.MISS)
        try:
            stored = self._stored(account, host)
        except StoreLocked:
            return Answer(Outcome.LOCKED, detail=LOCKED)
        if stored is None:
            return Answer(Outcome.MISS)
        self._memory.keep(host, stored)
        return answer_of(stored.text)

    def _stored(self, account: bytes, host: str) -> Stored | None:
        """What the item keeps, read anew unless its dates tell that it is what was read before."""
        known = self._memory.get(host)
        return self._do(lambda opened: stored_in(opened, account, known))

    def _keep(self, host: str, stored: Stored, *, is_written: bool = False) -> None:
        self._seen = None
        self._memory.keep(host, stored, is_written=is_written)
        self._answers[host] = answer_of(stored.text)

    def _drop(self, host: str) -> None:
        self._seen = None
        self._memory.drop(host)
        self._answers.pop(host, None)

    def _known(self, host: str, seen: Seen) -> Answer | None:
        """What is known of an item without a window; None where it was never read."""
        known = self._answers.get(host)
        if known is None and seen.is_unlocked:
            stored = self._memory.get(host)
            known = None if stored is None else answer_of(stored.text)
        return known

    def _looked(self) -> Seen | StoreError:
        """The items by their attributes, or why they cannot be seen."""
        with self._lock:
            seen = self._seen
            if seen is None:
                try:
                    seen = self._do(lambda opened: look(opened, self._memory))
                except StoreError as error:
                    seen = error
                self._seen = seen
            return seen

    def _do(self, job: Callable[[Opened], T], patience: Patience | None = None) -> T:
        return self._reach.do(job, patience or self.patience)

    def _anew(self, job: Callable[[Opened], T], patience: Patience | None = None) -> T:
        self._reach.forget()  # whatever failed before
        return self._do(job, patience)
