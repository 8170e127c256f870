"""What the migration's screen says of plans and results, before any widget shows it.

Every text is harmless to show: printable, masked, and of a length that a screen can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from authui.model.entry import StoreId
from authui.model.errors import AuthuiError, StoreCorrupt, StoreLocked
from authui.model.text import mask_url, upper_first
from authui.services.migration.plan import (
    Action,
    Choice,
    Plan,
    PlannedEffect,
    PlanStep,
)
from authui.services.migration.words import kind_words
from authui.services.words import StateWords, Tone, count, store_words
from authui.ui.plan_copies import choice_words, choices, copies
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import TableWords, shown

BLANK = Paragraph()

_ACTIONS: dict[Action, StateWords] = {
    "conflict": StateWords("Both hold something else", "warning", "≠"),
    "unknown": StateWords("Not known before the keychain is asked", "warning", "?"),
    "move": StateWords("To move", "good", "→"),
    "remove-duplicate": StateWords("There already: only the copy goes", "good", "="),
    "skip": StateWords("Left alone", "quiet", "·"),
}

MIGRATION_WORDS: tuple[tuple[str, str], ...] = (
    ("→ move", "Copied, looked at over another connection, and only then taken out of the first"),
    ("= there", "The other store holds the same: the copy in the first one goes"),
    ("≠ both", "Two different credentials under one pattern: you say which one counts"),
    ("? unknown", "The keychain asks you before it shows it (o)"),
    ("· left", "Stays where it is; the pane says why"),
)
"""The words of this screen, for its help."""


def lines_of(plan: Plan, choices: Mapping[str, Choice], left_out: Collection[str]) -> list[Line]:
    """The entries under headings of what is to become of them, questions first."""
    lines: list[Line] = []
    for action, words in _ACTIONS.items():
        group = [step for step in plan.steps if step.action == action]
        if group:
            lines.append(Line(f"{words.words} ({len(group)})", words.tone))
        lines += [_line(plan, step, choices, left_out) for step in group]
    return lines


def _line(
    plan: Plan, step: PlanStep, choices: Mapping[str, Choice], left_out: Collection[str]
) -> Line:
    words = _ACTIONS[step.action]
    is_out = step.host in left_out
    beside = "left out" if is_out else _beside(step)
    if step.action == "conflict" and not is_out:
        beside = choice_words(plan, choices.get(step.host, Choice.NEITHER))
    return Line(
        text=shown(mask_url(step.host)),
        tone="quiet" if is_out else words.tone,
        symbol=words.symbol,
        where=kind_words(step.here),
        beside=beside,
        key=step.host,
        is_quiet=is_out or step.action == "skip",
    )


def _beside(step: PlanStep) -> str:
    if step.puts_back:
        return "both put back"
    return "copy stays" if step.keeps_source else ""


def numbers(plan: Plan, left_out: Collection[str]) -> tuple[tuple[Tone, str], ...]:
    """How many entries each action concerns."""
    counts = Counter(step.action for step in plan.steps if step.host not in left_out)
    out = sum(step.host in left_out for step in plan.steps)
    told: list[tuple[Tone, str]] = []
    moving = counts["move"] + counts["remove-duplicate"]
    if moving:
        told.append(("good", f"{moving} to move"))
    if counts["conflict"]:
        told.append(("warning", count(counts["conflict"], "conflict")))
    if counts["unknown"]:
        told.append(("warning", f"{counts['unknown']} not known"))
    if alone := counts["skip"] + out:
        told.append(("quiet", f"{alone} left alone"))
    return tuple(told) or (("good", "nothing to move"),)


def about_step(
    plan: Plan,
    step: PlanStep,
    choice: Choice,
    sent: StoreId | None = None,
    *,
    is_out: bool = False,
) -> Iterator[Paragraph]:
    """All about one entry of a plan. `sent` is the store whose copy is sent now, if one's is."""
    if is_out:
        yield paragraph("Left out: it stays where it is, and space takes it in", "quiet")
        yield BLANK
        yield from copies(plan, step, sent)
        return
    words = _ACTIONS[step.action]
    yield Paragraph(((words.tone, f"{words.symbol} {_sentence(plan, step)}"),), hang=2)
    if step.detail is not None and step.action not in ("remove-duplicate", "conflict"):
        yield paragraph(shown(step.detail))
    if not step.choices:
        yield BLANK
    yield from copies(plan, step, sent)
    yield from choices(plan, step, choice)
    for warning in step.warnings:
        yield paragraph(shown(warning), "warning")
    host = mask_url(step.host)
    for effect in plan.effects:
        if effect.host == host:
            yield BLANK
            yield from _effect(effect)
    yield from about_plan(plan, besides=host)


def _effect(effect: PlannedEffect) -> Iterator[Paragraph]:
    yield Paragraph((("quiet", "Before  "), ("plain", shown(effect.before))), hang=8)
    tone: Tone = "warning" if effect.is_other else "plain"
    yield Paragraph((("quiet", "After   "), (tone, shown(effect.after))), hang=8)
    if effect.is_other:
        yield paragraph("Another credential is sent then", "warning")


def about_plan(plan: Plan, *, besides: str | None = None) -> Iterator[Paragraph]:
    """What to know before it is applied. `besides` is a host whose effect is told already."""
    others = [one for one in plan.effects if one.is_other and one.host != besides]
    if others:
        yield BLANK
        yield paragraph("Where another credential is sent then", "warning")
        for effect in others:
            yield Paragraph((("plain", f"· {shown(effect.before)}"),), 0, 2)
            yield Paragraph((("warning", f"then {shown(effect.after)}"),), 2, 2)
    if plan.notes:
        yield BLANK
        yield paragraph("To know before", "strong")
        for note in plan.notes:
            yield Paragraph((("plain", f"· {shown(note)}"),), 0, 2)


def _sentence(plan: Plan, step: PlanStep) -> str:
    source, target = store_words(plan.source), store_words(plan.target)
    match step.action:
        case "move" if step.puts_back:
            return f"Goes back to {target}, and {source} gets back another"
        case "move" if step.keeps_source:
            return f"Is copied to {target}, and stays in {source} too"
        case "move":
            return f"Moves from {source} to {target}"
        case "remove-duplicate":
            return f"{upper_first(target)} holds the same: the copy in {source} goes"
        case "conflict":
            return "Two different credentials: which one counts?"
        case "unknown":
            return "What the keychain holds for it is not known: o asks for it"
        case "skip":
            return "Stays where it is"


def questions_before(plan: Plan, choices: Mapping[str, Choice]) -> Iterator[Paragraph]:
    """What is said before a plan is applied, in numbers."""
    yield from (Paragraph((("plain", f"· {one}"),), 0, 2) for one in _amounts(plan, choices))
    yield BLANK
    if plan.target.encrypted is False:
        yield paragraph(f"They will lie in plain text in {shown(plan.target.location)}", "warning")
    if plan.source.encrypted is False and not all(step.keeps_source for step in plan.steps):
        yield paragraph(
            f"Their secrets leave the plain text of {shown(plan.source.location)}. Deleting is not "
            "revoking, and a copy may live on in backups and snapshots of the disk",
            "warning",
        )
    yield from about_plan(plan)


def _amounts(plan: Plan, choices: Mapping[str, Choice]) -> Iterator[str]:
    counts = plan.counts
    source, target = store_words(plan.source), store_words(plan.target)
    moves = [step for step in plan.steps if step.action == "move"]
    back = sum(step.puts_back for step in moves)
    staying = sum(step.keeps_source for step in moves) - back
    if moving := counts["move"] - staying - back:
        noun = count(moving, "credential")
        yield f"{noun} from {source} to {target}, one by one, each looked at"
    if staying:
        yield f"{count(staying, 'credential')} copied to {target}; the first copy stays"
    if back:
        yield f"{count(back, 'credential')} put back in {target}, and another in {source}"
    if doubled := counts["remove-duplicate"]:
        noun = count(doubled, "copy", "copies")
        yield f"{noun} deleted from {source}, for {target} holds the same"
    conflicts = [step for step in plan.steps if step.action == "conflict"]
    for choice in Choice:
        number = sum(choices.get(step.host, Choice.NEITHER) is choice for step in conflicts)
        if number:
            yield f"{count(number, 'conflict')}: {choice_words(plan, choice)}"
    if unknown := counts["unknown"]:
        yield f"{unknown} not known before the keychain is asked: left alone"
    if skipped := counts["skip"]:
        yield f"{skipped} left alone, each for its reason"


def nothing_words(plan: Plan) -> TableWords:
    """What stands in the place of the entries where there are none."""
    where = shown(plan.source.location)
    return TableWords("Nothing to move", f"{where} holds no credentials; s chooses another store")


def failed_words(error: AuthuiError) -> TableWords:
    """The same where there is no plan."""
    hint = shown(error.hint or "r tries again")
    if isinstance(error, StoreCorrupt):
        hint += "; esc, then v opens the audit"
    elif isinstance(error, StoreLocked):
        hint = "o unlocks it, and then the plan is made"
    return TableWords(shown(error.message), hint)
