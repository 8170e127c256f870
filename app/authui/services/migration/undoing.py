"""Taking a migration back: the plan in the other direction, with what stood there before."""

from __future__ import annotations

from authui.model.secret import Secret
from authui.services.migration.plan import (
    Choice,
    Copy,
    MigrationResult,
    Plan,
    PlanStep,
    Status,
    StepResult,
)
from authui.stores.base import Stored


def reversed_plan(result: MigrationResult) -> Plan:
    """Of each entry that was moved: back to its source, and the target as it was."""
    plan = result.plan
    steps = (_back(one) for one in result.results if one.status is Status.DONE)
    return Plan(
        plan.target, plan.source, tuple(step for step in steps if step is not None), is_undo=True
    )


def _back(one: StepResult) -> PlanStep | None:
    """The entry's way back. The source may have kept a copy, the target may have held another."""
    step, text, leaves = one.step, one.text, one.leaves
    if step.source is None or step.source.text is None or text is None:
        return None
    before = None if step.target is None else step.target.text
    return PlanStep(
        step.host,
        "move",
        _copy(step, one.choice),
        warnings=_warnings(before, step.source.text),
        keeps_source=before is not None,
        source=Stored(text),
        target=None if leaves is None else Stored(leaves),
        text=step.source.text,
        leaves=before,
    )


def _copy(step: PlanStep, choice: Choice | None) -> Copy:
    return step.there if choice is Choice.TARGET and step.there is not None else step.here


def _warnings(target: Secret | None, source: Secret) -> tuple[str, ...]:
    """What to know where both stores held something before."""
    if target is None:
        return ()
    if target == source:
        return ("Both stores held it before, and will again",)
    return ("Each store gets back what it held before",)
