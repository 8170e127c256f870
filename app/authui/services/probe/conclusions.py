"""What the answers with a credential and without mean together, and what to do about it."""

from __future__ import annotations

import os
from typing import Final, TypeAlias

from authui.model.probe import ProbeAnswer, Verdict
from authui.model.text import lower_first
from authui.services.probe.planning import ProbePlan

Conclusion: TypeAlias = tuple[str, str | None]
"""One sentence, and a hint."""

_ON_THE_WAY: Final = (Verdict.TIMEOUT, Verdict.TLS, Verdict.NAME, Verdict.UNREACHABLE)
_REPLACE: Final = "Delete or replace the credential"


def of_both(
    plan: ProbePlan, with_: ProbeAnswer, without: ProbeAnswer, *, is_elsewhere: bool
) -> Conclusion:
    """Where a credential would be sent. `is_elsewhere`: its answer comes from another host."""
    place = _place(plan)
    is_public = without.verdict is Verdict.PUBLIC
    if with_.verdict in _ON_THE_WAY:
        return _troubled(plan, with_, is_public=is_public)
    match with_.verdict:
        case Verdict.ACCEPTED if is_public:
            return f"It works, and without the credential too: this {place} is public", None
        case Verdict.ACCEPTED if without.status is None:
            return "It works with the credential; whether without it is not known", None
        case Verdict.ACCEPTED:
            return "The server accepts the credential", None
        case _ if is_public:
            return f"This {place} is public, and the credential is what breaks it", _REPLACE
        case _ if is_elsewhere:
            return (
                f"{with_.detail}, so this says nothing about the credential",
                "Use the URL to which it redirects, and store the credential for that host",
            )
        case Verdict.REFUSED:
            return (
                "The server refuses the credential (401): it is wrong, has ended or was revoked",
                "Store a new one",
            )
        case Verdict.FORBIDDEN if without.verdict is Verdict.FORBIDDEN:
            sentence = (
                "The server forbids it with the credential and without (403): the credential may "
                "be wrong, or have no right to this"
            )
            hint = f"Have whoever runs the {place} give you the right, or store a new credential"
            return sentence, hint
        case Verdict.FORBIDDEN:
            return (
                f"The server knows the credential, but it may not read this {place} (403)",
                "Have whoever runs it give you the right",
            )
        case _:
            return _not_found(plan, with_, without)


def of_bare(plan: ProbePlan, without: ProbeAnswer) -> Conclusion:
    """Where no credential would be sent."""
    place = _place(plan)
    match without.verdict:
        case Verdict.PUBLIC:
            return f"It works without a credential: this {place} is public", None
        case Verdict.REFUSED:
            return "The server wants a credential (401), and none is sent", "Store one for its host"
        case Verdict.FORBIDDEN:
            return "The server forbids it without a credential (403)", "Store one for its host"
        case Verdict.NOT_FOUND:
            sentence = (
                f"The server finds no such {place} ({without.status}); some answer so to whoever "
                "sends no credential"
            )
            return sentence, "Check the URL; if it is private, store a credential for its host"
        case _:
            return _troubled(plan, without, is_public=False)


def _place(plan: ProbePlan) -> str:
    return "index" if plan.is_index else "channel"


def _not_found(plan: ProbePlan, with_: ProbeAnswer, without: ProbeAnswer) -> Conclusion:
    place, status = _place(plan), f"({with_.status})"
    if plan.has_conda_token and without.verdict is not Verdict.NOT_FOUND:
        sentence = (
            f"The server finds nothing at the path with the conda token {status}: servers say so "
            "of a wrong or revoked token, and those that know no conda tokens do so too"
        )
        return sentence, "Store a new token, or another kind of credential for this host"
    if plan.has_conda_token:
        sentence = (
            f"There is nothing at this address {status}, with the conda token or without: servers "
            f"say so of a {place} that is not there, and of a wrong token for a private one"
        )
        return sentence, "Check the URL for its spelling, then the token"
    if without.verdict is Verdict.NOT_FOUND:
        sentence = (
            f"There is no such {place} at this address {status}, with the credential or without, "
            "or it is hidden from this credential"
        )
        return sentence, "Check the URL for its spelling"
    sentence = (
        f"The server finds no such {place} for this credential {status}: it is not there, or "
        "hidden from it"
    )
    return sentence, "Check the URL, and what the credential may read"


def _troubled(plan: ProbePlan, answer: ProbeAnswer, *, is_public: bool) -> Conclusion:
    detail = answer.detail or "The server said nothing that could be used"
    status = "" if answer.status is None else f" ({answer.status})"
    if is_public:
        sentence = (
            f"This {_place(plan)} is public, and asked with the credential it does not work: "
            f"{lower_first(detail)}{status}"
        )
        return sentence, _REPLACE
    hint = {
        Verdict.NAME: "Check the spelling of the host, and the network",
        Verdict.TIMEOUT: "Check the network and the proxy, and try again",
        Verdict.TLS: _tls_hint(),
        Verdict.UNREACHABLE: "Try again later, or check the address and the proxy",
    }[answer.verdict]
    about = "" if plan.with_ is None else ", so nothing is known about the credential"
    return f"{plan.host}: {detail}{status}{about}", hint


def _tls_hint() -> str:
    if os.environ.get("SSL_CERT_FILE"):
        return "Only what SSL_CERT_FILE names is trusted: look whether that file has its issuer"
    return "If the certificate is your organisation's own, name its file in SSL_CERT_FILE"
