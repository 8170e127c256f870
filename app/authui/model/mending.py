"""What a value that rattler refuses can only have meant, where that is so."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from authui.model.credential import KINDS, Kind
from authui.model.errors import DecodeError
from authui.model.wire import decode_credential
from authui.model.wire_errors import Fault
from authui.model.wire_scan import Scanner
from authui.model.wire_skip import skip_value
from authui.model.wire_split import has_no_text


class Mend(StrEnum):
    """A step that changes no meaning, in words that follow "will"."""

    KIND = "spell its kind as rattler does"
    UNWRAP = "take it out of the string in which old versions kept it"
    TIDY = "leave out its comments and surplus commas"
    REPEAT = "keep one of two equal fields"


def propose(value: str) -> tuple[str | None, tuple[Mend, ...], tuple[str, ...]]:
    """The value that rattler takes and that means the same; None where there is none.

    With the steps to it, and the comments that it has no place for: they may say something.
    """
    if has_no_text(value):
        return None, (), ()
    text, mends, comments = value.strip(_SPACE), [], []
    while not _is_taken(text):
        for mend, step in _STEPS.items():
            changed = None if mend in mends else step(text)
            if changed is not None and changed != text:
                if mend is Mend.TIDY:
                    comments += _comments_in(text)
                text = changed
                mends.append(mend)
                break
        else:
            return None, (), ()
    return text, tuple(mends), tuple(comments)


def _comments_in(value: str) -> list[str]:
    """The comments outside of its strings."""
    return [found[0].rstrip() for found in _COMMENT.finditer(value) if found[0][0] == "/"]


_SPACE: Final = " \t\n\r"
_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_COMMENT: Final = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_COMMA: Final = re.compile(rf"{_STRING}|,(\s*[}}\]])", re.DOTALL)

_SHORT: dict[str, Kind] = {
    "bearer": "BearerToken",
    "basic": "BasicHTTP",
    "basicauth": "BasicHTTP",
    "conda": "CondaToken",
    "s3": "S3Credentials",
    "oauth2": "OAuth",
}


def _is_taken(text: str) -> bool:
    try:
        decode_credential(text)
    except DecodeError:
        return False
    return True


def _tidied(text: str) -> str | None:
    bare = _COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else " ", text)
    return _COMMA.sub(lambda m: m[0] if m[0][0] == '"' else m[1], bare).strip(_SPACE)


def _unwrapped(text: str) -> str | None:
    if not text.startswith('"'):
        return None
    scan = Scanner(text)
    try:
        inner = scan.string().strip(_SPACE)
        scan.end()
    except Fault:
        return None
    return inner if inner.startswith("{") else None


def _spelled(text: str) -> str | None:
    scan = Scanner(text)
    try:
        if scan.peek() != "{":
            return None
        scan.at += 1
        if scan.peek() != '"':
            return None
        start = scan.at
        name = re.sub(r"[\s_-]", "", scan.string()).lower()
    except Fault:
        return None
    kinds = {kind.lower(): kind for kind in KINDS} | _SHORT
    return None if name not in kinds else f'{text[:start]}"{kinds[name]}"{text[scan.at :]}'


def _once(text: str) -> str | None:
    """Without the second of two equal fields, in the value and in the object within it."""
    try:
        text = _without_repeats(text, 0)
        scan = Scanner(text)
        if scan.peek() != "{":
            return None
        scan.at += 1
        if scan.next_key(first=True) is None:
            return None
        scan.colon()
        scan.peek()
        return _without_repeats(text, scan.at)
    except Fault:
        return None


def _without_repeats(text: str, start: int) -> str:
    scan = Scanner(text)
    scan.at = start
    if scan.peek() != "{":
        return text
    scan.at += 1
    seen: set[tuple[str, str]] = set()
    cuts: list[tuple[int, int]] = []
    last = scan.at
    while (name := scan.next_key(first=not seen)) is not None:
        scan.colon()
        scan.peek()
        value = scan.at
        skip_value(scan)
        field = name, text[value : scan.at]
        if field in seen:
            cuts.append((last, scan.at))
        seen.add(field)
        last = scan.at
    for begin, end in reversed(cuts):
        text = text[:begin] + text[end:]
    return text


_STEPS: Final[dict[Mend, Callable[[str], str | None]]] = {
    Mend.TIDY: _tidied,
    Mend.UNWRAP: _unwrapped,
    Mend.REPEAT: _once,
    Mend.KIND: _spelled,
}
