"""Advice on the host pattern that somebody is typing: what it answers, and what is better.

Fast enough for every key press, and it never raises. Everything in an `Advice` but `typed`,
`stored_as` and `proposal` may be shown as it is; those three are shown through `shown`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from authui.model.credential import Kind
from authui.model.examples import example_urls, parse_example
from authui.model.host import keys_for, why_never
from authui.model.login_key import login_key, oauth_login_key
from authui.model.proposal import Proposal, is_shared, propose
from authui.model.secret import DOTS, Secret
from authui.model.text import mask_url, printable


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another pattern that may be meant, and what it does."""

    pattern: str
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What is to be said about a text typed as a host.

    `stored_as` is what is stored if the person insists, None where authui would not: a pattern
    shows in every list, so none may hold a secret. `never` is a clause that says why no URL is
    looked up under it. `proposal` is the pattern that rattler asks for instead, None where the
    typed one is it, or where none is known; `why` says what was left out of it or changed.
    `covers`, `matches`, `does_not_match`, `warnings` and `suggestions` speak of `pattern`.
    `login_key` and `oauth_login_key` are what `pixi auth login` would store, masked for showing;
    the first is None where that program fails.
    """

    typed: str = field(repr=False)
    stored_as: str | None = field(repr=False)
    never: str | None
    proposal: str | None = field(repr=False)
    why: tuple[str, ...]
    covers: str | None
    matches: tuple[str, ...]
    does_not_match: tuple[str, ...]
    warnings: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    login_key: str | None
    oauth_login_key: str

    @property
    def pattern(self) -> str | None:
        """The pattern to store unless the person insists on what was typed."""
        return self.stored_as if self.proposal is None else self.proposal

    @property
    def is_refused(self) -> bool:
        """Whether what was typed can never match, so that storing it has to be forced."""
        return self.never is not None

    @property
    def may_force(self) -> bool:
        """Whether what was typed can be stored at all."""
        return bool(self.stored_as)


def shown(pattern: str) -> str:
    """A pattern or what was typed for one, fit for a screen."""
    if _is_token(pattern):
        return Secret(pattern).masked()
    masked = mask_url(pattern)
    if not pattern.startswith("s3://"):
        # Half a URL can hold user information where none would be in a whole one.
        before, at, name = masked.rpartition("@")
        if at and not before.endswith(DOTS):
            masked = f"{DOTS}@{name}"
    return printable(masked)


def advise(typed: str, kind: Kind | None = None) -> Advice:
    """What is to be said about `typed` as the host of a credential, of `kind` if that is known."""
    text = typed.strip()
    never = _why_never(text)
    stored_as = None if _holds_secret(text) else text
    proposal = propose(text, kind)
    if _is_token(text) or _is_token(proposal.pattern or ""):
        proposal = Proposal()
    pattern = proposal.pattern or stored_as or ""
    if why_never(pattern) is not None:
        pattern = ""  # nothing can be said of it but that
    yes, no = _examples(pattern, kind)
    login = login_key(text)
    return Advice(
        typed,
        stored_as,
        never,
        proposal.pattern,
        proposal.said,
        covers=_covers(pattern, kind),
        matches=yes,
        does_not_match=no,
        warnings=tuple(_warnings(text, pattern, kind)),
        suggestions=tuple(_suggestions(pattern, kind)),
        login_key=None if login is None else shown(login),
        oauth_login_key=shown(oauth_login_key(text)),
    )


def _examples(pattern: str, kind: Kind | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The examples that an entry with this pattern answers, and those it does not, masked."""
    yes: list[str] = []
    no: list[str] = []
    for text in example_urls(pattern, kind) if pattern else ():
        url = parse_example(text)
        if url is None:
            continue
        usable = kind is None or (url.scheme == "s3") == (kind == "S3Credentials")
        (yes if usable and pattern in keys_for(url) else no).append(printable(url.masked))
    return tuple(dict.fromkeys(yes)), tuple(dict.fromkeys(no))


def _why_never(text: str) -> str | None:
    if _is_token(text):
        return "it looks like a token, not like a host"
    never = why_never(text)
    if never is None:
        return "it holds what may be a secret" if _holds_secret(text) else None
    return printable(never)


def _is_token(text: str) -> bool:
    """Whether the text begins as the tokens of an issuer do."""
    return Secret(text).masked() != DOTS


def _holds_secret(text: str) -> bool:
    """Whether something in the text is masked when it is shown."""
    if text.startswith("s3://"):
        # `/t/` in a bucket is a folder like any other, and so is one with an `@`.
        return bool({"?", "#"} & set(text)) or "@" in text.split("/")[2]
    return "@" in text or _is_token(text) or mask_url(text) != text


def _domain(pattern: str) -> str | None:
    """The host name in a pattern without a wildcard, None if it is something else."""
    if not pattern or "/" in pattern or "*" in pattern:
        return None
    url = parse_example(f"https://{pattern}/")
    return pattern if url is not None and url.is_domain else None


def _covers(pattern: str, kind: Kind | None) -> str | None:
    if not pattern:
        return None
    name = shown(pattern)
    if pattern in ("s3:", "s3:/"):
        return "Every bucket"
    if pattern.startswith("s3://"):
        return f"{name} and everything below it"
    if pattern == "*.":
        return "Every host that ends in a dot"
    if pattern.startswith("*."):
        return f"{name[2:]} and every host below it"
    if kind == "S3Credentials":
        return f"The bucket {name} and everything in it"
    if _domain(pattern) is not None:
        return f"{name} only: hosts below it are not covered"
    return f"{name} only"


def _warnings(text: str, pattern: str, kind: Kind | None) -> Iterator[str]:
    if pattern.startswith("*.") and is_shared(pattern[2:]):
        yield (
            f"Strangers have hosts below {shown(pattern[2:])}: whichever of them a URL names gets "
            "this credential"
        )
    if pattern in ("s3:", "s3:/"):
        yield "It answers for every bucket"
    if kind == "S3Credentials":
        yield from _bucket_warnings(pattern)
    elif kind is not None and pattern.startswith("s3:"):
        yield "Only S3 credentials can sign s3:// URLs: with another kind rattler makes no request"
    elif kind is not None and _domain(pattern) and "." not in pattern and pattern != "localhost":
        yield (
            "A bucket of this name would be looked up under it too, and rattler then makes no "
            "request"
        )
    if text.lower().startswith("gcs:"):
        yield "For gcs:// URLs rattler asks no store: it uses Google's own credentials"
    url = parse_example(f"https://{pattern.removeprefix('*.')}/") if pattern else None
    if url is not None and not url.sendable:
        yield "No HTTP client can send a request to such a host"


def _bucket_warnings(pattern: str) -> Iterator[str]:
    if pattern.startswith("*."):
        yield "It is no pattern of a bucket: s3:// URLs are never looked up under a wildcard"
    elif pattern.count(".") == 1 and "/" not in pattern:
        yield (
            f"pixi auth login stores the credentials of this bucket as *.{shown(pattern)}, which "
            "is never asked for"
        )


def _suggestions(pattern: str, kind: Kind | None) -> Iterator[Suggestion]:
    if kind == "S3Credentials":
        if pattern and not {"*", "/", ":"} & set(pattern):
            yield Suggestion(
                f"s3://{pattern}",
                "The bare name beats every pattern with a path in this bucket; this one gives way "
                "to them",
            )
        return
    name = _domain(pattern)
    if name is None:
        return
    if name.endswith("."):
        if name.strip("."):
            why = "Hosts are rarely written with a dot at the end; this is without"
            yield Suggestion(name.rstrip("."), why)
        return
    for domain, channels in _CHANNELS.items():
        if name in (domain, channels):
            why = f"Channels lie on {channels} and on {domain}: this answers both"
            yield Suggestion(f"*.{domain}", why)
            return
    if name.count(".") == 1 and not is_shared(name):
        yield Suggestion(
            f"*.{name}",
            f"It also answers every host below {shown(name)}, and is what pixi auth login stores",
        )


_CHANNELS = {"prefix.dev": "repo.prefix.dev", "anaconda.org": "conda.anaconda.org"}
"""Well-known domains, and the host below them that channels are fetched from."""
