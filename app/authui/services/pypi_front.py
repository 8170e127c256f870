"""An index URL on its way through pixi's own layers: the mirrors, then rattler's stores.

Sources: pixi, `uv_middlewares`; reqwest, which makes a header of user information before any layer
sees the request; `services/lookup.py` for rattler's layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from authui.model.lookup import Failure, LookupResult
from authui.model.mirror import Mirrored, find_mirror
from authui.model.url import Url, parse_url
from authui.model.uv_credential import UvCredential
from authui.model.uv_url import (
    Undecodable,
    page_of,
    userinfo_of,
    with_userinfo_of,
    without_userinfo,
)
from authui.services import pypi_words as words
from authui.services import reasons
from authui.services.lookup import lookup
from authui.stores.base import Store
from authui.stores.pypi.sources import PypiSources


@dataclass(frozen=True, slots=True)
class AskedIndex:
    """An index URL as it was asked for, without user information, and its page.

    `userinfo` is what uv reads before the `@`. `mirror` is that page at the mirror that pixi asks
    instead, and `mirrored` all that its mirrors make of it, if there are any.
    """

    asked: Url
    bare: Url
    page: Url
    userinfo: UvCredential | None
    mirror: Url | None
    mirrored: Mirrored | None


def read_index(asked: Url, sources: PypiSources) -> AskedIndex | Failure | None:
    """The index URL, or why pixi stops at it; None for one without a host."""
    if asked.host is None:
        return None
    if not asked.is_http:
        return words.no_http(asked.scheme)
    bare = without_userinfo(asked)
    page = page_of(bare)
    # User information is a header before any mirror is looked for, and stays there.
    found = find_mirror(page.text, sources.pixi.mirrors)
    mirror = None if found is None or found.url is None else parse_url(found.url)
    try:
        userinfo = userinfo_of(asked)
        if mirror is not None:
            userinfo_of(mirror)
    except Undecodable:
        return words.not_utf8()
    return AskedIndex(asked, bare, page, userinfo, mirror, found)


def in_front(
    index: AskedIndex, stores: Sequence[Store], sources: PypiSources, *, now: float, may_ask: bool
) -> LookupResult:
    """What rattler's layer makes of the request. The user information of a mirror does nothing."""
    pixi, target = sources.pixi, index.page
    if index.mirror is not None:
        pixi, target = replace(pixi, mirrors={}), without_userinfo(index.mirror)
    asked = with_userinfo_of(target, index.asked)
    result = lookup(asked.text, stores, pixi=pixi, now=now, may_ask=may_ask)
    notes = result.notes
    if index.mirror is not None and index.mirrored is not None:
        notes = (reasons.rewritten(index.page, index.mirrored), *notes)
    return replace(result, url=index.asked.masked, notes=notes)
