"""Moving credentials from one store to another: the plan, and the move."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from authui.model.entry import StoreId
from authui.model.text import mask_url
from authui.services.migration.migration import Migration
from authui.services.migration.plan import Choice, PlanStep, StepResult
from authui.ui.migrating import Draft, Migrating
from authui.ui.migration_keys import KEYS, offered
from authui.ui.plan_words import (
    MIGRATION_WORDS,
    about_plan,
    about_step,
    failed_words,
    lines_of,
    nothing_words,
    numbers,
)
from authui.ui.result_words import about_result, result_lines, result_numbers
from authui.ui.widgets.fitting_footer import FittingFooter
from authui.ui.widgets.folded_rows import FoldedRows
from authui.ui.widgets.plan_body import PlanBody, PlanHead, PlanProgress
from authui.ui.words import TOO_SMALL, TableWords, shown
from authui.ui.writes import Writes

_LOOK = 0.1


class MigrationScreen(Screen[tuple[StoreId, str] | None]):
    """Ends with the entry to go to, if there is one."""

    CSS_PATH = "migration.tcss"
    AUTO_FOCUS = "PlanRows"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-low"), (14, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDING_GROUP_TITLE = "Migration"
    BINDINGS = KEYS

    def __init__(self, migration: Migration, writes: Writes) -> None:
        super().__init__()
        self._work = Migrating(self, migration, writes)
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """Numbers, how far it is, the entries with the pane, keys."""
        yield PlanHead()
        yield PlanProgress()
        yield PlanBody()
        yield FittingFooter()
        yield Static(TOO_SMALL, id="plan-too-small", markup=False)

    def on_mount(self) -> None:
        """Make the plan; the first picture does not wait for it."""
        self._replan()
        self._draw()

    @property
    def body(self) -> PlanBody:
        """The entries with their pane."""
        return self.query_one(PlanBody)

    @property
    def is_moving(self) -> bool:
        """Whether a plan is being carried out."""
        return self.has_class("-moving")

    @property
    def _step(self) -> PlanStep | None:
        """The entry under the cursor, of the plan."""
        return self._work.step_of(self.body.rows.highlighted)

    @property
    def _outcome(self) -> StepResult | None:
        """The same, of what was done."""
        return self._work.outcome_of(self.body.rows.highlighted)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now."""
        del parameters
        if not self.is_mounted or action == "help":
            return True
        if action in ("back", "stop"):
            return self.is_moving is (action == "stop")
        found = offered(action, self._work, self._step)
        if self._is_busy:  # nothing works now, and nothing else shows for it
            return False if self.is_moving or found is False else None
        return found

    # What keys do

    def action_apply(self) -> None:
        """Carry the plan out, once the person has said so."""
        self._run(self._apply())

    async def _apply(self) -> None:
        plan = self._work.wanted()
        if plan is None or not self._may_change():
            return
        if not await self._work.confirm(plan):
            return
        self.add_class("-moving")
        self._show_progress()
        timer = self.set_interval(_LOOK, self._show_progress)
        self.refresh_bindings()
        try:
            is_done = await self._work.apply(plan)
        finally:
            timer.stop()
            if self.is_attached:
                self.remove_class("-moving")
        self._draw()
        if is_done and self.is_attached:
            self.body.rows.action_end(0)  # what went wrong stands first

    def action_leave_out(self) -> None:
        """Leave the entry out, or take it in again."""
        if (step := self._step) is not None:
            self._work.draft.left_out ^= {step.host}
            self._draw()

    def action_keep(self) -> None:
        """Keep the first copy of the entry too, or not."""
        if (step := self._step) is not None:
            self._work.draft.kept ^= {step.host}
            self._replan()

    def action_keep_all(self) -> None:
        """Keep the first copies of all of them, or of none."""
        self._work.draft.keeps_all = not self._work.draft.keeps_all
        self._replan()

    def action_choose(self, number: int) -> None:
        """Decide which copy of a conflict counts."""
        if (step := self._step) is not None and self._work.choose(step, list(Choice)[number - 1]):
            self._draw()

    def action_next_choice(self, by: int) -> None:
        """The next of the choices, or the one before."""
        step = self._step
        if step is not None and step.choices:
            nth = step.choices.index(self._work.choice_of(step)) + by
            self._work.choose(step, step.choices[nth % len(step.choices)])
            self._draw()

    def action_source(self) -> None:
        """Choose the store to move from."""
        self._run(self._choose_store(is_source=True))

    def action_target(self) -> None:
        """Choose the store to move to."""
        self._run(self._choose_store(is_source=False))

    async def _choose_store(self, *, is_source: bool) -> None:
        if await self._work.choose_store(is_source=is_source):
            await self._plan()

    def action_swap(self) -> None:
        """Move in the other direction."""
        draft = self._work.draft
        self._work.draft = Draft(draft.target, draft.source or "file")
        self._replan()

    def action_unlock(self) -> None:
        """Unlock the keychain, then plan again."""
        self._run(self._unlock())

    async def _unlock(self) -> None:
        await self._work.unlock()
        await self._plan()

    def action_undo(self) -> None:
        """Show the plan that takes the last migration back."""
        self._work.take_back()
        self._draw()

    def action_leftovers(self) -> None:
        """Delete what lies beside the file."""
        self._run(self._leftovers())

    async def _leftovers(self) -> None:
        if self._may_change():
            await self._work.delete_leftovers()
            self._draw()

    def action_reload(self) -> None:
        """Make the plan anew."""
        if self._work.plan is not None and self._work.plan.is_undo:
            self._work.draft = Draft()
        self._replan()

    def action_help(self) -> None:
        """Show all keys and words."""
        from authui.ui.screens.help import HelpScreen, sections_of

        parts = sections_of(self, self.body.rows, self.body.pane)
        self.app.push_screen(HelpScreen(parts, MIGRATION_WORDS))

    def action_stop(self) -> None:
        """End the move after the entry that is under way."""
        self._work.cancel()

    def action_back(self) -> None:
        """Out of the pane, then to the entries."""
        if self.focused is self.body.pane:
            self.set_focus(self.body.rows)
        else:
            self.dismiss(self._work.goal(self.body.rows.highlighted))

    @on(FoldedRows.Highlighted)
    def _highlighted(self) -> None:
        self._tell()

    @on(FoldedRows.Chosen)
    def _chosen(self) -> None:
        self.set_focus(self.body.pane)

    # What is shown

    def _may_change(self) -> bool:
        if not self._work.may_change:
            self._work.say("authui was started with --read-only", severity="warning")
        return self._work.may_change

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """One at a time: a key that comes twice in a burst asks once."""
        if self._is_busy:
            coroutine.close()
            return
        self._is_busy = True
        self.refresh_bindings()
        self.run_worker(self._until_done(coroutine), name="migrate", group="migrate")

    async def _until_done(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        finally:
            self._is_busy = False
            if self.is_attached:
                self.refresh_bindings()

    def _replan(self) -> None:
        self._run(self._plan())

    async def _plan(self) -> None:
        if self._work.plan is not None or self._work.failure is not None:
            self.query_one(PlanHead).show([("quiet", "Planning…")], self._work.ways)
        await self._work.make_plan()
        self._draw()

    def _show_progress(self) -> None:
        work, bar = self._work, self.query_one(PlanProgress)
        bar.show(work.progress, work.total, is_ending=work.is_ending, is_waiting=work.is_waiting)

    def _draw(self) -> None:
        """Show what is known by now."""
        if not self.is_attached:
            return
        work, plan, result = self._work, self._work.plan, self._work.result
        with self.app.batch_update():
            ways = work.ways
            if result is not None:
                self.query_one(PlanHead).show(result_numbers(result), ways)
                self.body.show("Result", result_lines(result), None)
            elif plan is not None:
                left_out = work.draft.left_out
                self.query_one(PlanHead).show(numbers(plan, left_out), ways)
                lines = lines_of(plan, work.draft.choices, left_out)
                title = "Taking it back" if plan.is_undo else "Plan"
                self.body.show(title, lines, None if lines else nothing_words(plan))
            else:
                self.query_one(PlanHead).show((), ways)
                failure = work.failure
                words = TableWords("Planning…") if failure is None else failed_words(failure)
                self.body.show("Plan", (), words)
            self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        """Tell about the entry under the cursor, or about the whole."""
        plan, result, step = self._work.plan, self._work.result, self._step
        if result is not None:
            outcome = self._outcome
            title = "" if outcome is None else shown(mask_url(outcome.step.host))
            self.body.tell(title, lambda: about_result(result, outcome))
        elif plan is not None and step is not None:
            choice, sent = self._work.choice_of(step), self._work.sent(step)
            title, is_out = shown(mask_url(step.host)), step.host in self._work.draft.left_out
            self.body.tell(title, lambda: about_step(plan, step, choice, sent, is_out=is_out))
        else:
            self.body.tell("", (lambda: about_plan(plan)) if plan is not None else tuple)
