"""One request, and how it ended: a status, or what went wrong on the way.

Nothing is kept between requests: no cookies, no connection. Redirects are followed as rattler's
client does. Source: reqwest, `redirect.rs`: at most ten, and `Authorization` goes no further than
to the same host and port.
"""

from __future__ import annotations

import base64
import logging
import os
import ssl
import sys
import time
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Final

from authui.model.errors import BadUrl
from authui.model.probe import Verdict
from authui.model.secret import Secret
from authui.model.text import printable
from authui.model.url import Url, parse_url, split_userinfo
from authui.services.probe.planning import Ask
from authui.services.probe.proxies import Proxy, proxy_for
from authui.services.probe.trouble import Outcome, trouble_of

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.response import BaseHTTPResponse

MOST_BYTES: Final = 65_536
"""Bytes that are read of a body."""

_MOST_REDIRECTS: Final = 10
_REDIRECTS: Final = (301, 302, 303, 307, 308)


def ask(what: Ask, *, limit: float) -> Outcome:
    """Make the request. It takes at most `limit` seconds, all redirects included. Raises nothing."""
    # A connection's own limits hold for each piece: a server that drips could stretch them.
    ended: list[Outcome] = []
    deadline = time.monotonic() + limit
    thread = Thread(target=lambda: ended.append(_follow(what, deadline)), daemon=True)
    thread.start()
    # In slices: on Windows no Ctrl-C gets through a wait.
    while thread.is_alive() and (left := deadline - time.monotonic()) > 0:
        thread.join(min(left, 0.2))
    return ended[0] if ended else _timeout(limit)


def _timeout(limit: float) -> Outcome:
    return Outcome(
        trouble=Verdict.TIMEOUT, detail=f"The server did not answer within {limit:.0f} seconds"
    )


def _follow(what: Ask, deadline: float) -> Outcome:
    # Its messages name paths, and a conda token is a part of one.
    for name in ("urllib3", "urllib3.connectionpool", "urllib3.connection"):
        logging.getLogger(name).disabled = True
    authorization = what.authorization
    left_at = None
    try:
        url = parse_url(what.url.reveal())
        for _ in range(_MOST_REDIRECTS + 1):
            outcome, location = _request(url, authorization, deadline)
            if location is None:
                return replace(outcome, left_at=left_at)
            following = _joined(url, location)
            if following is None:
                return Outcome(
                    outcome.status, detail="It redirects to something that is no web address"
                )
            if authorization is not None and _origin(following) != _origin(url):
                authorization = None
                left_at = printable(":".join(map(str, _origin(following))))
            url = following
        return Outcome(trouble=Verdict.UNREACHABLE, detail="It redirects again and again")
    except BadUrl:
        return Outcome(trouble=Verdict.UNREACHABLE, detail="Its URL cannot be sent")
    except Exception as error:  # noqa: BLE001  each is told by its kind alone: texts hold URLs
        return trouble_of(error)


def _request(url: Url, authorization: Secret | None, deadline: float) -> tuple[Outcome, str | None]:
    """One request without redirects: how it ended, and where it is redirected to."""
    left = max(deadline - time.monotonic(), 0.01)
    proxy = proxy_for(url.scheme, url.host or "")
    if proxy.refusal is not None:
        return Outcome(trouble=Verdict.UNREACHABLE, detail=proxy.refusal), None
    connection = _connection(url, proxy, left)
    try:
        from authui import __version__

        headers: dict[str, str] = {
            "Host": _authority(url),
            "User-Agent": f"authui/{__version__}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        if authorization is not None:
            # `http.client` writes Latin-1, so each byte stands for itself.
            value = authorization.reveal().encode("utf-8", "surrogateescape")
            headers["Authorization"] = value.decode("latin-1")
        target = _target(url)
        if proxy.host is not None and url.scheme == "http":
            target = f"http://{_authority(url)}{target}"
            headers |= _proxy_login(proxy)
        connection.request(
            "GET",
            target,
            headers=headers,
            preload_content=False,
            decode_content=False,
        )
        response = connection.getresponse()
        return _answer(response)
    finally:
        connection.close()


def _answer(response: BaseHTTPResponse) -> tuple[Outcome, str | None]:
    location = response.headers.get("Location")
    if response.status in _REDIRECTS and location is not None:
        return Outcome(response.status), location
    start = response.read1(MOST_BYTES) if response.status // 100 == 2 else b""
    return Outcome(response.status, is_page=start.lstrip()[:1] == b"<"), None


def _connection(url: Url, proxy: Proxy, left: float) -> HTTPConnection:
    from urllib3.connection import HTTPConnection, HTTPSConnection

    host, port = _origin(url)
    there = host.strip("[]")
    if url.scheme == "http":
        if proxy.host is not None:
            return HTTPConnection(proxy.host, proxy.port, timeout=left)
        return HTTPConnection(there, port, timeout=left)
    if proxy.host is None:
        return HTTPSConnection(there, port, timeout=left, ssl_context=_context())
    connection = HTTPSConnection(
        proxy.host, proxy.port, timeout=left, ssl_context=_context(), server_hostname=there
    )
    connection.set_tunnel(there, port, headers=_proxy_login(proxy), scheme="http")
    return connection


def _context() -> ssl.SSLContext:
    """What is trusted: the certificates that the environment names, else the system's."""
    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if named or sys.platform not in ("darwin", "win32"):
        return ssl.create_default_context()
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy_login(proxy: Proxy) -> dict[str, str]:
    if proxy.login is None:
        return {}
    name, password = (part.reveal() for part in proxy.login)
    value = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Proxy-Authorization": f"Basic {value}"}


def _joined(url: Url, location: str) -> Url | None:
    """Where a redirect leads, without the user information that it may carry."""
    import ada_url

    try:
        text = location.encode("latin-1").decode("utf-8", "replace")
        found = parse_url(ada_url.join_url(url.text, text))
    except (BadUrl, ValueError, UnicodeError):
        return None
    return split_userinfo(found)[0] if found.is_http and found.host else None


def _origin(url: Url) -> tuple[str, int]:
    host, _, port = _authority(url).rpartition(":")
    if host and port.isdigit() and not _authority(url).endswith("]"):
        return host, int(port)
    return _authority(url), 443 if url.scheme == "https" else 80


def _authority(url: Url) -> str:
    rest = url.text.partition("://")[2]
    end = min((i for c in "/?#" if (i := rest.find(c)) >= 0), default=len(rest))
    return rest[:end].rpartition("@")[2]


def _target(url: Url) -> str:
    """The path and query as they go on the wire."""
    rest = url.text.partition("#")[0].partition("://")[2]
    start = min((i for c in "/?" if (i := rest.find(c)) >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"
