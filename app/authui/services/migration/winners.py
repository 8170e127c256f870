"""What answers the URLs of each pattern before a migration and after it, without asking twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from authui.model.credential import Credential
from authui.model.entry import Entry, EntryState, StoreId
from authui.model.examples import example_urls, parse_example
from authui.model.host import keys_for
from authui.model.lookup import Client
from authui.model.text import mask_url
from authui.model.url import Url
from authui.services.asking import is_unread, known
from authui.services.catalog import Listing
from authui.services.lookup import unasked
from authui.services.migration.plan import PlannedEffect
from authui.services.places import credential_of
from authui.services.words import store_words
from authui.stores.base import Stored
from authui.stores.discover import Discovery
from authui.stores.pixi_config import PixiConfig


@dataclass(frozen=True, slots=True)
class Winner:
    """What a lookup ends at: the key and the store that holds it.

    `credential` is None where the store asks the person before it hands it out.
    """

    host: str
    store: StoreId
    credential: Credential | None


class Holdings:
    """What every store holds under every key, as one listing found it.

    `texts` are what is known to stand in a store anyway, so that it is not asked for it again.
    """

    def __init__(
        self, discovery: Discovery, listing: Listing, texts: Mapping[StoreId, Mapping[str, Stored]]
    ) -> None:
        self._client: Client = discovery.client
        self._pixi: PixiConfig | None = discovery.pixi
        self._order = [store.info.id for store in discovery.stores]
        stores = {store.info.id: store for store in discovery.stores}
        self._held: dict[str, dict[StoreId, Credential | None]] = {}
        for entry in listing.entries:
            if entry.host is None or not _is_usable(entry):
                continue
            text = texts.get(entry.store, {}).get(entry.host)
            if text is not None:
                credential = credential_of(text)
            else:
                credential = known(stores[entry.store], entry.host).credential
            if credential is not None or is_unread(entry):
                self._held.setdefault(entry.host, {})[entry.store] = credential

    @property
    def patterns(self) -> Iterable[str]:
        """Every key that something stands under."""
        return self._held

    def after(self, changes: Mapping[tuple[StoreId, str], Credential | None]) -> Holdings:
        """The same once these keys hold that; None for nothing."""
        new = object.__new__(Holdings)
        new._client, new._pixi, new._order = self._client, self._pixi, self._order
        new._held = {host: dict(stores) for host, stores in self._held.items()}
        for (store, host), credential in changes.items():
            stores = new._held.setdefault(host, {})
            stores.pop(store, None)
            if credential is not None:
                stores[store] = credential
        return new

    def under(self, host: str) -> Winner | None:
        """What rattler gets under exactly this key: the first store's."""
        return self._first(host)

    def winner(self, url: Url) -> Winner | None:
        """What a lookup of the URL ends at, if the client looks at all."""
        if unasked(url, self._client, self._pixi) is not None:
            return None
        return next((w for key in keys_for(url) if (w := self._first(key)) is not None), None)

    def _first(self, host: str) -> Winner | None:
        stores = self._held.get(host)
        if not stores:
            return None
        for store in self._order:
            if store in stores:
                return Winner(host, store, stores[store])
        return None


def effects(before: Holdings, after: Holdings) -> tuple[PlannedEffect, ...]:
    """Every pattern whose URLs are answered by something else afterwards, or from elsewhere."""
    found = [_effect(host, before, after) for host in sorted({*before.patterns, *after.patterns})]
    return tuple(effect for effect in found if effect is not None)


def _effect(host: str, before: Holdings, after: Holdings) -> PlannedEffect | None:
    """The first of its example URLs for which something changes; a real change goes first."""
    moved: PlannedEffect | None = None
    for text in example_urls(host, None):
        url = parse_example(text)
        if url is None:
            continue
        old, new = before.winner(url), after.winner(url)
        if old == new:
            continue
        is_other = _credential(old) != _credential(new)
        effect = PlannedEffect(
            mask_url(host), _words(url, old), _words(url, new), is_other=is_other
        )
        if is_other:
            return effect
        moved = moved or effect
    return moved


def _credential(winner: Winner | None) -> Credential | None:
    return None if winner is None else winner.credential


def _words(url: Url, winner: Winner | None) -> str:
    if winner is None:
        return f"{url.masked}: nothing is sent"
    return f"{url.masked}: {mask_url(winner.host)} from {store_words(winner.store)}"


def _is_usable(entry: Entry) -> bool:
    return entry.state in (EntryState.ACTIVE, EntryState.SHADOWED, EntryState.NEVER_MATCHES)
