"""What the migration's screen says of plans and results, before any widget shows it.

Every text is harmless to show: printable, masked, and of a length that a screen can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from time import time

from authui.model.errors import AuthuiError
from authui.model.text import mask_url
from authui.services.migration.plan import (
    Action,
    Choice,
    Copy,
    Plan,
    PlanStep,
)
from authui.services.words import KIND_WORDS, StateWords, Tone, count, store_words, time_left
from authui.stores.base import StoreInfo
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import TableWords, shown

BLANK = Paragraph()

_ACTIONS: dict[Action, StateWords] = {
    "conflict": StateWords("Both hold something else", "warning", "≠"),
    "unknown": StateWords("Not known before it is unlocked", "warning", "?"),
    "move": StateWords("To move", "good", "→"),
    "remove-duplicate": StateWords("There already: only the copy goes", "good", "="),
    "skip": StateWords("Left alone", "quiet", "·"),
}

MIGRATION_WORDS: tuple[tuple[str, str], ...] = (
    ("→ move", "Copied, looked at over another connection, and only then taken out of the first"),
    ("= there", "The other store holds the same: the copy in the first one goes"),
    ("≠ both", "Two different credentials under one pattern: you say which one counts"),
    ("? unknown", "The keychain shows it only once it is unlocked (o)"),
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
    beside = "left out" if is_out else "copy stays" if step.keeps_source else ""
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


def choice_words(plan: Plan, choice: Choice) -> str:
    """What is done with a conflict, in short."""
    match choice:
        case Choice.SOURCE:
            return f"use the {short(plan.source)}'s"
        case Choice.TARGET:
            return f"use the {short(plan.target)}'s"
        case Choice.NEITHER:
            return "leave both"


def short(info: StoreInfo) -> str:
    """A store in one word."""
    return {"override-file": "override file", "auth-file": "auth file"}.get(info.id, info.id)


def kind_words(copy: Copy) -> str:
    """What a copy is: "bearer token"."""
    return "unreadable" if copy.kind is None else KIND_WORDS[copy.kind]


def copy_words(copy: Copy) -> str:
    """One copy: "bearer token, expires in 3 days"."""
    words = [kind_words(copy)]
    if copy.username:
        words.append(shown(copy.username))
    if copy.expires_at is not None:
        words.append(time_left(copy.expires_at, time())[1].lower())
    return ", ".join(words)


def numbers(plan: Plan, left_out: Collection[str]) -> tuple[tuple[Tone, str], ...]:
    """How many entries each action concerns."""
    counts = Counter(step.action for step in plan.steps if step.host not in left_out)
    told: list[tuple[Tone, str]] = []
    moving = counts["move"] + counts["remove-duplicate"]
    if moving:
        told.append(("good", f"{moving} to move"))
    if counts["conflict"]:
        told.append(("warning", count(counts["conflict"], "conflict")))
    if counts["unknown"]:
        told.append(("warning", f"{counts['unknown']} not known"))
    if counts["skip"] or left_out:
        told.append(("quiet", f"{counts['skip'] + len(left_out)} left alone"))
    return tuple(told) or (("good", "nothing to move"),)


def about_step(plan: Plan, step: PlanStep, choice: Choice) -> Iterator[Paragraph]:
    """All about one entry of a plan."""
    words = _ACTIONS[step.action]
    yield Paragraph(((words.tone, f"{words.symbol} {_sentence(plan, step)}"),), hang=2)
    if step.detail is not None and step.action != "remove-duplicate":
        yield paragraph(shown(step.detail))
    yield BLANK
    yield from _copies(plan, step)
    if step.choices:
        yield BLANK
        yield from _choices(plan, step, choice)
    for warning in step.warnings:
        yield paragraph(shown(warning), "warning")
    for effect in plan.effects:
        if effect.host == mask_url(step.host):
            yield BLANK
            yield Paragraph((("quiet", "Before  "), ("plain", shown(effect.before))), hang=8)
            tone: Tone = "warning" if effect.is_other else "plain"
            yield Paragraph((("quiet", "After   "), (tone, shown(effect.after))), hang=8)
            if effect.is_other:
                yield paragraph("Another credential is sent then", "warning")
    yield from about_plan(plan)


def about_plan(plan: Plan) -> Iterator[Paragraph]:
    """What to know before it is applied."""
    if plan.notes:
        yield BLANK
        yield paragraph("To know before", "strong")
        for note in plan.notes:
            yield Paragraph((("plain", f"· {shown(note)}"),), 0, 2)


def _sentence(plan: Plan, step: PlanStep) -> str:
    source, target = store_words(plan.source), store_words(plan.target)
    match step.action:
        case "move" if step.keeps_source:
            return f"Is copied to {target}, and stays in {source} too"
        case "move":
            return f"Moves from {source} to {target}"
        case "remove-duplicate":
            return f"{target.capitalize()} holds the same: the copy in {source} goes"
        case "conflict":
            return "Two different credentials: which one counts?"
        case "unknown":
            return f"What {target} holds for it is not known: o unlocks it"
        case "skip":
            return "Stays where it is"


def _copies(plan: Plan, step: PlanStep) -> Iterator[Paragraph]:
    yield Paragraph(
        (("quiet", f"In {store_words(plan.source)}  "), ("plain", copy_words(step.here))), hang=2
    )
    if step.there is not None:
        there = copy_words(step.there)
        yield Paragraph((("quiet", f"In {store_words(plan.target)}  "), ("plain", there)), hang=2)
    if step.newer is not None:
        side = plan.source if step.newer == "source" else plan.target
        yield paragraph(f"The one in {store_words(side)} is the newer one", "good")


def _choices(plan: Plan, step: PlanStep, chosen: Choice) -> Iterator[Paragraph]:
    source, target = store_words(plan.source), store_words(plan.target)
    texts = {
        Choice.SOURCE: f"use the one in {source}: it replaces the other",
        Choice.TARGET: f"use the one in {target}: the copy in {source} is deleted",
        Choice.NEITHER: "leave both as they are",
    }
    for number, choice in enumerate(Choice, 1):
        if choice not in step.choices:
            continue
        mark, tone = ("●", "good") if choice is chosen else ("○", "plain")
        yield Paragraph(((tone, f"{mark} {number}  {texts[choice]}"),), 0, 5)  # type: ignore[arg-type]


def questions_before(plan: Plan, choices: Mapping[str, Choice]) -> Iterator[Paragraph]:
    """What is said before a plan is applied, in numbers."""
    counts = plan.counts
    source, target = store_words(plan.source), store_words(plan.target)
    staying = sum(step.keeps_source for step in plan.steps if step.action == "move")
    if moving := counts["move"] - staying:
        noun = count(moving, "credential")
        yield paragraph(f"· {noun} from {source} to {target}, one by one, each looked at")
    if staying:
        yield paragraph(f"· {count(staying, 'credential')} copied; the first copy stays")
    if counts["remove-duplicate"]:
        yield paragraph(f"· {count(counts['remove-duplicate'], 'copy', 'copies')} deleted, for {target} holds the same")  # fmt: skip
    conflicts = [step for step in plan.steps if step.action == "conflict"]
    for choice in Choice:
        number = sum(choices.get(step.host, Choice.NEITHER) is choice for step in conflicts)
        if number:
            yield paragraph(f"· {count(number, 'conflict')}: {choice_words(plan, choice)}")
    yield BLANK
    if plan.target.encrypted is False:
        yield paragraph(f"They will lie in plain text in {shown(plan.target.location)}", "warning")
    elif plan.source.encrypted is False:
        yield paragraph(
            "Deleting is not revoking, and copies may live on in backups and snapshots.", "warning"
        )
    yield from about_plan(plan)


def nothing_words(plan: Plan) -> TableWords:
    """What stands in the place of the entries where there are none."""
    where = shown(plan.source.location)
    return TableWords("Nothing to move", f"{where} holds no credentials; s chooses another store")


def failed_words(error: AuthuiError) -> TableWords:
    """The same where there is no plan."""
    return TableWords(shown(error.message), shown(error.hint or "r tries again"))
