"""What two answers of a server say about a credential."""

from __future__ import annotations

from collections.abc import Callable

from authui.model.probe import ProbeAnswer, ProbeResult, Verdict
from authui.services.probe.asking import ask
from authui.services.probe.planning import Ask, ProbePlan
from authui.services.probe.trouble import Outcome

_ON_THE_WAY = (Verdict.TIMEOUT, Verdict.TLS, Verdict.NAME, Verdict.UNREACHABLE)


def probe(
    plan: ProbePlan, *, limit: float = 10.0, ask_for: Callable[..., Outcome] = ask
) -> ProbeResult:
    """Ask with the credential and without; each takes at most `limit` seconds. Raises nothing.

    Where the first request does not even reach the server, the second is not made.
    """
    assert plan.without is not None  # noqa: S101  a plan with a refusal is not carried out
    with_ = None
    if plan.with_ is not None:
        with_ = _answer(ask_for(plan.with_, limit=limit), plan, plan.with_)
        if with_.status is None:
            without = with_
            return _result(plan, with_, without)
    without = _answer(ask_for(plan.without, limit=limit), plan, plan.without)
    return _result(plan, with_, without)


def _result(plan: ProbePlan, with_: ProbeAnswer | None, without: ProbeAnswer) -> ProbeResult:
    conclusion, hint = _conclusion(plan, with_, without)
    return ProbeResult(plan.url, plan.host, with_, without, conclusion, hint)


def is_unanswered(result: ProbeResult) -> bool:
    """Whether no server said anything."""
    asked = [one for one in (result.with_, result.without) if one is not None]
    return all(one.status is None for one in asked)


def is_good(result: ProbeResult) -> bool:
    """Whether what was asked for can be had as it is."""
    asked = result.without if result.with_ is None else result.with_
    return asked.verdict in (Verdict.ACCEPTED, Verdict.PUBLIC)


def _answer(outcome: Outcome, plan: ProbePlan, what: Ask) -> ProbeAnswer:
    detail = outcome.detail
    if outcome.left_at is not None:
        detail = f"It redirects to {outcome.left_at}, where the credential is not sent"
    elif outcome.is_page and not plan.is_index:
        detail = "It answered with a web page, which no channel is made of"
    if outcome.trouble is not None or outcome.status is None:
        return ProbeAnswer(outcome.status, outcome.trouble or Verdict.UNREACHABLE, detail)
    verdict = _verdict(outcome.status, is_bare=what is plan.without)
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
        return "The proxy wants a user name and a password"
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
        Verdict.FORBIDDEN: "known, but not allowed",
        Verdict.NOT_FOUND: "not found",
        Verdict.PUBLIC: "open to everyone",
        Verdict.TIMEOUT: "no answer in time",
        Verdict.TLS: "no trusted connection",
        Verdict.NAME: "no such host",
        Verdict.UNREACHABLE: "no usable answer",
    }[answer.verdict]
    said = words if answer.status is None else f"{answer.status}, {words}"
    return said if answer.detail is None else f"{said}: {answer.detail}"


def _conclusion(
    plan: ProbePlan, with_: ProbeAnswer | None, without: ProbeAnswer
) -> tuple[str, str | None]:
    """What the answers mean together, and what to do."""
    first = without if with_ is None else with_
    if first.verdict in _ON_THE_WAY:
        return _trouble(plan, first)
    if with_ is None:
        return _bare(plan, without)
    if first.detail is not None and "redirects to" in first.detail:
        return (
            f"{first.detail}, so this says nothing about the credential",
            "Use the URL to which it redirects, and store the credential for that host",
        )
    is_public = without.verdict is Verdict.PUBLIC
    place = "index" if plan.is_index else "channel"
    match with_.verdict:
        case Verdict.ACCEPTED if is_public:
            return f"It works, and without the credential too: this {place} is public", None
        case Verdict.ACCEPTED:
            return "The server accepts the credential", None
        case _ if is_public:
            return (
                f"This {place} is public, and the credential is what breaks it",
                "Delete or replace the credential",
            )
        case Verdict.REFUSED:
            return (
                "The server refuses the credential (401): it is wrong, has ended or was revoked",
                "Store a new one",
            )
        case Verdict.FORBIDDEN if without.verdict is Verdict.FORBIDDEN:
            return (
                (
                    "The server forbids it with the credential and without (403): the credential may be "
                    "wrong, or have no right to this"
                ),
                f"Have whoever runs the {place} give you the right, or store a new credential",
            )
        case Verdict.FORBIDDEN:
            return (
                f"The server knows the credential, but it may not read this {place} (403)",
                "Have whoever runs it give you the right",
            )
        case _:
            return _not_found(plan, without)


def _not_found(plan: ProbePlan, without: ProbeAnswer) -> tuple[str, str | None]:
    place = "index" if plan.is_index else "channel"
    if plan.has_conda_token and without.verdict is not Verdict.NOT_FOUND:
        return (
            (
                "The server finds nothing at the path with the conda token (404): servers say so of a "
                "wrong or revoked token, and those that know no conda tokens do so too"
            ),
            "Store a new token, or another kind of credential for this host",
        )
    if without.verdict is Verdict.NOT_FOUND:
        more = ", or hides it from this credential" if not plan.has_conda_token else ""
        return (
            f"There is no such {place} at this address (404), with the credential or without{more}",
            "Check the URL for its spelling",
        )
    return (
        (
            f"The server finds no such {place} for this credential (404): it is not there, or hidden "
            "from it"
        ),
        "Check the URL, and what the credential may read",
    )


def _bare(plan: ProbePlan, without: ProbeAnswer) -> tuple[str, str | None]:
    place = "index" if plan.is_index else "channel"
    match without.verdict:
        case Verdict.PUBLIC:
            return f"It works without a credential: this {place} is public", None
        case Verdict.REFUSED:
            return "The server wants a credential (401), and none is sent", "Store one for its host"
        case Verdict.FORBIDDEN:
            return "The server forbids it without a credential (403)", "Store one for its host"
        case _:
            return (
                (
                    f"The server finds no such {place} (404); some answer so to whoever sends no "
                    "credential"
                ),
                "Check the URL; if it is private, store a credential for its host",
            )


def _trouble(plan: ProbePlan, answer: ProbeAnswer) -> tuple[str, str | None]:
    detail = answer.detail or "The server said nothing that could be used"
    status = "" if answer.status is None else f" ({answer.status})"
    hint = {
        Verdict.NAME: "Check the spelling of the host, and the network",
        Verdict.TIMEOUT: "Check the network and the proxy, and try again",
        Verdict.TLS: "If the certificate is your organisation's own, name its file in SSL_CERT_FILE",
        Verdict.UNREACHABLE: "Try again later, or check the address and the proxy",
    }[answer.verdict]
    return f"{plan.host}: {detail}{status}, so nothing is known about the credential", hint
