"""The migration's head, its entries with the pane that tells about one, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import ProgressBar, Static

from authui.model.text import mask_url
from authui.services.migration.plan import Progress
from authui.services.words import Tone, store_words
from authui.stores.base import StoreInfo
from authui.ui.title_line import title_line, titled
from authui.ui.tones import STYLES
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.folded import Tell
from authui.ui.widgets.folded_rows import FoldedRows, Line
from authui.ui.words import TableWords, shown

_GAP = "  "

SLOW_AFTER = 1.0
"""Seconds after which an entry is said to wait for the keychain."""


class PlanRows(FoldedRows):
    """The entries under headings of what is to become of them."""

    BINDING_GROUP_TITLE = "Entries"


class PlanHead(Vertical):
    """What the screen is, its numbers, and from where to where."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Sequence[tuple[Tone, str]] = ()
        self._ways: tuple[StoreInfo, StoreInfo] | None = None

    def compose(self) -> ComposeResult:
        """Three lines."""
        yield Static(id="plan-numbers", markup=False)
        yield Static(id="plan-ways", markup=False)

    def show(
        self, numbers: Sequence[tuple[Tone, str]], ways: tuple[StoreInfo, StoreInfo] | None
    ) -> None:
        """Show other numbers and other stores."""
        self._numbers, self._ways = numbers, ways
        self._draw()

    def on_resize(self) -> None:
        """Fit them into the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width - 2
        if width <= 0:
            return
        line = title_line(titled("migration"), self._numbers, width)
        self.query_one("#plan-numbers", Static).update(line)
        ways = [] if self._ways is None else [
            _way(word, info, width) for word, info in zip(("From", "To"), self._ways, strict=True)
        ]  # fmt: skip
        self.query_one("#plan-ways", Static).update(Content("\n").join(ways))


def _way(word: str, info: StoreInfo, width: int) -> Content:
    line = Content.styled(f"{word:<6}", STYLES["quiet"]) + Content(store_words(info))
    if info.encrypted is False:
        line += Content.styled(f"{_GAP}plain text", STYLES["warning"])
    line += Content.styled(f"{_GAP}{shown(info.location)}", STYLES["quiet"])
    return line.truncate(width, ellipsis=True)


class PlanBody(Container):
    """The entries, the words where there are none, the pane, and the bar while it runs."""

    def compose(self) -> ComposeResult:
        """All of them; what is not needed hides."""
        with Vertical(id="plan-list", classes="rows-box") as box:
            box.border_title = "Plan"
            yield PlanRows(id="plan-rows")
            yield Static(id="plan-words", markup=False)
        yield EntryDetail()

    @property
    def rows(self) -> PlanRows:
        """The entries."""
        return self.query_one(PlanRows)

    @property
    def pane(self) -> EntryDetail:
        """What tells about one of them."""
        return self.query_one(EntryDetail)

    def show(self, title: str, lines: Sequence[Line], words: TableWords | None) -> None:
        """Show other entries, or words in their place."""
        self.query_one("#plan-list", Vertical).border_title = Content(title)
        self.set_class(words is not None, "-empty")
        text = Text()
        if words is not None:
            text.append(words.title, style="bold")
            text.append(f"\n{words.next_step}" if words.next_step else "")
        self.query_one("#plan-words", Static).update(text)
        self.rows.show(lines)

    def tell(self, title: str, tell: Tell) -> None:
        """Tell something in the pane."""
        self.pane.show(title, tell)
        found = [line for line in self.rows.lines if not line.is_heading]
        line = self.rows.highlighted
        nth = 0 if line is None else found.index(line) + 1
        box = self.query_one("#plan-list", Vertical)
        box.border_subtitle = f"{nth} of {len(found)}" if nth else ""

    @on(FoldedRows.Highlighted)
    def _highlighted(self) -> None:
        self.screen.refresh_bindings()


class PlanProgress(Horizontal):
    """How far a migration is, and at which entry."""

    def __init__(self) -> None:
        super().__init__()
        self._before: Progress | None = None
        self._since = 0.0

    def compose(self) -> ComposeResult:
        """The bar, and the words beside it."""
        yield ProgressBar(id="plan-bar", show_eta=False, show_percentage=False)
        yield Static(id="plan-entry", markup=False)

    def show(
        self,
        progress: Progress | None,
        total: int,
        *,
        is_ending: bool,
        is_waiting: bool,
        to_keychain: bool = True,
    ) -> None:
        """Show where it is; None before the first entry. `is_waiting` is for a keychain's window."""
        if progress is not self._before:
            self._before, self._since = progress, monotonic()
        done = 0 if progress is None else progress.number - 1
        self.query_one(ProgressBar).update(total=max(total, 1), progress=done)
        is_slow = to_keychain and progress is not None and monotonic() - self._since >= SLOW_AFTER
        words = "Looking at both stores once more"
        if progress is not None:
            host = shown(mask_url(progress.host))
            words = f"{progress.number} of {progress.total}  {host}"
        if is_waiting:
            words = "A window of your keychain is waiting for you; esc ends the wait"
        elif is_ending:
            words = f"Ending after this one: {words}"
        elif is_slow:
            words += ": waiting until the keychain has written it"
        self.query_one("#plan-entry", Static).update(words)
