"""The audit's numbers, and below them the findings with the pane that tells about one."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Static

from authui.services.audit.auditing import AuditReport
from authui.services.audit.finding import Finding
from authui.ui.findings import about_everything, about_finding, counts, limits, lines_of
from authui.ui.title_line import title_line, titled
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.folded_rows import FoldedRows
from authui.ui.words import TableWords

_GAP = "  "


class FindingRows(FoldedRows):
    """The findings under the headings of their severities."""

    BINDING_GROUP_TITLE = "Findings"


class AuditNumbers(Vertical):
    """One line of numbers, and below it what could not be seen."""

    def __init__(self) -> None:
        super().__init__()
        self._report: AuditReport | None = None
        self._looking = ""

    def compose(self) -> ComposeResult:
        """Both lines."""
        yield Static(id="audit-numbers", markup=False)
        yield Folded(id="audit-limits")

    def show(self, report: AuditReport | None, looking: str) -> None:
        """Count what was found. `looking` says that an audit is under way, if it is."""
        self._report, self._looking = report, looking
        partial = () if report is None else tuple(limits(report))
        said = self.query_one(Folded)
        said.display = bool(partial)
        said.most = 3
        said.show(lambda: partial)
        self._draw()

    def on_resize(self) -> None:
        """Fit the numbers into the new width."""
        self._draw()

    def _draw(self) -> None:
        """The title on the left, the numbers on the right, as many as have room."""
        width = self.size.width
        if width <= 0:
            return
        numbers = [] if self._report is None else [*counts(self._report)]
        if self._looking:
            numbers.append(("quiet", self._looking))
        line = title_line(titled("audit"), numbers, width)
        self.query_one("#audit-numbers", Static).update(line)


class AuditBody(Container):
    """Keeps the pane on the finding under the cursor."""

    def __init__(self, *, may_fix: bool) -> None:
        super().__init__()
        self._may_fix = may_fix
        self._report: AuditReport | None = None

    def compose(self) -> ComposeResult:
        """The findings, the words where there are none, and the pane."""
        with Vertical(id="audit-list", classes="rows-box") as box:
            box.border_title = "Findings"
            yield FindingRows(id="finding-rows")
            yield Static(id="audit-words", markup=False)
        yield EntryDetail()

    @property
    def rows(self) -> FindingRows:
        """The findings."""
        return self.query_one(FindingRows)

    @property
    def highlighted(self) -> Finding | None:
        """The finding under the cursor."""
        line, report = self.rows.highlighted, self._report
        if report is None or line is None or line.key is None:
            return None
        return report.named(line.key)

    @property
    def pane(self) -> EntryDetail:
        """What tells about one of them."""
        return self.query_one(EntryDetail)

    def show(self, report: AuditReport | None, *, with_silenced: bool) -> None:
        """Show what was found."""
        self._report = report
        self.rows.show(() if report is None else lines_of(report, with_silenced=with_silenced))
        self._tell()

    def say(self, words: TableWords | None) -> None:
        """Say something in the place of the findings."""
        self.set_class(words is not None, "-empty")
        text = Text()
        if words is not None:
            text.append(words.title, style="bold")
            text.append(f"\n{words.next_step}" if words.next_step else "")
        self.query_one("#audit-words", Static).update(text)

    @on(FoldedRows.Highlighted)
    def _highlighted(self) -> None:
        self._tell()
        self.screen.refresh_bindings()  # not every finding has a fix

    def _tell(self) -> None:
        """Tell about the highlighted finding; without one, about what was looked at."""
        report, line = self._report, self.rows.highlighted
        if report is None:
            self.pane.show("", tuple)
        elif line is None or line.key is None:
            self.pane.show("Looked at", lambda: about_everything(report.listing))
        else:
            finding, silenced, may_fix = report.named(line.key), line.is_quiet, self._may_fix
            self.pane.show(
                finding.rule,
                lambda: about_finding(finding, report, is_silenced=silenced, may_fix=may_fix),
            )
        lines = [one for one in self.rows.lines if not one.is_heading]
        nth = 0 if line is None else lines.index(line) + 1
        box = self.query_one("#audit-list", Vertical)
        box.border_subtitle = f"{nth} of {len(lines)}" if nth else ""
