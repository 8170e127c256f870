"""A credentials file of rattler: JSON, one object, host patterns and their credentials.

rattler reads each of its files when it starts and stops at one that it cannot read. A change
leaves the text of every other value as it stands, and never touches a file that does not decode.
Source: rattler_networking, `FileStorageCache::from_path` and `FileStorage`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from authui.model.credential import expiry_of, username_of
from authui.model.entry import Answer, Entry, Outcome, StoreListing
from authui.model.errors import (
    AuthuiError,
    ChangedMeanwhile,
    NotStored,
    StoreAbsent,
    StoreError,
    StoreState,
)
from authui.model.secret import Secret
from authui.model.text import lower_first, mask_url, printable
from authui.model.wire import WireEntry, encode_file, entries_by_host, value_of
from authui.stores.abilities import Told
from authui.stores.base import Stored, StoreInfo
from authui.stores.environment import Environment
from authui.stores.file_entries import decode, entries_of, standing_in, with_text
from authui.stores.patience import Patience
from authui.stores.read_file import may_have_leftovers, read_regular_file


class JsonFileStore:
    """A credentials file at `path`, read once, when it is first asked for something.

    A change reads it anew, and so does the first question after one.

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
        """That the path is empty, or that the file has other names (hard links)."""
        if not self._path:
            return ("The path is empty: rattler reads an empty store and cannot write to it",)
        names = self._links()
        if names < 2:
            return ()
        return (f"The file has {names} names (hard links): a change reaches this one only",)

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

    def standing(self) -> tuple[WireEntry, ...]:
        """Every entry as it stands now, also a host that stands twice. Raises `StoreError`."""
        try:
            return decode(self._bytes())
        except StoreAbsent:
            return ()

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        """What stands under exactly this key now, the last where it stands several times."""
        del item  # a key of a file has no items
        try:
            return standing_in(decode(self._bytes()), host)
        except StoreAbsent:
            return None

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        """Put the text under the key, all other values as they stand; of several the last.

        Raises `BadInput` and `DecodeError` for a text that would break the file, `StoreCorrupt`
        for a file that is broken, and as the protocol says.
        """
        del item, patience  # a file asks nobody
        value = value_of(text)
        copies = 1

        def edit(data: bytes | None) -> bytes | None:
            nonlocal copies
            entries = entries_of(data)
            standing = self._compare(entries, host, before)
            copies = 1 if standing is None else standing.copies
            if standing is not None and standing.text == value:
                return None
            return encode_file(with_text(entries, host, value))

        def holds(data: bytes | None) -> bool:
            return standing_in(entries_of(data), host) == Stored(value)

        self._change(edit, holds)
        return Stored(value, copies=copies)

    def read_many(self, hosts: Collection[str]) -> dict[str, Told]:
        """What stands under each of the keys now, from one reading."""
        entries = self.standing()
        by_host: dict[str, list[WireEntry]] = {}
        for entry in entries:
            by_host.setdefault(entry.host, []).append(entry)
        return {host: standing_in(by_host.get(host, ()), host) for host in hosts}

    def delete_many(self, hosts: Mapping[str, Stored]) -> dict[str, AuthuiError]:
        """Take every copy of these keys out of the file in one step, where it still stands."""
        kept: dict[str, AuthuiError] = {}
        gone: set[str] = set()

        def edit(data: bytes | None) -> bytes | None:
            entries = entries_of(data)
            kept.clear()
            gone.clear()
            for host, before in hosts.items():
                try:
                    standing = self._compare(entries, host, before)
                    if standing is not None and standing.copies == before.copies:
                        gone.add(host)
                    elif standing is not None:
                        kept[host] = self._changed(host, "is now there more than once in")
                except ChangedMeanwhile as error:
                    kept[host] = error
            if not gone:
                return None
            return encode_file((e.host, e.text) for e in entries if e.host not in gone)

        def holds(data: bytes | None) -> bool:
            return not any(entry.host in gone for entry in entries_of(data))

        self._change(edit, holds)
        return kept

    def raw(self) -> bytes:
        """Its bytes as they stand now, also where rattler refuses them. Raises `StoreError`."""
        return self._bytes()

    def rewrite(
        self, edit: Callable[[bytes | None], bytes | None], holds: Callable[[bytes | None], bool]
    ) -> None:
        """Give it other bytes, also where rattler refuses those that it has; see `change_file`."""
        self._change(edit, holds)

    def refusal(self) -> AuthuiError | None:
        """Why nothing can be changed in it: its path, its names, or its folder."""
        from authui.stores.file_refusals import missing_rights, no_path, two_names

        if not self._path:
            return no_path(self._info)
        path = self._resolved()
        return two_names(self._info, path) or missing_rights(path)

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why rattler would refuse the file with it."""
        try:
            encode_file([(host, value_of(text))])
        except AuthuiError as error:
            return lower_first(error.message)
        return None

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Take every copy of the key out of the file. The last entry leaves an empty object."""
        del item, patience

        def edit(data: bytes | None) -> bytes | None:
            entries = entries_of(data)
            if standing_in(entries, host) is None:
                raise NotStored(
                    f"{printable(mask_url(host))} is not in {printable(self._info.location)}",
                    "Look again: another program may have taken it away",
                )
            if before is not None:
                self._compare(entries, host, before)
            return encode_file((e.host, e.text) for e in entries if e.host != host)

        def holds(data: bytes | None) -> bool:
            return standing_in(entries_of(data), host) is None

        self._change(edit, holds)

    def tidy(self) -> None:
        """Remove what interrupted changes left beside the file."""
        if self._path and may_have_leftovers(self._resolved()):
            from authui.stores.change_file import tidy_beside

            tidy_beside(self._resolved())

    def _change(
        self, edit: Callable[[bytes | None], bytes | None], holds: Callable[[bytes | None], bool]
    ) -> None:
        from authui.stores.change_file import change_file  # reading does without these
        from authui.stores.file_refusals import no_path, two_names

        if not self._path:
            edit(None)  # there is nothing to delete, and nothing that was seen there
            raise no_path(self._info)
        refusal = two_names(self._info, self._resolved())
        if refusal is not None:
            raise refusal

        try:
            change_file(self._resolved(), edit, holds)
        finally:
            self._listing = None
            self._entries = {}

    def _links(self) -> int:
        """How many names the file has; 0 where there is none."""
        try:
            return os.stat(self._resolved()).st_nlink
        except (OSError, ValueError):
            return 0

    def _compare(
        self, entries: Iterable[WireEntry], host: str, before: Stored | None
    ) -> Stored | None:
        """What stands under the host. Raises `ChangedMeanwhile` where that is not `before`."""
        standing = standing_in(entries, host)
        if standing == before:
            return standing
        if before is None:
            raise self._changed(host, "has meanwhile been stored in")
        if standing is None:
            raise self._changed(host, "is no longer in")
        raise self._changed(host, "has meanwhile been changed in")

    def _changed(self, host: str, what: str) -> ChangedMeanwhile:
        name, where = printable(mask_url(host)), printable(self._info.location)
        return ChangedMeanwhile(f"{name} {what} {where}", "Look at it again, then try again")

    def _read(self) -> StoreListing:
        if self._listing is None:
            self._listing = self._load()
        return self._listing

    def _load(self) -> StoreListing:
        try:
            entries = decode(self._bytes())
        except StoreAbsent:
            return StoreListing(StoreState.ABSENT)
        except StoreError as failure:
            return StoreListing(failure.state, failure=failure)
        self._entries = entries_by_host(entries)
        times = Counter(entry.host for entry in entries)
        return StoreListing(
            StoreState.OK,
            tuple(self._entry(found, times[found.host]) for found in self._entries.values()),
        )

    def _bytes(self) -> bytes:
        if not self._path:
            raise StoreAbsent("The path is empty")
        return read_regular_file(self._resolved())

    def _resolved(self) -> str:
        environment = self._environment
        return self._path if environment is None else environment.resolve(self._path)

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
