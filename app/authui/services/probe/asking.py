"""One request, and how it ended: a status, or what went wrong on the way.

Nothing is kept between requests: no cookies, no connection. Redirects are followed as rattler's
client does, at most ten, with two exceptions: a credential that was not sent on is not sent to any
later place either, and no `Referer` tells where a redirect comes from, since that can hold a conda
token. Source: reqwest, `redirect.rs`: `Authorization` goes no further than to the same scheme, host
and port.
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import socket
import time
from dataclasses import replace
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from authui.model.errors import BadUrl
from authui.model.probe import Verdict
from authui.model.secret import Secret
from authui.model.text import printable
from authui.model.url import Url, parse_url
from authui.services.probe.connecting import (
    authority_of,
    connect_to,
    origin_of,
    proxy_login,
    target_of,
)
from authui.services.probe.planning import Ask
from authui.services.probe.proxies import proxy_for
from authui.services.probe.trouble import Outcome, trouble_of

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.response import BaseHTTPResponse

MOST_BYTES: Final = 65_536
"""Bytes that are read of a body."""

_MOST_REDIRECTS: Final = 10
_REDIRECTS: Final = (301, 302, 303, 307, 308)


def ask(what: Ask, *, limit: float) -> Outcome:
    """Make the request. It takes at most `limit` seconds, all redirects included. Raises nothing.

    After that nothing more is sent.
    """
    # A connection's own limits hold for each piece: a server that drips could stretch them.
    asking = _Asking(what, time.monotonic() + limit)
    asking.start()
    try:
        # In slices: on Windows no Ctrl-C gets through a wait.
        while asking.is_alive() and (left := asking.deadline - time.monotonic()) > 0:
            asking.join(min(left, 0.2))
    finally:
        asking.give_up()
    return asking.outcome or _timeout(limit)


def _timeout(limit: float) -> Outcome:
    return Outcome(
        trouble=Verdict.TIMEOUT, detail=f"The server did not answer within {limit:g} seconds"
    )


class _GivenUp(Exception):
    """Nobody waits any more."""


class _Asking(Thread):
    """A request in a thread of its own; `outcome` is there once its answer is known."""

    def __init__(self, what: Ask, deadline: float) -> None:
        super().__init__(name="authui-probe", daemon=True)
        self._what = what
        self.deadline = deadline
        self.outcome: Outcome | None = None
        self._lock = Lock()
        self._connection: HTTPConnection | None = None
        self._is_given_up = False

    def give_up(self) -> None:
        """End the connection that there is, and let no other follow."""
        with self._lock:
            self._is_given_up = True
            held = None if self._connection is None else self._connection.sock
        if held is not None:
            with contextlib.suppress(OSError, ValueError):
                held.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        """Ask, and follow redirects."""
        # Its messages name paths, and a conda token is a part of one.
        logger = logging.getLogger("urllib3")
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
        try:
            outcome = self._follow()
        except _GivenUp:
            return
        except BadUrl:
            outcome = Outcome(trouble=Verdict.UNREACHABLE, detail="Its URL cannot be sent")
        except Exception as error:  # noqa: BLE001  each is told by its kind alone: texts hold URLs
            outcome = trouble_of(error)
        with self._lock:
            if not self._is_given_up:
                self.outcome = outcome

    def _follow(self) -> Outcome:
        authorization = self._what.authorization
        left_at = None
        url = parse_url(self._what.url.reveal())
        for _ in range(_MOST_REDIRECTS + 1):
            outcome, location = self._request(url, authorization, left_at)
            if location is None:
                return outcome
            following = _joined(url, location)
            if following is None:
                return Outcome(
                    outcome.status, detail="It redirects to something that is no web address"
                )
            here, there = (url.scheme, *origin_of(url)), (following.scheme, *origin_of(following))
            if authorization is not None and here != there:
                authorization = None
                left_at = printable(f"{there[1]}:{there[2]}")
            url = following
        return Outcome(trouble=Verdict.UNREACHABLE, detail="It redirects again and again")

    def _request(
        self, url: Url, authorization: Secret | None, left_at: str | None
    ) -> tuple[Outcome, str | None]:
        """One request without redirects: how it ended, and where it is redirected to."""
        proxy = proxy_for(url.scheme, url.host or "")
        if proxy.refusal is not None:
            return Outcome(trouble=Verdict.UNREACHABLE, detail=proxy.refusal), None
        connection = connect_to(url, proxy, max(self.deadline - time.monotonic(), 0.01))
        try:
            with self._lock:
                self._connection = connection
            self._must_be_waited_for()
            connection.connect()
            self._must_be_waited_for()
            headers = _headers(url, authorization)
            target = target_of(url)
            if proxy.host is not None and url.scheme == "http":
                target = f"http://{authority_of(url)}{target}"
                headers |= proxy_login(proxy)
            connection.request(
                "GET",
                target,
                headers=headers,
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            outcome = Outcome(response.status, left_at=left_at)
            location = response.headers.get("Location")
            if response.status in _REDIRECTS and location is not None:
                return outcome, location
            if response.status // 100 != 2:
                return outcome, None
            with self._lock:
                if self._is_given_up:  # which ended the headers half way, so they say nothing
                    raise _GivenUp
                # It is the answer, whatever becomes of its body.
                self.outcome = outcome
            return replace(outcome, is_page=_is_page(response)), None
        finally:
            connection.close()

    def _must_be_waited_for(self) -> None:
        """Raises `_GivenUp`: nothing is sent that nobody waits for."""
        with self._lock:
            if self._is_given_up:
                raise _GivenUp


def _headers(url: Url, authorization: Secret | None) -> dict[str, str]:
    from authui import __version__

    headers = {
        "Host": authority_of(url),
        "User-Agent": f"authui/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if authorization is not None:
        # `http.client` writes Latin-1, so each byte stands for itself.
        value = authorization.reveal().encode("utf-8", "surrogateescape")
        headers["Authorization"] = value.decode("latin-1")
    return headers


def _is_page(response: BaseHTTPResponse) -> bool:
    """Whether the body begins as a web page does."""
    from urllib3.exceptions import HTTPError

    try:
        start = response.read1(MOST_BYTES)
    except (OSError, HTTPError, http.client.HTTPException):
        return False
    return start.lstrip()[:1] == b"<"


def _joined(url: Url, location: str) -> Url | None:
    """Where a redirect leads; user information that it carries is never sent."""
    import ada_url

    try:
        text = location.encode("latin-1").decode("utf-8", "replace")
        found = parse_url(ada_url.join_url(url.text, text))
    except (BadUrl, ValueError, UnicodeError):
        return None
    return found if found.is_http and found.host else None
