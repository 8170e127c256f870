"""The host pattern that somebody meant who typed or pasted something else.

A proposal is a pattern that rattler asks for when it meets the URL or host that was typed; what was
left out or changed on the way is said, each with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from authui.model.credential import Kind
from authui.model.errors import BadUrl
from authui.model.text import printable
from authui.model.url import Url, parse_url

_PRIVATE = ("localhost", "local", "lan", "internal", "home", "corp", "intranet", "test", "example")
"""Names without a dot below which nobody but their owner has a host."""

_SHARED = frozenset((
    "ac.uk", "co.jp", "co.kr", "co.nz", "co.uk", "com.au", "com.br", "com.cn", "com.tr", "gov.uk",
    "net.au", "org.au", "org.uk", "amazonaws.com", "appspot.com", "azurewebsites.net",
    "blob.core.windows.net", "cloudfront.net", "fly.dev", "github.io", "gitlab.io",
    "googleapis.com", "herokuapp.com", "hf.space", "jfrog.io", "netlify.app", "ngrok.io",
    "onrender.com", "pages.dev", "r2.cloudflarestorage.com", "r2.dev", "readthedocs.io", "run.app",
    "vercel.app", "web.app", "windows.net", "workers.dev",
))  # fmt: skip
"""Domains below which strangers have hosts; the best known, not a list of all."""


def is_shared(domain: str) -> bool:
    """Whether strangers can have hosts below the domain, as far as is known here."""
    domain = domain.lower().rstrip(".")
    return domain in _SHARED or ("." not in domain and domain not in _PRIVATE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """`pattern` is None where none is known, or where the typed text is the pattern already."""

    pattern: str | None = field(default=None, repr=False)
    said: tuple[str, ...] = ()


_Said: TypeAlias = list[str]

_SCHEME = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):(?://)|(https?):[/\\]*|//)", re.IGNORECASE)
_CONDA_TOKEN = re.compile(r"^[/\\]+t[/\\]+[^/\\]", re.IGNORECASE)
_PORT = re.compile(r":[0-9]*$")

_ONLY_S3 = "S3 credentials only sign s3:// URLs: name the bucket, such as s3://my-bucket"


def propose(text: str, kind: Kind | None = None) -> Proposal:
    """The pattern that was meant by `text`, a host, pattern or URL without white space around it.

    S3 credentials are meant for a bucket, whose name keeps its case. Never raises.
    """
    if text in ("s3:", "s3:/"):
        return Proposal()  # odd, but asked for at the end of every walk through a bucket
    scheme_found = _SCHEME.match(text)
    scheme = ((scheme_found[1] or scheme_found[2] or "https").lower()) if scheme_found else ""
    rest = text[scheme_found.end() :] if scheme_found else text
    if kind == "S3Credentials" and scheme not in ("", "s3"):
        return Proposal(None, (_ONLY_S3,))
    said: _Said = []
    authority, path = _without_path(rest, said)
    if scheme == "s3" or kind == "S3Credentials":
        pattern = _bucket_pattern(authority, path, said, bare=not scheme)
    else:
        if scheme_found:
            said.insert(0, _scheme_words(scheme))
        if _CONDA_TOKEN.search(path):
            said.append("The token in the path was left out: it is a credential, a CondaToken")
        elif path.strip("/\\"):
            said.append("The path was left out: rattler looks up the host alone")
        elif path:
            said.append("The slash behind the host was left out: a pattern has no path")
        pattern = _host_pattern(scheme or "https", authority, said)
    if pattern is None or pattern == text:
        return Proposal()
    return Proposal(pattern, tuple(said))


def _scheme_words(scheme: str) -> str:
    if scheme in ("http", "https"):
        return (
            "The scheme was left out: a pattern answers http:// and https:// alike, so the "
            "credential is sent in clear where a URL begins with http://"
        )
    return "The scheme was left out: a host pattern has none"


def _without_path(rest: str, said: _Said) -> tuple[str, str]:
    """The authority without its user information, and the path without query and fragment."""
    before, query = re.match(r"([^?#]*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    if query:
        said.append("What follows ? or # was left out: it may hold a secret")
    end = min((i for c in "/\\" if (i := before.find(c)) >= 0), default=len(before))
    userinfo, at, authority = before[:end].rpartition("@")
    if at:
        what = "user name and password were" if ":" in userinfo else "user name was"
        said.append(f"The {what} left out: whatever stands in a pattern is shown in every list")
    return authority, before[end:]


def _host_pattern(scheme: str, authority: str, said: _Said) -> str | None:
    wild, name = _without_wildcards(authority, said)
    if name.count(":") > 1 and not name.startswith("["):
        name = f"[{name}]"
        said.append("An IPv6 address is looked up in brackets")
    url = _parse(f"{scheme}://{name}")
    if url is None or url.host is None or not url.sendable:
        return None
    bare = _PORT.sub("", name)
    if bare != name:
        said.append("The port was left out: rattler ignores the port of a URL")
    said += _host_words(scheme, bare, url)
    if not wild or not url.is_domain:
        if wild:
            said.append("The wildcard was left out: an IP address is looked up as it is")
        return url.host
    if wild != "*." and is_shared(url.host):
        return None  # what was typed is no pattern, and this one nobody should be led to
    return f"*.{url.host}"


def _without_wildcards(authority: str, said: _Said) -> tuple[str, str]:
    """What stood for a wildcard, if anything did, and the name behind it."""
    if authority.startswith("*.") and "*" not in authority[2:]:
        name = authority[2:].lstrip(".")
        if name != authority[2:]:
            said.append("A second dot behind *. was left out")
        return "*.", name
    if authority.startswith(".") and "*" not in authority:
        said.append("A dot in front was taken for a wildcard, which is written *.")
        return ".", authority.lstrip(".")
    if "*" not in authority:
        return "", authority
    head, _, name = authority.rpartition("*")
    # `x*y.example.com` means hosts below example.com, `*example.com` the domain itself.
    if head and not name.startswith("."):
        name = name.partition(".")[2]
    said.append("The only wildcard is *. in front: it answers the domain and every host below it")
    return authority[: len(authority) - len(name)], name.lstrip(".")


def _host_words(scheme: str, typed: str, url: Url) -> list[str]:
    """What rattler's URL parser made of a host."""
    host = url.host or ""
    if host == typed:
        return []
    shown = printable(host)
    if not url.is_domain:
        return [f"The address is looked up as {shown}"]
    if host == typed.lower():
        what = f"a host of {scheme}:// is looked up as {shown}"
        return [f"Upper case became lower case: {what}, only oci:// and s3:// keep it"]
    if not typed.isascii():
        return [f"An international name is looked up in its encoded form, {shown}"]
    return [f"The host is looked up as {shown}"]


def _bucket_pattern(authority: str, path: str, said: _Said, *, bare: bool) -> str | None:
    if bare and ("@" in path or _CONDA_TOKEN.search(path)):
        return None  # more likely a secret than a folder
    wild, name = _without_wildcards(authority, [])
    if wild:
        said.append("The wildcard was left out: s3:// URLs are never looked up under one")
    url = _parse(f"s3://{name}{path}")
    if url is None or url.host is None:
        return None
    if bare and not path.strip("/\\"):
        if path:
            said.append("The slash behind the bucket was left out: a pattern ends without one")
        return url.host
    if bare:
        said.append("A pattern with a path in a bucket begins with s3://")
    text = url.text.rstrip("/")
    if text != url.text and path:
        said.append("The slash at the end was left out: rattler asks for a path without one")
    if text != f"s3://{name}{path}".rstrip("/"):
        said.append("The path is written as rattler looks it up")
    return text


def _parse(text: str) -> Url | None:
    try:
        return parse_url(text)
    except BadUrl:
        return None
