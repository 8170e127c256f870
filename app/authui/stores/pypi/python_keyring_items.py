"""What Python's `keyring` keeps, as far as the place where it lies can be listed.

Only names are read, never a secret, and nothing opens a window. Sources: keyring 25.7, its backends
SecretService, libsecret, Windows and macOS; for the names under which uv asks, `model/uv_url.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from authui.model.errors import BadUrl, NoCollection, StoreError, StoreLocked
from authui.model.url import parse_url
from authui.model.uv_url import services_of
from authui.stores.pypi.index_urls import IndexUrl

if TYPE_CHECKING:
    from authui.stores.keychain.service import SecretService
    from authui.stores.keychain.windows_api import Record
    from authui.stores.pypi.python_keyring_backend import Backend

UNLOCK: Final = "Unlock it with authui unlock, or with o on the screen"

_APPLICATION: Final = "Python keyring library"
_COMMENT: Final = "Stored using python-keyring"
_RATTLER: Final = "rattler"
_UV: Final = "uv:"
_HASHED: Final = "gkr:compat:hashed:"
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class KeyringItem:
    """A service and a user name that something is stored for, which is not read.

    `username` is None where it cannot be seen. `detail` says why keyring does not find it, or what
    is odd about it; `is_found` is False for the former.
    """

    service: str = field(repr=False)
    username: str | None
    is_locked: bool = False
    is_found: bool = True
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class KeyringContents:
    """What was found. `failure` says what hides the rest, `in_clear` which file keeps it in clear."""

    items: tuple[KeyringItem, ...] = ()
    failure: StoreError | None = None
    in_clear: str | None = None
    notes: tuple[str, ...] = ()


class IndexServices:
    """The names under which uv asks a keyring for the indexes that are known here."""

    def __init__(self, indexes: Iterable[IndexUrl]) -> None:
        self.named = {
            service: index for index in indexes for service in services_of(parse_url(index.url))
        }

    def may_be(self, service: str, *, is_keyrings: bool) -> bool:
        """Whether a service can be one that uv asks for.

        A host is believed only of keyring's own items: other programs have services like that.
        """
        if is_rattlers(service) or service.startswith(_UV):
            return False
        if service in self.named:
            return True
        if service.startswith(("http://", "https://")):
            try:
                return parse_url(service).host is not None
            except BadUrl:
                return False
        is_host = _HOST.fullmatch(service) is not None
        return is_keyrings and is_host and ("." in service or ":" in service or _is_local(service))


def is_rattlers(service: str) -> bool:
    """Whether rattler keeps something under this service, or on Windows under this target."""
    return service == _RATTLER or service.endswith(f".{_RATTLER}")


def refuse_where_it_asks(service: SecretService, backend: Backend) -> None:
    """Raise `StoreError` where keyring would open a window, to unlock or to make a collection."""
    service.ask_anew()
    collection = backend.collection or service.default_collection()
    if collection is None:
        raise NoCollection(
            "The keychain has no default collection, and Python's keyring would ask to make one",
            "Create one with your desktop's password program",
        )
    if service.locked([collection], "Collection").get(collection):
        raise StoreLocked("The keychain is locked, and Python's keyring would ask for it", UNLOCK)


def in_secret_service(
    service: SecretService, backend: Backend, known: IndexServices
) -> tuple[KeyringItem, ...]:
    """Every item there that keyring's backend takes for an index. Raises `StoreError`."""
    from authui.stores.keychain.items import collection_name, collection_of

    named, by = backend.attributes
    paths = tuple(_paths(service))
    locked = {path for path, is_locked in service.locked(paths, "Item").items() if is_locked}
    place = backend.collection or service.default_collection()
    only_own = "secret-service" not in backend.kinds
    times: dict[tuple[str, str | None], int] = {}
    items: dict[tuple[str, str | None, str], KeyringItem] = {}
    for path, attributes in service.attributes(paths):
        is_keyrings = _is(attributes, "application", _APPLICATION)
        if only_own and not is_keyrings:
            continue
        name = _value(attributes, named, known.named)
        user = _value(attributes, by, _usernames(known, name))
        if name is None or not known.may_be(name, is_keyrings=is_keyrings):
            continue
        if by not in attributes and _HASHED + by not in attributes:
            continue
        collection = collection_of(path)
        is_found = only_own or collection == place
        detail = None
        if not is_found:
            detail = (
                f"It lies in the collection {collection_name(collection)}, where Python's keyring "
                "does not look"
            )
        elif path in locked:
            detail = "It is locked"
        if is_found:
            times[name, user] = times.get((name, user), 0) + 1
        items.setdefault(
            (name, user, collection), KeyringItem(name, user, path in locked, is_found, detail)
        )
    return tuple(
        _counted(item, times.get((item.service, item.username), 1)) for item in items.values()
    )


def _paths(service: SecretService) -> Iterator[str]:
    """All items of all collections: a search for nothing in particular finds none in KeePassXC."""
    from authui.stores.keychain.bus import Refusal
    from authui.stores.keychain.calls import get

    messages = [get(one.path, "Collection", "Items") for one in service.collections()]
    for _, reply in service.bus.call_all(messages, "v"):
        if not isinstance(reply, Refusal):
            ((signature, value),) = reply
            yield from value if signature == "ao" else ()


def in_windows(records: Iterable[Record], known: IndexServices) -> tuple[KeyringItem, ...]:
    """What keyring stored in Windows Credential Manager for an index.

    The newest user of a service stands under the service, older ones under `user@service`.
    """
    from authui.stores.keychain.windows_api import GENERIC

    items = {}
    for record in records:
        if record.type != GENERIC or record.comment != _COMMENT or is_rattlers(record.target):
            continue
        service, user = record.target, record.user or ""
        if user and service.startswith(f"{user}@"):
            service = service[len(user) + 1 :]
        if known.may_be(service, is_keyrings=True):
            items[service, user] = KeyringItem(service, user)
    return tuple(items.values())


def _counted(item: KeyringItem, times: int) -> KeyringItem:
    if times == 1 or not item.is_found or item.is_locked:
        return item
    detail = f"The keychain holds {times} items for it: Python's keyring takes the first it finds"
    return KeyringItem(item.service, item.username, detail=detail)


def _usernames(known: IndexServices, service: str | None) -> Iterator[str]:
    index = known.named.get(service or "")
    if index is not None and index.username is not None:
        yield index.username


def _value(attributes: Mapping[str, str], name: str, candidates: Iterable[str]) -> str | None:
    """An attribute, recognised among the candidates where only its hash is shown."""
    if name in attributes:
        return attributes[name]
    return next((one for one in candidates if _is(attributes, name, one)), None)


def _is(attributes: Mapping[str, str], name: str, value: str) -> bool:
    if name in attributes:
        return attributes[name] == value
    hashed = attributes.get(_HASHED + name)
    return hashed is not None and hashed == _hash(value)


def _hash(value: str) -> str:
    import hashlib

    data = value.encode("utf-8", "surrogatepass")
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _is_local(service: str) -> bool:
    return service == "localhost"
