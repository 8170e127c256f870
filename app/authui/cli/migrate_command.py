"""`authui migrate`: move credentials to another store, after a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from authui.cli.asking import answer_to, can_ask
from authui.cli.change_view import refuse_if_read_only, say_demo
from authui.cli.interruptible import carry_on, carry_out
from authui.cli.migration_view import copy_words, say_beforehand, say_plan, say_result
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report, first_of
from authui.cli.sources import open_stores
from authui.model.errors import ChangeError, StoreError
from authui.model.text import mask_url

if TYPE_CHECKING:
    from authui.services.migration.migration import Migration
    from authui.services.migration.plan import Choice, Plan, PlanStep, Progress

_GRACE: Final = 15.0
"""Seconds that the entries under way have to end after Ctrl-C; KDE's wallet takes six to write."""


def run(options: Options, report: Report) -> ExitStatus:
    """Show the plan, or do it and show what became of each entry."""
    from authui.services.migration.migration import Migration

    if options.apply:
        refuse_if_read_only(options)
    say_demo(options, report)
    opened = partial(open_stores, options, hosts=options.hosts)
    from authui.stores.environment import Environment

    machine = None if options.demo else Environment.current()
    migration = Migration(opened, machine, read_only=options.read_only)
    try:
        plan = _plan(options, migration)
        unknown = [step.host for step in plan.steps if step.action == "unknown"]
        if options.apply and unknown:
            carry_out(report, lambda wait: migration.unlock(wait, unknown), doing="unlocking")
            plan = _plan(options, migration)
        if not options.apply or not plan.has_work:
            return _show(options, report, migration, plan)
        return _apply(options, report, migration, plan)
    except StoreError as error:
        unread = not error.state.is_answer
        return report.error(error, ExitStatus.PARTIAL if unread else ExitStatus.ERROR)


def _plan(options: Options, migration: Migration) -> Plan:
    return migration.plan(
        options.source, options.target, options.hosts, keep_source=options.keep_source
    )


def _show(options: Options, report: Report, migration: Migration, plan: Plan) -> ExitStatus:
    say_plan(report, plan)
    if not plan.has_work:
        report.note(_nothing(plan))
        for other, number in migration.elsewhere(plan.source.id):
            report.note(f"{other} holds {number}: --from {other} moves those")
    elif not options.apply:
        report.note("Nothing was changed: --apply does it")
    return ExitStatus.PARTIAL if plan.unread else ExitStatus.DONE


def _nothing(plan: Plan) -> str:
    if plan.steps:
        return "Nothing can be moved"
    return f"Nothing to move: {plan.source.location} holds no credentials"


def _apply(options: Options, report: Report, migration: Migration, plan: Plan) -> ExitStatus:
    from authui.services.migration.plan import Choice, PlanOutdated

    say_beforehand(report, plan)
    overwrite = options.on_conflict == "overwrite"
    default = Choice.SOURCE if overwrite else Choice.NEITHER
    choices = _choices(options, report, plan)
    tell = _progress(report)
    try:
        result, is_interrupted = carry_on(
            report,
            lambda patience: migration.apply(
                plan, choices, default=default, patience=patience, tell=tell
            ),
            grace=_GRACE,
            doing="moving credentials",
        )
    except PlanOutdated as outdated:
        say_plan(report, outdated.plan, error=outdated)
        return ExitStatus.ERROR
    finally:
        report.progress("")
    status = say_result(report, result)
    return first_of([status, ExitStatus.INTERRUPTED]) if is_interrupted else status


def _choices(options: Options, report: Report, plan: Plan) -> dict[str, Choice]:
    """What the person wants done with each conflict, where somebody can be asked."""
    conflicts = [step for step in plan.steps if step.action == "conflict"]
    if not conflicts or options.on_conflict not in ("ask", None):
        return {}
    if not can_ask():
        report.note(
            "Where the other store holds something else both are left alone: there is no terminal "
            "to ask (--on-conflict overwrite takes the copies of the first store)"
        )
        return {}
    return {step.host: _ask(report, plan, step) for step in conflicts}


def _ask(report: Report, plan: Plan, step: PlanStep) -> Choice:
    from authui.services.migration.plan import Choice
    from authui.services.words import store_words

    source, target = store_words(plan.source), store_words(plan.target)
    report.note(f"{mask_url(step.host)} stands in both, and differs")
    report.note(f"  {source}: {copy_words(step.here)}")
    report.note(f"  {target}: {'nothing' if step.there is None else copy_words(step.there)}")
    if step.newer is not None:
        report.note(f"  The one in {source if step.newer == 'source' else target} is the newer one")
    words = {
        Choice.SOURCE: ("f", f"[f] use the one in {source}"),
        Choice.TARGET: ("k", f"[k] keep the one in {target}"),
        Choice.NEITHER: ("s", "[s] leave both"),
    }
    offered = {words[one][0]: one for one in step.choices}
    question = ", ".join(words[one][1] for one in step.choices) + "?"
    chosen = offered.get(answer_to(report, question)[:1])
    if chosen is None:
        raise ChangeError("Nothing was moved", f"Answer one of {', '.join(offered)}")
    return chosen


def _progress(report: Report) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        report.progress(f"{progress.number} of {progress.total}  {mask_url(progress.host)}")

    return tell
