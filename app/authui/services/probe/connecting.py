"""A connection to the host of a URL, through the system's proxy where it names one."""

from __future__ import annotations

import base64
import os
import ssl
import sys
from typing import TYPE_CHECKING

from authui.model.url import Url
from authui.services.probe.proxies import Proxy

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection


def connect_to(url: Url, proxy: Proxy, left: float) -> HTTPConnection:
    """What will connect to the host of a URL; each of its steps takes at most `left` seconds."""
    from urllib3.connection import HTTPConnection, HTTPSConnection

    host, port = origin_of(url)
    there = host.strip("[]")
    if url.scheme == "http":
        if proxy.host is not None:
            return HTTPConnection(proxy.host, proxy.port, timeout=left)
        return HTTPConnection(there, port, timeout=left)
    if proxy.host is None:
        return HTTPSConnection(there, port, timeout=left, ssl_context=trusting())
    connection = HTTPSConnection(
        proxy.host, proxy.port, timeout=left, ssl_context=trusting(), server_hostname=there
    )
    connection.set_tunnel(there, port, headers=proxy_login(proxy), scheme="http")
    return connection


def trusting() -> ssl.SSLContext:
    """What is trusted: the certificates that the environment names, else the system's."""
    named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if named or sys.platform not in ("darwin", "win32"):
        # Not `create_default_context`, which writes keys where `SSLKEYLOGFILE` says.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
        return context
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def proxy_login(proxy: Proxy) -> dict[str, str]:
    """The header that only the proxy is given."""
    if proxy.login is None:
        return {}
    name, password = (part.reveal() for part in proxy.login)
    value = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Proxy-Authorization": f"Basic {value}"}


def origin_of(url: Url) -> tuple[str, int]:
    """Host and port; the port that the scheme implies where none is named."""
    host, _, port = authority_of(url).rpartition(":")
    if host and port.isdigit() and not authority_of(url).endswith("]"):
        return host, int(port)
    return authority_of(url), 443 if url.scheme == "https" else 80


def authority_of(url: Url) -> str:
    """Host and port as the URL names them."""
    rest = url.text.partition("://")[2]
    end = min((i for c in "/?#" if (i := rest.find(c)) >= 0), default=len(rest))
    return rest[:end].rpartition("@")[2]


def target_of(url: Url) -> str:
    """Path and query as they go on the wire."""
    rest = url.text.partition("#")[0].partition("://")[2]
    start = min((i for c in "/?" if (i := rest.find(c)) >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"
