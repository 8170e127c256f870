"""What the migration's screen says of what a migration did, before any widget shows it."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.text import mask_url, upper_first
from authui.services.migration.plan import Choice, MigrationResult, Plan, Status, StepResult
from authui.services.migration.words import kind_words
from authui.services.words import StateWords, Tone, store_words
from authui.ui.plan_words import BLANK
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import shown

_STATUSES: dict[Status, StateWords] = {
    Status.FAILED: StateWords("Failed", "bad", "✗"),
    Status.PLANNED: StateWords("Not reached", "warning", "…"),
    Status.DONE: StateWords("Done", "good", "✓"),
    Status.KEPT: StateWords("Left alone", "quiet", "·"),
}


def result_lines(result: MigrationResult) -> list[Line]:
    """The entries under headings of what became of them, the worst first."""
    lines: list[Line] = []
    for status, words in _STATUSES.items():
        group = [one for one in result.results if one.status is status]
        if group:
            lines.append(Line(f"{words.words} ({len(group)})", words.tone))
        lines += [
            Line(
                text=shown(mask_url(one.step.host)),
                tone=words.tone,
                symbol=words.symbol,
                where=kind_words(one.step.here),
                key=one.step.host,
                is_quiet=status is Status.KEPT,
            )
            for one in group
        ]
    return lines


def result_numbers(result: MigrationResult) -> tuple[tuple[Tone, str], ...]:
    """How many entries ended in each way."""
    told = [
        (words.tone, f"{result.counts[status]} {words.words.lower()}")
        for status, words in _STATUSES.items()
        if result.counts[status]
    ]
    return tuple(told) or (("good", "nothing to do"),)


def about_result(result: MigrationResult, one: StepResult | None) -> Iterator[Paragraph]:
    """What became of an entry, and what to know about the whole."""
    if one is not None:
        words = _STATUSES[one.status]
        yield Paragraph(((words.tone, f"{words.symbol} {words.words}"),))
        if one.status is Status.DONE:
            yield paragraph(_done(result.plan, one))
        elif one.detail is not None:
            yield paragraph(shown(one.detail))
        yield BLANK
    if result.stopped is not None:
        is_told = one is not None and one.detail == result.stopped.message
        told = "It stopped there" if is_told else f"It stopped: {shown(result.stopped.message)}"
        yield paragraph(told, "bad")
        if result.stopped.hint is not None:
            yield paragraph(shown(result.stopped.hint))
        yield BLANK
    elif result.is_cancelled:
        yield paragraph("You ended it; r makes a plan for the rest", "warning")
        yield BLANK
    for note in result.notes:
        yield Paragraph((("plain", f"· {shown(note)}"),), 0, 2)
    if result.leftovers:
        yield BLANK
        yield paragraph("May still hold secrets (D deletes them)", "warning")
        for left in result.leftovers:
            yield Paragraph(
                (("plain", f"· {shown(left.path)}"), ("quiet", f"  {shown(left.what)}")), 0, 2
            )


def _done(plan: Plan, one: StepResult) -> str:
    """What was done with an entry."""
    source, target = store_words(plan.source), store_words(plan.target)
    left = f"{source} keeps what it is to keep" if plan.is_undo else f"{source} keeps a copy"
    rest = left if one.leaves is not None else f"{source} no longer holds it"
    match one.choice:
        case Choice.SOURCE:
            return f"It took the place of the one in {target}; {rest}"
        case Choice.TARGET:
            return f"The one in {target} counts; {rest}"
    if one.action == "remove-duplicate":
        return f"{upper_first(target)} held the same; {rest}"
    return f"It is in {target} and was looked at there; {rest}"
