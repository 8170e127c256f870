"""Names of stores and kinds in sentences, the same on the screen and the command line."""

from __future__ import annotations

from authui.model.credential import Kind
from authui.model.entry import StoreId
from authui.stores.base import StoreInfo

KIND_WORDS: dict[Kind, str] = {
    "BearerToken": "bearer token",
    "BasicHTTP": "user name and password",
    "CondaToken": "conda token",
    "S3Credentials": "S3 credentials",
    "OAuth": "OAuth token",
}

_STORE_WORDS: dict[StoreId, str] = {
    "override-file": "the override file",
    "auth-file": "the file of RATTLER_AUTH_FILE",
    "keychain": "the keychain",
    "file": "the credentials file",
    "netrc": "the netrc file",
}


def store_words(store: StoreInfo | StoreId) -> str:
    """A store in a sentence: "the keychain"."""
    return _STORE_WORDS[store if isinstance(store, str) else store.id]


def count(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: `count(1, "entry", "entries") == "1 entry"`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
