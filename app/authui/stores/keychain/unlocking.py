"""Unlocking the keychain, which only a person can let happen."""

from __future__ import annotations

from typing import Final

from authui.model.errors import Declined, WriteFailed
from authui.stores.keychain.bus import Refusal
from authui.stores.keychain.calls import NAME, ROOT, on
from authui.stores.keychain.items import SERVICE, collection_of
from authui.stores.keychain.prompts import Completed, follow
from authui.stores.keychain.service import SecretService
from authui.stores.patience import Patience

_ELSEWHERE: Final = (
    "Unlock it where it can ask: log into the desktop session, open KeePassXC, or give the password "
    "to gnome-keyring-daemon --unlock"
)
_GNOME: Final = "org.gnome.keyring"
_GNOME_WINDOW: Final = "org.gnome.keyring.SystemPrompter"


def unlock(service: SecretService, patience: Patience) -> bool:
    """Have the provider ask once for all that is locked; whether anything was.

    Raises `Declined`, `WriteFailed` and `StoreError`.
    """
    service.ask_anew()
    shut = _locked(service)
    if not shut:
        return False
    ((_, reply),) = service.bus.call_all([on(ROOT, "Service", "Unlock", "ao", shut)], "aoo")
    if isinstance(reply, Refusal):
        raise reply.to_error()
    _, prompt = reply
    completed: Completed | None = Completed(False, None, 0)
    if prompt != "/":
        completed = follow(service.bus, prompt, patience, lambda: not _left(service, shut))
    if not _left(service, shut):
        return True
    if completed is None:
        raise Declined(
            "Nobody answered the window of the keychain: it is still locked",
            "Answer the window if it is still open, or close it and try again",
        )
    if not completed.dismissed:
        raise WriteFailed("The keychain asked, and is still locked", _ELSEWHERE)
    if _asks_nobody(service):
        raise WriteFailed("The keychain has no window here in which it could ask", _ELSEWHERE)
    raise Declined("The window of the keychain was closed: it is still locked", "Try again")


def _locked(service: SecretService) -> list[str]:
    """What has to be unlocked: collections, and items that are locked in an open collection."""
    locked = [collection.path for collection in service.collections() if collection.locked]
    wanted = {service.default_collection()}
    if service.hides_all():
        wanted.update(locked)
    items = service.search({"service": SERVICE}).locked
    wanted.update(collection_of(path) for path in items)
    alone = [path for path in items if collection_of(path) not in locked]
    return [path for path in locked if path in wanted] + alone


def _left(service: SecretService, paths: list[str]) -> list[str]:
    """Which of them are locked now; an item that a database hid has another state to tell."""
    locked = service.locked(paths, "Collection")
    items = [path for path in paths if path not in locked]
    locked.update(service.locked(items, "Item"))
    return [path for path in paths if locked.get(path)]


def _asks_nobody(service: SecretService) -> bool:
    """Whether this is a gnome-keyring without the program that asks for passwords."""
    owner = service.bus.owner(NAME)
    is_gnome = owner is not None and owner == service.bus.owner(_GNOME)
    return is_gnome and service.bus.owner(_GNOME_WINDOW) is None
