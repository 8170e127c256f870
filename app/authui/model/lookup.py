"""The answer to "which credential applies to this URL?"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.credential import Kind
from authui.model.entry import Outcome, StoreId
from authui.model.errors import StoreState
from authui.model.secret import Secret

Client: TypeAlias = Literal["pixi", "rattler", "rattler-build"]
"""The program whose rules are followed."""

CLIENTS: tuple[Client, ...] = ("pixi", "rattler", "rattler-build")
"""All clients; the first is the default."""


@dataclass(frozen=True, slots=True)
class Step:
    """One key that was asked of one store, and what the store said.

    `state` is the condition of the store where that kept it from answering. `is_unread` is for a
    hit of which only the name was read.
    """

    host: str
    store: StoreId
    outcome: Outcome
    detail: str | None = None
    state: StoreState | None = None
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The entry that answers a URL.

    `kind` is None where it was not read, since its store asks the person first: should it then
    hold no credential, rattler goes on to the next.
    """

    host: str
    store: StoreId
    kind: Kind | None


@dataclass(frozen=True, slots=True)
class Request:
    """The request as the client sends it.

    `url` is the URL on the wire, None where it cannot be foretold. Of `authorization`, a byte that
    is not UTF-8 stands as a lone surrogate. Both come with a masked form for showing.
    `refresh` says that an OAuth token is refreshed first, and the rest is what is sent if that
    fails; `only_refreshed` that no request is made then, since no header can hold the old token.
    """

    url: Secret | None
    masked_url: str | None
    authorization: Secret | None
    masked_authorization: str | None
    refresh: bool = False
    only_refreshed: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the client makes no request at all. `store` is the store that causes it, if one does."""

    store: StoreId | None
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class LookupResult:
    """Which entry answers a URL, and every key tried on the way.

    `url` is the URL as it was asked for, with everything secret masked. Exactly one of `request`
    and `failure` is set, and none where the match was not read. `reason` is one sentence for a
    person, `notes` are further ones.
    `partial` says that a store could not be asked, so that the answer may differ once it can.
    `keys` are all keys of the URL in their order, also those after the match; none where no store
    is asked.
    """

    url: str
    match: Match | None
    request: Request | None
    failure: Failure | None
    reason: str
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    partial: bool = False
    keys: tuple[str, ...] = ()

    @property
    def is_unread(self) -> bool:
        """Whether it is known which entry answers, but not yet what that holds."""
        return self.match is not None and self.match.kind is None
