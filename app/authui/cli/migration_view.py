"""What `authui migrate` shows: a plan, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authui.cli.report import ExitStatus, Report, first_of
from authui.model.text import mask_url

if TYPE_CHECKING:
    from authui.cli.layout import Cell
    from authui.model.errors import AuthuiError
    from authui.services.migration.plan import (
        Action,
        Copy,
        MigrationResult,
        Plan,
        PlanStep,
        StepResult,
    )

_ACTIONS: dict[Action, str] = {
    "move": "move",
    "remove-duplicate": "remove duplicate",
    "conflict": "conflict",
    "skip": "skip",
    "unknown": "not known",
}

_COUNTED: dict[Action, str] = {
    "move": "to move",
    "remove-duplicate": "there already",
    "conflict": "in conflict",
    "skip": "left alone",
    "unknown": "not known",
}


def say_plan(report: Report, plan: Plan, *, error: AuthuiError | None = None) -> None:
    """The plan, as data; with an `error` it is the one that replaces an outdated one."""
    if report.as_json:
        value = _object(plan, [_planned(plan, step) for step in plan.steps])
        if error is not None:
            value["error"] = {"message": error.message, "hint": error.hint}
        report.json({**value, "applied": False})
    else:
        from authui.cli.layout import Cell, Table, line
        from authui.services.words import store_words

        if plan.steps:
            where = f"From {store_words(plan.source)} ({plan.source.location}) to "
            report.text([line(f"{where}{store_words(plan.target)}", "quiet")])
            rows = [
                (
                    Cell(mask_url(step.host), "strong"),
                    Cell(step.here.kind or "-"),
                    _action_cell(step.action, step.keeps_source),
                    Cell(_why(step)),
                )
                for step in plan.steps
            ]
            report.text([Table(("Host", "Kind", "Action", "Why"), rows, folding=("Host", "Why"))])
        _say_consequences(report, plan)
    if error is not None:
        report.problem(error.message, error.hint)


def say_beforehand(report: Report, plan: Plan) -> None:
    """The plan in one line, and what follows from it: what is said before it is carried out."""
    from authui.services.words import store_words

    told = [f"{number} {_COUNTED[action]}" for action, number in plan.counts.items() if number]
    where = f"{store_words(plan.source)} ({plan.source.location}) to {store_words(plan.target)}"
    report.note(f"From {where}: {', '.join(told)}")
    _say_consequences(report, plan)


def _say_consequences(report: Report, plan: Plan) -> None:
    for effect in plan.effects:
        if effect.is_other:
            report.note(f"Another credential is sent: {effect.before}; then {effect.after}")
    for note in plan.notes:
        report.note(note)


def say_result(report: Report, result: MigrationResult) -> ExitStatus:
    """What became of each entry, and what to know now."""
    if report.as_json:
        steps = [_done(result.plan, one) for one in result.results]
        report.json(_result_object(result, steps))
    else:
        from authui.cli.layout import Cell, Table

        rows = [
            (
                Cell(mask_url(one.step.host), "strong"),
                Cell(one.step.here.kind or "-"),
                _status_cell(one),
                Cell(one.detail or ""),
            )
            for one in result.results
        ]
        report.text([Table(("Host", "Kind", "Result", "Why"), rows, folding=("Host", "Why"))])
        report.note(_count_words(result))
        for note in result.notes:
            report.note(note)
        for left in result.leftovers:
            holds = "" if left.has_secrets is False else ", which may hold secrets"
            report.note(f"{left.path} is {left.what}{holds}: authui audit tells how to delete it")
    if result.stopped is not None:
        report.problem(f"It stopped there: {result.stopped.message}", result.stopped.hint)
    return _status(result)


def copy_words(copy: Copy) -> str:
    """One copy in short, as of now."""
    from time import time

    from authui.services.migration import words

    return words.copy_words(copy, time())


def _status(result: MigrationResult) -> ExitStatus:
    from authui.model.errors import StoreError
    from authui.services.migration.plan import Status

    failed = any(one.status is Status.FAILED for one in result.results)
    held = [ExitStatus.ERROR] if failed or result.stopped is not None else []
    is_unread = isinstance(result.stopped, StoreError) and not result.stopped.state.is_answer
    if is_unread or result.plan.unread:
        held.append(ExitStatus.PARTIAL)
    return first_of(held)


def _count_words(result: MigrationResult) -> str:
    from authui.services.migration.plan import Status

    counts = result.counts
    words = {
        Status.DONE: "done",
        Status.KEPT: "left alone",
        Status.FAILED: "failed",
        Status.PLANNED: "not reached",
    }
    told = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return ", ".join(told) or "Nothing to do"


def _action_cell(action: Action, keeps_source: bool) -> Cell:
    from authui.cli.layout import Cell

    words = _ACTIONS[action] + (", keep the copy" if keeps_source and action == "move" else "")
    match action:
        case "conflict" | "unknown":
            return Cell(words, "warning", "○")
        case "skip":
            return Cell(words, "quiet", "·")
    return Cell(words, "good", "→")


def _status_cell(one: StepResult) -> Cell:
    from authui.cli.layout import Cell
    from authui.services.migration.plan import Status

    match one.status:
        case Status.DONE:
            done = "duplicate removed" if one.action == "remove-duplicate" else "moved"
            return Cell(done, "good", "✓")
        case Status.FAILED:
            return Cell("failed", "bad", "✗")
        case Status.KEPT:
            return Cell("left alone", "quiet", "·")
        case Status.PLANNED:
            return Cell("not reached", "warning", "○")


def _why(step: PlanStep) -> str:
    if step.action == "conflict" and step.there is not None:
        both = f"here {copy_words(step.here)}; there {copy_words(step.there)}"
        return f"{step.detail}: {both}"
    return "; ".join([*([step.detail] if step.detail else []), *step.warnings])


def _object(plan: Plan, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "applied": False,
        "steps": steps,
        "effects": [
            {
                "host": mask_url(effect.host),
                "before": effect.before,
                "after": effect.after,
                "other": effect.is_other,
            }
            for effect in plan.effects
        ],
        "notes": list(plan.notes),
    }


def _result_object(result: MigrationResult, steps: list[dict[str, Any]]) -> dict[str, Any]:
    stopped = result.stopped
    return {
        **_object(result.plan, steps),
        "applied": True,
        "stopped": None if stopped is None else {"message": stopped.message, "hint": stopped.hint},
        "leftovers": [
            {"path": left.path, "what": left.what, "secrets": left.has_secrets}
            for left in result.leftovers
        ],
        "notes": [*result.plan.notes, *result.notes],
    }


def _planned(plan: Plan, step: PlanStep) -> dict[str, Any]:
    return {
        "host": mask_url(step.host),
        "from": plan.source.id,
        "to": plan.target.id,
        "action": step.action,
        "status": "planned",
        "detail": _why(step) or None,
        "kind": step.here.kind,
        "keeps_source": step.keeps_source,
    }


def _done(plan: Plan, one: StepResult) -> dict[str, Any]:
    told = _planned(plan, one.step)
    return {**told, "action": one.action, "status": one.status.value, "detail": one.detail}
