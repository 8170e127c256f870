"""The proxy of this system for a URL: from the environment, on Windows and macOS its settings."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from authui.model.secret import Secret

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where to connect instead; `host` is None for no proxy.

    `refusal` is a sentence about one that cannot be used. `login` is what it is given, and nobody
    else.
    """

    host: str | None = None
    port: int = 0
    login: tuple[Secret, Secret] | None = field(default=None, repr=False)
    refusal: str | None = None

    @property
    def shown(self) -> str | None:
        """Its host and port."""
        return None if self.host is None else f"{self.host}:{self.port}"


def proxy_for(scheme: str, host: str) -> Proxy:
    """The proxy for requests of this scheme to this host. Raises nothing."""
    try:
        known = urllib.request.getproxies()
        if urllib.request.proxy_bypass(host):
            return Proxy()
    except (OSError, ValueError):
        return Proxy()
    text = known.get(scheme) or known.get("all")
    if not text:
        return Proxy()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return Proxy(refusal="The proxy that this system names is no URL")
    if parts.scheme.startswith("socks"):
        return Proxy(
            refusal="This system names a SOCKS proxy, and authui asks only through HTTP ones"
        )
    if parts.scheme != "http" or not parts.hostname:
        return Proxy(refusal="authui cannot use the proxy of this system: it is no HTTP proxy")
    login = None
    if parts.username is not None:
        login = (Secret(unquote(parts.username)), Secret(unquote(parts.password or "")))
    return Proxy(parts.hostname, port, login)
