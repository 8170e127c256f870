"""A broken credentials file, entry by entry: what becomes of each that rattler does not take."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from authui.services.audit.repair import Choice, Decision, Edited, RepairPlan
from authui.services.words import count
from authui.ui.repair_words import (
    NOTHING_BAD,
    REPAIR_WORDS,
    about_bad,
    lines_of,
    name_of,
    question,
)
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.title_line import title_line, titled
from authui.ui.tones import Tone, paragraph
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.fitting_footer import FittingFooter
from authui.ui.widgets.folded_rows import FoldedRows
from authui.ui.words import TOO_SMALL, shown


class BadRows(FoldedRows):
    """The bad entries, each with what becomes of it."""

    BINDING_GROUP_TITLE = "Entries"


class RepairScreen(Screen[dict[int, Decision] | None]):
    """Ends with a decision for each bad entry, once the person has said yes, or with None."""

    CSS_PATH: ClassVar = ["audit.tcss", "repair.tcss"]
    AUTO_FOCUS = "BadRows"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDING_GROUP_TITLE = "Repair"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "repair", "Repair", tooltip="Repair the file", id="repair.repair"),
        Binding(
            "space,right",
            "choose(1)",
            "Change",
            key_display="space",
            tooltip="Fix it, set it aside, or what was typed",
            id="repair.choose",
        ),
        Binding("left", "choose(-1)", show=False, tooltip="The choice before", id="repair.before"),
        Binding(
            "e", "edit", "Type anew", tooltip="Type the credential anew in its place", id="repair.e"
        ),
        Binding("question_mark", "help", "Help", key_display="?", id="repair.help"),
        Binding("escape", "back", "Back", id="repair.back"),
        Binding("q", "back", "Back", show=False, id="repair.leave"),
    ]

    def __init__(self, plan: RepairPlan) -> None:
        super().__init__()
        self._plan = plan
        self._choices: dict[int, Decision] = plan.defaults()
        self._typed: dict[int, Edited] = {}

    def compose(self) -> ComposeResult:
        """Numbers, the bad entries with the pane, keys."""
        yield Static(id="repair-numbers", markup=False)
        with Container(id="repair-body"):
            with Vertical(id="repair-list", classes="rows-box") as box:
                box.border_title = Content("Bad entries")
                yield BadRows(id="bad-rows")
                yield Static(id="repair-words", markup=False)
            yield EntryDetail()
        yield FittingFooter()
        yield Static(TOO_SMALL, id="repair-too-small", markup=False)

    def on_mount(self) -> None:
        """Show the decisions that lose least."""
        text = Text()
        if not self._plan.bad:
            text.append(NOTHING_BAD.title, style="bold")
            text.append(f"\n{NOTHING_BAD.next_step}")
            self.query_one("#repair-body").add_class("-empty")
        self.query_one("#repair-words", Static).update(text)
        self._draw()

    def on_unmount(self) -> None:
        """Let go of what was typed."""
        self._typed.clear()

    def on_resize(self) -> None:
        """Fit the numbers into the new width."""
        self._count()

    @property
    def rows(self) -> BadRows:
        """The bad entries."""
        return self.query_one(BadRows)

    @property
    def choices(self) -> dict[int, Decision]:
        """What becomes of each."""
        return dict(self._choices)

    @property
    def _index(self) -> int | None:
        line = self.rows.highlighted
        return None if line is None or line.key is None else int(line.key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works for the highlighted entry."""
        del parameters
        if action not in ("choose", "edit") or not self.is_mounted:
            return True
        index = self._index
        if index is None:
            return None
        if action == "choose":
            return True if len(self._options(index)) > 1 else None
        return None if self._plan.bad[index].host is None else True

    # What keys do

    def action_choose(self, step: int) -> None:
        """Take the next of the choices that there are for an entry."""
        index = self._index
        if index is not None:
            options = self._options(index)
            now = options.index(self._choices[index])
            self._choices[index] = options[(now + step) % len(options)]
            self._draw()

    @work(name="edit", group="edit", exclusive=True)
    async def action_edit(self) -> None:
        """Have the credential of an entry typed anew."""
        from authui.ui.screens.retype import RetypeScreen

        index = self._index
        if index is None or self._plan.bad[index].host is None:
            return
        text = await self.app.push_screen_wait(RetypeScreen(name_of(self._plan.bad[index])))
        if text is not None and self.is_attached:
            self._choices[index] = self._typed[index] = Edited(text)
            self._draw()

    @work(name="repair", group="repair", exclusive=True)
    async def action_repair(self) -> None:
        """End with the decisions, once the person has seen where everything goes."""
        told = tuple(question(self._plan, self._choices))
        ask = ConfirmScreen("Repair the file?", told, yes="Repair it")
        if await self.app.push_screen_wait(ask) and self.is_attached:
            self.dismiss(self.choices)

    def action_help(self) -> None:
        """Show all keys and words."""
        from authui.ui.screens.help import HelpScreen, sections_of

        pane = self.query_one(EntryDetail)
        self.app.push_screen(HelpScreen(sections_of(self, self.rows, pane), REPAIR_WORDS))

    @work(name="back", group="back", exclusive=True)
    async def action_back(self) -> None:
        """Out of the pane, then back; ask where something that was typed would be lost."""
        if self.focused is self.query_one(EntryDetail):
            self.set_focus(self.rows)
            return
        if self._typed:
            told = (paragraph("The file is as it was: nothing of it has been repaired."),)
            ask = ConfirmScreen("Discard what you typed?", told, yes="Discard", no="Go on")
            if not await self.app.push_screen_wait(ask):
                return
        if self.is_attached:
            self.dismiss(None)

    @on(FoldedRows.Chosen)
    def _chosen(self) -> None:
        index = self._index
        if index is not None and len(self._options(index)) > 1:
            self.action_choose(1)

    @on(FoldedRows.Highlighted)
    def _highlighted(self) -> None:
        self._tell()
        self.refresh_bindings()

    def _options(self, index: int) -> list[Decision]:
        """What can become of an entry."""
        options: list[Decision] = []
        if self._plan.bad[index].proposal is not None:
            options.append(Choice.FIX)
        if index in self._typed:
            options.append(self._typed[index])
        return [*options, Choice.SET_ASIDE]

    # Drawing

    def _draw(self) -> None:
        with self.app.batch_update():
            self._count()
            self.rows.show(lines_of(self._plan, self._choices))
            self._tell()
        self.refresh_bindings()

    def _count(self) -> None:
        width = self.size.width - 2
        if width <= 0 or not self.is_mounted:
            return
        bad, good = len(self._plan.bad), self._plan.good
        numbers: list[tuple[Tone, str]] = [
            ("bad" if bad else "quiet", f"{bad} bad"),
            ("good", f"{count(good, 'entry', 'entries')} good"),
        ]
        if width > 3 * len(self._plan.path):
            numbers.insert(0, ("plain", shown(self._plan.path)))
        line = title_line(titled("repair"), numbers, width)
        self.query_one("#repair-numbers", Static).update(line)

    def _tell(self) -> None:
        index, pane = self._index, self.query_one(EntryDetail)
        box = self.query_one("#repair-list", Vertical)
        if index is None:
            told = [paragraph(shown(one)) for one in self._plan.preview(self._choices)]
            pane.show("Repair", lambda: told)
            box.border_subtitle = ""
        else:
            tell = partial(about_bad, self._plan, index, self._choices[index])
            pane.show(name_of(self._plan.bad[index]), tell)
            box.border_subtitle = f"{index + 1} of {len(self._plan.bad)}"
