"""Domains below which strangers have hosts, told by the public suffix list.

The list comes with its package, private section included, and is never fetched. Reading it takes
some 40 ms, so this is for the audit; while somebody types, `proposal.is_shared` knows the few that
matter.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from authui.model.proposal import is_shared

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

CLOUDS: Final = (
    "amazonaws.com",
    "azure.com",
    "windows.net",
    "googleapis.com",
    "pkg.dev",
    "jfrog.io",
)
"""Domains of providers who give hosts below them to anybody, though the list does not say so."""


def is_shared_domain(domain: str) -> bool:
    """Whether strangers can have hosts below the domain, for all that is known."""
    name = domain.lower().rstrip(".")
    if name in CLOUDS or is_shared(name):
        return True
    # Of a rule such as `*.compute.amazonaws.com` the list takes the domain itself for one as well.
    return bool(name) and _suffixes().is_public(name)


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
