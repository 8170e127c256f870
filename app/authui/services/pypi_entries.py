"""Everything that is stored for PyPI requests: in the netrc file, by uv, in Python's keyring."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from authui.model.errors import AuthuiError, BadUrl, StoreError, StoreLocked, StoreState
from authui.model.pypi import PypiEntry, PypiListing, PypiStoreReport
from authui.model.text import lower_first, mask_url, printable
from authui.model.url import Url, parse_url
from authui.services.pypi_words import ENABLE
from authui.stores.environment import Environment
from authui.stores.pypi.index_urls import IndexUrl, find_indexes, parse_index
from authui.stores.pypi.netrc_file import netrc_file
from authui.stores.pypi.python_keyring import PythonKeyring
from authui.stores.pypi.python_keyring_items import KeyringContents, KeyringItem
from authui.stores.pypi.sources import PypiSources
from authui.stores.pypi.uv_credentials import AmbiguousLogin, UvCredentials, UvLogin
from authui.stores.pypi.uv_netrc import UvNetrc
from authui.stores.pypi.uv_netrc_grammar import DEFAULT
from authui.stores.settings import Settings

KEYRING_NAME: Final = "Python's keyring"
"""The store as a person calls it where its backend is not known."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One store: its condition, and what it holds."""

    report: PypiStoreReport
    entries: tuple[PypiEntry, ...] = ()
    notes: tuple[str, ...] = ()


def list_pypi(
    sources: PypiSources, *, indexes: Sequence[str] = (), settings: Settings | None = None
) -> PypiListing:
    """What is stored for PyPI requests, in the order in which uv asks. Raises nothing.

    What cannot be listed is asked for by name: for the indexes that pixi's files name, for
    `indexes`, and for those in the settings. No window opens; where a keyring has to be asked by
    name, the process that asks reads the password, and does not pass it on.
    """
    environment = sources.environment
    if environment is None:
        from authui.stores.pypi.sample import sample

        return sample().listing()
    added, unread = _added(settings)
    known = find_indexes(environment, sources.pixi, added=(*indexes, *added))
    earlier = Earlier.of(environment)
    with PythonKeyring(environment) as keyring:
        parts = (
            _netrc(earlier.netrc, environment),
            _uv(earlier),
            _keyring(keyring, earlier, known),
        )
    entries = tuple(entry for part in parts for entry in part.entries)
    return PypiListing(
        tuple(replace(part.report, entries=len(part.entries)) for part in parts),
        entries,
        (*(note for part in parts for note in part.notes), *unread, *_notes(entries, sources)),
    )


def _added(settings: Settings | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The indexes that the person added, or why they are not known."""
    if settings is None:
        return (), ()
    try:
        return settings.indexes(), ()
    except AuthuiError as error:
        return (), (f"Which indexes were added is not known: {lower_first(error.message)}",)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The two places that uv asks before the keyring."""

    netrc: UvNetrc
    logins: UvCredentials

    @classmethod
    def of(cls, environment: Environment) -> Earlier:
        """Those of a machine."""
        return cls(UvNetrc(environment), UvCredentials(environment))

    def answers(self, service: str, username: str | None, *, file: bool = True) -> str | None:
        """What answers a URL, or all of a host, before the one that is stored under it."""
        url = _url_of(service)
        if url is None:
            return None
        machine = self.netrc.find(url.host or "", username)
        if machine is not None:
            return f"The netrc file answers first (line {machine.line})"
        try:
            if file and "://" in service and self.logins.find(url, username) is not None:
                return "uv's credentials file answers first"
        except AmbiguousLogin:
            pass  # uv takes none of them then
        return None


def _netrc(netrc: UvNetrc, environment: Environment) -> _Part:
    store = netrc_file(environment)
    failure = netrc.failure
    is_there = netrc.path is not None
    state = StoreState.OK if is_there else StoreState.ABSENT
    report = PypiStoreReport(
        "netrc",
        "netrc",
        printable(store.info.location),
        state if failure is None else failure.state,
        failure,
        encrypted=False,
        writable=store.refusal() is None,
    )
    machines = netrc.machines()
    last = {machine.name: machine for machine in machines}
    return _Part(
        report,
        tuple(
            PypiEntry(
                machine.name,
                "netrc",
                machine.login or None,
                "active" if last[machine.name] is machine else "shadowed",
                _of_machine(machine.name, is_last=last[machine.name] is machine),
                str(machine.line),
            )
            for machine in machines
        ),
    )


def _of_machine(name: str, *, is_last: bool) -> str | None:
    if not is_last:
        return "This machine stands again below, and uv uses the last"
    if name == DEFAULT:
        return "It answers for every index without a machine of its own; conda requests ignore it"
    return None


def _uv(earlier: Earlier) -> _Part:
    logins = earlier.logins
    failure = logins.failure
    state = StoreState.OK if os.path.exists(logins.path) else StoreState.ABSENT
    report = PypiStoreReport(
        "uv",
        "uv's credentials file",
        printable(logins.path),
        state if failure is None else failure.state,
        failure,
        encrypted=False,
    )
    return _Part(report, tuple(_login(one, earlier) for one in logins.entries()))


def _login(login: UvLogin, earlier: Earlier) -> PypiEntry:
    service, username = login.service.text, login.credential.username
    first = earlier.answers(service, username, file=False)
    return PypiEntry(service, "uv", username, "shadowed" if first else "active", first)


def _keyring(keyring: PythonKeyring, earlier: Earlier, known: Sequence[IndexUrl]) -> _Part:
    try:
        backend = keyring.backend
    except StoreError as error:
        return _Part(
            PypiStoreReport(
                "keyring", KEYRING_NAME, KEYRING_NAME, error.state, error, writable=False
            )
        )
    contents = keyring.contents(known)
    failure = contents.failure
    clear = contents.in_clear
    return _Part(
        PypiStoreReport(
            "keyring",
            backend.title,
            backend.location if clear is None else printable(clear),
            StoreState.OK if failure is None else failure.state,
            failure,
            encrypted=backend.encrypted if clear is None else False,
            writable=failure is None,
            is_enumerated=backend.is_enumerated,
        ),
        tuple(_item(item, contents, earlier, known) for item in contents.items),
        contents.notes,
    )


def _item(
    item: KeyringItem, contents: KeyringContents, earlier: Earlier, known: Sequence[IndexUrl]
) -> PypiEntry:
    entry = PypiEntry(item.service, "keyring", item.username, detail=item.detail)
    if not item.is_found:
        return replace(entry, state="unreadable", item="elsewhere")
    if item.is_locked or isinstance(contents.failure, StoreLocked):
        return replace(entry, state="locked")
    first = earlier.answers(item.service, item.username)
    if first is not None:
        return replace(entry, state="shadowed", detail=first)
    return replace(entry, detail=item.detail or _missing_user(item, known))


def _missing_user(item: KeyringItem, known: Sequence[IndexUrl]) -> str | None:
    """That pixi never asks for it, since the index URL names no user or another one."""
    same = [index for index in known if index.url == item.service and index.is_used]
    if not same or item.username is None or any(i.username == item.username for i in same):
        return None
    written = IndexUrl(same[0].url, item.username, same[0].origin).shown
    return f"It is asked for only where the index URL names its user: {written}"


def _notes(entries: Sequence[PypiEntry], sources: PypiSources) -> list[str]:
    if sources.keyring_enabled or not any(entry.store == "keyring" for entry in entries):
        return []
    return [f"pixi asks no keyring here, since its configuration does not enable it: {ENABLE} does"]


def _url_of(service: str) -> Url | None:
    """The URL that a service stands for: itself, or the host that it is."""
    try:
        return parse_url(service if "://" in service else f"https://{service}/")
    except BadUrl:
        return None


def url_of(entry: PypiEntry) -> str | None:
    """An index URL that the entry can answer, with its user; None for one that answers for all."""
    if entry.service == DEFAULT:
        return None
    service = entry.service if "://" in entry.service else f"https://{entry.service}/simple"
    index = parse_index(service)
    if index is None or entry.username is None:
        return None if index is None else index.url
    return index.with_username(entry.username)


def url_to_change(entry: PypiEntry) -> str | None:
    """The index URL under which a change of the entry ends in the same place; None for none."""
    if entry.store == "netrc":
        return None if entry.service == DEFAULT else f"https://{entry.service}/simple"
    index = parse_index(entry.service)
    return None if index is None or index.url != entry.service else index.url


def shown_service(entry: PypiEntry) -> str:
    """What an entry is stored under, without anything secret."""
    return printable(mask_url(entry.service))
