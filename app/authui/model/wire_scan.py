"""JSON read as strictly as serde_json reads it, token by token, with its error positions.

Python's own decoder is more lenient (NaN, lone surrogates) in some places and less in others (deep
nesting, long integers), and it tells neither field nor position as rattler does.
Source of the rules: serde_json, `Deserializer` over a string.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NoReturn

from authui.model.wire_errors import Code, Fault

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]*)?")
_ESCAPES = {
    '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
}  # fmt: skip
WORDS: Final = {"n": ("null", "null"), "t": ("true", "a boolean"), "f": ("false", "a boolean")}
CLOSER: Final = {"{": "}", "[": "]"}
DIGITS: Final = "0123456789"
"""The words by their first letter, with the names of their types; brackets; digits."""

I64_MIN, I64_MAX, U64_MAX = -(2**63), 2**63 - 1, 2**64 - 1
_I32_MAX = 2**31 - 1


class Scanner:
    """A position in a JSON text. Every method raises `Fault` where serde_json would stop.

    `host` and `field` are put into each fault; the caller sets them as it goes.
    """

    __slots__ = ("at", "field", "host", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.host: str | None = None
        self.field: str | None = None

    def fail(
        self,
        code: Code,
        *,
        at: int | None = None,
        extra: int = 0,
        found: str | None = None,
        expected: str | None = None,
    ) -> NoReturn:
        """Raise a fault here, or at `at`."""
        index = self.at if at is None else at
        context = {"host": self.host, "field": self.field, "found": found, "expected": expected}
        raise Fault(code, index, extra, **context)

    def next_is_wrong(self, code: Code, **context: str) -> NoReturn:
        """Raise a fault that names the character ahead, as serde_json's errors on peeking do."""
        raise Fault(code, self.at, 1, host=self.host, field=self.field, **context)

    def peek(self) -> str:
        """The first character that is no white space, not consumed; empty at the end."""
        self.at += len(_ahead(_SPACE, self.text, self.at))
        return self.text[self.at : self.at + 1]

    def peek_value(self) -> str:
        """The same where a value must follow."""
        return self.peek() or self.next_is_wrong(Code.EOF_VALUE)

    def end(self) -> None:
        """Nothing but white space may follow."""
        if self.peek():
            self.next_is_wrong(Code.TRAILING)

    def colon(self) -> None:
        """The colon between a name and its value."""
        char = self.peek()
        if char != ":":
            self.next_is_wrong(Code.COLON if char else Code.EOF_OBJECT)
        self.at += 1

    def next_key(self, *, first: bool) -> str | None:
        """The next name of an object, whose brace has been consumed; None at its end."""
        char = self.peek()
        if char == "}":
            self.at += 1
            return None
        if not first and char:
            if char != ",":
                self.next_is_wrong(Code.OBJECT_COMMA)
            self.at += 1
            char = self.peek()
            if char == "}":
                self.next_is_wrong(Code.TRAILING_COMMA)
            if not char:
                self.next_is_wrong(Code.EOF_VALUE)
        if char != '"':
            self.next_is_wrong(Code.KEY if char else Code.EOF_OBJECT)
        return self.string()

    def next_element(self, *, first: bool) -> bool:
        """Whether an array, whose bracket has been consumed, has one more element.

        The closing bracket is left for the caller.
        """
        char = self.peek()
        if not char:
            self.next_is_wrong(Code.EOF_LIST)
        if char == "]":
            return False
        if first:
            return True
        if char != ",":
            self.next_is_wrong(Code.LIST_COMMA)
        self.at += 1
        if self.peek_value() == "]":
            self.next_is_wrong(Code.TRAILING_COMMA)
        return True

    def end_array(self) -> None:
        """The end of an array of which every wanted element has been read."""
        char = self.peek()
        if char == "]":
            self.at += 1
        elif char == ",":
            self.at += 1
            self.next_is_wrong(Code.TRAILING_COMMA if self.peek() == "]" else Code.TRAILING)
        else:
            self.next_is_wrong(Code.TRAILING if char else Code.EOF_LIST)

    def string(self) -> str:
        """A string, whose opening quote is the next character."""
        self.at += 1
        parts: list[str] = []
        while True:
            parts.append(self._plain())
            char = self.text[self.at : self.at + 1]
            if char == '"':
                self.at += 1
                return "".join(parts)
            if char == "\\":
                self.at += 1
                parts.append(self._escape())
            elif char:
                self.fail(Code.CONTROL, extra=1)
            else:
                self.fail(Code.EOF_STRING)

    def skip_string(self) -> None:
        """A string nobody wants: its escapes need not make sense together."""
        self.at += 1
        while True:
            self._plain()
            char = self.text[self.at : self.at + 1]
            if char == '"':
                self.at += 1
                return
            if char == "\\":
                self.at += 1
                if self._escape_letter() == "u":
                    self._hex()
            else:
                self.fail(Code.CONTROL if char else Code.EOF_STRING)

    def _plain(self) -> str:
        plain = _ahead(_PLAIN, self.text, self.at)
        self.at += len(plain)
        return plain

    def _escape_letter(self) -> str:
        letter = self.text[self.at : self.at + 1]
        if not letter:
            self.fail(Code.EOF_STRING)
        if letter != "u" and letter not in _ESCAPES:
            self.fail(Code.ESCAPE, extra=1)
        self.at += 1
        return letter

    def _escape(self) -> str:
        letter = self._escape_letter()
        if letter != "u":
            return _ESCAPES[letter]
        high = self._hex()
        if 0xDC00 <= high <= 0xDFFF:
            self.fail(Code.SURROGATE)
        if not 0xD800 <= high <= 0xDBFF:
            return chr(high)
        for wanted in "\\u":
            char = self.text[self.at : self.at + 1]
            if not char:
                self.fail(Code.EOF_STRING)
            if char != wanted:
                self.fail(Code.HEX_END, extra=1)
            self.at += 1
        low = self._hex()
        if not 0xDC00 <= low <= 0xDFFF:
            self.fail(Code.SURROGATE)
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)

    def _hex(self) -> int:
        match = _HEX.match(self.text, self.at)
        if match is None:
            if len(self.text[self.at : self.at + 4].encode()) < 4:
                self.fail(Code.EOF_STRING, at=len(self.text))
            self.fail(Code.ESCAPE, extra=4)
        self.at = match.end()
        return int(match[0], 16)

    def word(self) -> str:
        """`null`, `true` or `false`, of which the first letter is the next; gives its type."""
        word, kind = WORDS[self.text[self.at]]
        for wanted in word:
            char = self.text[self.at : self.at + 1]
            if char != wanted:
                self.fail(Code.IDENT if char else Code.EOF_VALUE, extra=1)
            self.at += 1
        return kind

    def number(self) -> int | None:
        """A number; None where serde_json reads a float, as it does for `-0` and beyond 64 bits."""
        sign, digits, fraction, exponent = self.number_parts(Code.EOF_VALUE)
        if exponent:
            self._limit_exponent(exponent, zero=not (digits + fraction).strip("0."))
        if fraction or exponent or len(digits) > 20:
            if _overflows(digits, fraction, exponent):
                self.fail(Code.RANGE)
            return None
        value = int(digits)
        if sign:
            return -value if 0 < value <= -I64_MIN else None
        return value if value <= U64_MAX else None

    def number_parts(self, eof: Code) -> Sequence[str]:
        """Sign, digits, fraction and exponent, each with its mark; `eof` where they are cut off."""
        text, match = self.text, _NUMBER.match(self.text, self.at)
        parts = match.groups("") if match else ("", "", "", "")
        self.at += len(parts[0] + parts[1])
        follower = text[self.at : self.at + 1]
        if not parts[1]:
            self.fail(Code.NUMBER if follower else eof, extra=1)
        if parts[1] == "0" and follower and follower in DIGITS:
            self.fail(Code.NUMBER, extra=1)
        if parts[2] == ".":
            self.at += 1
            self.fail(Code.NUMBER if self.at < len(text) else eof, extra=1)
        self.at += len(parts[2] + parts[3])
        if parts[3] and parts[3][-1] not in DIGITS:
            self.fail(Code.NUMBER if self.at < len(text) else eof, extra=1)
        return parts

    def _limit_exponent(self, exponent: str, *, zero: bool) -> None:
        """Fault at the digit that takes a positive exponent beyond 32 bits."""
        if zero or exponent[1] == "-":
            return
        start = self.at - len(exponent.lstrip("eE+"))
        value = 0
        for at in range(start, self.at):
            value = value * 10 + int(self.text[at])
            if value > _I32_MAX:
                self.fail(Code.RANGE, at=at + 1)

    def refuse(self, expected: str) -> NoReturn:
        """Fault for the value ahead, which is not of the expected type."""
        char = self.text[self.at]
        if char == '"':
            self.string()
            found = "a string"
        elif char in WORDS:
            found = self.word()
        elif char == "-" or char in DIGITS:
            found = "a floating point number" if self.number() is None else "an integer"
        elif char in CLOSER:
            found = "an array" if char == "[" else "an object"
        else:
            self.next_is_wrong(Code.VALUE)
        self.fail(Code.TYPE, found=found, expected=expected)


def _ahead(pattern: re.Pattern[str], text: str, at: int) -> str:
    match = pattern.match(text, at)
    return match[0] if match else ""


def _overflows(digits: str, fraction: str, exponent: str) -> bool:
    """Whether the number is beyond a float. The digits that count are few, the exponent may be long."""
    mantissa = (digits + fraction[1:]).lstrip("0")
    if not mantissa:
        return False
    power = int(exponent[1:].lstrip("+-").lstrip("0")[:12] or "0")
    if exponent[1:2] == "-":
        power = -power
    magnitude = len(mantissa) - len(fraction[1:]) + power
    if not 300 < magnitude < 320:
        return magnitude >= 320
    return float(f"0.{mantissa[:40]}e{magnitude}") == float("inf")
