"""Changes to what is stored for PyPI indexes: in Python's keyring, or in the netrc file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from authui.model.errors import ReadOnly
from authui.model.pypi import PypiEntry
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.services.pypi_change import PypiChange, PypiPlace, PypiRemoval, PypiTarget
from authui.services.pypi_in_keyring import (
    must_be_meant,
    put_into_keyring,
    remove_from_keyring,
    where,
)
from authui.services.pypi_in_netrc import put_into_netrc, remove_from_netrc, writable_netrc
from authui.services.pypi_input import checked_index, checked_password, checked_username
from authui.services.pypi_put_notes import keyring_notes
from authui.stores.patience import Patience
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.sources import PypiSources

__all__ = ["PypiChange", "PypiChanges", "PypiPlace", "PypiRemoval", "PypiTarget"]


class PypiChanges:
    """Every such change of this run; they wait for each other. `read_only` refuses them all.

    Methods raise `BadInput`, `ChangeError` and `StoreError` where nothing was changed, and
    `OutcomeUnknown` where nobody knows.
    """

    def __init__(self, sources: PypiSources, *, read_only: bool = False) -> None:
        self._sources = sources
        self._read_only = read_only
        self._turn = Lock()

    def look(
        self,
        index_url: str,
        username: str,
        *,
        store: PypiTarget = "keyring",
        in_plain_text: bool = False,
    ) -> PypiPlace:
        """Where it would be stored. Raises what `put` would, as far as that is known before."""
        index = checked_index(index_url, username)
        checked_username(username, store)
        with self._changing():
            environment = self._sources.environment
            if environment is None:
                return PypiPlace(index, "a sample store", None)
            if store == "netrc":
                netrc = writable_netrc(environment, index, username)
                return PypiPlace(index, printable(netrc.info.location), False)
            with PythonKeyring(environment) as keyring:
                backend = keyring.backend
                must_be_meant(backend, in_plain_text=in_plain_text)
                keyring.must_be_ready(index.url)
                clear = keyring.in_clear
                return PypiPlace(
                    index,
                    where(backend) if clear is None else printable(clear),
                    backend.encrypted if clear is None else False,
                )

    def put(
        self,
        index_url: str,
        username: str,
        password: Secret,
        *,
        store: PypiTarget = "keyring",
        in_plain_text: bool = False,
        run_keyring: bool = False,
        patience: Patience | None = None,
    ) -> PypiChange:
        """Store a password for a user of an index, so that uv finds it; then read it back.

        `in_plain_text` confirms a keyring whose backend encrypts nothing. `run_keyring` then asks
        the program that uv would run whether it finds the password too.
        """
        index = checked_index(index_url, username)
        checked_username(username, store)
        checked_password(password, store)
        with self._changing():
            environment = self._sources.environment
            if environment is None:
                from authui.stores.pypi.sample import sample

                entry = PypiEntry(index.url, store, username)
                return PypiChange(entry, *sample().put(entry))
            if store == "netrc":
                return put_into_netrc(environment, index, username, password)
            with PythonKeyring(environment) as keyring:
                change = put_into_keyring(
                    keyring, index, username, password, patience, in_plain_text=in_plain_text
                )
            notes = keyring_notes(
                self._sources, environment, index, username, password, run=run_keyring
            )
            return PypiChange(change.entry, change.location, change.created, notes)

    def remove(self, entry: PypiEntry, *, patience: Patience | None = None) -> PypiRemoval:
        """Delete an entry as it was listed; then see that it is gone."""
        with self._changing():
            environment = self._sources.environment
            if environment is None:
                from authui.stores.pypi.sample import sample

                return PypiRemoval(entry, sample().remove(entry))
            match entry.store:
                case "netrc":
                    return remove_from_netrc(environment, entry)
                case "uv":
                    raise ReadOnly(
                        "uv's credentials file is uv's own: authui does not write it",
                        f"uv auth logout {mask_url(entry.service)} deletes it there",
                    )
            with PythonKeyring(environment) as keyring:
                return remove_from_keyring(keyring, entry, patience)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        if self._read_only:
            from authui.services.changes import may_change_nothing

            raise may_change_nothing()
        with self._turn:
            yield
