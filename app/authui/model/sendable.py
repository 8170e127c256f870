"""What of a field rattler can send, and what of it is odd.

Sources: rattler_networking, `authentication_middleware.rs` and `s3_middleware.rs`; the `http`
crate, `HeaderValue`; the path state of the URL standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from authui.model.credential import Kind
from authui.model.errors import BadUrl, FieldProblem
from authui.model.url import parse_url, path_of, with_path
from authui.model.wire_scan import I64_MAX, I64_MIN

HEADER_TOKENS = (("BearerToken", "token"), ("OAuth", "access_token"))
"""The fields that become a header as they are."""

_Refusal: TypeAlias = tuple[str, str]

_WORDS = {
    "username": "user name",
    "access_key_id": "access key ID",
    "client_id": "client ID",
    "expires_at": "expiry",
}
_ENDPOINTS = ("token_endpoint", "revocation_endpoint")
_MAY_BE_EMPTY = ("username", "audience")

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def field_words(name: str) -> str:
    """A field in a sentence: "the access key ID"."""
    return _WORDS.get(name, name.replace("_", " "))


def judge(kind: Kind, name: str, text: str) -> None:
    """Raise `FieldProblem` for text that rattler could not send, or not to any use."""
    refusal = _refusal(kind, name, text)
    if refusal is not None:
        raise FieldProblem(*refusal, field=name)


def judge_expiry(text: str) -> None:
    """Raise `FieldProblem` unless the text is an expiry that rattler can read."""
    fits = re.fullmatch(r"[+-]?[0-9]{1,19}", text) is not None
    if not fits or not I64_MIN <= int(text) <= I64_MAX:
        raise FieldProblem(
            "The expiry is no whole number of 64 bits",
            "Give seconds since 1970, digits only, or leave it blank",
            field="expires_at",
        )


def oddities(kind: Kind, name: str, text: str) -> tuple[str, ...]:
    """A sentence for each odd thing about text that rattler can send."""
    return tuple(_oddities(kind, name, text))


def odd_expiry(seconds: int) -> tuple[str, ...]:
    """The same for an expiry, in seconds since 1970."""
    if abs(seconds) < 100_000_000_000:
        return ()
    return ("The expiry looks like milliseconds: rattler counts seconds since 1970",)


def _refusal(kind: Kind, name: str, text: str) -> _Refusal | None:
    words = field_words(name)
    if _SURROGATE.search(text):
        return (
            f"The {words} holds half of a surrogate pair, which is no text",
            "Copy it again from where it was issued",
        )
    if not text and name not in _MAY_BE_EMPTY:
        return f"The {words} is empty", f"Give the {words}"
    if (kind, name) in HEADER_TOKENS and _CONTROL.search(text.replace("\t", "")):
        what = f"The {words} holds a control character, which no HTTP header can carry"
        return what + ": rattler would make no request", "Copy it again without line breaks"
    if kind == "CondaToken":
        return _conda_refusal(text)
    if name in _ENDPOINTS and not _is_web_url(text):
        return (
            f"The {words} is not a URL that rattler can ask",
            "Give it in full, such as https://auth.example.com/oauth/token",
        )
    return None


def _conda_refusal(token: str) -> _Refusal | None:
    """Why a conda token would not arrive as the one path segment that it has to be."""
    hint = "Give only the part between /t/ and the next slash"
    if "/" in token or "\\" in token:
        return "The token holds a slash, which would cut it in two in the path of the URL", hint
    if re.search(r"[\t\n\r]", token):
        return "The token holds a tab or line break, which vanishes from the path of the URL", hint
    if _conda_segment(token) is None:
        return "The token is a step such as .. in a path, and vanishes from the URL", hint
    return None


def _conda_segment(token: str) -> str | None:
    """The token as it stands in the path of a URL, None where it is no segment of its own."""
    parts = path_of(with_path(parse_url("https://h/"), f"/t/{token}/c")).split("/")
    return parts[2] if len(parts) == 4 and parts[1] == "t" else None


def _is_web_url(text: str) -> bool:
    try:
        return parse_url(text).is_http
    except BadUrl:
        return False


def _oddities(kind: Kind, name: str, text: str) -> Iterator[str]:
    words = field_words(name)
    if _CONTROL.search(text):
        yield f"The {words} holds a control character"
    if (kind, name) in HEADER_TOKENS:
        yield from _odd_header(words, text)
        return
    if text != text.strip():
        yield f"The {words} begins or ends with white space"
    if kind == "CondaToken" and ("%" in text or _conda_segment(text) != text):
        yield "The token holds characters that a URL writes differently: servers may not know it"
    if name == "username" and ":" in text:
        yield "The user name holds a colon: servers take what follows it for the password"
    if name == "username" and not text:
        yield "The user name is empty"
    if name in _ENDPOINTS and parse_url(text).scheme == "http":
        yield f"The {words} is not https: the refresh token is sent in clear"


def _odd_header(words: str, text: str) -> Iterator[str]:
    if not text.isascii():
        yield f"The {words} is not all ASCII: rattler sends its raw UTF-8, which servers may refuse"
    if re.match(r"(?i)(bearer|authorization|token)\b[\s:]", text):
        yield f"The {words} begins with words of a header, which rattler adds itself"
    elif re.search(r"\s", text):
        yield f"The {words} holds white space, which tokens do not have"
