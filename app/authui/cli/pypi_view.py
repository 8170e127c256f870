"""What is said of a PyPI index, as JSON and for a person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from authui.cli.layout import Block, Cell, Line, line
from authui.cli.request_view import (
    failure_object,
    header_of,
    request_lines,
    request_object,
    words_of,
)
from authui.model.pypi import PypiResult
from authui.services.pypi_words import PLACE_WORDS, step_words

if TYPE_CHECKING:
    from authui.cli.layout import Tone
    from authui.cli.pypi_asking import IndexAnswer
    from authui.model.lookup import LookupResult


def pypi_object(answer: IndexAnswer, reveal: bool) -> dict[str, Any]:
    """The answer as the `pypi` of a JSON result."""
    result = answer.result
    first, uv = result.rattler.request, result.uv
    return {
        "rattler": None if first is None else request_object(first, reveal),
        "uv": {
            "authorization": header_of(uv.authorization, uv.masked_authorization, reveal),
            "keyring_calls": [words_of(call, reveal) for call in uv.keyring_calls],
        },
        "request": None if result.request is None else request_object(result.request, reveal),
        "failure": None if result.failure is None else failure_object(result.failure),
        "winner": result.winner,
        "reason": result.reason,
        "steps": [
            {
                "source": step.source,
                "name": step.name,
                "outcome": step.outcome.value,
                "detail": step.detail,
            }
            for step in result.steps
        ],
        "keyring_calls": [
            {
                "command": ["keyring", "get", *words_of(call, reveal)],
                "outcome": call.outcome.value,
                "detail": call.detail,
            }
            for call in result.keyring_calls
        ],
        "program": None
        if result.program is None
        else {
            "path": result.program,
            "backends": None if answer.backends is None else list(answer.backends),
        },
        "partial": result.partial,
        "advice": list(answer.advice),
        "notes": list(result.notes),
    }


def pypi_blocks(
    conda: LookupResult, answer: IndexAnswer, tone: Tone, reveal: bool
) -> Iterator[Block]:
    """The verdict, both halves, the request, and every place that was asked."""
    result = answer.result
    yield line(result.reason, tone)
    if result.failure is not None and result.failure.hint is not None:
        yield line(f"hint: {result.failure.hint}")
    yield line()
    yield line(f"  conda requests  {conda.reason}")
    yield line(f"  PyPI requests   {result.reason}")
    if result.request is not None:
        yield from request_lines(result.request, reveal)
    if result.steps:
        yield line()
    yield from _step_lines(result)
    yield from _program_lines(answer)
    notes = dict.fromkeys((*answer.advice, *result.notes, *conda.notes))
    if notes:
        yield line()
    yield from (line(f"note: {note}") for note in notes)


def _step_lines(result: PypiResult) -> Iterator[Line]:
    """The steps under the places that were asked. What is said twice is said once."""
    said: set[str] = set()
    for source, group in groupby(result.steps, key=lambda step: step.source):
        steps = list(group)
        width = max(len(step.name) for step in steps)
        yield line(f"  {PLACE_WORDS[source]}")
        for step in steps:
            words = step_words(step)
            text = words.words
            if step.detail is not None and step.detail not in said:
                said.add(step.detail)
                text += f": {step.detail}"
            yield Line((Cell(f"    {words.symbol} {step.name:<{width}}  "), Cell(text, words.tone)))


def _program_lines(answer: IndexAnswer) -> Iterator[Line]:
    """The keyring program, where the keyring is in question."""
    result = answer.result
    if not result.keyring_calls:
        return
    yield line()
    yield line(f"  keyring program  {result.program or 'none on the PATH'}")
    if answer.backends is not None:
        yield line(f"  its backends     {', '.join(answer.backends) or 'none'}")
