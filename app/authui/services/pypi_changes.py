"""Changes to what is stored for PyPI indexes: in Python's keyring, or in the netrc file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Literal, TypeAlias

from authui.model.credential import BasicHTTP
from authui.model.errors import (
    AlreadyStored,
    Ambiguous,
    AuthuiError,
    BadInput,
    NotStored,
    OutcomeUnknown,
    ReadOnly,
    StoreError,
    WriteFailed,
)
from authui.model.pypi import PypiEntry
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.model.wire import encode_text
from authui.services.pypi_input import checked_index, checked_password, checked_username
from authui.services.pypi_put_notes import keyring_notes, netrc_notes
from authui.stores.environment import Environment
from authui.stores.patience import Patience
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.netrc_file import netrc_file
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.sources import PypiSources
from authui.stores.pypi.uv_netrc import UvNetrc
from authui.stores.pypi.uv_netrc_grammar import DEFAULT

PypiTarget: TypeAlias = Literal["keyring", "netrc"]
"""A store that can be changed; uv itself changes its own."""


@dataclass(frozen=True, slots=True)
class PypiChange:
    """What was stored, and read back: where, and whether nothing stood there before.

    `notes` are sentences that the person should know: what answers first, what is still missing.
    """

    entry: PypiEntry
    location: str
    created: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PypiRemoval:
    """What was deleted, and from where. `notes` say what remains."""

    entry: PypiEntry
    location: str
    notes: tuple[str, ...] = ()


class PypiChanges:
    """Every such change of this run; they wait for each other. `read_only` refuses them all.

    Methods raise `BadInput`, `ChangeError` and `StoreError` where nothing was changed, and
    `OutcomeUnknown` where nobody knows.
    """

    def __init__(self, sources: PypiSources, *, read_only: bool = False) -> None:
        self._sources = sources
        self._read_only = read_only
        self._turn = Lock()

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
                return self._into_netrc(environment, index, username, password)
            change = self._into_keyring(
                environment, index, username, password, patience, in_plain_text=in_plain_text
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
                    return self._from_netrc(environment, entry)
                case "uv":
                    raise ReadOnly(
                        "uv's credentials file is uv's own: authui does not write it",
                        f"uv auth logout {mask_url(entry.service)} deletes it there",
                    )
            return self._from_keyring(environment, entry, patience)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        if self._read_only:
            from authui.services.changes import may_change_nothing

            raise may_change_nothing()
        with self._turn:
            yield

    def _into_keyring(
        self,
        environment: Environment,
        index: IndexUrl,
        username: str,
        password: Secret,
        patience: Patience | None,
        *,
        in_plain_text: bool,
    ) -> PypiChange:
        keyring = PythonKeyring(environment)
        backend = keyring.backend
        if backend.encrypted is False and not in_plain_text:
            raise WriteFailed(
                f"Python's keyring keeps passwords in plain text here, in {backend.location}",
                "Install a keyring backend that encrypts, or say that this is meant: "
                "--store keyring on the command line",
            )
        before = keyring.get(index.url, username, patience=patience)
        try:
            keyring.set(index.url, username, password, patience=patience)
        except OutcomeUnknown as unknown:
            error: OutcomeUnknown | None = unknown
        else:
            error = None
        _must_be_kept(keyring, index.url, username, password, error)
        entry = PypiEntry(index.url, "keyring", username)
        return PypiChange(entry, f"{backend.title} ({backend.location})", before is None)

    def _from_keyring(
        self, environment: Environment, entry: PypiEntry, patience: Patience | None
    ) -> PypiRemoval:
        if entry.username is None:
            raise BadInput(
                "Nobody can see the user name of this entry", "Unlock the keychain, then look again"
            )
        if entry.item is not None:
            raise ReadOnly(
                "It lies where Python's keyring does not look, so that cannot delete it",
                "Delete it with your desktop's password program",
            )
        keyring = PythonKeyring(environment)
        keyring.delete(entry.service, entry.username, patience=patience)
        notes: tuple[str, ...] = ()
        if keyring.get(entry.service, entry.username) is not None:
            notes = ("Another item for it remains: Python's keyring deletes one at a time",)
        backend = keyring.backend
        return PypiRemoval(entry, f"{backend.title} ({backend.location})", notes)

    def _into_netrc(
        self, environment: Environment, index: IndexUrl, username: str, password: Secret
    ) -> PypiChange:
        store = netrc_file(environment)
        refusal = store.refusal()
        if refusal is not None:
            raise refusal
        host = host_of(index)
        machine = UvNetrc(environment).find(host, None)
        if machine is not None and machine.name == host and machine.login != username:
            raise AlreadyStored(
                f"The netrc file has another user for {printable(host)} in line {machine.line}, and "
                "both of pixi's readers take one user for a host",
                "Delete that entry first, or use --store keyring",
            )
        before = store.read(host)
        store.write(host, encode_text(BasicHTTP(username, password)), before=before)
        found = UvNetrc(environment).find(host, username)
        if found is None or found.password != password:
            raise WriteFailed(
                f"{printable(store.info.location)} was written, but uv reads another file",
                "authui list --pypi shows which",
            )
        notes = netrc_notes(environment, host, store.info.location)
        entry = PypiEntry(host, "netrc", username, item=str(found.line))
        return PypiChange(entry, printable(store.info.location), before is None, notes)

    def _from_netrc(self, environment: Environment, entry: PypiEntry) -> PypiRemoval:
        netrc = UvNetrc(environment)
        mine = [one for one in netrc.machines() if one.name == entry.service]
        if entry.service == DEFAULT:
            raise ReadOnly(
                "The default entry answers for all hosts: authui leaves it as it is",
                f"Edit {printable(netrc.path or 'the netrc file')} itself",
            )
        if not mine:
            raise NotStored(
                f"{mask_url(entry.service)} is not in the netrc file",
                "Look again: another program may have taken it away",
            )
        if len(mine) > 1:
            lines = ", ".join(str(one.line) for one in mine)
            raise Ambiguous(
                f"The netrc file has this machine {len(mine)} times (lines {lines})",
                f"Edit {printable(netrc.path or 'the file')} itself, so that one is left",
            )
        store = netrc_file(environment)
        store.delete(entry.service, before=store.read(entry.service))
        return PypiRemoval(entry, printable(store.info.location))


def host_of(index: IndexUrl) -> str:
    """The name of the machine that both of pixi's netrc readers look for."""
    from authui.model.url import parse_url

    return parse_url(index.url).host or ""


def _must_be_kept(
    keyring: PythonKeyring,
    service: str,
    username: str,
    password: Secret,
    unknown: OutcomeUnknown | None,
) -> None:
    """Read it back. Raises `OutcomeUnknown` where nothing says what became of it."""
    kept: Secret | None = None
    try:
        kept = keyring.get(service, username)
    except StoreError as error:
        failure: AuthuiError | None = unknown or OutcomeUnknown(
            f"It was stored, but reading it back failed: {error.message}", error.hint
        )
    else:
        failure = unknown
    if kept == password:
        return
    if failure is not None:
        raise failure
    raise WriteFailed(
        "Python's keyring said that it stored the password, and gives another or none",
        f"It uses the backend {keyring.backend.name}",
    )
