"""Stores that ask the person before they hand out a secret: what is known without, and a request."""

from __future__ import annotations

from collections.abc import Iterable

from authui.model.entry import Answer, Entry, EntryState, Outcome
from authui.stores.abilities import AsksForEach
from authui.stores.base import Store, StoreInfo
from authui.stores.patience import Patience

_STORED = (EntryState.ACTIVE, EntryState.SHADOWED, EntryState.NEVER_MATCHES)


def is_unread(told: Entry | Answer) -> bool:
    """Whether something is stored there that was not read, because reading it opens a window."""
    if isinstance(told, Answer):
        return told.outcome is Outcome.HIT and told.credential is None
    return told.kind is None and told.state in _STORED


def known(store: Store, host: str) -> Answer:
    """What the store says to exactly this key without a window. Raises nothing."""
    return store.peek(host) if isinstance(store, AsksForEach) else store.get(host)


def will_ask(info: StoreInfo) -> str:
    """What to know before a secret of such a store is read, as a sentence."""
    return f"The {info.name} asks you before it hands out what another program stored"


def others_are_asked(store: Store) -> tuple[str, ...]:
    """What to know once authui has stored something in such a store."""
    if not isinstance(store, AsksForEach):
        return ()
    return (f"The {store.info.name} asks you when pixi or another program reads it the next time",)


def wait_with(patience: Patience | None, stores: Iterable[Store]) -> None:
    """Have the windows of these stores wait no longer than this; None changes nothing."""
    for store in stores:
        if patience is not None and isinstance(store, AsksForEach):
            store.patience = patience
