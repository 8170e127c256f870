"""What else there is to know about a request to a PyPI index: mostly traps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from authui.model.errors import StoreState
from authui.model.lookup import Match
from authui.model.pypi import PypiResult
from authui.model.registry import find_registry
from authui.model.text import lower_first, mask_url
from authui.model.url import Url
from authui.model.uv_credential import UvCredential
from authui.services import pypi_words as words
from authui.services.pypi_search import UvSearch
from authui.stores.base import Store
from authui.stores.pypi.uv_netrc_grammar import DEFAULT


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an answer came about in.

    `index` is the URL without user information, `said` what uv was told with the request, `skipped`
    the entry of rattler's stores that would answer if the URL named no user. `search` is None for
    the sample stores.
    """

    index: Url
    said: UvCredential | None
    skipped: Match | None
    search: UvSearch | None
    keyring_enabled: bool
    stores: Sequence[Store]


def notes_on(result: PypiResult, here: Circumstances) -> tuple[str, ...]:
    """The notes on an answer."""
    found = [*_of_rattler(result, here.skipped)]
    if here.search is not None:
        found += _of_netrc(result, here.search, here)
        found += _of_keyring(result, here.search, here)
    request = result.request
    is_clear = here.index.scheme == "http" and result.rattler.match is None
    if is_clear and request is not None and request.authorization is not None:
        found.append(words.CLEAR_TEXT)
    return tuple(found)


def _of_rattler(result: PypiResult, skipped: Match | None) -> Iterator[str]:
    match = result.rattler.match
    if skipped is not None:
        yield (
            f"The user name in the URL keeps rattler's stores from being asked: without it, "
            f"{words.found_in(skipped)} would answer"
        )
    if match is None:
        return
    if match.kind == "CondaToken":
        yield (
            f"{words.found_in(match)} is a conda token, which goes into the path of this index "
            "too: hardly any PyPI index understands that. Store a bearer token or a user name and "
            "password for this host, or put a user name into the URL"
        )
    elif match.host.startswith("*."):
        yield (
            f"The pattern {mask_url(match.host)} covers this PyPI index as well: rattler's stores "
            "are asked before uv, and what they hold is sent unasked"
        )


def _of_netrc(result: PypiResult, search: UvSearch, here: Circumstances) -> Iterator[str]:
    """Where the two grammars differ about this host, and what `default` does."""
    netrc = search.netrc
    machine = netrc.find(here.index.host or "", None)
    conda = next((store.list() for store in here.stores if store.info.id == "netrc"), None)
    refusal = None if conda is None or conda.state is not StoreState.CORRUPT else conda.failure
    if refusal is not None and machine is not None:
        yield (
            "PyPI requests read the netrc file, conda requests do not: "
            f"{lower_first(refusal.message)}"
        )
    matches = [match for match in (result.rattler.match, here.skipped) if match is not None]
    if netrc.failure is not None and any(match.store == "netrc" for match in matches):
        yield (
            f"Conda requests read the netrc file, uv does not: {lower_first(netrc.failure.message)}"
        )
    if result.winner == "netrc" and machine is not None and machine.name == DEFAULT:
        yield (
            f"The default entry in line {machine.line} of the netrc file answers for every PyPI "
            "index that has no machine of its own; conda requests never use it"
        )


def _of_keyring(result: PypiResult, search: UvSearch, here: Circumstances) -> Iterator[str]:
    """Why the keyring was not asked, where it could have answered."""
    said = here.said
    if (said is not None and said.is_complete) or result.winner in ("netrc", "uv", "provider"):
        return
    named = said is not None and said.username is not None
    if not here.keyring_enabled:
        if named:
            yield (
                "The keyring is not asked, since pixi's configuration does not enable it: "
                f"{words.ENABLE} does"
            )
        return
    if not named:
        registry = find_registry(here.index)
        user = "USER" if registry is None else registry.username
        yield (
            "The keyring is not asked, since the index URL names no user: write "
            + here.index.masked.replace("://", f"://{user}@", 1)
        )
    if search.program.path is None:
        yield (
            "pixi's configuration enables the keyring, but there is no program named keyring on "
            "the PATH: pixi global install keyring installs one"
        )
    elif any(
        call.service.startswith("-") or call.username.startswith("-")
        for call in result.keyring_calls
    ):
        yield "The user name begins with a hyphen: the keyring program takes it for an option"
