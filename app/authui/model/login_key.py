"""The keys that `pixi auth login` and its siblings make of the host they are given.

They differ from what a lookup asks for: a host without a scheme is stored as typed, so its port or
path makes a key that never matches. Source: rattler, `cli/auth.rs`.
"""

from __future__ import annotations

from authui.model.errors import BadUrl
from authui.model.url import parse_url


def login_key(text: str) -> str | None:
    """What a login with a token, password or S3 key stores, None where it stores nothing.

    The host of a URL, or the text as it is; with `*.` in front if it has exactly one dot. A URL
    without a host makes the program panic, one that does not parse is refused.
    Source: `get_url`.
    """
    key = text
    if "://" in text:
        host = _host(text)
        if host is None:
            return None
        key = host
    return f"*.{key}" if key.count(".") == 1 else key


def oauth_login_key(text: str) -> str:
    """What an OAuth login stores: the host itself, never a wildcard.

    Source: `normalize_login_host`.
    """
    while text.startswith("*."):
        text = text[2:]
    return _host(text) or _host(f"https://{text}") or text.rstrip("/")


def _host(text: str) -> str | None:
    try:
        return parse_url(text).host
    except BadUrl:
        return None
