"""What pixi sends to a PyPI index, and why.

pixi puts rattler's own layer in front of uv: it asks rattler's stores, unasked, and attaches what
they hold. Only where that leaves something open does uv look for itself. Sources: pixi,
`uv_middlewares`; uv 0.11.15, `uv_auth::AuthMiddleware`; `services/lookup.py` for rattler's layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from authui.model.entry import Outcome
from authui.model.lookup import Failure, LookupResult, Request
from authui.model.pypi import PypiResult, PypiSource, PypiStep, UvAnswer
from authui.model.request import can_stand_in_header, masked_authorization
from authui.model.secret import Secret
from authui.model.text import mask_url
from authui.model.url import Url, parse_url
from authui.model.uv_credential import UvCredential, read_header
from authui.model.uv_url import (
    is_of_index,
    userinfo_of,
)
from authui.services import pypi_words as words
from authui.services.lookup import find, lookup
from authui.services.pypi_front import AskedIndex, in_front, read_index
from authui.services.pypi_notes import Circumstances, notes_on
from authui.services.pypi_search import Searched, UvSearch
from authui.services.words import store_words
from authui.stores.base import Store
from authui.stores.pypi.sources import PypiSources


@dataclass(frozen=True, slots=True)
class _Sent:
    """What uv ends in: the header, where it comes from, and the search that it made."""

    authorization: Secret | None
    source: PypiSource | None
    searched: Searched

    @property
    def is_known(self) -> bool:
        """Whether nothing that could not be asked can make it another."""
        return self.searched.is_known


def pypi_lookup(
    text: str,
    stores: Sequence[Store],
    sources: PypiSources,
    *,
    now: float,
    run_keyring: bool = False,
    may_ask: bool = False,
) -> PypiResult:
    """What pixi sends to the index at the URL in `text`, and every place that is asked on the way.

    `stores` are those that pixi asks, in its order, and `now` is in seconds since 1970.
    `run_keyring` runs the `keyring` program where pixi would, each time for at most 5 s; otherwise
    its answers are not known. `may_ask` lets a store ask the person. Raises `BadUrl` where the URL
    cannot be parsed; everything else that goes wrong is part of the answer.
    """
    asked = parse_url(text)
    search = None
    if sources.environment is not None:
        search = UvSearch(
            sources.environment,
            keyring_enabled=sources.keyring_enabled,
            run_keyring=run_keyring,
        )
    index = read_index(asked, sources)
    if not isinstance(index, AskedIndex):
        rattler = lookup(text, stores, pixi=sources.pixi, now=now, may_ask=may_ask)
        return _no_request(rattler, UvAnswer(None, None), index or rattler.failure, search)
    rattler = in_front(index, stores, sources, now=now, may_ask=may_ask)
    alone = _behind(search, index, index.page, index.userinfo, run=index.mirror is None)
    uv = _uv_answer(alone)
    if rattler.failure is not None:
        return _no_request(rattler, uv, rattler.failure, search)
    first = rattler.request
    if first is None or first.url is None:
        # It is not read yet what the store holds, or the request goes to a registry.
        return _unforetold(rattler, uv, _rattler_steps(rattler, index), search)
    together = _together(search, index, rattler, first, alone)
    failure = _stop(together)
    if failure is not None:
        return _no_request(rattler, uv, failure, search)
    wire = parse_url(first.url.reveal())
    header = first.authorization
    here = Circumstances(
        index.bare,
        read_header(header) if index.userinfo is None and header is not None else index.userinfo,
        None if index.userinfo is None else find(wire, stores).match,
        search,
        sources.keyring_enabled,
        stores,
    )
    result = PypiResult(
        url=rattler.url,
        rattler=rattler,
        uv=uv,
        request=_with(first, together) if together.is_known else None,
        failure=None,
        winner=_winner(first, together),
        reason=words.reason(rattler, together.source, together.authorization, together.searched),
        steps=(*_rattler_steps(rattler, index), *_url_steps(index), *together.searched.steps),
        keyring_calls=together.searched.calls,
        program=_program(search),
        partial=rattler.partial or not together.is_known,
    )
    return replace(result, notes=(*rattler.notes, *notes_on(result, here)))


def _together(
    search: UvSearch | None, index: AskedIndex, rattler: LookupResult, first: Request, alone: _Sent
) -> _Sent:
    """What uv makes of the request that comes out of rattler's layer."""
    header = first.authorization
    if first.only_refreshed:
        return _Sent(None, "rattler", Searched())
    if index.mirror is None and (index.userinfo is not None or rattler.match is None):
        return alone
    wire = index.page if first.url is None else parse_url(first.url.reveal())
    said = None if header is None else read_header(header)
    if index.mirror is not None:
        # Of what stands in the URL and in the header, uv takes the first.
        said = userinfo_of(index.mirror) or said
    sent = _behind(search, index, wire, said)
    if sent.searched.source is not None:
        return sent
    source: PypiSource = "rattler" if index.userinfo is None else "url"
    reaches = header is not None or first.refresh
    reaches = reaches or (rattler.match is not None and rattler.match.kind == "CondaToken")
    return _Sent(header, source if reaches else None, sent.searched)


def _behind(
    search: UvSearch | None,
    index: AskedIndex,
    url: Url,
    said: UvCredential | None,
    *,
    run: bool = True,
) -> _Sent:
    """What uv sends to a page that answers 401, if `said` is what it is told with the request."""
    header = None if said is None else said.header()
    source: PypiSource | None = None if said is None else "url"
    if search is None or (said is not None and said.is_complete):
        return _Sent(header, source, Searched())
    username = None if said is None else said.username
    of_index = index.bare if is_of_index(url, index.bare) else None
    found = search.search(url, of_index, username, run=run)
    if found.credential is not None:
        return _Sent(found.credential.header(), found.source, found)
    return _Sent(header, found.source or source, found)


def _stop(sent: _Sent) -> Failure | None:
    """Why uv ends without a request."""
    if sent.searched.stops is not None:
        return words.no_endpoint(sent.searched.stops)
    if sent.authorization is not None and not can_stand_in_header(sent.authorization):
        return words.no_header()
    return None


def _with(first: Request, sent: _Sent) -> Request:
    """The request with the header that uv leaves or puts there; it signs after the others."""
    header = None if sent.searched.signer is not None else sent.authorization
    shown = None if header is None else masked_authorization(header)
    return replace(first, authorization=header, masked_authorization=shown)


def _winner(first: Request, sent: _Sent) -> PypiSource | None:
    """What answers; a token that is refreshed does so before anything that uv finds."""
    if first.refresh:
        return "rattler"
    return sent.source if sent.is_known else None


def _uv_answer(alone: _Sent) -> UvAnswer:
    header = None if alone.searched.signer is not None else alone.authorization
    if not alone.is_known or _stop(alone) is not None:
        header = None
    shown = None if header is None else masked_authorization(header)
    return UvAnswer(header, shown, alone.searched.calls)


def _rattler_steps(rattler: LookupResult, index: AskedIndex) -> tuple[PypiStep, ...]:
    if not rattler.steps and index.userinfo is not None:
        name = (index.mirror or index.page).host or ""
        return (PypiStep("rattler", name, Outcome.SKIPPED, words.SKIPPED_FOR_USERINFO),)
    return tuple(
        PypiStep(
            "rattler",
            f"{mask_url(step.host)} in {store_words(step.store)}",
            step.outcome,
            step.detail,
        )
        for step in rattler.steps
    )


def _url_steps(index: AskedIndex) -> tuple[PypiStep, ...]:
    said = index.userinfo
    if said is None:
        return (PypiStep("url", "user name in the URL", Outcome.MISS),)
    if said.is_complete:
        return (PypiStep("url", "password in the URL", Outcome.HIT),)
    return (PypiStep("url", "user name in the URL", Outcome.HIT, words.NAME_ONLY),)


def _no_request(
    rattler: LookupResult, uv: UvAnswer, failure: Failure | None, search: UvSearch | None
) -> PypiResult:
    """The answer where pixi makes no request."""
    return PypiResult(
        url=rattler.url,
        rattler=rattler,
        uv=uv,
        request=None,
        failure=failure,
        winner=None,
        reason=rattler.reason if failure is None else failure.message,
        steps=(),
        program=_program(search),
        notes=rattler.notes,
        partial=rattler.partial,
    )


def _unforetold(
    rattler: LookupResult, uv: UvAnswer, steps: tuple[PypiStep, ...], search: UvSearch | None
) -> PypiResult:
    """The answer where it is not known what rattler's layer attaches, or only the client knows."""
    return PypiResult(
        url=rattler.url,
        rattler=rattler,
        uv=uv,
        request=rattler.request,
        failure=None,
        winner=None if rattler.match is None else "rattler",
        reason=rattler.reason,
        steps=steps,
        program=_program(search),
        notes=rattler.notes,
        partial=rattler.partial or rattler.request is None,
    )


def _program(search: UvSearch | None) -> str | None:
    return None if search is None else search.program.path
