"""What the screen says: each piece of text with its tone, before any widget shows it.

Everything here is harmless to show: text from outside has been made printable, and URLs, also those
that people stored as host patterns, are masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from authui.model.entry import Entry, EntryState, StoreId
from authui.model.errors import AuthuiError, StoreState
from authui.model.text import mask_url, printable
from authui.services.catalog import Listing, StoreReport
from authui.services.words import StateWords, Tone, count, host_words, state_words, store_words
from authui.stores.base import StoreInfo
from authui.ui.session import Snapshot

TONES: tuple[Tone, ...] = ("plain", "quiet", "good", "warning", "bad")
"""All tones; the style sheet gives each its colour."""

MAX_LENGTH = 400
"""Characters of a text that are shown: longer than any host name."""

_FAULTY = (EntryState.AMBIGUOUS, EntryState.UNREADABLE, EntryState.NEVER_MATCHES)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the stores, its first words saying how bad it is."""

    tone: Tone
    word: str
    sentence: str


def shown(text: str) -> str:
    """Text from outside, harmless and of a length that a screen can hold."""
    text = printable(text[: MAX_LENGTH + 1])
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


TOO_SMALL = (
    "authui needs 40 columns and 10 lines. Enlarge the terminal, or use authui list, "
    "authui test URL or authui stores. q quits."
)
"""What a terminal shows that is too small for anything else."""


def copyable(entry: Entry) -> str | None:
    """The host pattern, where it is shown just as it is; None where it must stay off a clipboard.

    People have stored whole URLs, password included.
    """
    host = entry.host
    return host if host and shown(host_words(entry)) == host else None


def copyable_service(service: str) -> str | None:
    """What a PyPI entry is stored under, where it is shown just as it is."""
    return service if service and shown(mask_url(service)) == service else None


def state_cell(entry: Entry, info: StoreInfo, *, may_be_shadowed: bool) -> StateWords:
    """What an entry is worth, as far as the stores have answered."""
    if may_be_shadowed and entry.state is EntryState.ACTIVE:
        return StateWords("checking", "quiet", "…")
    return state_words(entry, info, brief=True)


class TableWords(NamedTuple):
    """What stands in the place of the rows: what is so, and what to do next."""

    title: str
    next_step: str = ""


NO_MATCH = TableWords("No entry has all of these words", "Press esc to see every entry again")
"""That the filter leaves nothing."""


def table_words(snapshot: Snapshot | None) -> TableWords:
    """What stands in the place of the rows while there are none."""
    if snapshot is None:
        return TableWords("Looking for stores…")
    if snapshot.pending:
        return TableWords(f"{reading(snapshot.pending)}…")
    if snapshot.listing.is_partial:
        return TableWords(
            "No entry could be read", "The lines at the top say why; then press r to read again"
        )
    return TableWords(
        "No credentials yet",
        "Press a to add one; what pixi auth login stores appears here by itself",
    )


def reading(pending: tuple[StoreId, ...]) -> str:
    """Which stores are being read."""
    names = " and ".join(store_words(name) for name in pending)
    return f"Reading {names if len(pending) < 3 else count(len(pending), 'store')}"


def counts(snapshot: Snapshot) -> tuple[tuple[Tone, str], ...]:
    """The numbers of the status line, the least important first."""
    listing = snapshot.listing
    infos = snapshot.infos
    plaintext = sum(infos[entry.store].encrypted is False for entry in listing.entries)
    faulty = problem_count(listing)
    numbers: list[tuple[Tone, str]] = [
        ("plain", count(len(snapshot.order), "store")),
        ("plain", count(len(listing.entries), "entry", "entries")),
    ]
    if plaintext:
        numbers.append(("warning", f"{plaintext} in plaintext"))
    if faulty:
        numbers.append(("bad", count(faulty, "problem")))
    if snapshot.pending:
        numbers.append(("quiet", f"{reading(snapshot.pending)}…"))
    elif not faulty:
        numbers.append(("good", "no problems"))
    return tuple(numbers)


def problem_count(listing: Listing) -> int:
    """Stores that could not be read, and entries that can be of no use as they are."""
    return sum(not report.state.is_answer for report in listing.stores) + sum(
        entry.state in _FAULTY for entry in listing.entries
    )


def problems(snapshot: Snapshot) -> tuple[Problem, ...]:
    """What is wrong with the stores, the worst first."""
    reports = sorted(
        snapshot.listing.stores,
        key=lambda report: (not report.blocks, report.state.is_answer, report.order),
    )
    return (*(problem for report in reports for problem in _problems(report)), *_notes(snapshot))


def problem_of_error(error: AuthuiError) -> Problem:
    """That the stores could not even be looked for."""
    return Problem("bad", "Problem", shown(_with_hint(error)))


def problem_of(report: StoreReport) -> Problem | None:
    """What is wrong with a store, or worth knowing about its condition; the worst if several are."""
    return next(_problems(report), None)


def _problems(report: StoreReport) -> Iterator[Problem]:
    store = store_words(report.info)
    failure = report.failure
    # What a keychain says about itself names it; what a file's reader says does not.
    prefix = "" if report.info.id == "keychain" else f"{store}: "
    if failure is not None:
        sentence = shown(prefix + _with_hint(failure))
        if report.blocks:
            yield Problem("bad", f"Rattler stops at {store}", shown(_with_hint(failure)))
        elif not report.state.is_answer:
            yield Problem("bad", _STATE_WORDS[report.state], sentence)
        elif report.state is StoreState.NO_COLLECTION:
            yield Problem("warning", _STATE_WORDS[report.state], sentence)
        elif report.info.id == "keychain":
            yield Problem("quiet", "No keychain", sentence)
    if report.locked and report.state is not StoreState.LOCKED:
        number = count(report.locked, "entry", "entries")
        yield Problem(
            "warning",
            "Locked",
            f"{number} of {store} cannot be seen in full; press o to unlock it",
        )


def _notes(snapshot: Snapshot) -> Iterator[Problem]:
    for note in snapshot.notes:
        yield Problem("quiet", "Note", shown(note))
    for report in snapshot.listing.stores:
        for note in report.notes:
            yield Problem("quiet", "Note", shown(f"{store_words(report.info)}: {note}"))


_STATE_WORDS: dict[StoreState, str] = {
    StoreState.NO_COLLECTION: "No collection",
    StoreState.LOCKED: "Locked",
    StoreState.TIMEOUT: "Not answering",
    StoreState.DENIED: "Refused",
    StoreState.UNREADABLE: "Unreadable",
    StoreState.CORRUPT: "Broken",
}


def _with_hint(error: AuthuiError) -> str:
    return error.message if error.hint is None else f"{error.message} ({error.hint})"
