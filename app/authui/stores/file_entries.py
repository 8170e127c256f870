"""The entries of a credentials file, between its bytes and what stands under a key."""

from __future__ import annotations

from collections.abc import Iterable

from authui.model.errors import DecodeError, StoreCorrupt
from authui.model.secret import Secret
from authui.model.wire import WireEntry, decode_file
from authui.stores.base import Stored


def decode(data: bytes) -> tuple[WireEntry, ...]:
    """Every entry in the file's order. Raises `StoreCorrupt` where rattler refuses the file."""
    try:
        return decode_file(data)
    except DecodeError as error:
        corrupt = StoreCorrupt(f"rattler refuses the file: {error.message}", error.hint)
        corrupt.__cause__ = error
    raise corrupt


def entries_of(data: bytes | None) -> tuple[WireEntry, ...]:
    """The same, a file that is not there being an empty one."""
    return () if data is None else decode(data)


def standing_in(entries: Iterable[WireEntry], host: str) -> Stored | None:
    """What stands under the host: the last, and how many there are."""
    texts = [entry.text for entry in entries if entry.host == host]
    return Stored(texts[-1], copies=len(texts)) if texts else None


def with_text(entries: Iterable[WireEntry], host: str, text: Secret) -> list[tuple[str, Secret]]:
    """All pairs of the file, with the text in the last place of the host, or in a new one."""
    pairs = [(entry.host, entry.text) for entry in entries]
    places = [at for at, (name, _) in enumerate(pairs) if name == host]
    if places:
        pairs[places[-1]] = (host, text)
    else:
        pairs.append((host, text))
    return pairs
