"""What two answers of a server say about a credential."""

from __future__ import annotations

from typing import Final

from authui.model.errors import BadInput
from authui.model.probe import ProbeAnswer, ProbeResult, Verdict
from authui.services.probe.asking import ask
from authui.services.probe.conclusions import of_bare, of_both
from authui.services.probe.planning import ProbePlan
from authui.services.probe.trouble import WANTS_LOGIN, Outcome

_SIGN_IN: Final = 203
"""With which Azure DevOps sends its page to sign in."""

_PAGE: Final = "It answered with a web page instead, as servers do that want a person to sign in"


def probe(plan: ProbePlan, *, limit: float = 10.0) -> ProbeResult:
    """Ask with the credential and without; each takes at most `limit` seconds.

    Raises `BadInput` for a plan with a refusal; everything else that goes wrong is an answer.
    """
    if plan.without is None:
        raise BadInput(plan.refusal or "There is nothing to ask")
    with_, is_elsewhere = None, False
    if plan.with_ is not None:
        outcome = ask(plan.with_, limit=limit)
        with_ = _answer(outcome, plan, is_bare=False)
        is_elsewhere = outcome.left_at is not None
    without = _answer(ask(plan.without, limit=limit), plan, is_bare=True)
    if with_ is None:
        conclusion, hint = of_bare(plan, without)
    else:
        conclusion, hint = of_both(plan, with_, without, is_elsewhere=is_elsewhere)
    return ProbeResult(plan.url, plan.host, with_, without, conclusion, hint)


def is_unanswered(result: ProbeResult) -> bool:
    """Whether no server said anything."""
    asked = [one for one in (result.with_, result.without) if one is not None]
    return all(one.status is None for one in asked)


def is_good(result: ProbeResult) -> bool:
    """Whether what was asked for can be had as it is."""
    asked = result.without if result.with_ is None else result.with_
    return asked.verdict in (Verdict.ACCEPTED, Verdict.PUBLIC)


def _answer(outcome: Outcome, plan: ProbePlan, *, is_bare: bool) -> ProbeAnswer:
    detail = outcome.detail
    if outcome.left_at is not None:
        detail = f"It redirects to {outcome.left_at}, where the credential is not sent"
    if outcome.trouble is not None or outcome.status is None:
        return ProbeAnswer(outcome.status, outcome.trouble or Verdict.UNREACHABLE, detail)
    verdict = _verdict(outcome.status, is_bare=is_bare)
    if outcome.is_page and (outcome.status == _SIGN_IN or not plan.wants_page):
        verdict, detail = Verdict.UNREACHABLE, _PAGE
    if verdict is Verdict.UNREACHABLE and detail is None:
        detail = _odd(outcome.status)
    return ProbeAnswer(outcome.status, verdict, detail)


def _verdict(status: int, *, is_bare: bool) -> Verdict:
    match status:
        case 401:
            return Verdict.REFUSED
        case 403:
            return Verdict.FORBIDDEN
        case 404 | 410:
            return Verdict.NOT_FOUND
        case _ if 200 <= status < 300:
            return Verdict.PUBLIC if is_bare else Verdict.ACCEPTED
        case _:
            return Verdict.UNREACHABLE


def _odd(status: int) -> str:
    if status == 407:
        return WANTS_LOGIN
    if status == 429:
        return "The server asks to come back later"
    if status >= 500:
        return "The server has trouble of its own"
    return "The server answered with a status that says nothing about the credential"


def answer_words(answer: ProbeAnswer) -> str:
    """One answer in words: "401, refused"."""
    words = {
        Verdict.ACCEPTED: "accepted",
        Verdict.REFUSED: "refused",
        Verdict.FORBIDDEN: "forbidden",
        Verdict.NOT_FOUND: "not found",
        Verdict.PUBLIC: "open to everyone",
        Verdict.TIMEOUT: "no answer in time",
        Verdict.TLS: "no trusted connection",
        Verdict.NAME: "no such host",
        Verdict.UNREACHABLE: "no usable answer",
    }[answer.verdict]
    said = words if answer.status is None else f"{answer.status}, {words}"
    return said if answer.detail is None else f"{said}: {answer.detail}"
