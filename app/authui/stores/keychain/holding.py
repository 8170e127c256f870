"""What the keychain holds for one key, secrets included, asked anew."""

from __future__ import annotations

from collections.abc import Mapping

from authui.model.errors import StoreLocked, StoreUnreadable
from authui.model.secret import Secret
from authui.stores.abilities import HeldItem
from authui.stores.base import Stored
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.items import short_id
from authui.stores.keychain.reading import describe, to_item
from authui.stores.keychain.service import SecretService
from authui.stores.keychain.standing import UNLOCK, look


def stored_in(service: SecretService, host: str, item: str | None) -> Stored | None:
    """As `WritableStore.read`."""
    standing = look(service, host)
    path = standing.choose(item)
    if path is None:
        return None
    return stored(path, dict(service.secrets([path]))[path])


def stored(path: str, secret: Secret | NoSecret) -> Stored | None:
    """What an item keeps, None where it is gone. Raises `StoreError` where it is kept from us."""
    if secret is NoSecret.GONE:
        return None
    if secret is NoSecret.LOCKED:
        raise StoreLocked("The keychain is locked", UNLOCK)
    if secret is NoSecret.REFUSED or secret is NoSecret.GARBLED:
        raise StoreUnreadable(
            f"What is stored there cannot be read: {secret.value}", "Delete it and add it anew"
        )
    return Stored(secret if isinstance(secret, Secret) else None, short_id(path))


def items_of(service: SecretService, host: str) -> tuple[HeldItem, ...]:
    """As `HoldsSeveral.items`; an item that answers every name is one of them."""
    standing = look(service, host)
    described = describe(service, standing.all)
    secrets = dict(service.secrets([path for path in standing.all if path not in standing.locked]))
    return tuple(
        HeldItem(described.get(path) or to_item(path, names), _stored(path, secrets))
        for path, names in standing.all.items()
        if secrets.get(path) is not NoSecret.GONE
    )


def _stored(path: str, secrets: Mapping[str, Secret | NoSecret]) -> Stored | None:
    secret = secrets.get(path, NoSecret.LOCKED)
    if isinstance(secret, Secret):
        return Stored(secret, short_id(path))
    return Stored(None, short_id(path)) if secret is NoSecret.NOT_TEXT else None
