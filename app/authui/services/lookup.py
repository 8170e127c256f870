"""Which credential applies to a URL, and why.

A lookup goes key by key: each key is asked of every store in the client's order before the next,
less specific key. So an exact pattern in the last store beats a wildcard in the first.
Source: rattler_networking, `AuthenticationStorage::get_by_url_with_host`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from authui.model.credential import Credential, S3Credentials
from authui.model.entry import Outcome
from authui.model.host import keys_for
from authui.model.lookup import Client, Failure, LookupResult, Match, Request, Step
from authui.model.mirror import find_mirror
from authui.model.request import build_request, userinfo_header
from authui.model.text import printable
from authui.model.url import Url, parse_url
from authui.services import reasons
from authui.services.asking import is_unread, known
from authui.services.buckets import notes_on_bucket
from authui.stores.base import Store
from authui.stores.pixi_config import PixiConfig


@dataclass(frozen=True, slots=True)
class Found:
    """What the stores said to the keys of one URL."""

    steps: tuple[Step, ...]
    match: Match | None = None
    credential: Credential | None = None
    partial: bool = False


def lookup(
    text: str,
    stores: Sequence[Store],
    *,
    client: Client = "pixi",
    pixi: PixiConfig | None = None,
    now: float,
    may_ask: bool = False,
) -> LookupResult:
    """Which entry answers the URL in `text`, and the request the client makes.

    `now` is in seconds since 1970. `may_ask` reads the one secret it ends at also where the store
    then asks the person; else that is left unread. Raises `BadUrl` where the URL cannot be parsed;
    everything else that goes wrong is part of the answer.
    """
    asked = parse_url(text)
    url = asked
    notes: tuple[str, ...] = ()
    # User information is a header before any mirror is looked for, and goes along to it. That of
    # a mirror becomes none.
    bare, header = userinfo_header(asked)
    mirrored = find_mirror(bare.text, pixi.mirrors) if client == "pixi" and pixi else None
    if mirrored is not None:
        if mirrored.url is None:
            return _result(asked, reasons.no_mirror(), notes=())
        from authui.model.uv_url import with_userinfo_of, without_userinfo

        url = without_userinfo(parse_url(mirrored.url))
        if header is not None:
            url = with_userinfo_of(url, asked)
        notes = (reasons.rewritten(asked, mirrored),)
    if client == "pixi" and pixi is not None and pixi.offline:
        notes = (*notes, reasons.OFFLINE)
    for store in stores:
        if store.blocks is not None:
            return _result(asked, reasons.blocked(store.info, store.blocks), notes=notes)
    if client == "pixi" and pixi is not None:
        notes = (*notes, *notes_on_bucket(url, pixi, stores))
    without_asking = unasked(url, client, pixi)
    if without_asking is not None:
        return _result(asked, without_asking, notes=notes)
    found = find(url, stores, may_ask=may_ask)
    answer = _request(url, client, found, now)
    return LookupResult(
        url=asked.masked,
        match=found.match,
        request=answer if isinstance(answer, Request) else None,
        failure=answer if isinstance(answer, Failure) else None,
        reason=reasons.of_result(url, found.match, found.credential, answer, found.steps),
        steps=found.steps,
        notes=notes + reasons.notes_on(url, client, found.match, found.steps, stores),
        partial=found.partial,
        keys=tuple(keys_for(url)),
    )


def find(url: Url, stores: Sequence[Store], *, may_ask: bool = False) -> Found:
    """Ask the stores for the keys of a URL until one of them has one."""
    steps: list[Step] = []
    partial = False
    for key in keys_for(url):
        for position, store in enumerate(stores):
            answer = store.get(key) if may_ask else known(store, key)
            state = None if answer.failure is None else answer.failure.state
            unread = is_unread(answer)
            detail = None if unread else answer.detail
            steps.append(Step(key, store.info.id, answer.outcome, detail, state, unread))
            if answer.outcome is Outcome.LOCKED or (state is not None and not state.is_answer):
                partial = True
            if answer.outcome is Outcome.HIT:
                steps.extend(
                    Step(key, later.info.id, Outcome.SKIPPED) for later in stores[position + 1 :]
                )
                credential = answer.credential
                match = Match(key, store.info.id, None if credential is None else credential.kind)
                return Found(tuple(steps), match, credential, partial or credential is None)
    return Found(tuple(steps), partial=partial)


def unasked(url: Url, client: Client, pixi: PixiConfig | None) -> Request | Failure | None:
    """The answer where the client looks into no store for this URL; None where it does."""
    if url.host is None:
        return Failure(
            None,
            f"A {printable(url.scheme)}: URL names no host: no request is made",
            None
            if url.scheme == "file"
            else "Write the URL in full, such as https://repo.prefix.dev/my-channel",
        )
    if userinfo_header(url)[1] is not None:
        return build_request(url, None, 0)
    elsewhere = Request(None, None, None, None)
    if url.scheme == "gcs":
        return elsewhere
    if client == "pixi":
        buckets = pixi.s3_buckets if pixi is not None else ()
        if url.scheme == "oci" or (url.scheme == "s3" and url.host not in buckets):
            return elsewhere
    if url.is_http or url.scheme == "s3" or (url.scheme == "oci" and client == "rattler"):
        return None
    return Failure(None, f"{client} makes no requests to {url.scheme}: URLs")


def _request(url: Url, client: Client, found: Found, now: float) -> Request | Failure | None:
    """The request with what was found, None where that was not read.

    An `s3://` URL is signed, and only by S3 credentials.
    """
    match, credential = found.match, found.credential
    if match is not None and credential is None:
        return None
    if url.scheme != "s3":
        return build_request(url, credential, now)
    if match is not None and credential is not None and not isinstance(credential, S3Credentials):
        return reasons.not_s3(match, credential.kind, client)
    return Request(None, None, None, None)


def _result(url: Url, answer: Request | Failure, *, notes: tuple[str, ...]) -> LookupResult:
    return LookupResult(
        url=url.masked,
        match=None,
        request=answer if isinstance(answer, Request) else None,
        failure=answer if isinstance(answer, Failure) else None,
        reason=reasons.of_unasked(url, answer),
        steps=(),
        notes=notes,
    )
