"""What a server said to a request that was made to find out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What an answer means.

    `PUBLIC` is an answer to a request without a credential that gave what was asked for. An answer
    that says nothing about the credential, such as 503, is `UNREACHABLE` with its status.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    PUBLIC = "public"
    TIMEOUT = "timeout"
    TLS = "tls"
    NAME = "name"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """One request's answer. `status` is the last HTTP status, None where none came.

    `detail` is a sentence without anything the server or the credential said: "It redirects to
    h.example:8443, where the credential is not sent".
    """

    status: int | None
    verdict: Verdict
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a server said with the credential, and without.

    `url` is what was asked for, masked, `host` the host and port that were named before. `with_` is
    None where no credential would be sent. `conclusion` is one sentence for a person, `hint` what
    to do.
    """

    url: str
    host: str
    with_: ProbeAnswer | None
    without: ProbeAnswer
    conclusion: str
    hint: str | None = None
