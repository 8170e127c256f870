"""What a migration would do, and what it did, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, TypeAlias

from authui.model.credential import Kind
from authui.model.entry import StoreId
from authui.model.errors import AuthuiError, ChangeError
from authui.model.secret import Secret
from authui.services.migration.leftovers import Leftover
from authui.stores.base import Stored, StoreInfo

Action: TypeAlias = Literal["move", "remove-duplicate", "conflict", "skip", "unknown"]
"""`move` it; the target holds the same already, so `remove-duplicate`; it holds another, a
`conflict`; `skip` it for a reason; `unknown` what the target holds, since that would open a window."""

Side: TypeAlias = Literal["source", "target"]


class Status(StrEnum):
    """What became of an entry. `KEPT` means that both stores hold what they held."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    KEPT = "kept"


class Choice(StrEnum):
    """What to do with a conflict."""

    SOURCE = "source"
    """The source's copy counts: it takes the place of the target's."""
    TARGET = "target"
    """The target's copy counts: the source's is deleted."""
    NEITHER = "neither"
    """Both stay where they are."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a credential, as it may be shown: without its secret.

    `kind` is None where rattler cannot read it, or where it `is_unread`, since its store asks the
    person first. `expires_at` is in seconds since 1970. `detail` is a sentence to know about it.
    """

    kind: Kind | None
    username: str | None = None
    expires_at: int | None = None
    detail: str | None = None
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What is to become of one entry.

    `here` is the source's copy, `there` the target's, None where it holds none or that is not
    known. `detail` says why, for every action but a plain move. `warnings` are sentences about what
    the move means for this entry. `keeps_source` leaves the source's copy where it is. `newer` is
    the side whose OAuth token is known to be the newer one; the other never takes its place.

    The rest is what it is made of: what must stand at both places, what the target is to hold, and
    what is to be left in the source, None for nothing.
    """

    host: str = field(repr=False)  # it may be a whole URL, password included
    action: Action
    here: Copy
    there: Copy | None = None
    detail: str | None = None
    warnings: tuple[str, ...] = ()
    keeps_source: bool = False
    newer: Side | None = None
    source: Stored | None = field(default=None, repr=False)
    target: Stored | None = field(default=None, repr=False)
    text: Secret | None = field(default=None, repr=False)
    leaves: Secret | None = field(default=None, repr=False)

    @property
    def puts_back(self) -> bool:
        """Whether the source is left with another credential: what it held before, in an undo."""
        return self.leaves is not None and self.leaves != self.text

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What a person can choose, for a conflict: an older token never replaces a newer one."""
        if self.action != "conflict":
            return ()
        sides = [Choice(side) for side in ("source", "target") if self.newer in (side, None)]
        readable = [one for one in sides if self._is_readable(one)]
        return (*readable, Choice.NEITHER)

    def _is_readable(self, choice: Choice) -> bool:
        copy = self.here if choice is Choice.SOURCE else self.there
        return copy is not None and copy.kind is not None


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """What answers the URLs of a pattern before and after. Both are sentences, masked.

    `is_other` says that another credential is sent afterwards, not just the same one from elsewhere.
    """

    host: str
    before: str
    after: str
    is_other: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a migration would do. Making it wrote nothing and opened no window.

    `hosts` are those it was asked for, none for all; `kept` those whose source copy is to stay.
    `notes` are sentences to know before: who will not find the credentials any more, and what the
    target is worth. `unread` are stores that did not answer, so that the plan is partial.
    """

    source: StoreInfo
    target: StoreInfo
    steps: tuple[PlanStep, ...]
    effects: tuple[PlannedEffect, ...] = ()
    notes: tuple[str, ...] = ()
    hosts: frozenset[str] = field(default=frozenset(), repr=False)
    keep_all: bool = False
    kept: frozenset[str] = field(default=frozenset(), repr=False)
    is_undo: bool = False
    unread: tuple[StoreId, ...] = ()

    @property
    def counts(self) -> Counter[Action]:
        """How many entries each action concerns."""
        return Counter(step.action for step in self.steps)

    def without(self, hosts: Collection[str]) -> Plan:
        """The same plan, but for these hosts."""
        steps = tuple(step for step in self.steps if step.host not in hosts)
        return replace(self, steps=steps, hosts=frozenset(step.host for step in steps))

    @property
    def has_work(self) -> bool:
        """Whether applying it could do something."""
        return any(step.action != "skip" for step in self.steps)


class PlanOutdated(ChangeError):
    """A store has changed since the plan was made; `plan` is the new one, to be looked at first."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            "What is stored has changed since the plan was made, so nothing was moved",
            "Look at the new plan, then apply that",
        )
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Progress:
    """Which entry is being moved: `number` of `total`, from 1."""

    number: int
    total: int
    host: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one entry. `action` may be another than planned: what stood there changed.

    `choice` is what was done with a conflict. `text` is what the target holds now and `leaves` what
    the source does, where it is done.
    """

    step: PlanStep
    action: Action
    status: Status
    detail: str | None = None
    choice: Choice | None = None
    text: Secret | None = field(default=None, repr=False)
    leaves: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What a migration did.

    `stopped` is what ended it before its last entry, None where nothing did; those not reached are
    still planned. `is_cancelled` says that the person ended it. `leftovers` are files beside the
    source that may still hold its secrets. `notes` are sentences to know afterwards.
    """

    plan: Plan
    results: tuple[StepResult, ...]
    stopped: AuthuiError | None = None
    is_cancelled: bool = False
    leftovers: tuple[Leftover, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[Status]:
        """How many entries ended in each way."""
        return Counter(result.status for result in self.results)

    @property
    def can_be_undone(self) -> bool:
        """Whether something was moved that can be moved back."""
        return any(result.status is Status.DONE for result in self.results)

    @property
    def store_written(self) -> StoreId:
        """The store that was written to."""
        return self.plan.target.id
