"""Where a keychain keeps what rattler finds in it, for whoever looks after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:  # the audit asks for the protocol on every system, and only Linux has D-Bus
    from authui.stores.keychain.reading import Group
    from authui.stores.keychain.service import SecretService


class Elsewhere(NamedTuple):
    """A collection that is not the default one, by its label. `in_memory` ends with the session."""

    collection: str
    in_memory: bool


@runtime_checkable
class TellsWhere(Protocol):
    """A keychain that tells where its items lie."""

    @property
    def clear_text(self) -> str | None:
        """The file in which its default collection is kept unencrypted, None where none is known."""
        ...

    def elsewhere(self) -> Mapping[str, Elsewhere]:
        """The hosts whose one item lies outside of the default collection. Raises `StoreError`."""
        ...


def elsewhere(service: SecretService, groups: Sequence[Group]) -> dict[str, Elsewhere]:
    """As `TellsWhere.elsewhere`, for items that were found before."""
    from authui.stores.keychain.items import collection_name, collection_of

    default = service.default_collection()
    found = {
        group.host: collection_of(group.items[0].path)
        for group in groups
        if group.host is not None and not group.is_ambiguous and not group.items[0].answers_all
    }
    apart = {host: path for host, path in found.items() if default is not None and path != default}
    if not apart:
        return {}
    labels = service.labels(sorted(set(apart.values())))
    memory = service.alias("session")
    return {
        host: Elsewhere(labels.get(path) or collection_name(path), path == memory)
        for host, path in apart.items()
    }
