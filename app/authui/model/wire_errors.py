"""Why a stored text is no credential: what the parser found, and how a person is told.

The codes are the distinctions that serde_json makes in its own errors, so that the two can be
compared. No message here quotes a value: rattler's own messages do, and a value may be a secret.
"""

from __future__ import annotations

import re
from enum import StrEnum

from authui.model.credential import KINDS
from authui.model.errors import DecodeError
from authui.model.text import mask_url, printable

BOM = "a byte order mark"
EMPTY_FILE = "an empty file"
HOSTS = "an object of hosts"
"""What a fault says it found or expected where a hint depends on it."""

_CAP = 60


class Code(StrEnum):
    """What is wrong, in the words a person reads."""

    UTF8 = "the text is not UTF-8"
    EOF_VALUE = "the text ends where a value should stand"
    EOF_STRING = "the text ends inside a string"
    EOF_LIST = "the text ends inside an array"
    EOF_OBJECT = "the text ends inside an object"
    COLON = "a colon is missing after a name"
    LIST_COMMA = "a comma or the end of the array is missing"
    OBJECT_COMMA = "a comma or the end of the object is missing"
    IDENT = "a word is neither null, true nor false"
    VALUE = "something stands where a value should"
    KEY = "a name must be a string in double quotes"
    ESCAPE = "a string holds an unknown escape"
    CONTROL = "a string holds a control character"
    SURROGATE = "a string holds half of a surrogate pair"
    HEX_END = "a string holds the first half of a surrogate pair alone"
    NUMBER = "a number is malformed"
    RANGE = "a number is too large"
    TRAILING_COMMA = "a comma stands before a closing bracket"
    TRAILING = "something follows where the value should have ended"
    UNKNOWN_KIND = "unknown kind"
    UNIT = "a kind stands alone as a string"
    MISSING = "a field is missing"
    DUPLICATE = "a field stands twice"
    TYPE = "a value has the wrong type"
    TOO_LARGE = "an integer does not fit into 64 bits"
    LENGTH = "an array has too few elements"


class Fault(Exception):
    """What the parser could not accept, and where.

    `index` counts characters of the text, `extra` the bytes after it that rattler's parser had
    consumed too. `found` and `expected` are types, or the name of a kind; never a value.
    """

    def __init__(self, code: Code, index: int, extra: int = 0, **context: str | None) -> None:
        super().__init__(code.value)
        self.code = code
        self.index = index
        self.extra = extra
        self.host = context.get("host")
        self.field = context.get("field")
        self.found = context.get("found")
        self.expected = context.get("expected")


class WireError(DecodeError):
    """The decode error for a fault; `code` tells what kind of fault it was."""

    def __init__(
        self, fault: Fault, message: str, *, line: int, column: int, hint: str | None
    ) -> None:
        super().__init__(
            message, line=line, column=column, host=fault.host, field=fault.field, hint=hint
        )
        self.code = fault.code


def to_decode_error(fault: Fault, text: str) -> WireError:
    """The fault for a person, with rattler's line and column."""
    line, column = position(text.encode(), len(text[: fault.index].encode()) + fault.extra)
    return describe(fault, line, column)


def may_be_host(name: str) -> bool:
    """Whether a name may be shown: one that holds JSON is a value in the wrong place."""
    return re.search(r'["{}]', name) is None


def position(data: bytes, offset: int) -> tuple[int, int]:
    """Line and byte column of the first `offset` bytes, as serde_json counts them."""
    offset = min(offset, len(data))
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, start) + 1, offset - start


_LIKE_KIND = re.compile(
    r"(basic|bearer|conda|s3|oauth|token)([ _-]?(auth(entication)?|http|token|credential|key|2))*s?",
    re.IGNORECASE,
)


def describe(fault: Fault, line: int, column: int) -> WireError:
    """The fault in words: the host, the field, what is wrong, where; and what to do about it."""
    is_known = fault.host is not None and may_be_host(fault.host)
    where = [f'host "{_short(mask_url(fault.host or ""))}"'] if is_known else []
    if fault.field is not None and fault.code not in (Code.MISSING, Code.DUPLICATE):
        where.append(f'field "{_short(fault.field)}"')
    place = ", ".join(where)
    what = _what(fault)
    message = f"{place}: {what}" if place else what
    message = f"{message} (line {line}, column {column})"
    return WireError(fault, message, line=line, column=column, hint=_hint(fault))


def _what(fault: Fault) -> str:
    match fault.code:
        case Code.UNKNOWN_KIND if fault.found is not None:
            # Anything may have been typed in this place, a token too.
            named = _LIKE_KIND.fullmatch(fault.found.strip())
            return f'unknown kind "{_short(fault.found)}"' if named else "unknown kind"
        case Code.UNKNOWN_KIND | Code.UNIT:
            return "a string stands where an object with one kind should"
        case Code.TYPE:
            return f"{fault.expected} should stand here, not {fault.found}"
        case Code.MISSING | Code.DUPLICATE if fault.field is not None:
            end = "is missing" if fault.code is Code.MISSING else "stands twice"
            return f'field "{fault.field}" {end}'
        case Code.VALUE if fault.found is not None:
            return f"{fault.found} stands where a value should"
    return fault.code.value


_UTF8_HINT = "Save the file as UTF-8 without a byte order mark"
_ESCAPE_HINT = "Write the character as a JSON escape, such as \\n or \\\\"
_HINTS = {
    Code.UTF8: _UTF8_HINT,
    Code.TRAILING_COMMA: "Remove the comma: JSON allows none before a closing bracket",
    Code.CONTROL: _ESCAPE_HINT,
    Code.ESCAPE: _ESCAPE_HINT,
    Code.MISSING: "rattler needs this field of the kind; log in again to have it written",
    Code.DUPLICATE: "Keep one of the two: rattler accepts no field twice",
    Code.LENGTH: "The array form needs every field in order; an object with names is clearer",
    Code.TOO_LARGE: "Write seconds since 1970",
}


def _hint(fault: Fault) -> str | None:
    match fault.code:
        case Code.EOF_VALUE if fault.found == EMPTY_FILE:
            return "An empty file is not an empty store to rattler: write {} or delete the file"
        case Code.VALUE if fault.found == BOM:
            return _UTF8_HINT
        case Code.UNKNOWN_KIND if fault.found is not None:
            return _kind_hint(fault.found)
        case Code.UNKNOWN_KIND | Code.UNIT:
            return 'A credential is an object with one kind: {"BearerToken":"..."}'
        case Code.TYPE:
            return _type_hint(fault)
    return _HINTS.get(fault.code)


def _type_hint(fault: Fault) -> str | None:
    if fault.expected == HOSTS:
        return "A credentials file is one object: host names and their credentials"
    if fault.field == "expires_at":
        return "Write whole seconds since 1970, without quotes, fraction or exponent"
    return "Write the value in double quotes" if fault.expected == "a string" else None


def _kind_hint(name: str) -> str:
    plain = name.strip().replace("_", "").replace("-", "").lower()
    for kind in KINDS:
        if plain == kind.lower():
            return f"rattler spells it {kind}"
    return f"rattler knows {', '.join(KINDS[:-1])} and {KINDS[-1]}"


def _short(name: str) -> str:
    """A name that can stand in a sentence, whatever it holds."""
    shown = printable(name[: _CAP + 1])
    return shown if len(shown) <= _CAP else shown[: _CAP - 1] + "…"
