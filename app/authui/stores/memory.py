"""A store in memory, for the demo and for tests: it can be in any state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from authui.model.credential import Credential, expiry_of, username_of
from authui.model.entry import Answer, Entry, Outcome, StoreListing
from authui.model.errors import (
    Ambiguous,
    ChangedMeanwhile,
    NotStored,
    ReadOnly,
    StoreError,
    StoreLocked,
    StoreState,
)
from authui.model.secret import Secret
from authui.model.wire import decode_text, encode_text
from authui.stores.abilities import HeldItem
from authui.stores.base import Stored, StoreInfo
from authui.stores.patience import Patience


class MemoryStore:
    """Holds what it is given.

    `special` are entries that cannot be used, by host pattern, each with what a lookup gets for
    it. With a `failure` the store answers every question with it; `blocks` makes it one at which
    rattler-based tools stop. `locked` counts entries that nobody can see. `held` is what the items
    of an ambiguous entry keep, by their id.
    """

    def __init__(
        self,
        info: StoreInfo,
        credentials: Mapping[str, Credential],
        *,
        state: StoreState = StoreState.OK,
        failure: StoreError | None = None,
        special: Mapping[str, tuple[Entry, Answer]] | None = None,
        blocks: bool = False,
        locked: int = 0,
        notes: tuple[str, ...] = (),
        held: Mapping[str, Credential] | None = None,
    ) -> None:
        self._info = info
        self._credentials = dict(credentials)
        self._state = state if failure is None else failure.state
        self._failure = failure
        self._special = dict(special or {})
        self._blocks = blocks
        self._locked = locked
        self._notes = notes
        self._held = dict(held or {})

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """Its failure, where it was made one that stops rattler-based tools."""
        return self._failure if self._blocks else None

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes it was given."""
        return self._notes

    def list(self) -> StoreListing:
        """What it was given."""
        held = [
            Entry(
                host,
                self._info.id,
                kind=credential.kind,
                username=username_of(credential),
                expires_at=expiry_of(credential),
            )
            for host, credential in tuple(self._credentials.items())
        ]
        special = [entry for entry, _ in tuple(self._special.values())]
        return StoreListing(self._state, (*held, *special), self._failure, self._locked)

    def get(self, host: str) -> Answer:
        """What it holds under exactly this key."""
        if host in self._special:
            return self._special[host][1]
        if host in self._credentials:
            return Answer(Outcome.HIT, self._credentials[host])
        if self._failure is not None:
            return Answer(
                _outcome(self._state), detail=self._failure.message, failure=self._failure
            )
        return Answer(Outcome.MISS)

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What it holds under exactly this key."""
        self._must_answer()
        if host in self._credentials:
            return Stored(encode_text(self._credentials[host]))
        special = self._special.get(host)
        if special is None:
            return None
        entry, answer = special
        if answer.outcome is Outcome.AMBIGUOUS:
            return self._one_of(entry, item)
        if answer.outcome is Outcome.LOCKED:
            raise StoreLocked(answer.detail or "It is locked", "Unlock it first")
        return Stored(None)

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Keep the credential, if `before` still stands there."""
        del patience
        self._must_change()
        now = self.read(host, item=item)
        if now != before:
            raise ChangedMeanwhile(
                "What is stored there has changed since it was read", "Look at it again"
            )
        credential = decode_text(text)
        if now is not None and now.item is not None:
            self._held[now.item] = credential
            return Stored(text, now.item)
        self._special.pop(host, None)
        self._credentials[host] = credential
        if self._state is StoreState.ABSENT:
            self._state, self._failure = StoreState.OK, None
        return Stored(text)

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Drop what it holds under the key, or one of the items."""
        del patience
        self._must_change()
        now = self.read(host, item=item)
        if now is None:
            raise NotStored("Nothing is stored under this pattern", "authui list shows what is")
        if before is not None and now != before:
            raise ChangedMeanwhile(
                "What is stored there has changed since it was read", "Look at it again"
            )
        if now.item is not None:
            self._drop_item(host, now.item)
        else:
            self._special.pop(host, None)
            self._credentials.pop(host, None)

    def items(self, host: str) -> tuple[HeldItem, ...]:
        """The items of an ambiguous entry."""
        self._must_answer()
        special = self._special.get(host)
        if special is None:
            return ()
        return tuple(
            HeldItem(item, Stored(encode_text(self._held[item.id]), item.id))
            for item in special[0].items
            if item.id in self._held
        )

    def unlock(self, patience: Patience) -> bool:
        """Let go of the failure that says it is locked."""
        del patience
        if self._state is not StoreState.LOCKED:
            return False
        self._state, self._failure = StoreState.OK, None
        return True

    def _one_of(self, entry: Entry, item: str | None) -> Stored:
        ids = [one.id for one in entry.items]
        if item not in ids:
            raise Ambiguous(
                f"The keychain has {len(ids)} items for it", f"Say which: {', '.join(ids)}"
            )
        held = self._held.get(item or "")
        return Stored(None if held is None else encode_text(held), item)

    def _drop_item(self, host: str, item: str) -> None:
        """What is left where only one is: an ordinary entry."""
        entry, answer = self._special[host]
        self._held.pop(item, None)
        left = tuple(one for one in entry.items if one.id != item)
        if len(left) > 1:
            self._special[host] = (replace(entry, items=left), replace(answer, items=left))
            return
        del self._special[host]
        if left and left[0].id in self._held:
            self._credentials[host] = self._held.pop(left[0].id)

    def _must_answer(self) -> None:
        if self._failure is not None and not self._state.is_answer:
            raise self._failure

    def _must_change(self) -> None:
        self._must_answer()
        if self._info.read_only:
            raise ReadOnly(f"authui does not write {self._info.name}", "Edit the file itself")


def _outcome(state: StoreState) -> Outcome:
    """What a key gets from a store in this state that does not hold it."""
    if state is StoreState.LOCKED:
        return Outcome.LOCKED
    return Outcome.MISS if state.is_answer else Outcome.ERROR
