"""The coloured form of an output, for a terminal. Only this module imports rich."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from authui.cli.layout import Block, Cell, Table, Tone, shortened
from authui.model.text import printable

_STYLES: dict[Tone, str] = {
    "plain": "",
    "strong": "bold",
    "quiet": "dim",
    "good": "green",
    "warning": "yellow",
    "bad": "red",
}


def render(blocks: Iterable[Block]) -> str:
    """The output with colours, as wide as the terminal."""
    target = io.StringIO()
    console = Console(
        file=target,
        force_terminal=True,
        legacy_windows=False,
        width=shutil.get_terminal_size().columns,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for block in blocks:
        if isinstance(block, Table):
            console.print(_table(block))
        else:
            # Texts are not wrapped here: the terminal does it, and a URL stays whole for copying.
            pieces = [(printable(piece.text), _STYLES[piece.tone]) for piece in block.pieces]
            console.print(Text.assemble(*pieces), soft_wrap=True)
    return target.getvalue()


def _table(table: Table) -> RichTable:
    drawn = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in table.headings:
        drawn.add_column(heading, overflow="fold", no_wrap=heading not in table.folding)
    for row in table.rows:
        drawn.add_row(*map(_cell, row))
    return drawn


def _cell(cell: Cell) -> Text:
    symbol = f"{cell.symbol} " if cell.symbol else ""
    return Text(symbol + shortened(cell.text), _STYLES[cell.tone])
