"""Places to change: the store behind a name, what stands there, and why it cannot be changed."""

from __future__ import annotations

from authui.model.credential import Credential
from authui.model.entry import StoreId
from authui.model.errors import BadInput, ChangedMeanwhile, DecodeError, NotStored, ReadOnly
from authui.model.text import mask_url, upper_first
from authui.model.wire import decode_text
from authui.services.asking import is_unread, wait_with
from authui.services.change import Place
from authui.services.words import store_words
from authui.stores.abilities import AsksForEach, Particular
from authui.stores.base import Store, Stored, WritableStore
from authui.stores.discover import Discovery
from authui.stores.patience import Patience


def store_named(discovery: Discovery, name: StoreId) -> Store:
    """The store that the client reaches by this name. Raises `BadInput` where there is none."""
    for store in discovery.stores:
        if name in store.info.names:
            return store
    asked = ", ".join(store.info.id for store in discovery.stores)
    raise BadInput(
        f"{discovery.client} asks no {name} here",
        f"The stores are {asked}; RATTLER_AUTH_FILE and pixi's configuration name further files",
    )


def writable(discovery: Discovery, place: Place, patience: Patience | None = None) -> WritableStore:
    """The store to change, whose windows wait as long as `patience` says where it has any.

    Raises `BadInput` where there is none, `ReadOnly` if nothing can be changed in it.
    """
    store = store_named(discovery, place.store)
    wait_with(patience, (store,))
    if store.info.id == "netrc" and isinstance(store, Particular):
        refusal = store.refusal()
        if isinstance(refusal, ReadOnly):
            raise refusal
    if store.info.read_only:
        where = store.info.location
        raise ReadOnly(f"authui does not write {store_words(store.info)}", f"Edit {where}")
    if not isinstance(store, WritableStore):
        raise ReadOnly(
            f"This version of authui does not write the {store.info.name}",
            "Name another store with --store, such as file",
        )
    return store


def nothing_to_unlock(store: Store) -> ReadOnly:
    """That this store has no lock of its own."""
    return ReadOnly(
        f"There is nothing to unlock in the {store.info.name}",
        "It is open as long as you are logged in",
    )


def is_taken(store: WritableStore, place: Place) -> bool:
    """Whether something stands there. Opens no window. Raises as `read` does."""
    if isinstance(store, AsksForEach) and is_unread(store.peek(place.host)):
        return True
    return store.read(place.host, item=place.item) is not None


def takes_back(store: WritableStore, place: Place, stored: Stored) -> bool:
    """Whether what stood there could be put there again as it was."""
    if stored.text is None:
        return False
    return not isinstance(store, Particular) or store.cannot_keep(place.host, stored.text) is None


def must_stand(stored: Stored | None, place: Place) -> Stored:
    """What stands there. Raises `NotStored` where nothing does."""
    if stored is None:
        raise NotStored(
            f"{upper_first(store_words(place.store))} holds nothing for {mask_url(place.host)}",
            "authui list shows what is stored",
        )
    return stored


def changed(place: Place) -> ChangedMeanwhile:
    """That something else stands there by now."""
    return ChangedMeanwhile(
        f"{mask_url(place.host)} in {store_words(place.store)} has changed since it was read",
        "Look at it again before you change it",
    )


def credential_of(stored: Stored) -> Credential | None:
    """The credential that stands there; None where rattler could not use it."""
    if stored.text is None:
        return None
    try:
        return decode_text(stored.text)
    except DecodeError:
        return None
