"""Which entries are shown, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.entry import Entry, EntryState
from authui.model.text import printable
from authui.services.catalog import Listing
from authui.services.words import host_words, kind_or_none, state_words

SortKey: TypeAlias = Literal["host", "kind", "store", "state"]
"""What entries can be sorted by."""

SORT_KEYS: tuple[SortKey, ...] = ("host", "kind", "store", "state")
"""All of them; the first is the order of the listing."""

_WORST_FIRST = (
    EntryState.AMBIGUOUS,
    EntryState.UNREADABLE,
    EntryState.NEVER_MATCHES,
    EntryState.LOCKED,
    EntryState.SHADOWED,
    EntryState.ACTIVE,
)


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order of entries; those that are equal stay in the order of the listing."""

    key: SortKey = "host"
    is_reversed: bool = False

    def next(self) -> Sorting:
        """The next key, from its beginning."""
        return Sorting(SORT_KEYS[(SORT_KEYS.index(self.key) + 1) % len(SORT_KEYS)])

    def by(self, key: SortKey) -> Sorting:
        """By this key; reversed where it is sorted by it already."""
        return Sorting(key, is_reversed=key == self.key and not self.is_reversed)


class Arranger:
    """The entries of one listing, ready to be filtered and sorted again and again."""

    def __init__(self, listing: Listing) -> None:
        self._entries = listing.entries
        self._reports = {report.info.id: report for report in listing.stores}
        self._texts: list[str] | None = None

    def arranged(self, words: str, sorting: Sorting) -> Sequence[Entry]:
        """The entries that hold every one of the words in what the table says of them, sorted."""
        entries: Sequence[Entry] = self._entries
        wanted = words.casefold().split()
        if wanted:
            entries = [
                entry
                for entry, text in zip(entries, self._searched(), strict=True)
                if all(word in text for word in wanted)
            ]
        if sorting == Sorting():
            return entries
        if sorting.key == "host":
            # The listing is sorted by host; what hides its name stays at the end.
            named = [entry for entry in entries if entry.host is not None]
            named.sort(key=lambda entry: entry.host or "", reverse=True)
            return [*named, *(entry for entry in entries if entry.host is None)]
        return sorted(entries, key=self._rank(sorting.key), reverse=sorting.is_reversed)

    def _rank(self, key: SortKey) -> _Rank:
        return _Rank(key, {name: report.order for name, report in self._reports.items()})

    def _searched(self) -> list[str]:
        """What the filter looks into: only what may be shown."""
        if self._texts is None:
            self._texts = [self._text(entry) for entry in self._entries]
        return self._texts

    def _text(self, entry: Entry) -> str:
        info = self._reports[entry.store].info
        plaintext = "plaintext" if info.encrypted is False else ""
        parts = (
            host_words(entry),
            kind_or_none(entry),
            entry.store,
            plaintext,
            state_words(entry, info, brief=True).words,
            entry.username or "",
        )
        return printable("\t".join(parts)).casefold()


@dataclass(frozen=True, slots=True)
class _Rank:
    key: SortKey
    orders: dict[str, int]

    def __call__(self, entry: Entry) -> tuple[int, str]:
        if self.key == "kind":
            return (entry.kind is None, entry.kind or "")
        if self.key == "store":
            return (self.orders[entry.store], "")
        return (_WORST_FIRST.index(entry.state), "")
