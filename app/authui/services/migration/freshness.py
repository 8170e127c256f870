"""Whether a plan still says what is so."""

from __future__ import annotations

from collections.abc import Iterator

from authui.services.migration.batch import read_many
from authui.services.migration.plan import Plan
from authui.stores.abilities import Told
from authui.stores.base import Stored, WritableStore


def has_changed(plan: Plan, source: WritableStore, target: WritableStore) -> Iterator[str]:
    """The hosts under which something else stands by now than the plan was made from."""
    steps = {step.host: step for step in plan.steps if step.source is not None}
    here = read_many(source, list(steps))
    there = read_many(target, [h for h, s in steps.items() if s.action != "unknown"])
    for host, step in steps.items():
        if not _same(here[host], step.source) or (
            step.action not in ("unknown", "skip") and not _same(there[host], step.target)
        ):
            yield host


def _same(told: Told, before: Stored | None) -> bool:
    if before is None or told is None:
        return before is None and told is None
    return isinstance(told, Stored) and told == before and told.copies == before.copies
