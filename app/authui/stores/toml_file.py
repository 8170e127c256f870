"""TOML as pixi reads it.

pixi's parser follows TOML 1.1, Python's follows 1.0: what is new in 1.1 is written in the older way
before a second try. Source: crate `toml_parser`.
"""

from __future__ import annotations

import re
from typing import Any

# A string or comment as a whole, or one of the characters that 1.1 treats differently.
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''
    r"|\#[^\n]*|(?<![0-9:+-])[0-9]{2}:[0-9]{2}(?![0-9:.])|[\[\]{},]|(?:[ \t\n]|\r\n)+",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(e|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)$")
_DEEPEST = 80


class TomlError(Exception):
    """The text is not TOML, or holds a number that pixi cannot hold.

    `line` and `column` count from 1 and are None where the place is not known.
    """

    def __init__(self, line: int | None = None, column: int | None = None) -> None:
        super().__init__("not TOML")
        self.line = line
        self.column = column

    @property
    def place(self) -> str:
        """Where, as words to follow a message; empty where it is not known."""
        return "" if self.line is None else f" (line {self.line}, column {self.column})"


def parse_toml(text: str) -> dict[str, Any]:
    """The document as Python values. Raises `TomlError`, which never holds the text."""
    import tomllib

    text = text.removeprefix("\ufeff")
    try:
        document = _load(text)
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.search(str(error))
        place = (int(found[1]), int(found[2])) if found else _end(text)
        try:
            document = _load(_as_toml_1_0(text))
        except tomllib.TOMLDecodeError:
            raise TomlError(*place) from None
    _check_numbers(document, 0)
    return document


def _load(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text, parse_float=_number)
    except (RecursionError, OverflowError):
        raise TomlError from None


def _number(text: str) -> float:
    value = float(text)
    if abs(value) == float("inf") and "inf" not in text:
        raise OverflowError
    return value


def _check_numbers(value: object, depth: int) -> None:
    """Raise for an integer beyond 64 bits, and for nesting deeper than pixi's parser goes."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise TomlError
    if isinstance(value, dict | list):
        if depth > _DEEPEST:
            raise TomlError
        for item in value.values() if isinstance(value, dict) else value:
            _check_numbers(item, depth + 1)


def _end(text: str) -> tuple[int, int]:
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1


def _as_toml_1_0(text: str) -> str:
    """The same document in older words.

    Line breaks and last commas leave inline tables; `\\e`, `\\xHH` and times without seconds are
    written out.
    """
    pieces: list[str] = []
    open_brackets: list[str] = []
    last = ""  # the last character that is neither space nor comment
    comma: int | None = None  # where the comma stands that `last` is, if it may be left out
    position = 0
    for match in _PIECE.finditer(text):
        between, piece = text[position : match.start()], match[0]
        position = match.end()
        inline = open_brackets[-1:] == ["{"]
        if between:
            if '"' in between or "'" in between:
                return text  # a string that does not end
            pieces.append(between)
            last, comma = between[-1], None
        if piece[0] in " \t\r\n#":
            # Two spaces for a line break: one could join a date and a time.
            dropped = inline and ("\n" in piece or piece[0] == "#")
            pieces.append("  " if dropped else piece)
            continue
        if piece == "}" and inline and comma is not None:
            pieces[comma] = ""
        comma = len(pieces) if piece == "," and inline and last not in ("{", ",") else None
        last = piece[-1]
        pieces.append(_older(piece))
        if piece in ("[", "{"):
            open_brackets.append(piece)
        elif piece in ("]", "}"):
            del open_brackets[-1:]
    return "".join(pieces) + text[position:]


def _older(piece: str) -> str:
    if piece[0] == '"':
        return _ESCAPE.sub(_older_escape, piece)
    return piece + ":00" if piece[0].isdigit() else piece


def _older_escape(match: re.Match[str]) -> str:
    if match[1] == "e":
        return "\\u001b"
    return f"\\u00{match[1][1:]}" if match[1][0] == "x" and len(match[1]) == 3 else match[0]
