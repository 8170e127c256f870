"""What the rules of the audit look at: one moment of this machine, read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from authui.model.credential import Credential
from authui.model.entry import Entry, EntryState, StoreId
from authui.model.errors import StoreError, StoreState
from authui.model.wire import WireEntry
from authui.services.asking import known
from authui.services.catalog import Listing, StoreReport, list_entries
from authui.services.places import credential_of
from authui.stores.abilities import AsksForEach, ReadsMany
from authui.stores.base import Store, Stored, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.pixi_config import PixiConfig, load
from authui.stores.project_files import TextFile, look_into, look_through
from authui.stores.pypi.index_urls import IndexUrl, find_indexes
from authui.stores.pypi.sources import PypiSources


@dataclass(frozen=True, slots=True)
class CredentialsFile:
    """A credentials file as it stands on the disk.

    `path` is absolute. `entries` are all of them in the file's order, also a host that stands
    twice; none where `failure` says why the file is not read. A file that is not there has neither.
    """

    store: JsonFileStore
    info: StoreInfo
    path: str
    entries: tuple[WireEntry, ...] = field(repr=False)
    failure: StoreError | None


class Scene:
    """Everything that the rules may look at. Each part is read when a rule first asks for it.

    `environment` is None for the sample stores, which lie on no machine. `now` is in seconds since
    1970. `project` is the folder to look through for URLs with credentials, if one was named.
    """

    def __init__(
        self,
        discovery: Discovery,
        environment: Environment | None,
        now: float,
        project: str | None = None,
    ) -> None:
        self.discovery = discovery
        self.environment = environment
        self.now = now
        self.project = project

    @cached_property
    def listing(self) -> Listing:
        """Every entry of every store."""
        return list_entries(self.discovery.stores)

    @cached_property
    def files(self) -> tuple[CredentialsFile, ...]:
        """The credentials files that the client reads, none for the sample stores."""
        return tuple(
            _look(store) for store in self.discovery.stores if isinstance(store, JsonFileStore)
        )

    @cached_property
    def order(self) -> dict[StoreId, int]:
        """The place of each store in the client's order."""
        return {report.info.id: report.order for report in self.listing.stores}

    @cached_property
    def pixi(self) -> PixiConfig:
        """The configuration of pixi, whatever the client is; an empty one for the sample stores."""
        if self.discovery.pixi is not None:
            return self.discovery.pixi
        return PixiConfig() if self.environment is None else load(self.environment)

    @cached_property
    def texts(self) -> tuple[TextFile, ...]:
        """The files of the project, if one was named, and pixi's configuration files.

        Raises `BadInput` for a project folder that is none.
        """
        found: dict[str, TextFile] = {}
        if self.project is not None:
            here = self.environment
            folder = (
                self.project if here is None or not self.project else here.resolve(self.project)
            )
            found = {file.path: file for file in look_through(folder)}
        # What cannot be read of these is said elsewhere.
        for layer in self.pixi.files:
            if layer.state is StoreState.OK:
                found.setdefault(layer.path, look_into(layer.path))
        return tuple(found.values())

    @cached_property
    def pypi(self) -> PypiSources:
        """What decides about PyPI requests in the project that was named, or else here."""
        here = self.environment
        if here is None or not self.project:
            return PypiSources(here, self.pixi)
        there = replace(here, cwd=here.resolve(self.project))
        return PypiSources(there, load(there))

    @cached_property
    def indexes(self) -> tuple[IndexUrl, ...]:
        """The PyPI indexes from which pixi installs there, the rest of those it knows of behind."""
        return find_indexes(self.pypi.environment, self.pypi.pixi)

    def store(self, name: StoreId) -> Store | None:
        """The store of this name, None where the client asks none."""
        return next((s for s in self.discovery.stores if name in s.info.names), None)

    def report(self, name: StoreId) -> StoreReport | None:
        """What the store told about itself."""
        return next((r for r in self.listing.stores if name in r.info.names), None)

    def usable(self) -> Iterator[Entry]:
        """The entries that rattler can use, shadowed ones and those that never match among them."""
        states = (EntryState.ACTIVE, EntryState.SHADOWED, EntryState.NEVER_MATCHES)
        return (e for e in self.listing.entries if e.host is not None and e.state in states)

    def credential(self, entry: Entry) -> Credential | None:
        """What stands in an entry; None where it cannot be read without asking the person."""
        store = self.store(entry.store)
        if store is None or entry.host is None:
            return None
        if entry.store == "keychain" and entry.host in self._from_keychain:
            return self._from_keychain[entry.host]
        return known(store, entry.host).credential

    @cached_property
    def _from_keychain(self) -> dict[str, Credential | None]:
        """What a keychain holds for its usable entries, asked for all at once: that is faster."""
        store = self.store("keychain")
        hosts = [e.host for e in self.usable() if e.store == "keychain" and e.host is not None]
        if isinstance(store, AsksForEach):
            return {}
        if not isinstance(store, ReadsMany):
            return {}
        try:
            told = store.read_many(hosts)
        except StoreError:
            return {}
        return {h: credential_of(one) for h, one in told.items() if isinstance(one, Stored)}


def _look(store: JsonFileStore) -> CredentialsFile:
    try:
        entries, failure = store.standing(), store.blocks
    except StoreError as error:
        entries, failure = (), error
    return CredentialsFile(store, store.info, store.info.location, entries, failure)
