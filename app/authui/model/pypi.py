"""What a request to a PyPI index carries, and what is stored for one.

pixi installs from PyPI through uv: rattler's stores are asked first, then uv's own logic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from authui.model.entry import Outcome
from authui.model.errors import StoreError, StoreState
from authui.model.lookup import Failure, LookupResult, Request
from authui.model.secret import Secret

PypiStoreId: TypeAlias = Literal["netrc", "uv", "keyring"]
"""Where uv looks: a netrc file by its grammar, its own credentials file, Python's keyring."""

PypiSource: TypeAlias = Literal["rattler", "url", "provider", "netrc", "uv", "keyring"]
"""What can answer an index URL; `provider` is a service that uv knows by name."""

PYPI_STORES: tuple[PypiStoreId, ...] = ("netrc", "uv", "keyring")
"""In the order in which uv asks them."""


@dataclass(frozen=True, slots=True)
class KeyringCall:
    """One `keyring get SERVICE USER` that uv makes. The answer itself is kept nowhere here.

    `outcome` is a hit, a miss, an error, or skipped where the program was not run; `detail` says
    why. `service` and `username` may be shown; `in_full` is both as they are passed, where those
    have dots for what may be a secret.
    """

    service: str
    username: str
    outcome: Outcome
    detail: str | None = None
    in_full: tuple[Secret, Secret] | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The command as uv runs it, as far as it may be shown."""
        return ("keyring", "get", self.service, self.username)


@dataclass(frozen=True, slots=True)
class PypiStep:
    """One place that was asked for an index URL, and what it said.

    `name` is what it was asked for: a host pattern, a machine, a command.
    """

    source: PypiSource
    name: str
    outcome: Outcome
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class UvAnswer:
    """What uv would do without rattler's layer in front of it.

    `authorization` is the header of its last request to an index that answers 401; None for none.
    """

    authorization: Secret | None
    masked_authorization: str | None
    keyring_calls: tuple[KeyringCall, ...] = ()


@dataclass(frozen=True, slots=True)
class PypiResult:
    """What pixi sends to a PyPI index, and every place that was asked.

    `url` is the URL as it was asked for, masked. `rattler` is the answer of the stores that are
    asked first and unasked, `uv` what uv would do alone, `request` what the two together send to an
    index that wants a credential, None where it is not known or none is made; `failure` says why
    none is. `winner` is what answered, None where nothing did. `reason` is one sentence, `notes`
    are further ones. `keyring_calls` are those made behind rattler's layer. `program` is the path
    of the `keyring` that uv would run, None where there is none. `partial` says that something
    could not be asked, so that the answer may differ once it can.
    """

    url: str
    rattler: LookupResult
    uv: UvAnswer
    request: Request | None
    failure: Failure | None
    winner: PypiSource | None
    reason: str
    steps: tuple[PypiStep, ...]
    keyring_calls: tuple[KeyringCall, ...] = ()
    program: str | None = None
    notes: tuple[str, ...] = ()
    partial: bool = False


PypiState: TypeAlias = Literal["active", "shadowed", "locked", "unreadable"]
"""What an entry is worth to uv."""


@dataclass(frozen=True, slots=True)
class PypiEntry:
    """Something stored for PyPI requests, without its secret.

    `service` is the name it is stored under as it stands: an index URL, a host, `default` of a
    netrc file. It may hold a secret: show it through `mask_url`. `item` is the store's name for it
    where the service and the user name do not tell it from others. `detail` is a sentence about it.
    """

    service: str = field(repr=False)
    store: PypiStoreId
    username: str | None
    state: PypiState = "active"
    detail: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class PypiStoreReport:
    """A place where uv looks, and its condition.

    `encrypted` is None where it is not known. `writable` says whether authui can change it.
    `is_enumerated` is False where only services that are asked for by name can be found.
    """

    id: PypiStoreId
    name: str
    location: str
    state: StoreState
    failure: StoreError | None = None
    encrypted: bool | None = None
    writable: bool = False
    entries: int = 0
    is_enumerated: bool = True


@dataclass(frozen=True, slots=True)
class PypiListing:
    """Everything that is stored for PyPI requests, as far as it can be found."""

    stores: tuple[PypiStoreReport, ...]
    entries: tuple[PypiEntry, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether a store could not be read."""
        return any(not store.state.is_answer for store in self.stores)
