"""The one secret of these tests, and every way in which it may be found again."""

from __future__ import annotations

import base64
import os
import pprint
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.pretty import pretty_repr

CANARY = "canary7f3a9c"
"""Letters and digits only: nothing escapes it on its way."""

LONG = f"pfx_{CANARY}{CANARY}"
"""One as an issuer makes it."""

SHOWS: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "str": str,
    "format": format,
    "ascii": ascii,
    "f-string": lambda value: f"{value} {value!r}",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031
    "pprint": pprint.pformat,
    "rich": pretty_repr,
}
"""How Python and rich show a value."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")


def in_text(text: str) -> bool:
    """Whether it stands there: as it is, in pieces, backwards, as hexadecimal or base64."""
    plain = "".join(text.split())
    if any(form in plain for form in (CANARY, CANARY[::-1], CANARY.encode().hex())):
        return True
    return any(_in_base64(word) for word in _BASE64.findall(text))


def _in_base64(word: str) -> bool:
    word = word.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(4):
        part = word[start:]
        if len(part) % 4 == 1:
            part = part[:-1]
        if CANARY.encode() in base64.b64decode(part + "=" * (-len(part) % 4)):
            return True
    return False


def in_bytes(data: bytes) -> bool:
    """The same for what was not decoded; UTF-16 included."""
    return in_text(data.decode("latin-1")) or CANARY.encode("utf-16-le") in data


def shows(value: object) -> list[str]:
    """The names of the ways in which a value shows it."""
    found = []
    for name, show in SHOWS.items():
        try:
            text = show(value)
        except TypeError as refusal:
            text = str(refusal)
        if in_text(text):
            found.append(name)
    return found


def below(*folders: Path, besides: Iterable[Path] = ()) -> list[Path]:
    """The files that hold it, or have it in their names, other than those that are meant to."""
    meant = {path.resolve() for path in besides}
    found = []
    for folder in folders:
        for root, names, files in os.walk(folder):
            for name in (*names, *files):
                path = Path(root, name)
                holds = path.is_file() and in_bytes(path.read_bytes())
                if in_text(name) or (holds and path.resolve() not in meant):
                    found.append(path)
    return found
