"""Sample entries for PyPI indexes, for a look around and for pictures. Nothing of it exists."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Final

from authui.model.errors import NotStored, ReadOnly, StoreState
from authui.model.pypi import PypiEntry, PypiListing, PypiStoreReport

_HOME: Final = "/home/demo"
_NETRC: Final = f"{_HOME}/.netrc"
_UV: Final = f"{_HOME}/.local/share/uv/credentials/credentials.toml"
_KEYRING: Final = "keyring.backends.SecretService.Keyring"
_CORP: Final = "https://pypi.corp.example/simple/"

_ENTRIES: Final[tuple[PypiEntry, ...]] = (
    PypiEntry("build.example", "netrc", "builder", item="1"),
    PypiEntry("https://pypi.partner.example/simple", "uv", "reader"),
    PypiEntry(_CORP, "keyring", "ci-reader"),
    PypiEntry(
        "https://build.example/simple",
        "keyring",
        "builder",
        "shadowed",
        "The netrc file answers first (line 1)",
    ),
    PypiEntry(
        "https://oauth.example/simple",
        "keyring",
        "aws",
        detail="It is asked for only where the index URL names its user: "
        "https://aws@oauth.example/simple",
    ),
)


class SamplePypi:
    """The sample stores, which keep changes as long as the process. Thread-safe."""

    def __init__(self) -> None:
        self._entries: tuple[PypiEntry, ...] = _ENTRIES
        self._lock = Lock()

    def listing(self) -> PypiListing:
        """All of it."""
        entries = self._entries
        stores = (
            PypiStoreReport("netrc", "netrc", _NETRC, StoreState.OK, None, False, writable=True),
            PypiStoreReport("uv", "uv's credentials file", _UV, StoreState.OK, None, False),
            PypiStoreReport(
                "keyring",
                "Python's keyring: Secret Service",
                _KEYRING,
                StoreState.OK,
                None,
                True,
                writable=True,
            ),
        )
        counted = (
            replace(one, entries=sum(entry.store == one.id for entry in entries)) for one in stores
        )
        return PypiListing(tuple(counted), entries)

    def put(self, entry: PypiEntry) -> tuple[str, bool]:
        """Take an entry; where it lies then, and whether it is new."""
        with self._lock:
            others = tuple(one for one in self._entries if not _is_same(one, entry))
            created = others == self._entries
            self._entries = (*others, entry)
        return _KEYRING if entry.store == "keyring" else _NETRC, created

    def remove(self, entry: PypiEntry) -> str:
        """Forget an entry; where it lay. Raises `NotStored`, and `ReadOnly` for uv's own."""
        if entry.store == "uv":
            raise ReadOnly(
                "uv's credentials file is uv's own: authui does not write it",
                "uv auth logout deletes what is in it",
            )
        with self._lock:
            others = tuple(one for one in self._entries if not _is_same(one, entry))
            if others == self._entries:
                raise NotStored("It is not there any more", "authui list --pypi shows what is")
            self._entries = others
        return _KEYRING if entry.store == "keyring" else _NETRC


@cache
def sample() -> SamplePypi:
    """The sample stores of this process."""
    return SamplePypi()


def _is_same(one: PypiEntry, other: PypiEntry) -> bool:
    return (one.service, one.username, one.store) == (other.service, other.username, other.store)
