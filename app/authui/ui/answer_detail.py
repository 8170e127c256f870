"""What the pane says of a URL: what the server said, and what each kind of request carries."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from authui.model.lookup import LookupResult
from authui.ui.answered import Answered
from authui.ui.detail import BLANK, about_lookup
from authui.ui.tones import Paragraph, Tone, paragraph
from authui.ui.words import shown

if TYPE_CHECKING:
    from authui.model.probe import ProbeResult
    from authui.model.pypi import PypiResult


def about_answer(answer: Answered, *, brief: bool) -> Iterator[Paragraph]:
    """All that is known of the URL; `brief` folds what led to nothing."""
    if answer.probe is not None:
        yield from _about_probe(answer.probe)
        yield BLANK
    if answer.index is None:
        yield from about_lookup(answer.found, brief=brief)
        return
    yield paragraph("PyPI requests", "strong")
    yield from _about_index(answer.index)
    for sentence in answer.advice:
        yield BLANK
        yield paragraph(shown(sentence))
    yield BLANK
    yield paragraph("conda requests", "strong")
    yield paragraph(shown(answer.found.reason), indent=2)
    yield from _goes_out(answer.found)


def _about_probe(result: ProbeResult) -> Iterator[Paragraph]:
    from authui.services.probe import answer_words

    yield paragraph(f"{shown(result.host)} said", "strong")
    asked = [("without", result.without)]
    if result.with_ is not None:
        asked.insert(0, ("with it", result.with_))
    for name, one in asked:
        yield Paragraph((("quiet", f"{name:<9}"), ("plain", shown(answer_words(one)))), 2, 9)
    yield paragraph(f"to {shown(result.url)}", "quiet", indent=2, hang=3)


def _about_index(result: PypiResult) -> Iterator[Paragraph]:
    yield paragraph(shown(result.reason), indent=2)
    yield from _goes_out(result.rattler)
    yield BLANK
    yield from _steps(result)
    if result.keyring_calls:
        where = "none on the PATH" if result.program is None else shown(result.program)
        yield paragraph(f"the program is {where}", "quiet", indent=4, hang=2)
    for note in result.notes:
        yield BLANK
        yield paragraph(shown(note), "quiet")


def _steps(result: PypiResult) -> Iterator[Paragraph]:
    """Every place that was asked. What is said of several is said once."""
    from authui.services.pypi_words import PLACE_WORDS, step_words

    said: set[str] = set()
    for source, steps in groupby(result.steps, key=lambda step: step.source):
        yield paragraph(shown(PLACE_WORDS[source]), "quiet", indent=2)
        for step in steps:
            words = step_words(step)
            text = words.words
            if step.detail is not None and step.detail not in said:
                said.add(step.detail)
                text += f": {step.detail}"
            tone: Tone = "plain" if words.tone == "good" else "quiet"
            yield Paragraph(
                (
                    (words.tone, f"{words.symbol} "),
                    (tone, f"{shown(step.name)}  "),
                    (words.tone, shown(text)),
                ),
                indent=4,
                hang=2,
            )


def _goes_out(result: LookupResult) -> Iterator[Paragraph]:
    request = result.request
    if request is not None and request.masked_url not in (None, result.url):
        yield paragraph(f"goes out as {shown(request.masked_url or '')}", indent=2, hang=2)
