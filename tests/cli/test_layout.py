from __future__ import annotations

from authui.cli import colour, layout
from authui.cli.layout import MAX_CELL, Block, Cell, Line, Table, line
from tests.support.program import without_colour

HOSTILE = "[/x][red]\x1b[2J\x9b1m\x07\r\n\u202e:smile:\udcff"
HARMLESS = "[/x][red]\\x1b[2J\\x9b1m\\x07\\x0d\\x0a\\u202e:smile:\\udcff"


def test_plain_columns_are_aligned_and_unpadded_at_the_end() -> None:
    table = Table(
        ("Host", "State"), [(Cell("a"), Cell("active")), (Cell("long.example"), Cell("x"))]
    )
    assert layout.render([table]) == (
        "Host          State\na             active\nlong.example  x\n"
    )


def test_wide_characters_count_double_and_combining_ones_not() -> None:
    table = Table(("H", "S"), [(Cell("日本"), Cell("x")), (Cell("e\u0301abc"), Cell("y"))])
    assert layout.render([table]).splitlines() == ["H     S", "日本  x", "e\u0301abc  y"]


def test_a_huge_cell_is_cut_and_pads_no_other_row() -> None:
    table = Table(("H", "S"), [(Cell("a" * 10_000), Cell("x")), (Cell("b"), Cell("y"))])
    _, huge, small = layout.render([table]).splitlines()
    assert huge == "a" * (MAX_CELL - 1) + "…  x"
    assert len(small) < 80


def test_symbols_are_for_the_coloured_form() -> None:
    table = Table(("State",), [(Cell("active", "good", "●"),)])
    assert "●" not in layout.render([table])
    assert "● active" in without_colour(colour.render([table]))


def test_both_forms_write_out_what_acts_on_a_terminal() -> None:
    blocks: list[Block] = [
        Table((HOSTILE[:4],), [(Cell(HOSTILE),)]),
        Line((Cell("x "), Cell(HOSTILE))),
    ]
    assert layout.render(blocks) == f"[/x]\n{HARMLESS}\nx {HARMLESS}\n"
    coloured = without_colour(colour.render(blocks))
    assert HARMLESS in coloured
    assert all(c == "\n" or c >= " " for c in coloured)


def test_a_coloured_table_folds_and_loses_nothing() -> None:
    text = "".join(map(str, range(100)))
    drawn = without_colour(
        colour.render([Table(("Host", "S"), [(Cell(text), Cell("x"))], ("Host",))])
    )
    assert text in "".join(row.split()[0] for row in drawn.splitlines()[1:])


def test_a_coloured_line_is_not_wrapped() -> None:
    text = "https://example.com/" + "a" * 500
    assert without_colour(colour.render([line(text)])) == text + "\n"
