"""What is wrong or unsafe, and what mends it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from authui.model.entry import StoreId
from authui.model.errors import AuthuiError
from authui.services.audit.auditing import Audit, AuditReport
from authui.services.audit.finding import Finding
from authui.ui.blocking import run_blocking
from authui.ui.findings import AUDIT_WORDS, looking, nothing_found, refused
from authui.ui.mending import Mending
from authui.ui.one_change import OneChange
from authui.ui.widgets.audit_body import AuditBody, AuditNumbers, FindingRows
from authui.ui.widgets.fitting_footer import FittingFooter
from authui.ui.widgets.folded_rows import FoldedRows
from authui.ui.words import TOO_SMALL, TableWords
from authui.ui.writes import Writes


class AuditScreen(Screen[tuple[StoreId, str] | None]):
    """Ends with the entry to go to, if there is one. `stores` is how many there were before."""

    CSS_PATH = "audit.tcss"
    AUTO_FOCUS = "FindingRows"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDING_GROUP_TITLE = "Audit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "choose",
            "Go to entry",
            tooltip="Go to the entry, or read on where there is none",
            id="audit.choose",
        ),
        Binding("f", "fix", "Fix", tooltip="Show what the fix does, then do it", id="audit.fix"),
        Binding("x", "silence", "Silence", tooltip="Report it no longer", id="audit.silence"),
        Binding(
            "x",
            "unsilence",
            "Report again",
            tooltip="Report it again, where it is silenced",
            id="audit.unsilence",
        ),
        Binding(
            "X",
            "toggle_silenced",
            "Silenced",
            tooltip="Show what is silenced, or hide it",
            id="audit.silenced",
        ),
        Binding("r", "reload", "Look again", tooltip="Run the audit again", id="audit.reload"),
        Binding("question_mark", "help", "Help", key_display="?", id="audit.help"),
        Binding("escape", "back", "Back", id="audit.back"),
        Binding("q", "back", "Back", show=False, id="audit.leave"),
    ]

    def __init__(self, audit: Audit, writes: Writes, *, stores: int = 0) -> None:
        super().__init__()
        self._audit = audit
        self._mending = Mending(self, audit, writes)
        self._stores = stores
        self._report: AuditReport | None = None
        self._failure: AuthuiError | None = None
        self._with_silenced = False
        self._is_looking = False
        self._change = OneChange(self, self._look)

    def compose(self) -> ComposeResult:
        """Numbers, the findings with the pane, keys."""
        yield AuditNumbers()
        yield AuditBody(may_fix=self._mending.may_change)
        yield FittingFooter()
        yield Static(TOO_SMALL, id="audit-too-small", markup=False)

    def on_mount(self) -> None:
        """Begin to look; the first picture does not wait for it."""
        self._look()
        self._draw()

    @property
    def body(self) -> AuditBody:
        """The findings with their pane."""
        return self.query_one(AuditBody)

    @property
    def rows(self) -> FindingRows:
        """The findings."""
        return self.body.rows

    @property
    def report(self) -> AuditReport | None:
        """What was found, None before that is known."""
        return self._report

    @property
    def is_looking(self) -> bool:
        """Whether an audit is under way."""
        return self._is_looking

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now."""
        del parameters
        if not self.is_mounted:
            return True
        line, finding = self.rows.highlighted, self.body.highlighted
        match action:
            case "fix":
                return True if finding is not None and finding.fix is not None else None
            case "choose":
                return None if finding is None else True
            case "silence":
                return None if line is None else not line.is_quiet
            case "unsilence":
                return line is not None and line.is_quiet
            case "toggle_silenced":
                return bool(self._report and self._report.silenced)
            case "reload":
                return None if self._is_looking else True
            case _:
                return True

    # What keys do

    def action_fix(self) -> None:
        """Mend the highlighted finding."""
        if (finding := self.body.highlighted) is not None:
            self._change.begin(self._mending.fix(finding))

    def action_silence(self) -> None:
        """Report the highlighted finding no longer."""
        if (finding := self.body.highlighted) is not None:
            self._change.begin(self._mending.silence(finding))

    def action_unsilence(self) -> None:
        """Report the highlighted finding again."""
        if (finding := self.body.highlighted) is not None:
            self._change.begin(self._mending.unsilence(finding))

    def action_toggle_silenced(self) -> None:
        """Show what is silenced, or hide it."""
        self._with_silenced = not self._with_silenced
        self._draw()
        if self._with_silenced:
            lines = enumerate(self.rows.lines)
            self.rows.go_to(next(n for n, line in lines if line.is_quiet and not line.is_heading))

    def action_reload(self) -> None:
        """Run the audit again; what was found stays on the screen so long."""
        self._look()

    def action_help(self) -> None:
        """Show all keys and words."""
        from authui.ui.screens.help import HelpScreen, sections_of

        self.app.push_screen(HelpScreen(sections_of(self, self.rows, self.body.pane), AUDIT_WORDS))

    def action_back(self) -> None:
        """Out of the pane, then to the entries."""
        if self.focused is self.body.pane:
            self.set_focus(self.rows)
        else:
            self.dismiss(None)

    def action_choose(self) -> None:
        """Go to the entry; where there is none, read on in the pane."""
        finding, report = self.body.highlighted, self._report
        if finding is None or report is None:
            return
        place = _entry_of(finding, report)
        if place is None:
            self.set_focus(self.body.pane)
        else:
            self.dismiss(place)

    @on(FoldedRows.Chosen)
    def _chosen(self) -> None:
        self.action_choose()

    # Looking

    def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._count()
            self.refresh_bindings()
            self.run_worker(self._run(), name="audit", group="audit")

    async def _run(self) -> None:
        try:
            report = await run_blocking(self._audit.run)
        except AuthuiError as error:
            if self.is_attached:
                self._is_looking = False
                self._fail(error)
        else:
            if self.is_attached:
                self._is_looking = False
                self._report, self._failure = report, None
                self._draw()

    def _fail(self, error: AuthuiError) -> None:
        """Say why nothing is known, or no more than before."""
        if self._report is None:
            self._failure = error
        else:
            self._mending.say(error.message, error.hint, severity="error")
        self._draw()

    def _count(self) -> None:
        words = ""
        if self._is_looking:
            words = looking(self._stores, again=self._report is not None)
        self.query_one(AuditNumbers).show(self._report, words)

    def _draw(self) -> None:
        """Show what is known by now."""
        report = self._report
        if report is not None and not report.silenced:
            self._with_silenced = False
        with self.app.batch_update():
            self._count()
            self.body.show(report, with_silenced=self._with_silenced)
            self.body.say(self._words())
        self.refresh_bindings()

    def _words(self) -> TableWords | None:
        """What stands in the place of the findings."""
        report = self._report
        if self._failure is not None:
            return refused(self._failure)
        if report is None:
            return TableWords(looking(self._stores, again=False))
        if report.findings or self._with_silenced:
            return None
        return nothing_found(report)


def _entry_of(finding: Finding, report: AuditReport) -> tuple[StoreId, str] | None:
    """The entry to go to, None where the finding is about none that can be gone to."""
    for entry in report.listing.entries:
        if entry.host is not None and (entry.store, entry.host) == (finding.store, finding.host):
            return entry.store, entry.host
    return None
