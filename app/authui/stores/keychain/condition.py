"""What is wrong with a keychain as a whole, and what a person should know about it."""

from __future__ import annotations

from authui.model.errors import NoCollection, StoreError, StoreLocked
from authui.stores.keychain.items import collection_name
from authui.stores.keychain.service import SecretService
from authui.stores.keychain.standing import UNLOCK


def failure_of(service: SecretService, locked: int) -> StoreError | None:
    """None where nothing is wrong; `locked` counts rattler's items that are. Raises `StoreError`."""
    if locked:
        what = "One item of rattler's is" if locked == 1 else f"{locked} items of rattler's are"
        return StoreLocked(f"{what} locked in the keychain", UNLOCK)
    if service.hides_all():
        return StoreLocked("The keychain is locked and shows no items", UNLOCK)
    if service.default_collection() is None:
        return NoCollection(
            "The keychain has no default collection, so nothing can be added to it",
            "Create one with your desktop's password program; until then rattler stores new "
            "credentials in its file, unencrypted",
        )
    return None


def notes_on(service: SecretService) -> tuple[str, ...]:
    """A sentence for each collection that is locked while others are not. Raises `StoreError`."""
    if service.hides_all():
        return ()
    return tuple(
        f"The collection {collection_name(collection.path)} is locked and shows no items; "
        "rattler finds none in it either"
        for collection in service.collections()
        if collection.hides
    )
