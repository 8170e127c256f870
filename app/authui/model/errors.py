"""What can go wrong, as one tree. Each error carries a message and a hint for the person.

AuthuiError
├── BadInput             what the caller gave cannot be used (exit status 2)
│   ├── BadUrl           a URL that rattler would not parse
│   └── FieldProblem     a field of a credential holds what rattler cannot use
├── DecodeError          a stored text is no credential that rattler accepts
├── ChangeError          a change did not happen: what was there is still there
│   ├── ReadOnly         this store, or this run of authui, changes nothing
│   ├── NotStored        nothing is stored under this pattern
│   ├── AlreadyStored    something is stored under the new pattern
│   ├── ChangedMeanwhile what stands there is no longer what was seen
│   ├── Ambiguous        several would do, and a person has to say which
│   ├── WriteFailed      the system or the keychain did not let it be written
│   └── Declined         the person said no, or let the time pass
├── OutcomeUnknown       nobody can say whether a change happened
└── StoreError           a store did not answer; `state` says how
    ├── StoreAbsent      there is no such store here
    ├── NoCollection     a keychain without a default collection
    ├── StoreLocked      the keychain is locked
    ├── StoreTimeout     it did not answer within its time limit
    ├── StoreDenied      it refused us
    ├── StoreUnreadable  it answered with something that cannot be used
    └── StoreCorrupt     a file that rattler refuses to read
"""

from __future__ import annotations

from enum import StrEnum


class StoreState(StrEnum):
    """The condition of a store."""

    OK = "ok"
    LOCKED = "locked"
    ABSENT = "absent"
    NO_COLLECTION = "no-collection"
    TIMEOUT = "timeout"
    DENIED = "denied"
    UNREADABLE = "unreadable"
    CORRUPT = "corrupt"

    @property
    def is_answer(self) -> bool:
        """Whether the store has been read in full: being empty or not there is an answer too."""
        return self in (StoreState.OK, StoreState.ABSENT, StoreState.NO_COLLECTION)


class AuthuiError(Exception):
    """Anything that authui reports to a person. Neither text ever holds a secret."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadInput(AuthuiError):
    """What the caller gave cannot be used."""


class BadUrl(BadInput):
    """A URL that rattler would not parse either."""


class FieldProblem(BadInput):
    """A field of a credential holds what rattler cannot use. `field` is its name there."""

    def __init__(self, message: str, hint: str | None = None, *, field: str) -> None:
        super().__init__(message, hint)
        self.field = field


class DecodeError(AuthuiError):
    """A stored text is no credential that rattler accepts.

    `host` and `field` name the place where they are known; `line` and `column` count from 1, the
    column in bytes, as rattler's own messages do.
    """

    def __init__(
        self,
        message: str,
        *,
        line: int,
        column: int,
        host: str | None = None,
        field: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.line = line
        self.column = column
        self.host = host
        self.field = field


class StoreError(AuthuiError):
    """A store did not answer as it should."""

    state = StoreState.UNREADABLE


class StoreAbsent(StoreError):
    """There is no such store here."""

    state = StoreState.ABSENT


class NoCollection(StoreError):
    """The keychain has no default collection."""

    state = StoreState.NO_COLLECTION


class StoreLocked(StoreError):
    """The keychain is locked."""

    state = StoreState.LOCKED


class StoreTimeout(StoreError):
    """The store did not answer within its time limit."""

    state = StoreState.TIMEOUT


class StoreDenied(StoreError):
    """The store refused us."""

    state = StoreState.DENIED


class StoreUnreadable(StoreError):
    """The store answered with something that cannot be used."""

    state = StoreState.UNREADABLE


class StoreCorrupt(StoreError):
    """A file that rattler refuses to read."""

    state = StoreState.CORRUPT


class ChangeError(AuthuiError):
    """A change did not happen, and what was there is still there."""


class ReadOnly(ChangeError):
    """This store, or this run of authui, changes nothing."""


class NotStored(ChangeError):
    """Nothing is stored under this pattern."""


class AlreadyStored(ChangeError):
    """Something is stored under the new pattern already."""


class ChangedMeanwhile(ChangeError):
    """What stands there is no longer what was seen: another program changed it."""


class Ambiguous(ChangeError):
    """Several would do, and a person has to say which."""


class WriteFailed(ChangeError):
    """The system or the keychain did not let it be written."""


class Declined(ChangeError):
    """The person said no to the keychain's window, or let the time pass."""


class OutcomeUnknown(AuthuiError):
    """Nobody can say whether a change happened: look again before relying on either."""
