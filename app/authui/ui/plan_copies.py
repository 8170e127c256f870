"""What the migration's screen says of the two copies of an entry, and which one counts."""

from __future__ import annotations

from collections.abc import Iterator
from time import time

from authui.model.entry import StoreId
from authui.services.migration.plan import Choice, Copy, Plan, PlanStep
from authui.services.migration.words import copy_words
from authui.services.words import Tone, store_words
from authui.stores.base import StoreInfo
from authui.ui.tones import Paragraph, paragraph
from authui.ui.words import shown


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


def copies(plan: Plan, step: PlanStep, sent: StoreId | None = None) -> Iterator[Paragraph]:
    """The copies one below the other, and in what they differ. `sent` holds the one in use now."""
    sides = [(plan.source, step.here)]
    if step.there is not None:
        sides.append((plan.target, step.there))
    wide = max(len(store_words(info)) for info, _ in sides) + len("In ") + 2
    for info, one in sides:
        label = f"In {store_words(info)}".ljust(wide)
        now = ", sent now" if sent == info.id and len(sides) > 1 else ""
        yield Paragraph(
            (("quiet", label), ("plain", shown(copy_words(one, time()))), ("quiet", now)), hang=2
        )
        if one.detail is not None and one.kind is None and one.detail != step.detail:
            yield paragraph(shown(one.detail), "quiet", indent=2)
    if step.there is not None:
        yield Paragraph((("quiet", _compared(step.here, step.there)),), hang=2)
    if step.newer is not None:
        side = plan.source if step.newer == "source" else plan.target
        yield paragraph(
            f"The one in {store_words(side)} is the newer one: the older never replaces it", "good"
        )


def _compared(here: Copy, there: Copy) -> str:
    """What two copies have in common, as far as it may be shown."""
    pairs = (
        ("kind", here.kind, there.kind),
        ("user name", here.username, there.username),
        ("expiry", here.expires_at, there.expires_at),
    )
    told = [
        f"{name} {'the same' if one == other else 'different'}"
        for name, one, other in pairs
        if one is not None or other is not None
    ]
    if all(one == other for _, one, other in pairs):
        told.append("only what is secret differs" if told else "neither can be read")
    words = ", ".join(told)
    return words[:1].upper() + words[1:]


def choices(plan: Plan, step: PlanStep, chosen: Choice) -> Iterator[Paragraph]:
    """What can be done with a conflict, the chosen one marked."""
    here, there = short(plan.source), short(plan.target)
    stays = step.keeps_source
    texts = {
        Choice.SOURCE: f"the {here}'s counts: it replaces the {there}'s"
        + (" and stays" if stays else ""),
        Choice.TARGET: f"the {there}'s counts: the {here}'s is "
        + ("replaced by it" if stays else "deleted"),
        Choice.NEITHER: "leave both as they are",
    }
    for number, choice in enumerate(Choice, 1):
        if choice not in step.choices:
            continue
        mark = "●" if choice is chosen else "○"
        tone: Tone = "good" if choice is chosen else "plain"
        yield Paragraph(((tone, f"{mark} {number}  {texts[choice]}"),), 0, 5)
