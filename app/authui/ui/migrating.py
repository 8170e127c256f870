"""What the migration's screen knows and does: one plan at a time, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from textual.screen import Screen

from authui.model.entry import EntryState, StoreId
from authui.model.errors import AuthuiError
from authui.services.catalog import Listing
from authui.services.migration.leftovers import Leftover, delete_leftover
from authui.services.migration.migration import Migration
from authui.services.migration.plan import (
    Choice,
    MigrationResult,
    Plan,
    PlanOutdated,
    PlanStep,
    Progress,
    Status,
    StepResult,
)
from authui.services.words import count
from authui.stores.base import StoreInfo
from authui.stores.patience import Patience
from authui.ui.blocking import run_blocking
from authui.ui.plan_words import questions_before
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.toasts import Weight, tell
from authui.ui.tones import paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import shown
from authui.ui.writes import Writes

_FILES: tuple[StoreId, ...] = ("file", "auth-file", "override-file")


@dataclass
class Draft:
    """What the person has decided so far."""

    source: StoreId | None = None
    target: StoreId = "keychain"
    kept: set[str] = field(default_factory=set)
    keeps_all: bool = False
    left_out: set[str] = field(default_factory=set)
    choices: dict[str, Choice] = field(default_factory=dict)


class Migrating:
    """Makes plans and carries them out; the screen shows them."""

    def __init__(self, screen: Screen[Any], migration: Migration, writes: Writes) -> None:
        self._screen = screen
        self._migration = migration
        self._writes = writes
        self.draft = Draft()
        self.plan: Plan | None = None
        self.result: MigrationResult | None = None
        self.failure: AuthuiError | None = None
        self._active: frozenset[tuple[StoreId, str | None]] = frozenset()
        self._infos: dict[StoreId, StoreInfo] = {}
        # Written by the thread that works, read by a timer of the screen.
        self.progress: Progress | None = None
        self._patience: Patience | None = None
        self.is_ending = False

    @property
    def may_change(self) -> bool:
        """Whether this run moves anything."""
        return self._migration.may_change

    @property
    def is_waiting(self) -> bool:
        """Whether a window of the keychain waits for the person."""
        return self._patience is not None and self._patience.is_waiting

    @property
    def can_be_undone(self) -> bool:
        """Whether there is a migration of this run to take back."""
        return self._migration.last is not None

    @property
    def ways(self) -> tuple[StoreInfo, StoreInfo] | None:
        """From where to where, as far as the two stores are known."""
        if self.plan is not None:
            return self.plan.source, self.plan.target
        ends = (self.draft.source, self.draft.target)
        found = [self._infos[name] for name in ends if name in self._infos]
        return (found[0], found[1]) if len(found) == len(ends) else None

    async def make_plan(self) -> None:
        """The plan for what was decided, or why there is none."""
        self.result = None
        try:
            self.plan = await run_blocking(self._plan)
        except AuthuiError as error:
            self.plan, self.failure = None, error
        else:
            self.failure = None

    def _plan(self) -> Plan:
        draft, listing = self.draft, self._migration.survey()
        self._infos = {name: one.info for one in listing.stores for name in one.info.names}
        if draft.source is None:
            draft.source = _first_source(listing, self._infos)
        plan = self._migration.plan(
            draft.source, draft.target, keep_source=draft.keeps_all, kept=draft.kept
        )
        active = (one for one in listing.entries if one.state is EntryState.ACTIVE)
        self._active = frozenset((entry.store, entry.host) for entry in active)
        return plan

    def sent(self, step: PlanStep) -> StoreId | None:
        """The store of the two whose copy is sent now; None where another's is, or none."""
        ends = () if self.plan is None else (self.plan.source.id, self.plan.target.id)
        return next((store for store in ends if (store, step.host) in self._active), None)

    def step_of(self, line: Line | None) -> PlanStep | None:
        """The entry of a line, while there is a plan."""
        if line is None or self.plan is None or self.result is not None:
            return None
        return next((step for step in self.plan.steps if step.host == line.key), None)

    def outcome_of(self, line: Line | None) -> StepResult | None:
        """What became of it, once there is a result."""
        found = () if line is None or self.result is None else self.result.results
        return next((one for one in found if line and one.step.host == line.key), None)

    def goal(self, line: Line | None) -> tuple[StoreId, str] | None:
        """The entry of a line, where it is now, if it was moved."""
        outcome, result = self.outcome_of(line), self.result
        if outcome is None or result is None or outcome.status is not Status.DONE:
            return None
        return result.store_written, outcome.step.host

    def choose(self, step: PlanStep, choice: Choice) -> bool:
        """Decide about a conflict; whether that can be chosen."""
        if choice not in step.choices:
            return False
        self.draft.choices[step.host] = choice
        return True

    def choice_of(self, step: PlanStep) -> Choice:
        """What was decided about a conflict."""
        return self.draft.choices.get(step.host, Choice.NEITHER)

    def wanted(self) -> Plan | None:
        """The plan without what was left out."""
        if self.plan is None:
            return None
        return self.plan.without(self.draft.left_out) if self.draft.left_out else self.plan

    async def confirm(self, plan: Plan) -> bool:
        """Ask before anything is moved."""
        number = sum(self._is_moved(step) for step in plan.steps)
        if not number:
            self.say("Nothing would be done: choose which copy of a conflict counts, or unlock")
            return False
        verb = "Take back" if plan.is_undo else "Migrate"
        told = list(questions_before(plan, self.draft.choices))
        question = ConfirmScreen(f"{verb} {count(number, 'credential')}?", told, yes=verb)
        answer: bool = await self._screen.app.push_screen_wait(question)
        return answer

    def _is_moved(self, step: PlanStep) -> bool:
        if step.action == "conflict":
            return self.choice_of(step) is not Choice.NEITHER
        return step.action not in ("skip", "unknown")

    @property
    def total(self) -> int:
        """How many entries are moved."""
        plan = self.wanted()
        return 0 if plan is None else sum(self._is_moved(step) for step in plan.steps)

    async def choose_store(self, *, is_source: bool) -> bool:
        """Have a store chosen for one end; whether it was."""
        from authui.ui.screens.store_choice import StoreChoiceScreen

        ends = (self.draft.source or "file", self.draft.target)
        chosen, other = ends if is_source else ends[::-1]
        title = "Move from" if is_source else "Move to"
        listing = await run_blocking(self._migration.survey)
        screen = StoreChoiceScreen(title, listing, chosen=chosen, other=other)
        store = await self._screen.app.push_screen_wait(screen)
        if store is None:
            return False
        self.draft = Draft(*((store, ends[1]) if is_source else (ends[0], store)))
        return True

    async def apply(self, plan: Plan) -> bool:
        """Carry the plan out; whether it came to that. A new plan takes the place of an old one."""
        self.progress, self.is_ending = None, False

        def work(patience: Patience) -> MigrationResult:
            self._patience = patience
            return self._migration.apply(
                plan, dict(self.draft.choices), patience=patience, tell=self._tell
            )

        try:
            self.result = await self._writes.make(self._screen.app, "", work, is_shown=True)
        except PlanOutdated as outdated:
            # What was decided was decided about other credentials.
            self.draft.choices.clear()
            if outdated.plan.is_undo:
                self.plan = outdated.plan
            else:
                await self.make_plan()
            self.say(outdated.message, outdated.hint, severity="warning")
            return False
        except AuthuiError as error:
            self.say(error.message, error.hint, severity="error")
            return False
        finally:
            self._patience = None
        return True

    def _tell(self, progress: Progress) -> None:
        self.progress = progress

    def cancel(self) -> None:
        """End after the entry that is being moved."""
        if self._patience is not None:
            self.is_ending = True
            self._patience.cancel()

    def take_back(self) -> None:
        """Show the plan that undoes the last migration."""
        if self._migration.last is not None:
            self.draft = Draft(
                self._migration.last.plan.target.id, self._migration.last.plan.source.id
            )
            self.plan, self.result = self._migration.reverse(self._migration.last), None
            self.failure = None

    async def unlock(self) -> None:
        """Have the keychain ask for its password, or whether each secret may be read."""
        steps = () if self.plan is None else self.plan.steps
        hosts = [step.host for step in steps if step.action == "unknown"]
        await self._make(
            "Asking the keychain", lambda patience: self._migration.unlock(patience, hosts)
        )

    async def delete_leftovers(self) -> None:
        """Delete what lies beside the file, each once the person has said so."""
        result = self.result
        for left in () if result is None else result.leftovers:
            if left.is_folder or not await self._may_delete(left):
                continue

            def delete(_: Patience, left: Leftover = left) -> None:
                delete_leftover(left)

            if not await self._make("Deleting a file", delete):
                return
            self.say(f"Deleted {left.path}")
            if self.result is not None:
                others = tuple(one for one in self.result.leftovers if one != left)
                self.result = replace(self.result, leftovers=others)

    async def _may_delete(self, left: Leftover) -> bool:
        holds = {True: "holds secrets", False: "holds none", None: "may hold secrets"}[
            left.has_secrets
        ]
        told = (
            paragraph(shown(left.path), "strong"),
            paragraph(f"It is {shown(left.what)}, and {holds}"),
            paragraph("This cannot be undone, and does not revoke what it holds", "warning"),
        )
        question = ConfirmScreen("Delete this file?", told, yes="Delete")
        answer: bool = await self._screen.app.push_screen_wait(question)
        return answer

    async def _make(self, what: str, function: Callable[[Patience], object]) -> bool:
        try:
            await self._writes.make(self._screen.app, what, function)
        except AuthuiError as error:
            self.say(error.message, error.hint, severity="error")
            return False
        return True

    def say(self, *lines: str | None, severity: Weight = "information") -> None:
        """A toast."""
        tell(self._screen, *lines, severity=severity)


def _first_source(listing: Listing, infos: Mapping[StoreId, StoreInfo]) -> StoreId:
    """The file that holds something: the default one, if it does."""
    held = {entry.store for entry in listing.entries}
    blocked = {report.info.id for report in listing.stores if report.blocks}
    found = (infos[name].id for name in _FILES if name in infos)
    return next((store for store in found if store in held | blocked), "file")
