"""What the items of a keychain mean to rattler: pure rules over attributes and labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

SERVICE: Final = "rattler"
"""The attribute `service` of every item of rattler's."""

KNOWN_HOSTS: Final = (
    "*.prefix.dev",
    "prefix.dev",
    "repo.prefix.dev",
    "*.anaconda.org",
    "anaconda.org",
    "api.anaconda.org",
    "conda.anaconda.org",
    "*.anaconda.com",
    "repo.anaconda.com",
    "*.anaconda.cloud",
    "quetz.io",
    "*.github.com",
    "github.com",
    "ghcr.io",
)
"""Names to try on items that show only a hash of theirs."""

_KEPT: Final = ("service", "username", "target", "application")

_HASHED: Final = "gkr:compat:hashed:"
"""gnome-keyring names attributes so, and gives their MD5, until a collection was once unlocked."""

_COLLECTIONS: Final = "/org/freedesktop/secrets/collection/"


class FoundItem(NamedTuple):
    """An item that a search for rattler's items found.

    `host` is the name it is stored under, None where that cannot be seen. `answers_all` says that
    the provider finds it under every name.
    """

    path: str
    host: str | None
    locked: bool
    answers_all: bool
    attributes: Mapping[str, str]


class HostNames:
    """Recognises the hosts of items, also of those that show only a hash."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = tuple(known)
        self._by_hash: dict[str, str] | None = None

    def of(self, attributes: Mapping[str, str]) -> str | None:
        """The host of an item with these attributes, None where it has none that can be seen."""
        name = attributes.get("username")
        if name is not None:
            return name
        if self._by_hash is None:
            self._by_hash = {_hash(host): host for host in self._known}
        return self._by_hash.get(attributes.get(_HASHED + "username", ""))


def has_host(attributes: Mapping[str, str]) -> bool:
    """Whether an item has a host at all: rattler skips one that has none."""
    return "username" in attributes or _HASHED + "username" in attributes


def matches(attributes: Mapping[str, str], host: str | None) -> bool:
    """Whether an item is what a search for the host of rattler's should find.

    KeePassXC also finds entries with a protected attribute, whatever the search asks of it.
    Without a host only the service counts.
    """
    wanted = {"service": SERVICE} if host is None else {"service": SERVICE, "username": host}
    return all(
        attributes.get(name) == value
        or (_HASHED + name in attributes and attributes[_HASHED + name] == _hash(value))
        for name, value in wanted.items()
    )


def is_same(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether an item is still for the same key, and from the same writer."""
    return given(before) == given(after)


def given(attributes: Mapping[str, str]) -> dict[str, str]:
    """What rattler, or another writer of its items, gave to an item.

    Providers add their own: gnome-keyring when it saves, KeePassXC when a secret changes.
    """
    return {name: attributes[name] for name in _KEPT if name in attributes}


def _hash(value: str) -> str:
    import hashlib  # slow to load, and only locked items need it

    data = value.encode("utf-8", "surrogatepass")
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def written_by(attributes: Mapping[str, str], label: str) -> str | None:
    """The program that an item's attributes and label point to, None where they name none.

    Source: the label and attributes that each version of rattler's keyring crates and Python's
    keyring library give to what they create.
    """
    application = attributes.get("application")
    if application == "Python keyring library":
        return "Python keyring"
    if application == "rust-keyring":
        version = re.search(r"keyring(?:-rs)? (v[0-9][0-9.]{0,20})\b", label)
        return f"rattler (keyring {version[1]})" if version else "rattler (keyring 2 or 3)"
    if label == f"keyring:{attributes.get('username')}@{SERVICE}":
        return "rattler"
    return None


def short_id(path: str) -> str:
    """The name of an item in this run of the provider: its collection and its number in it."""
    return path.removeprefix(_COLLECTIONS)


def collection_of(path: str) -> str:
    """The path of the collection that an item lies in."""
    return path.rpartition("/")[0]


def collection_name(path: str) -> str:
    """A collection's own name, for one without a label: the end of its path, decoded."""
    tail = path.rpartition("/")[2]
    data = re.sub(rb"_([0-9a-f]{2})", lambda m: bytes((int(m[1], 16),)), tail.encode())
    return data.decode("utf-8", "replace")


def is_name(host: str) -> bool:
    """Whether D-Bus has such a text, so that an item can have this name."""
    try:
        return b"\0" not in host.encode()
    except UnicodeEncodeError:
        return False
