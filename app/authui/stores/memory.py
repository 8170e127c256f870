"""A store in memory, for the demo and for tests: it can be in any state."""

from __future__ import annotations

from collections.abc import Mapping

from authui.model.credential import Credential, expiry_of, username_of
from authui.model.entry import Answer, Entry, Outcome, StoreListing
from authui.model.errors import StoreError, StoreState
from authui.stores.base import StoreInfo


class MemoryStore:
    """Holds what it is given.

    `special` are entries that cannot be used, by host pattern, each with what a lookup gets for
    it. With a `failure` the store answers every question with it; `blocks` makes it one at which
    rattler-based tools stop. `locked` counts entries that nobody can see.
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
    ) -> None:
        self._info = info
        self._credentials = dict(credentials)
        self._state = state if failure is None else failure.state
        self._failure = failure
        self._special = dict(special or {})
        self._blocks = blocks
        self._locked = locked
        self._notes = notes

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
            for host, credential in self._credentials.items()
        ]
        special = [entry for entry, _ in self._special.values()]
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


def _outcome(state: StoreState) -> Outcome:
    """What a key gets from a store in this state that does not hold it."""
    if state is StoreState.LOCKED:
        return Outcome.LOCKED
    return Outcome.MISS if state.is_answer else Outcome.ERROR
