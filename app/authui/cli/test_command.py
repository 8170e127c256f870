"""`authui test`: which credential applies to each URL, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from authui.cli.asking import can_ask
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report, first_of
from authui.cli.request_view import failure_object, request_lines, request_object
from authui.cli.sources import open_stores
from authui.model.errors import BadUrl
from authui.model.lookup import LookupResult, Step
from authui.model.text import mask_url
from authui.services.words import step_words

if TYPE_CHECKING:
    from authui.cli.layout import Block, Line, Tone
    from authui.cli.probe_view import Probed
    from authui.cli.pypi_asking import IndexAnswer
    from authui.model.pypi import PypiResult
    from authui.stores.discover import Discovery
    from authui.stores.patience import Patience


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A URL that nothing can be looked up for. `url` is masked."""

    url: str
    error: BadUrl


@dataclass(frozen=True, slots=True)
class Answers:
    """What is said of one URL. `text` is as it was given, and may hold a secret.

    `index` is the answer for PyPI requests and `probed` what the server says, where asked for.
    """

    text: str = field(repr=False)
    found: LookupResult | Unparsable
    index: IndexAnswer | None = None
    probed: Probed | None = None


def run(options: Options, report: Report) -> ExitStatus:
    """Answer each URL."""
    discovery = open_stores(options)
    answers = [_answers(text, discovery, options, report) for text in options.urls]
    if report.as_json:
        results = [_object(answer, options.reveal) for answer in answers]
        report.json({"client": discovery.client, "results": results})
    else:
        report.text(_all_blocks(answers, options.reveal))
    for answer in answers:
        if isinstance(answer.found, Unparsable):
            report.problem(answer.found.error.message, answer.found.error.hint)
    for note in discovery.notes:
        report.note(note)
    status = status_of([a.found if a.index is None else a.index.result for a in answers])
    if status not in (ExitStatus.DONE, ExitStatus.NOTHING_APPLIES):
        return status
    return first_of([status, *(a.probed.status for a in answers if a.probed is not None)])


def _answers(text: str, discovery: Discovery, options: Options, report: Report) -> Answers:
    """All that was asked for about one URL."""
    from time import time

    now = time()
    found = _answer(text, discovery, report, now)
    index = None
    if options.pypi and isinstance(found, LookupResult):
        from authui.cli.pypi_asking import ask_index

        may_ask = can_ask() and not found.is_unread  # who said no is not asked twice
        index = ask_index(text, discovery, options, report, now=now, may_ask=may_ask)
    probed = None
    if options.probe and isinstance(found, LookupResult):
        from authui.cli.probe_view import carry_out_probe, sample_probe

        asked = found if index is None else index.result
        probed = (
            sample_probe(report)
            if options.demo
            else carry_out_probe(report, asked, text, discovery.pixi)
        )
    return Answers(text, found, index, probed)


def _answer(
    text: str, discovery: Discovery, report: Report, now: float
) -> LookupResult | Unparsable:
    """The answer to one URL; a secret that the system asks about is read if a person is there."""
    from authui.services.lookup import lookup

    look = partial(
        lookup, text, discovery.stores, client=discovery.client, pixi=discovery.pixi, now=now
    )
    try:
        found = look()
    except BadUrl as error:
        return Unparsable(mask_url(text), error)
    if not found.is_unread or not can_ask():
        return found
    from authui.services.asking import wait_with, will_ask

    asked = [s.info for s in discovery.stores if found.match and s.info.id == found.match.store]
    for info in asked:
        report.note(will_ask(info))

    def ask(patience: Patience) -> LookupResult:
        wait_with(patience, discovery.stores)
        return look(may_ask=True)

    return carry_out(report, ask, doing="reading")


def status_of(answers: Sequence[LookupResult | PypiResult | Unparsable]) -> ExitStatus:
    """The exit status for a set of answers."""
    return first_of(_status(answer) for answer in answers)


def _status(answer: LookupResult | PypiResult | Unparsable) -> ExitStatus:
    if isinstance(answer, Unparsable):
        return ExitStatus.USAGE
    if answer.failure is not None:
        return ExitStatus.ERROR if answer.failure.store is None else ExitStatus.PARTIAL
    if answer.partial:
        return ExitStatus.PARTIAL
    if not isinstance(answer, LookupResult):
        return ExitStatus.NOTHING_APPLIES if answer.winner is None else ExitStatus.DONE
    # The user information of a URL is an answer too, though no store gave it.
    own = answer.request is not None and answer.request.authorization is not None
    return ExitStatus.DONE if own or answer.match is not None else ExitStatus.NOTHING_APPLIES


def _object(answers: Answers, reveal: bool) -> dict[str, Any]:
    shown = _found_object(answers.text, answers.found, reveal)
    if answers.index is not None:
        from authui.cli.pypi_view import pypi_object

        shown["pypi"] = pypi_object(answers.index, reveal)
    if answers.probed is not None:
        from authui.cli.probe_view import probe_object

        shown["probe"] = probe_object(answers.probed)
    return shown


def _found_object(text: str, answer: LookupResult | Unparsable, reveal: bool) -> dict[str, Any]:
    if isinstance(answer, Unparsable):
        return {
            "url": answer.url,
            "match": None,
            "request": None,
            "failure": {"store": None, "message": answer.error.message, "hint": answer.error.hint},
            "reason": answer.error.message,
            "steps": [],
            "notes": [],
        }
    match, failure = answer.match, answer.failure
    return {
        "url": _asked(text) if reveal else answer.url,
        "match": None
        if match is None
        else {"host": mask_url(match.host), "store": match.store, "kind": match.kind},
        "request": None if answer.request is None else request_object(answer.request, reveal),
        "failure": None if failure is None else failure_object(failure),
        "reason": answer.reason,
        "steps": [
            {
                "host": mask_url(step.host),
                "store": step.store,
                "outcome": step.outcome.value,
                "detail": step.detail,
            }
            for step in answer.steps
        ],
        "notes": list(answer.notes),
    }


def _asked(text: str) -> str:
    from authui.model.url import parse_url

    return parse_url(text).text


def _all_blocks(answers: Sequence[Answers], reveal: bool) -> Iterator[Block]:
    """The answers one below the other, each under its URL if there are several."""
    from authui.cli.layout import line

    shown = [
        (one.found, one.index, one.probed) for one in answers if isinstance(one.found, LookupResult)
    ]
    for number, (found, index, probed) in enumerate(shown):
        if number:
            yield line()
        if len(answers) > 1:
            yield line(found.url, "strong")
        if index is None:
            yield from _blocks(found, reveal)
        else:
            from authui.cli.pypi_view import pypi_blocks

            yield from pypi_blocks(found, index, _tone(index.result), reveal)
        if probed is not None:
            from authui.cli.probe_view import probe_lines

            yield from probe_lines(probed)


def _blocks(answer: LookupResult, reveal: bool) -> Iterator[Block]:
    from authui.cli.layout import line

    yield line(answer.reason, _tone(answer))
    if answer.failure is not None and answer.failure.hint is not None:
        yield line(f"hint: {answer.failure.hint}")
    if answer.request is not None:
        yield from request_lines(answer.request, reveal)
    if answer.steps:
        yield line()
    yield from _step_lines(answer.steps)
    if answer.notes:
        yield line()
    yield from (line(f"note: {note}") for note in answer.notes)


def _tone(answer: LookupResult | PypiResult) -> Tone:
    if answer.failure is not None:
        return "bad"
    return "good" if _status(answer) is ExitStatus.DONE else "warning"


def _step_lines(steps: Sequence[Step]) -> Iterator[Line]:
    """The steps under their keys. What a store says of itself is said once, not at each key."""
    from authui.cli.layout import Cell, Line, line

    width = max((len(step.store) for step in steps), default=0)
    said: set[tuple[str, str]] = set()
    for host, group in groupby(steps, key=lambda step: step.host):
        yield line(f"  {mask_url(host)}")
        for step in group:
            words = step_words(step)
            text = words.words
            if step.detail is not None and (step.store, step.detail) not in said:
                said.add((step.store, step.detail))
                text += f": {step.detail}"
            yield Line((Cell(f"    {step.store:<{width}}  "), Cell(text, words.tone)))
