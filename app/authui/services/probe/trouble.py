"""How a request ended, and what an error says about the way to the server."""

from __future__ import annotations

import errno
import http.client
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from authui.model.probe import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended: with a status, or with a verdict about the way there.

    `detail` is a sentence without anything secret. `left_at` is the host and port to which it was
    redirected without its credential. `is_page` tells a web page from a file.
    """

    status: int | None = None
    trouble: Verdict | None = None
    detail: str | None = None
    left_at: str | None = None
    is_page: bool = False


def trouble_of(error: BaseException) -> Outcome:
    """What an error says about the way to the server. Its text may hold a URL and is not used."""
    from urllib3 import exceptions

    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    for one in causes:
        if isinstance(one, ssl.SSLError):
            return Outcome(trouble=Verdict.TLS, detail=_tls(one))
    for one in causes:
        if isinstance(one, exceptions.NameResolutionError):
            return Outcome(trouble=Verdict.NAME, detail="There is no host of this name")
        # urllib3 counts every connection that cannot be made among its time-outs.
        is_new = isinstance(one, exceptions.NewConnectionError)
        if isinstance(one, (TimeoutError, exceptions.TimeoutError)) and not is_new:
            return Outcome(trouble=Verdict.TIMEOUT, detail="The server did not answer in time")
    for one in causes:
        if refused := _TUNNEL.search(str(one)):
            return _refused_tunnel(int(refused[1]))
    return Outcome(trouble=Verdict.UNREACHABLE, detail=_unreachable(causes))


# The only text of an error that is read: `http.client` has no class for it.
_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})")


def _refused_tunnel(status: int) -> Outcome:
    detail = WANTS_LOGIN if status == 407 else "The proxy did not let it through"
    return Outcome(status, Verdict.UNREACHABLE, detail)


WANTS_LOGIN: Final = "The proxy wants a user name and a password"
"""What status 407 says."""


def _unreachable(causes: Sequence[BaseException]) -> str:
    from urllib3.exceptions import ProtocolError

    numbers = {one.errno for one in causes if isinstance(one, OSError)}
    if errno.ECONNREFUSED in numbers:
        return "Nothing listens there: the connection was refused"
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}:
        return "There is no way to this host from here"
    ended = (ConnectionError, http.client.HTTPException, ProtocolError)
    if any(isinstance(one, ended) for one in causes):
        return "The server closed the connection, or does not speak HTTP"
    return "The connection failed"


# The numbers are OpenSSL's, `X509_V_ERR_*`; then those of Windows, `CERT_E_*`, and of macOS,
# `errSec*`, as `truststore` hands them on.
_CERTIFICATES: Final = {
    10: "Its certificate has expired",
    9: "Its certificate is not valid yet",
    18: "Its certificate is self-signed, and nothing here trusts it",
    19: "Its certificate comes from an authority that nothing here trusts",
    20: "Its certificate comes from an authority that nothing here trusts",
    21: "Its certificate comes from an authority that nothing here trusts",
    62: "Its certificate is for another host",
    64: "Its certificate is for another address",
    0x800B0101: "Its certificate has expired, or is not valid yet",
    0x800B0109: "Its certificate comes from an authority that nothing here trusts",
    0x800B010F: "Its certificate is for another host",
    -67602: "Its certificate is for another host",
    -67818: "Its certificate has expired",
    -67843: "Its certificate comes from an authority that nothing here trusts",
}


def _tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(error.verify_code, "Its certificate is not trusted")
    return "It does not speak TLS, or not of a kind that both sides know"
