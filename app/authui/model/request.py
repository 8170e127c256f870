"""What a credential does to a request.

Source of the rules: rattler_networking, `authentication_middleware.rs` and `oauth_refresh.rs`.
"""

from __future__ import annotations

import base64
import re

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
)
from authui.model.lookup import Failure, Request
from authui.model.secret import DOTS, Secret
from authui.model.text import mask_url
from authui.model.url import Url, path_of, split_userinfo, with_path, without_fragment

REFRESH_BELOW = 300
"""Seconds before its end from which rattler tries to refresh an OAuth token."""

# What an HTTP header can hold is every character but the control characters, TAB excepted.
_NOT_IN_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def userinfo_header(url: Url) -> tuple[Url, Secret | None]:
    """The URL as it is sent, and the header that its user information becomes, if it does.

    Then the client asks no store.
    """
    if not url.is_http:
        return url, None
    bare, userinfo = split_userinfo(url)
    if userinfo is None:
        return url, None
    return bare, Secret(_basic(userinfo[0], userinfo[1] or ""))


def needs_refresh(credential: Credential, now: float) -> bool:
    """Whether rattler first tries to get a new token. `now` is in seconds since 1970."""
    return (
        isinstance(credential, OAuth)
        and credential.expires_at is not None
        and credential.expires_at - int(now) < REFRESH_BELOW
        and credential.refresh_token is not None
    )


def is_expired(credential: Credential, now: float) -> bool:
    """Whether an OAuth token has ended, so that rattler does not send it."""
    return (
        isinstance(credential, OAuth)
        and credential.expires_at is not None
        and credential.expires_at <= int(now)
    )


def authorization_of(credential: Credential, now: float) -> Secret | None:
    """The value of the `Authorization` header, None where this credential sends none."""
    match credential:
        case BearerToken(token=token):
            return Secret("Bearer " + token.reveal())
        case BasicHTTP(username=username, password=password):
            return Secret(_basic(username, password.reveal()))
        case OAuth(access_token=token) if not is_expired(credential, now):
            return Secret("Bearer " + token.reveal())
    return None


def can_stand_in_header(value: Secret) -> bool:
    """Whether an HTTP header can hold the text; if not, the client makes no request."""
    return _NOT_IN_HEADER.search(value.reveal()) is None


def authenticated_url(url: Url, credential: Credential | None) -> Url:
    """The URL with a conda token in its path, or as it is for every other kind."""
    if isinstance(credential, CondaToken):
        return with_path(url, f"/t/{credential.token.reveal()}{path_of(url)}")
    return url


def masked_authorization(value: Secret) -> str:
    """A header value for showing: its scheme, and dots."""
    scheme, _, rest = value.reveal().partition(" ")
    return f"{scheme} {Secret(rest).masked() if scheme == 'Bearer' else DOTS}"


def build_request(url: Url, credential: Credential | None, now: float) -> Request | Failure:
    """The http or https request that rattler makes for a URL with this credential, or why none.

    For other schemes the URL on the wire is not known here and stays None.
    """
    plain, authorization = userinfo_header(url)
    sent = plain
    refresh = only_refreshed = False
    if authorization is None and credential is not None:
        refresh = needs_refresh(credential, now)
        authorization = authorization_of(credential, now)
        if authorization is not None and not can_stand_in_header(authorization):
            if not refresh:
                return Failure(
                    None,
                    "The token holds a control character, which no HTTP header can carry: "
                    "rattler makes no request",
                    "Store the token again without line breaks",
                )
            authorization = None
            only_refreshed = True
        sent = authenticated_url(sent, credential)
    else:
        credential = None
    if not url.is_http:
        wire = None
    elif sent.sendable:
        wire = without_fragment(sent)
    else:
        return Failure(
            None,
            "The host holds a character that no HTTP request can carry: rattler makes no request",
            "Check the host for quotes, backticks and braces",
        )
    return Request(
        None if wire is None else Secret(wire),
        None if wire is None else _masked_wire(plain, credential),
        authorization,
        None if authorization is None else masked_authorization(authorization),
        refresh,
        only_refreshed,
    )


def _masked_wire(plain: Url, credential: Credential | None) -> str:
    """The URL on the wire with its secrets as dots; `plain` is the URL without a conda token.

    The token is not searched for: what the URL parser made of it may be hard to recognise.
    """
    masked = mask_url(without_fragment(plain))
    if isinstance(credential, CondaToken):
        path = masked.find("/", masked.find("//") + 2)
        return f"{masked[:path]}/t/{DOTS}{masked[path:]}"
    return masked


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
