"""Lines and tables for a person, and their plain form: no colour, no boxes.

Texts of any origin may be put in: whatever could act on a terminal is written out when they are
rendered.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from authui.model.text import printable
from authui.services import words

Tone: TypeAlias = words.Tone | Literal["strong"]
"""What a text is to the reader; the coloured form gives each its colour."""

MAX_CELL = 300
"""Characters of a cell that are shown: longer than any host name."""

_MAX_PADDING = 60


class Cell(NamedTuple):
    """A piece of text. `symbol` is put in front where there is colour."""

    text: str
    tone: Tone = "plain"
    symbol: str = ""


class Line(NamedTuple):
    """One line, of pieces side by side."""

    pieces: tuple[Cell, ...]


class Table(NamedTuple):
    """Rows under headings. The columns in `folding` give way where the terminal is narrow."""

    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    folding: tuple[str, ...] = ()


Block: TypeAlias = Line | Table
"""What an output is made of."""


def line(text: str = "", tone: Tone = "plain") -> Line:
    """A line of one piece."""
    return Line((Cell(text, tone),))


def shortened(text: str) -> str:
    """The harmless form of a cell's text, cut where it is longer than any reader can use."""
    text = printable(text)
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def render(blocks: Iterable[Block]) -> str:
    """The plain form of an output."""
    return "".join(
        _table(block) if isinstance(block, Table) else _line(block) + "\n" for block in blocks
    )


def _line(block: Line) -> str:
    return "".join(printable(piece.text) for piece in block.pieces).rstrip()


def _table(table: Table) -> str:
    rows = [table.headings, *(tuple(shortened(cell.text) for cell in row) for row in table.rows)]
    widths = [min(max(map(_width, column)), _MAX_PADDING) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        + "\n"
        for row in rows
    )


def _width(text: str) -> int:
    """Columns on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
