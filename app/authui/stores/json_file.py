"""A credentials file of rattler: JSON, one object, host patterns and their credentials.

rattler reads each of its files when it starts and stops at one that it cannot read.
Source: rattler_networking, `FileStorageCache::from_path`.
"""

from __future__ import annotations

from collections import Counter

from authui.model.credential import expiry_of, username_of
from authui.model.entry import Answer, Entry, Outcome, StoreListing
from authui.model.errors import (
    DecodeError,
    StoreAbsent,
    StoreCorrupt,
    StoreError,
    StoreState,
)
from authui.model.wire import WireEntry, decode_file, entries_by_host
from authui.stores.base import StoreInfo
from authui.stores.environment import Environment
from authui.stores.read_file import read_regular_file


class JsonFileStore:
    """A credentials file at `path`, read once, when it is first asked for something.

    The path is taken as rattler takes it: `~` is not expanded, a relative one starts at the
    current directory, and an empty one is an empty store that cannot be written.
    """

    def __init__(self, path: str, info: StoreInfo, environment: Environment | None = None) -> None:
        self._path = path
        self._info = info
        self._environment = environment
        self._listing: StoreListing | None = None
        self._entries: dict[str, WireEntry] = {}

    @property
    def info(self) -> StoreInfo:
        """What and where it is."""
        return self._info

    @property
    def blocks(self) -> StoreError | None:
        """The failure at which rattler-based tools stop: all but a file that is not there."""
        return self._read().failure

    @property
    def notes(self) -> tuple[str, ...]:
        """That an empty path is an empty store, where it is one."""
        if self._path:
            return ()
        return ("The path is empty: rattler reads an empty store and cannot write to it",)

    def list(self) -> StoreListing:
        """Every entry in the file's order, and the file's condition."""
        return self._read()

    def get(self, host: str) -> Answer:
        """What rattler gets for exactly this key; a host that stands twice gives the last."""
        failure = self._read().failure
        if failure is not None:
            return Answer(Outcome.ERROR, detail=failure.message, failure=failure)
        entry = self._entries.get(host)
        if entry is None:
            return Answer(Outcome.MISS)
        return Answer(Outcome.HIT, entry.credential)

    def _read(self) -> StoreListing:
        if self._listing is None:
            self._listing = self._load()
        return self._listing

    def _load(self) -> StoreListing:
        try:
            entries = decode_file(self._bytes())
        except StoreAbsent:
            return StoreListing(StoreState.ABSENT)
        except StoreError as failure:
            return StoreListing(failure.state, failure=failure)
        except DecodeError as error:
            corrupt = StoreCorrupt(f"rattler refuses the file: {error.message}", error.hint)
            corrupt.__cause__ = error
            return StoreListing(corrupt.state, failure=corrupt)
        self._entries = entries_by_host(entries)
        times = Counter(entry.host for entry in entries)
        return StoreListing(
            StoreState.OK,
            tuple(self._entry(found, times[found.host]) for found in self._entries.values()),
        )

    def _bytes(self) -> bytes:
        if not self._path:
            raise StoreAbsent("The path is empty")
        environment = self._environment
        path = self._path if environment is None else environment.resolve(self._path)
        return read_regular_file(path)

    def _entry(self, found: WireEntry, times: int) -> Entry:
        again = f"This host stands {times} times in the file: rattler uses the last"
        return Entry(
            found.host,
            self._info.id,
            kind=found.credential.kind,
            username=username_of(found.credential),
            expires_at=expiry_of(found.credential),
            detail=again if times > 1 else None,
        )
