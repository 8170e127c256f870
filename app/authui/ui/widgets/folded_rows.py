"""Rows of sentences under headings, folded to the width, with a cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from authui.services.words import Tone
from authui.ui.widgets.entry_rows import CURSOR, fitted

GAP = 2
"""Cells before the symbol, behind it, and before the store."""

_LEAST_MESSAGE = 32
_BLANK = -1


class _Fold(NamedTuple):
    """One line on the screen: which of the list it belongs to, and its part of the text."""

    number: int
    text: str = ""
    beside: str = ""
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, or a heading. Every text is harmless to show.

    `where` is what the sentence is about, `beside` stands at the right. `key` stays the same when
    the lines are made anew; a heading has none.
    """

    text: str
    tone: Tone
    symbol: str = ""
    where: str = ""
    beside: str = ""
    key: str | None = None
    is_quiet: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether the cursor passes over it."""
        return self.key is None


class FoldedRows(ScrollView, can_focus=True, inherit_bindings=False):
    """A list with a cursor that rests on sentences only. Every text is shown as it is."""

    BINDING_GROUP_TITLE = "Rows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="folds.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="folds.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="folds.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="folds.page-down"),
        Binding("home,g", "end(0)", "First", show=False, id="folds.first"),
        Binding("end,G", "end(1)", "Last", show=False, id="folds.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "folds--quiet",
        "folds--good",
        "folds--warning",
        "folds--bad",
        "folds--heading",
        "folds--cursor",
        "folds--hover",
    }

    class Highlighted(Message):
        """The cursor is on another line, or on none."""

    class Chosen(Message):
        """A second click on the highlighted line."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.lines: Sequence[Line] = ()
        self.cursor = 0
        self._hover: int | None = None
        self._beside = 0
        self._folds: list[_Fold] = []
        self._tops: dict[int, int] = {}

    @property
    def highlighted(self) -> Line | None:
        """The line under the cursor, None where there is none."""
        line = self.lines[self.cursor] if self.cursor < len(self.lines) else None
        return None if line is None or line.is_heading else line

    def show(self, lines: Sequence[Line]) -> None:
        """Show other lines. The cursor stays on its own, or near where that was."""
        before, nth = self.highlighted, self._nth(self.cursor)
        offset = self._tops.get(self.cursor, 0) - self.scroll_offset.y
        self.lines = lines
        found = [n for n, line in enumerate(lines) if not line.is_heading]
        same = (n for n in found if before is not None and lines[n].key == before.key)
        near = found[min(nth, len(found) - 1)] if found else 0
        self.cursor = next(same, near)
        self._lay_out()
        if nth:
            top = self._tops.get(self.cursor, 0)
            self.scroll_to(y=top - offset, animate=False, force=True)
        self._bring_into_view()
        self.post_message(self.Highlighted())

    def go_to(self, number: int) -> None:
        """Put the cursor on a line that is no heading."""
        self._move_to(number)

    def render_line(self, y: int) -> Strip:
        """One line of what is on the screen."""
        place, width, base = y + self.scroll_offset.y, self.size.width, self.rich_style
        fold = self._folds[place] if place < len(self._folds) else _Fold(_BLANK)
        if fold.number == _BLANK:
            return Strip.blank(width, base)
        line = self.lines[fold.number]
        if line.is_heading:
            style = base + self._style(line.tone) + self._part("heading")
            return Strip([Segment(f" {fold.text}", style)]).adjust_cell_length(width, base)
        if fold.number == self._hover:
            base += self._part("hover")
        if fold.number == self.cursor and self.has_focus:
            base += self._part("cursor")
        return Strip(self._segments(line, fold, base)).adjust_cell_length(width, base)

    def _segments(self, line: Line, fold: _Fold, base: Style) -> Iterator[Segment]:
        is_cursor = fold.number == self.cursor
        quiet = base + self._style("quiet")
        # What is under the cursor is read there: nothing of it is dim.
        beside = base if is_cursor and self.has_focus else quiet
        yield Segment((CURSOR if is_cursor else " ").ljust(GAP), base)
        symbol = line.symbol if fold.is_first else ""
        yield Segment(symbol.ljust(GAP), base + self._style(line.tone))
        yield Segment(fold.text, beside if line.is_quiet else base)
        yield Segment(fold.beside, beside)
        room = self._room - cell_len(fold.text) - cell_len(fold.beside)
        if self._beside and fold.is_first:
            yield Segment(" " * (room + GAP), base)
            yield Segment(fitted(line.beside, self._beside), beside)

    def _style(self, tone: Tone) -> Style:
        return Style.null() if tone == "plain" else self._part(tone)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"folds--{name}", partial=True)

    def on_resize(self) -> None:
        """Share the new width, and keep the cursor in view."""
        self._lay_out()
        self._bring_into_view()

    def on_focus(self) -> None:
        """Show where the cursor is."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Highlight the line, or choose it where it is highlighted already."""
        number = self._at(event.y)
        if number is None:
            return
        if number == self.cursor:
            self.post_message(self.Chosen())
        else:
            self._move_to(number)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show which row a click would take, and in full the message that was cut."""
        hover = self._at(event.y)
        if hover == self._hover:
            return
        self._hover = hover
        is_cut = hover is not None and any(
            fold.number == hover and fold.text.endswith("…") for fold in self._folds
        )
        self.tooltip = Text(self.lines[hover].text) if is_cut and hover is not None else None
        self.refresh()

    def on_leave(self) -> None:
        """Show no row under the mouse."""
        self._hover = None
        self.tooltip = None
        self.refresh()

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many lines."""
        step = 1 if rows > 0 else -1
        number = self.cursor + rows
        while 0 <= number < len(self.lines) and self.lines[number].is_heading:
            number += step
        if 0 <= number < len(self.lines):
            self._move_to(number)
        else:
            self._bring_into_view()

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many screens."""
        place = self._tops.get(self.cursor, 0) + pages * max(self.size.height - 1, 1)
        place = max(min(place, len(self._folds) - 1), 0)
        number = self._folds[place].number if self._folds else 0
        self._move_to(self._nearest(number, 1 if pages > 0 else -1))

    def action_end(self, last: int) -> None:
        """Move the cursor to the first line, or to the last."""
        self._move_to(self._nearest(len(self.lines) if last else 0))

    @property
    def _room(self) -> int:
        """Cells for the message. The last two of the line are the scrollbar's and a gap."""
        return max(self.size.width - 2 * GAP - (self._beside + GAP if self._beside else 0) - 2, 1)

    def _at(self, y: int) -> int | None:
        """The line at a place of the screen."""
        place = y + self.scroll_offset.y
        number = self._folds[place].number if 0 <= place < len(self._folds) else _BLANK
        return None if number == _BLANK or self.lines[number].is_heading else number

    def _nth(self, number: int) -> int:
        """How many lines that are no headings stand before one."""
        return sum(not line.is_heading for line in self.lines[:number])

    def _nearest(self, number: int, step: int = 1) -> int:
        """The line next to another, headings apart, rather in the direction of the step."""
        found = [n for n, line in enumerate(self.lines) if not line.is_heading]
        return min(found, key=lambda n: (abs(n - number), -n * step), default=0)

    def _move_to(self, number: int) -> None:
        self.cursor = number
        self._bring_into_view()
        self.refresh()
        self.post_message(self.Highlighted())

    def _bring_into_view(self) -> None:
        """With its heading, where that stands right above."""
        top = self._tops.get(self.cursor)
        if top is None:
            return
        height = sum(fold.number == self.cursor for fold in self._folds)
        if self.cursor and self.lines[self.cursor - 1].is_heading and self.size.height > height:
            top, height = top - 1, height + 1
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True)

    def _lay_out(self) -> None:
        """Fold every message: into fewer lines where the screen is low."""
        width, height = self.size.width, self.size.height
        self._beside = max((cell_len(line.beside) for line in self.lines), default=0)
        if self._room < _LEAST_MESSAGE:
            self._beside = 0
        most = 1 if height < 5 else 2 if height < 14 else 3
        self._folds, self._tops = [], {}
        for number, line in enumerate(self.lines):
            if line.is_heading and number and height >= 14:
                self._folds.append(_Fold(_BLANK))
            self._tops[number] = len(self._folds)
            # Nothing stands beside a heading.
            room = width - GAP if line.is_heading else self._room
            self._folds += _folded(number, line, room, most)
        self.virtual_size = Size(width - 1, len(self._folds))
        self.refresh()


def _folded(number: int, line: Line, room: int, most: int) -> Iterator[_Fold]:
    """The lines of a message. What it is about follows it where it does not name that itself."""
    texts = [part.plain.rstrip() for part in Content(line.text).wrap(room)] or [""]
    if len(texts) > most:
        rest = " ".join(texts[most - 1 :])
        texts = [*texts[: most - 1], fitted(rest, room).rstrip()]
    where = "" if line.where in line.text or line.is_heading else line.where
    for n, text in enumerate(texts):
        is_last = n == len(texts) - 1
        fits = is_last and where and cell_len(text) + GAP + cell_len(where) <= room
        yield _Fold(number, text, " " * GAP + where if fits else "", is_first=n == 0)
        if is_last and where and not fits and len(texts) < most:
            yield _Fold(number, "", fitted(where, min(room, cell_len(where))), is_first=False)
