"""The columns at every width: nothing runs over, and plain text stays marked."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from authui.services.catalog import list_entries
from authui.stores.demo import demo_discovery
from authui.ui.cells import GAP, layout, row_of
from authui.ui.session import Snapshot
from authui.ui.tones import laid_out, paragraph
from authui.ui.widgets.entry_rows import fitted
from authui.ui.widgets.folded import Folded


def snapshot() -> Snapshot:
    found = demo_discovery("pixi", 0)
    order = tuple(store.info.id for store in found.stores)
    return Snapshot("pixi", order, list_entries(found.stores), (), (), found.pixi)


@pytest.mark.parametrize("width", range(36, 220))
def test_the_columns_fit(width: int) -> None:
    shown = snapshot()
    columns = layout(shown.listing.entries, shown, width)
    places = columns.places()
    assert places[0][0] == "host"
    assert places[-1][0] == "state"
    assert places[-1][1] + places[-1][2] <= width
    assert all(cells >= 4 for _, _, cells in places)
    assert columns.plaintext.startswith("plain")
    assert "store" in dict(columns.columns)  # it holds the mark of plain text
    assert [columns.column_at(start) for _, start, _ in places] == [name for name, _, _ in places]
    assert columns.column_at(0) is None


def test_a_wide_table_shows_all_in_full() -> None:
    shown = snapshot()
    columns = dict(layout(shown.listing.entries, shown, 100).columns)
    for entry in shown.listing.entries:
        row = row_of(entry, shown, None)
        assert cell_len(row.host) <= columns["host"]
        assert cell_len(row.kind) <= columns["kind"]
        assert len(row.store) + (len(" plaintext") if row.is_plaintext else 0) <= columns["store"]
        assert cell_len(row.state.words) + GAP <= columns["state"]


@pytest.mark.parametrize("text", ["", "abc", "abcdef", "🦀🦀🦀🦀", "a🦀🦀🦀", "日本語日本語"])
@pytest.mark.parametrize("width", range(1, 9))
def test_a_text_is_cut_to_its_cells(text: str, width: int) -> None:
    assert cell_len(fitted(text, width)) == width
    assert fitted(text, width).rstrip() == text or fitted(text, width).rstrip().endswith("…")


def test_paragraphs_hang_together() -> None:
    one = paragraph("a word and then some more of them", indent=2, hang=3)
    assert [line.plain.rstrip() for line in laid_out([one], 16)] == [
        "  a word and",
        "     then some",
        "     more of",
        "     them",
    ]
    assert [line.plain for line in laid_out([paragraph("[/x] [red]h[/]")], 40)] == [
        "[/x] [red]h[/]"
    ]


def test_a_text_of_too_many_lines_is_cut_and_says_so() -> None:
    folded = Folded(id="one")
    folded.most = 2
    folded.show(lambda: [paragraph("word " * 50)])
    lines = folded._lines(20)
    assert len(lines) == 2
    assert lines[-1].plain.endswith("…")
    folded.most = None
    folded.show(lambda: [paragraph("word " * 50)])
    assert len(folded._lines(20)) > 2
