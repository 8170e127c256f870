"""The text of a file into which a repair sets bad entries aside: every byte, to be copied by hand."""

from __future__ import annotations

import base64
from collections.abc import Collection
from textwrap import wrap
from typing import Final

from authui.model.repair import BadEntry, Repair
from authui.model.text import mask_url, printable

_NO_HOST: Final = "no host is known"


def set_aside_text(repair: Repair, chosen: Collection[int], path: str, original: bytes) -> bytes:
    """The bad entries of these indices, each as it stood in the file at `path`.

    Where bytes of the file are no text, all of the original follows in base64.
    """
    lines = [
        f"# authui took these out of {printable(path)}, because rattler refuses a file with them.",
        "# Each stands here as it stood there. Copy what is needed and log in again with it,",
        "# then delete this file: it may hold secrets, and no tool reads it.",
    ]
    parts = ["\n".join(lines).encode()]
    for number, index in enumerate(sorted(chosen), start=1):
        entry = repair.bad[index]
        parts.append(f"\n\n# {number}. {_title(entry)}\n# {printable(entry.reason)}\n".encode())
        parts.append(_bytes(entry))
    if repair.damaged:
        parts.append(b"\n\n# The whole file as it was, in base64 (base64 -d gives it back)\n")
        parts.append("\n".join(wrap(base64.b64encode(original).decode(), 76)).encode())
    return b"".join(parts) + b"\n"


def hosts_in(text: bytes) -> tuple[str | None, ...]:
    """The hosts of the entries in such a file, as they are shown; None where none is known."""
    hosts: list[str | None] = []
    for line in text.decode("utf-8", "replace").split("\n"):
        number, found, host = line.partition(". ")
        if found and number == f"# {len(hosts) + 1}":
            hosts.append(None if host == _NO_HOST else host)
    return tuple(hosts)


def _title(entry: BadEntry) -> str:
    return _NO_HOST if entry.host is None else printable(mask_url(entry.host))


def _bytes(entry: BadEntry) -> bytes:
    raw = entry.raw.reveal()
    try:
        return raw.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return raw.encode("utf-8", "surrogatepass")
