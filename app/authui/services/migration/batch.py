"""Many keys of any store: at once where the store can, else one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from authui.model.errors import (
    AuthuiError,
    Declined,
    OutcomeUnknown,
    StoreError,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.abilities import AddsMany, DropsMany, Pace, ReadsMany, Told
from authui.stores.base import Stored, WritableStore
from authui.stores.patience import Patience


def read_many(store: WritableStore, hosts: Collection[str]) -> dict[str, Told]:
    """What stands under each key now. Raises `StoreError` where the store does not answer."""
    if isinstance(store, ReadsMany):
        return store.read_many(hosts) if hosts else {}
    told: dict[str, Told] = {}
    for host in hosts:
        try:
            told[host] = store.read(host)
        except AuthuiError as error:
            told[host] = error
    return told


def pace_of(store: WritableStore) -> Pace:
    """How many changes in a row the store bears. Raises `StoreError`."""
    return store.pace() if isinstance(store, AddsMany) else Pace()


def add_many(
    store: WritableStore, texts: Sequence[tuple[str, Secret]], patience: Patience | None
) -> Iterator[tuple[str, Stored | AuthuiError]]:
    """Store each text under its key, where nothing stands yet, until one fails for good."""
    if isinstance(store, AddsMany):
        if texts:
            yield from store.add_many(texts, patience)
        return
    for host, text in texts:
        try:
            added: Stored | AuthuiError = store.write(host, text, before=None, patience=patience)
        except AuthuiError as error:
            added = error
        yield host, added
        if is_final(added):
            return


def delete_many(
    store: WritableStore, hosts: Mapping[str, Stored], patience: Patience | None
) -> dict[str, AuthuiError]:
    """Take each away where it still stands; those that stay, with the reason.

    After an error that is final those behind it are not tried, and have the same reason.
    """
    if not hosts:
        return {}
    if isinstance(store, DropsMany):
        try:
            return store.delete_many(hosts)
        except AuthuiError as error:
            return dict.fromkeys(hosts, error)
    kept: dict[str, AuthuiError] = {}
    final: AuthuiError | None = None
    for host, before in hosts.items():
        try:
            if final is not None:
                raise final
            store.delete(host, before=before, item=before.item, patience=patience)
        except AuthuiError as error:
            kept[host] = error
            final = error if is_final(error) else None
    return kept


def is_final(outcome: Stored | AuthuiError) -> bool:
    """Whether the store itself failed, so that the next key would fare no better."""
    return isinstance(outcome, (StoreError, OutcomeUnknown, WriteFailed, Declined))
