"""What rattler gets for one key, asked as rattler asks."""

from __future__ import annotations

from typing import Final

from authui.model.entry import Answer, Outcome
from authui.model.errors import DecodeError
from authui.model.wire import decode_credential
from authui.stores.keychain.answers import NoSecret
from authui.stores.keychain.items import SERVICE
from authui.stores.keychain.reading import LOCKED, describe, note
from authui.stores.keychain.service import SecretService

_HIDES: Final = (
    "The keychain is locked and shows no items: rattler asks to unlock it, or finds none"
)


def ask(service: SecretService, host: str) -> Answer:
    """Search as rattler does and read what it would use. Raises `StoreError`."""
    found = service.search({"service": SERVICE, "username": host})
    if not found.all:
        locked = service.hides_all()
        return Answer(Outcome.LOCKED, detail=_HIDES) if locked else Answer(Outcome.MISS)
    if len(found.all) > 1:
        attributes = dict(service.attributes(found.all))
        items = describe(service, {path: attributes.get(path, {}) for path in found.all})
        detail = f"The keychain has {len(found.all)} items for it: rattler uses none of them"
        return Answer(Outcome.AMBIGUOUS, detail=detail, items=tuple(items.values()))
    if found.locked:
        return Answer(Outcome.LOCKED, detail=LOCKED)
    return _answer(service, found.unlocked[0], host)


def _answer(service: SecretService, path: str, host: str) -> Answer:
    """What one unlocked item gives. Raises `StoreError`."""
    attributes = dict(service.attributes([path])).get(path, {})
    ((_, secret),) = service.secrets([path])
    if secret is NoSecret.LOCKED:
        return Answer(Outcome.LOCKED, detail=LOCKED)
    if secret is NoSecret.GONE:
        return Answer(Outcome.MISS)
    if isinstance(secret, NoSecret):
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {secret.value}")
    try:
        credential = decode_credential(secret.reveal())
    except DecodeError as error:
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {error.message}")
    return Answer(Outcome.HIT, credential, note(attributes, host, answers_all=False))
