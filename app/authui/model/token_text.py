"""What the text of a token tells by itself: what does not belong to it, and when it ends."""

from __future__ import annotations

import base64
import json
import re
from typing import Final

from authui.model.request import can_stand_in_header
from authui.model.secret import Secret

_LONGEST: Final = 65_536
"""Characters of a token that may be a JWT; a longer one fits into no header."""

_FAR: Final = 2**63

_PART = re.compile("[A-Za-z0-9_-]+={0,2}")


def without_strays(token: Secret) -> Secret | None:
    """The token without the control characters and white space around it.

    None where that leaves nothing, or still something that no header can hold.
    """
    text = re.sub("^[\x00-\x20\x7f]+|[\x00-\x20\x7f]+$", "", token.reveal())
    cleaned = Secret(text)
    return cleaned if text and can_stand_in_header(cleaned) else None


def why_odd_in_path(token: Secret) -> str | None:
    """What becomes of a conda token that does not arrive as it is, as a clause; None if it does.

    It is put into the path of a URL as it stands. Source: rattler_networking,
    `authentication_middleware.rs`.
    """
    from authui.model.url import parse_url, path_of, with_path

    text = token.reveal()
    if not text:
        return "is empty, so that a path with two slashes is asked for"
    if text in (".", ".."):
        return "vanishes from the path"
    if "/" in text or "\\" in text:
        return "holds a slash, which makes more folders of it"
    if "%" in text:
        return "holds a percent sign, which servers take for the beginning of another character"
    path = f"/t/{text}/x"
    if path_of(with_path(parse_url("https://h/"), path)) != path:
        return "holds characters that no path can hold, so that others arrive in their place"
    return None


def jwt_end(token: Secret) -> int | None:
    """When the token says that it ends, in seconds since 1970, if it is a JWT that does.

    Nothing is verified. Source: RFC 7519, section 4.1.4.
    """
    text = token.reveal()
    parts = text.split(".", 3)
    if len(parts) != 3 or len(text) > _LONGEST or not _PART.fullmatch(parts[1]):
        return None
    body = parts[1].rstrip("=")
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, RecursionError):
        return None
    end = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(end, bool) or not isinstance(end, (int, float)):
        return None
    return int(end) if -_FAR < end < _FAR else None
