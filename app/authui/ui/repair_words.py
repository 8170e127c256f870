"""What the repair of a broken file says, before any widget shows it.

No value of a bad entry is ever shown, not even in part: nobody can say where a secret begins in
what does not decode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from authui.model.repair import BadEntry
from authui.model.text import mask_url
from authui.services.audit.repair import Choice, Decision, RepairPlan
from authui.services.words import StateWords, count
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import TableWords, shown

BLANK = Paragraph()

NOTHING_BAD = TableWords(
    "No entry is bad by itself",
    "Press enter to write the good entries anew, in the form that rattler reads",
)
"""What stands in the place of the bad entries where there are none."""

REPAIR_WORDS: tuple[tuple[str, str], ...] = (
    ("✓ fix", "What the entry can only have meant, written as rattler reads it"),
    ("✓ typed anew", "It will hold the credential that you typed"),
    ("↓ set aside", "It goes into a file beside this one that only you can read; nothing is lost"),
)
"""The words of this screen, for its help."""


def name_of(entry: BadEntry) -> str:
    """The host of a bad entry, masked."""
    return "(no host)" if entry.host is None else shown(mask_url(entry.host))


def choice_words(choice: Decision) -> StateWords:
    """A decision with its symbol and tone."""
    if choice is Choice.FIX:
        return StateWords("fix", "good", "✓")
    if choice is Choice.SET_ASIDE:
        return StateWords("set aside", "warning", "↓")
    return StateWords("typed anew", "good", "✓")


def lines_of(plan: RepairPlan, choices: Mapping[int, Decision]) -> tuple[Line, ...]:
    """The bad entries, each with why it is bad and what becomes of it."""
    return tuple(
        _line(index, entry, choice_words(choices[index])) for index, entry in enumerate(plan.bad)
    )


def _line(index: int, entry: BadEntry, words: StateWords) -> Line:
    name, reason = name_of(entry), shown(entry.reason)
    # Some reasons say themselves which host they are about.
    text = reason if entry.host is not None and name in reason else f"{name}: {reason}"
    return Line(text, words.tone, words.symbol, "", words.words, key=str(index))


def about_bad(plan: RepairPlan, index: int, choice: Decision) -> Iterator[Paragraph]:
    """All about a bad entry: why it is one, what becomes of it, and what else could."""
    entry, words = plan.bad[index], choice_words(choice)
    yield paragraph(shown(entry.reason))
    yield BLANK
    yield Paragraph(((words.tone, f"{words.symbol} {words.words}"),))
    if choice is Choice.FIX:
        does = " and ".join(mend.value for mend in entry.mends)
        yield paragraph(f"It will {does}", hang=2)
    elif choice is Choice.SET_ASIDE:
        yield Paragraph((("plain", "It goes to "), ("quiet", shown(plan.side_path))), hang=2)
        yield paragraph("Only you can read that file. Nothing of it is lost", "quiet")
    else:
        yield paragraph("It will hold what you typed; what stands there now goes", hang=2)
    yield BLANK
    if entry.proposal is None:
        yield paragraph("It has no fix of one meaning", "quiet")
    if entry.host is None:
        yield paragraph("It has no host, so it cannot be typed anew in its place", "quiet")
    else:
        yield paragraph("e types the credential anew", "quiet")
    yield paragraph("What stands there is not shown: it may be a secret", "quiet")


def question(plan: RepairPlan, choices: Mapping[int, Decision]) -> Iterator[Paragraph]:
    """What a person should know before the file is written."""
    kept = count(plan.good, "entry stays", "entries stay")
    yield Paragraph((("strong", kept), ("plain", " byte for byte in")))
    yield paragraph(shown(plan.path), "quiet", indent=2)
    words = [choice_words(choice).words for choice in choices.values()]
    for said, one, more in (
        ("fix", "is mended", "are mended"),
        ("typed anew", "becomes what you typed", "become what you typed"),
    ):
        if number := words.count(said):
            yield Paragraph(
                (("strong", f"{number}"), ("plain", f" {one if number == 1 else more}"))
            )
    if number := words.count("set aside"):
        goes = "goes" if number == 1 else "go"
        yield Paragraph((("strong", f"{number}"), ("plain", f" {goes} as they stand to")))
        yield paragraph(shown(plan.side_path), "quiet", indent=2)
        yield paragraph("in plain text, which only you can read", "warning", indent=2)
