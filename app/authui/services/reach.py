"""Which URLs an entry answers and which it does not, shown on examples.

An example goes through the same rules as a lookup, so that what is claimed of it holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from authui.model.entry import Entry, EntryState
from authui.model.examples import example_urls, parse_example
from authui.model.host import keys_for
from authui.model.lookup import Client
from authui.model.mirror import find_mirror
from authui.model.text import mask_url
from authui.model.url import Url
from authui.services import reasons
from authui.services.catalog import Listing
from authui.services.lookup import unasked
from authui.services.words import store_words
from authui.stores.pixi_config import PixiConfig

MAX_EXCEPTIONS = 3
"""More specific entries that are named; of the others only the number is told."""


@dataclass(frozen=True, slots=True)
class Example:
    """A URL, masked, and whether the entry answers it; if not, `why` says what happens instead.

    `is_taken` says that another entry answers it.
    """

    url: str
    why: str | None = None
    is_taken: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether the entry answers it."""
        return self.why is None


@dataclass(frozen=True, slots=True)
class Reach:
    """Examples for one entry; `more_exceptions` counts entries that take URLs away unnamed."""

    examples: tuple[Example, ...]
    more_exceptions: int = 0


class Holdings:
    """The entries of a listing that rattler can use, by their pattern."""

    def __init__(self, listing: Listing, client: Client, pixi: PixiConfig | None) -> None:
        self._client = client
        self._pixi = pixi
        self._usable: dict[str, Entry] = {}
        for entry in listing.entries:  # of one pattern they stand in the order of the stores
            if entry.host is not None and entry.state in (EntryState.ACTIVE, EntryState.SHADOWED):
                self._usable.setdefault(entry.host, entry)

    def winner(self, url: Url) -> Entry | None:
        """The entry at which a lookup of the URL ends, if every store answers as it did."""
        return next((self._usable[key] for key in keys_for(url) if key in self._usable), None)

    def reach(self, entry: Entry) -> Reach:
        """What the entry answers. Nothing is known of one that hides its pattern."""
        if not entry.host:
            return Reach(())
        examples = [self._example(entry, text) for text in example_urls(entry.host, entry.kind)]
        inside = self.inside(entry.host)
        examples += [
            self._example(entry, f"https://{other.host}/channel")
            for other in inside[:MAX_EXCEPTIONS]
        ]
        told: dict[str, Example] = {example.url: example for example in examples if example}
        ordered = sorted(told.values(), key=lambda example: not example.is_answered)
        return Reach(tuple(ordered), max(len(inside) - MAX_EXCEPTIONS, 0))

    def inside(self, pattern: str) -> list[Entry]:
        """Entries with an exact pattern that a wildcard would answer for if they were not there."""
        if not pattern.startswith("*."):
            return []
        domain, end = pattern[2:], pattern[1:]
        return [
            entry
            for host, entry in self._usable.items()
            if (host == domain or host.endswith(end)) and not host.startswith("*.")
        ]

    def _example(self, entry: Entry, text: str) -> Example | None:
        url = parse_example(text)
        if url is None:
            return None
        winner = self.winner(url)
        is_taken = winner is not None and (winner.host, winner.store) != (entry.host, entry.store)
        return Example(url.masked, self._why_not(entry, url), is_taken)

    def _why_not(self, entry: Entry, url: Url) -> str | None:
        mirrors = self._pixi.mirrors if self._client == "pixi" and self._pixi is not None else {}
        if find_mirror(url.text, mirrors) is not None:
            return "pixi's [mirrors] send it elsewhere"
        without_asking = unasked(url, self._client, self._pixi)
        if without_asking is not None:
            return reasons.of_unasked(url, without_asking)
        winner = self.winner(url)
        if winner is None:
            return _unanswered(entry, url)
        if (winner.host, winner.store) != (entry.host, entry.store):
            return f"{mask_url(winner.host or '')} from {store_words(winner.store)} answers it"
        if (url.scheme == "s3") != (entry.kind == "S3Credentials") and entry.kind is not None:
            if url.scheme == "s3":
                return "only S3 credentials can sign it"
            return "S3 credentials only sign s3:// requests"
        return None


def _unanswered(entry: Entry, url: Url) -> str:
    keys = tuple(keys_for(url))
    if entry.host in keys:
        return "rattler passes it over"
    if entry.state is EntryState.NEVER_MATCHES and keys:
        return f"it is looked up as {mask_url(keys[0])}"
    return "no entry answers it"
