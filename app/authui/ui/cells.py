"""An entry as one line of the table: its texts and tones, and how wide the columns are.

Every text is harmless to show: printable, masked, and of a length that a screen can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.entry import Entry, EntryState
from authui.services.marks import Marks
from authui.services.words import StateWords, Tone, host_words, kind_or_none
from authui.ui.session import Snapshot
from authui.ui.words import MAX_LENGTH, shown, state_cell

Column: TypeAlias = Literal["host", "kind", "store", "state"]

HEADINGS: dict[Column, str] = {"host": "Host", "kind": "Kind", "store": "Store", "state": "State"}
"""What stands above each column."""

GAP = 2
"""Cells between two columns, and before the first."""

_KIND = len("S3Credentials")
_STATE = len("● active, read-only")
_SHORT_STATE = len("✗ ambiguous (2)")
_MIN_HOST = 18
_SPARE = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns there are, how wide each is, and the word that marks plain text.

    Without `names_stores` the column of the store holds that word alone.
    """

    columns: tuple[tuple[Column, int], ...]
    plaintext: str
    names_stores: bool = True

    def column_at(self, x: int) -> Column | None:
        """The column at a cell of the line, the gap behind it included."""
        for column, start, width in self.places():
            if start <= x < start + width + GAP:
                return column
        return None

    def places(self) -> list[tuple[Column, int, int]]:
        """Each column with its first cell and its width."""
        start, places = GAP, []
        for column, width in self.columns:
            places.append((column, start, width))
            start += width + GAP
        return places


def layout(entries: Sequence[Entry], snapshot: Snapshot | None, width: int) -> Layout:
    """Columns that fill `width` cells, the host getting what the others leave.

    Where that is too little for it the mark of plain text becomes shorter, then the kind gives way
    and at last the name of the store. The mark itself always stays.
    """
    longest = max((len(entry.host or "") for entry in entries), default=0)
    wanted = min(max(longest, len("(name locked)"), _MIN_HOST), MAX_LENGTH)
    reports = () if snapshot is None else snapshot.listing.stores
    holding = [report.info for report in reports if report.entries]
    for mark, has_kind, has_store, least in (
        ("plaintext", True, True, _MIN_HOST),
        ("plain", True, True, _MIN_HOST),
        ("plain", False, True, _MIN_HOST - 4),
        ("plain", False, False, 0),
    ):
        others: list[tuple[Column, int]] = [("kind", _KIND)] if has_kind else []
        if has_store:
            names = [
                len(info.id) + (len(mark) + 1 if info.encrypted is False else 0) for info in holding
            ]
            others += [("store", max(names, default=len("keychain"))), ("state", _STATE)]
        else:
            others += [("store", len(mark)), ("state", _SHORT_STATE)]
        room = width - GAP - sum(cells + GAP for _, cells in others)
        if room >= min(wanted, least):
            break
    host = max(min(room, wanted + _SPARE), 1)
    # On a wide screen the state may say more.
    others[-1] = ("state", others[-1][1] + min(max(room - host, 0), 8))
    return Layout((("host", host), *others), mark, names_stores=has_store)


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of an entry. `is_lit` marks the one that answers the URL, `is_quiet` the others."""

    host: str
    kind: str
    store: str
    is_plaintext: bool
    state: StateWords
    is_lit: bool
    is_quiet: bool

    @property
    def tone(self) -> Tone:
        """The tone of everything but the state."""
        return "quiet" if self.is_quiet else "plain"


def row_of(entry: Entry, snapshot: Snapshot, marks: Marks | None) -> Row:
    """The line of an entry, with what a lookup made of it."""
    info = snapshot.infos[entry.store]
    state = state_cell(entry, info, may_be_shadowed=snapshot.pending_before(entry.store))
    quiet = entry.state is EntryState.SHADOWED
    if marks is not None:
        state = marks.words(entry, state)
        quiet = not marks.concerns(entry)
    return Row(
        host=shown(host_words(entry)),
        kind=kind_or_none(entry),
        store=entry.store,
        is_plaintext=info.encrypted is False,
        state=state,
        is_lit=marks is not None and marks.is_match(entry),
        is_quiet=quiet,
    )
