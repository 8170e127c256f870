"""URLs in the text of a project: which of them hold a credential, and which are sent in clear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from authui.model.errors import BadUrl
from authui.model.secret import DOTS, Secret
from authui.model.url import Url, parse_url

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}\Z")
_END = re.compile(r"[\s\"'<>`\\]")
_CONDA = re.compile(r"/(?:t|%74)/(?P<token>[^/?#]+)(?P<rest>[^?#]*)", re.IGNORECASE)
# Forums name their topics like this: /t/how-to-do-it/123.
_TOPIC = re.compile(r"(?:/\d+){1,2}/?")
# What other programs put a secret in the place of, and what people write where one was. Possessive,
# as the text may be anything.
_REFERENCE = re.compile(
    r"(?:\$\{[^}]*+\}|\$\([^)]*+\)|\$\w++|%\w++%|%\([^)]*+\)s|\{\{[^{}]*+\}\}|\{\w*+\}"
    r"|\*{3,}+|•++|\.{3}|…|x{3,}+)++",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"://(?P<userinfo>(?:[^/?#]*@)?)(?P<host>[^/?#]*)")
_LONGEST = 8192
_NAMES = (
    "token",
    "access_token",
    "auth_token",
    "private_token",
    "api_key",
    "apikey",
    "password",
    "secret",
    "client_secret",
    "sig",
    "signature",
    "x-amz-signature",
    "x-amz-security-token",
    "x-goog-signature",
)
"""Names of query values that authenticate."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A URL in a text. `shown` is what of it may be shown; `host` is None where none can be read.

    `url` is there only where it holds no credential.
    """

    shown: str
    host: str | None
    has_secret: bool
    url: Url | None = field(default=None, repr=False)


def urls_in(text: str) -> Iterator[Mention]:
    """The URLs that hold a credential, and those that begin with `http://`, in their order.

    What stands for a secret, such as `${TOKEN}`, is none.
    """
    start = text.find("://")
    while start >= 0:
        following = text.find("://", start + 3)
        scheme = _SCHEME.search(text[max(start - 21, 0) : start])
        if scheme is not None:
            end = _END.search(text, start, len(text) if following < 0 else following)
            stop = end.start() if end else len(text) if following < 0 else following
            if end is None and following >= 0:
                # A scheme in the middle belongs to the next URL: a,https://b.
                inner = _SCHEME.search(text[max(following - 21, start + 3) : following])
                stop = following - len(inner[0]) if inner else following
            found = _judged(scheme[0], text[start:stop])
            if found is not None:
                yield found
        start = following


def _judged(scheme: str, rest: str) -> Mention | None:
    """What there is to say of a URL; None where that is nothing."""
    is_plain = scheme.lower() == "http"
    if not is_plain and not any(mark in rest for mark in ("@", "?")) and not _CONDA.search(rest):
        return None  # nearly all of them, and a lock file has thousands
    rest = _ended(rest[:_LONGEST])
    try:
        url = parse_url(scheme + rest)
    except BadUrl:
        return _unparsable(rest)
    userinfo, path, query = _parts(url.text)
    marks = []
    if _authenticates(userinfo):
        marks.append("userinfo")
    if url.is_http and _has_conda_token(path):
        marks.append("conda")
    found = set(_secret_names(query))
    names = [name for name in _NAMES if name in found]
    if not marks and not names:
        return Mention(url.masked, url.host, has_secret=False, url=url) if is_plain else None
    shown = "".join(
        (
            f"{url.scheme}://",
            f"{DOTS}@" if "userinfo" in marks else "",
            url.host or "",
            f"/t/{DOTS}" if "conda" in marks else "",
            "/…",
            f"?{names[0]}={DOTS}" if names else "",
        )
    )
    return Mention(shown, url.host, has_secret=True)


def _ended(rest: str) -> str:
    """The URL without what follows its host in a list or in brackets."""
    found = _AUTHORITY.match(rest)
    mark = None if found is None else re.search(r"[,;()|]", found["host"])
    return rest if found is None or mark is None else rest[: found.start("host") + mark.start()]


def _unparsable(rest: str) -> Mention | None:
    """A URL that no parser takes may still hold a password."""
    userinfo, at, _ = rest.removeprefix("://").rpartition("@")
    if not at or not _authenticates(userinfo):
        return None
    return Mention(f"{DOTS}@… (it cannot be parsed)", None, has_secret=True)


def _parts(text: str) -> tuple[str, str, str]:
    """User information, path and query."""
    whole, _, query = text.partition("#")[0].partition("?")
    _, slashes, rest = whole.partition("://")
    if not slashes:
        return "", whole, query
    authority, slash, path = rest.partition("/")
    return authority.rpartition("@")[0], slash + path, query


def _authenticates(userinfo: str) -> bool:
    user, _, password = userinfo.partition(":")
    if password:
        return not _stands_for_one(password)
    return is_token(unquote(user))


def is_token(user: str) -> bool:
    """Whether a user name without a password is a token: by its prefix, or long and random.

    `user` is percent-decoded.
    """
    if Secret(user).masked() != DOTS:
        return True
    return (
        len(user) >= 20
        and re.fullmatch(r"[\w.~+=-]+", user) is not None
        and any(c.isdigit() for c in user)
        and any(c.isalpha() for c in user)
    )


def _has_conda_token(path: str) -> bool:
    found = _CONDA.search(path)
    if found is None or _stands_for_one(found["token"]):
        return False
    return _TOPIC.fullmatch(found["rest"]) is None


def _secret_names(query: str) -> Iterator[str]:
    for pair in re.split("[&;]", query):
        name, _, value = pair.partition("=")
        if value and not _stands_for_one(value):
            yield unquote(name).lower()


def _stands_for_one(text: str) -> bool:
    return _REFERENCE.fullmatch(unquote(text)) is not None
