"""`authui test --probe`: what the server says, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authui.cli.report import ExitStatus, Report
from authui.model.lookup import LookupResult
from authui.model.probe import ProbeAnswer, ProbeResult
from authui.model.pypi import PypiResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from authui.cli.layout import Line, Tone
    from authui.stores.pixi_config import PixiConfig


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of one probe: a result, or the sentence that says why none was made."""

    result: ProbeResult | None
    refusal: str | None = None

    @property
    def status(self) -> ExitStatus:
        """An error where a server was asked and none answered."""
        from authui.services.probe import is_unanswered

        unanswered = self.result is not None and is_unanswered(self.result)
        return ExitStatus.ERROR if unanswered else ExitStatus.DONE


def carry_out_probe(
    report: Report, answer: LookupResult | PypiResult, text: str, pixi: PixiConfig | None
) -> Probed:
    """Name the host, then ask it."""
    from authui.services.probe import plan_probe, probe

    plan = plan_probe(answer, text, pixi=pixi)
    if plan.refusal is not None:
        report.note(f"Nothing was asked: {plan.refusal}")
        return Probed(None, plan.refusal)
    for note in plan.notes:
        report.note(note)
    report.note(plan.sentence)
    return Probed(probe(plan))


def sample_probe(report: Report) -> Probed:
    """That the demo asks nobody: its credentials are of no server."""
    refusal = "The sample credentials belong to no server"
    report.note(f"Nothing was asked: {refusal}")
    return Probed(None, refusal)


def probe_object(probed: Probed) -> dict[str, Any]:
    """The probe in JSON."""
    result = probed.result
    if result is None:
        return {"with": None, "without": None, "conclusion": probed.refusal, "hint": None}
    return {
        "with": None if result.with_ is None else _answer_object(result.with_),
        "without": _answer_object(result.without),
        "conclusion": result.conclusion,
        "hint": result.hint,
        "host": result.host,
        "url": result.url,
    }


def _answer_object(answer: ProbeAnswer) -> dict[str, Any]:
    return {"status": answer.status, "verdict": answer.verdict.value, "detail": answer.detail}


def probe_lines(probed: Probed) -> Iterator[Line]:
    """The probe below the answer to its URL."""
    from authui.cli.layout import line
    from authui.services.probe import answer_words

    result = probed.result
    if result is None:
        return
    yield line()
    yield line(result.conclusion, _tone(result))
    if result.hint is not None:
        yield line(f"hint: {result.hint}")
    if result.with_ is not None:
        yield line(f"  with the credential  {answer_words(result.with_)}")
    yield line(f"  without              {answer_words(result.without)}")


def _tone(result: ProbeResult) -> Tone:
    from authui.services.probe import is_good

    return "good" if is_good(result) else "bad"
