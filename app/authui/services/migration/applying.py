"""Doing what a plan says: copy, look at the copy over another connection, then leave the source.

At every moment a credential stands in one of the two stores, so that whoever stops here at any
time leaves nothing that a second run does not finish.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from authui.model.errors import (
    Ambiguous,
    AuthuiError,
    ChangedMeanwhile,
    OutcomeUnknown,
    ReadOnly,
    StoreError,
    StoreLocked,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.text import upper_first
from authui.services.migration.batch import add_many, delete_many, is_final, pace_of, read_many
from authui.services.migration.plan import Choice, Plan, PlanStep, Progress, Status, StepResult
from authui.services.migration.turns import Turn, turn_of
from authui.services.places import credential_of
from authui.services.words import store_words
from authui.stores.abilities import Pace, Rewords, Told
from authui.stores.base import Stored, WritableStore
from authui.stores.patience import Patience

_SLICE = 0.1
_LOOK_AGAIN = "Look at both before you rely on either"


@dataclass(frozen=True, slots=True)
class Places:
    """The two stores, and the target again over a connection that never writes."""

    source: WritableStore
    target: WritableStore
    verifier: WritableStore


class Run:
    """One run through a plan."""

    def __init__(
        self,
        plan: Plan,
        places: Places,
        patience: Patience,
        tell: Callable[[Progress], None] | None,
    ) -> None:
        self._plan = plan
        self._places = places
        self._patience = patience
        self._tell = tell
        self._told = 0
        self._total = 0
        self._pace = Pace()
        self.stopped: AuthuiError | None = None
        self.is_cancelled = False

    def make(self, choices: Mapping[str, Choice], default: Choice) -> tuple[StepResult, ...]:
        """Go through it. What became of each entry, in the plan's order; raises nothing."""
        turns = {
            step.host: turn
            for step in self._plan.steps
            if (turn := turn_of(step, choices.get(step.host, default))) is not None
        }
        target = self._places.target
        if isinstance(target, Rewords):
            for turn in turns.values():
                turn.text = target.reworded(turn.text)
        self._total = len(turns)
        waiting = list(turns.values())
        try:
            self._pace = pace_of(self._places.target) if waiting else Pace()
        except StoreError as error:
            self.stopped = error
        while waiting and self.stopped is None and not self._is_ended():
            now, waiting = waiting[: self._pace.batch], waiting[self._pace.batch :]
            self._pass(now)
        return tuple(self._result(step, turns.get(step.host)) for step in self._plan.steps)

    def _pass(self, turns: Sequence[Turn]) -> None:
        """Bring some entries over: all of them, until one meets a store that fails."""
        self._write(turns)
        written = [turn for turn in turns if turn.written is not None]
        if written:
            self._settle()
        ready = [t for t in turns if t.failure is None and (t.written is not None or not t.writes)]
        try:
            self._verify(ready)
        except StoreError as error:
            self._stop(error)
            for turn in ready:
                turn.failure = turn.failure or (
                    OutcomeUnknown(
                        f"It was copied, but could not be looked at: {error.message}", _LOOK_AGAIN
                    )
                    if turn.written is not None
                    else error
                )
            return
        self._leave(self._before_the_end(turns, ready))

    def _before_the_end(self, turns: Sequence[Turn], ready: Sequence[Turn]) -> list[Turn]:
        """Those that are as they should be; where the run ends here, only those before its end."""
        good: list[Turn] = []
        for turn in turns:
            if turn.failure is not None and self.stopped is turn.failure:
                break
            if turn.failure is None and turn in ready:
                good.append(turn)
        return good

    def _write(self, turns: Sequence[Turn]) -> None:
        new = [turn for turn in turns if turn.writes and turn.step.target is None]
        others = [turn for turn in turns if turn not in new]
        for turn in others:
            if self.stopped is not None or self._is_ended():
                return
            self._say(turn)
            if turn.writes:
                self._replace(turn)
        if self.stopped is None and not self._is_ended():
            self._add(new)

    def _replace(self, turn: Turn) -> None:
        before = turn.step.target
        try:
            turn.written = self._places.target.write(
                turn.host, turn.text, before=before, patience=self._patience,
                item=None if before is None else before.item,
            )  # fmt: skip
        except AuthuiError as error:
            self._fail(turn, error)

    def _add(self, turns: Sequence[Turn]) -> None:
        """New ones, one after the other, each said before it begins."""
        by_host = {turn.host: turn for turn in turns}
        texts = [(turn.host, turn.text) for turn in turns]
        if turns:
            self._say(turns[0])
        left = iter(turns[1:])
        for host, outcome in add_many(self._places.target, texts, self._patience):
            turn = by_host[host]
            if isinstance(outcome, Stored):
                turn.written = outcome
            else:
                self._fail(turn, outcome)
            if self.stopped is not None or self._is_ended():
                return
            following = next(left, None)
            if following is not None:
                self._say(following)

    def _settle(self) -> None:
        """Wait until what was stored outlives the program that keeps it. Not to be cut short."""
        end = time.monotonic() + self._pace.settle
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE))

    def _verify(self, turns: Sequence[Turn]) -> None:
        """See that the target holds each, exactly once. Raises `StoreError`."""
        seen = read_many(self._places.verifier, [turn.host for turn in turns])
        for turn in turns:
            told = seen[turn.host]
            if isinstance(told, StoreLocked) and turn.written is not None:
                told = self._seen_by_its_maker(turn.host)
            if isinstance(told, Stored) and told.text == turn.text:
                continue
            if isinstance(told, StoreError):
                raise told
            self._fail(turn, self._differs(turn, told))

    def _seen_by_its_maker(self, host: str) -> Told:
        """What stands there for the connection that made it.

        KeePassXC asks the person before it shows an item to any other, unless told not to.
        """
        return read_many(self._places.target, [host])[host]

    def _differs(self, turn: Turn, told: Told) -> AuthuiError:
        """Why a copy is not what it should be; garbage of our own making goes again."""
        where = store_words(self._places.target.info)
        if isinstance(told, Ambiguous):
            if turn.written is not None and turn.step.target is None:
                self._take_back(turn, turn.written)  # of two rattler would use neither
            return ChangedMeanwhile(
                f"{upper_first(where)} holds it more than once now: {told.message}", _LOOK_AGAIN
            )
        if isinstance(told, AuthuiError):
            return told
        if turn.written is None or (told is not None and credential_of(told) is not None):
            return ChangedMeanwhile(
                f"Another program changed it in {where} at the same moment", _LOOK_AGAIN
            )
        if told is None:
            return WriteFailed(f"{upper_first(where)} said that it stored it, but it is not there")
        self._take_back(turn, told)
        return WriteFailed(f"{upper_first(where)} keeps something else than it was given")

    def _leave(self, turns: Sequence[Turn]) -> None:
        """Take the verified ones out of the source, or put there what is to be left."""
        gone = {
            turn.host: turn.step.source
            for turn in turns
            if turn.leaves is None and turn.step.source is not None
        }
        kept = delete_many(self._places.source, gone, self._patience)
        for turn in turns:
            if turn.host in kept:
                self._stay(turn, kept[turn.host])
                continue
            if turn.leaves is not None and not _stands(turn.step.source, turn.leaves):
                try:
                    self._places.source.write(
                        turn.host, turn.leaves, before=turn.step.source, patience=self._patience
                    )
                except AuthuiError as error:
                    self._stay(turn, error)
                    continue
            turn.done = True

    def _stay(self, turn: Turn, error: AuthuiError) -> None:
        """The source has changed, or keeps it. A copy that may be the older one goes again.

        So does one of what the source never gives up: no second run would finish it.
        """
        self._fail(turn, error)
        if isinstance(error, (ChangedMeanwhile, ReadOnly)) and turn.written is not None:
            self._take_back(turn, turn.written)

    def _take_back(self, turn: Turn, now: Stored) -> None:
        """Put the target back to what it held, as far as it still holds `now`."""
        before, target = turn.step.target, self._places.target
        item = None if turn.written is None else turn.written.item
        try:
            if before is None or before.text is None:
                target.delete(turn.host, before=now, item=item, patience=self._patience)
            else:
                target.write(turn.host, before.text, before=now, item=item, patience=self._patience)
        except AuthuiError as error:
            self._stop(
                OutcomeUnknown(
                    f"The copy in {store_words(target.info)} could not be taken back: "
                    f"{error.message}",
                    _LOOK_AGAIN,
                )
            )

    def _fail(self, turn: Turn, error: AuthuiError) -> None:
        turn.failure = error
        if is_final(error):
            self._stop(error)

    def _stop(self, error: AuthuiError) -> None:
        self.stopped = self.stopped or error

    def _is_ended(self) -> bool:
        self.is_cancelled = self.is_cancelled or self._patience.is_cancelled
        return self.is_cancelled

    def _say(self, turn: Turn) -> None:
        self._told += 1
        if self._tell is not None:
            self._tell(Progress(self._told, self._total, turn.host))

    def _result(self, step: PlanStep, turn: Turn | None) -> StepResult:
        if turn is None:
            return StepResult(step, step.action, Status.KEPT, step.detail)
        if turn.done:
            return StepResult(
                step, step.action, Status.DONE, step.detail, turn.choice, turn.text, turn.leaves
            )
        if turn.failure is None:
            copied = "Copied, and still in the first store: the next run finishes it"
            detail = "Not reached" if turn.written is None else copied
            return StepResult(step, step.action, Status.PLANNED, detail)
        changed = isinstance(turn.failure, (ChangedMeanwhile, Ambiguous))
        action = "conflict" if changed else step.action
        return StepResult(step, action, Status.FAILED, turn.failure.message)


def _stands(stored: Stored | None, text: Secret) -> bool:
    return stored is not None and stored.text == text
