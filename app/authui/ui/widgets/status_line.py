"""The top of the screen: the numbers on one line, and below it what is wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from authui.model.errors import AuthuiError
from authui.model.text import printable
from authui.ui.session import Snapshot
from authui.ui.title_line import GAP, NAME, title_line
from authui.ui.tones import STYLES, Tone
from authui.ui.words import Problem, counts, problem_of_error, problems

_GAP = "  "


class StatusLine(Vertical):
    """Whose rules are followed, what was counted, and which stores failed."""

    def __init__(self, *, demo: bool) -> None:
        super().__init__()
        self._demo = demo
        self._snapshot: Snapshot | None = None
        self._problems: tuple[Problem, ...] = ()

    def compose(self) -> ComposeResult:
        """One line of numbers, and room for problems."""
        yield Static(id="numbers")
        yield Static(id="problems")

    def show(self, snapshot: Snapshot) -> None:
        """Count and judge what is known by now."""
        self._snapshot = snapshot
        self._problems = problems(snapshot)
        self._draw()

    def fail(self, error: AuthuiError) -> None:
        """Say that the stores could not be looked for; the numbers stay those of before."""
        self._problems = (problem_of_error(error),)
        self._draw()

    def on_resize(self) -> None:
        """Fit both parts into the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width - 2
        if width <= 0:
            return
        self.query_one("#numbers", Static).update(self._numbers(width))
        lines = _fitted(self._problems, width, _lines_for(self.app.size.height))
        shown = self.query_one("#problems", Static)
        shown.display = bool(lines)
        shown.update(Content("\n").join(lines))

    def _numbers(self, width: int) -> Content:
        """Name and client on the left, the numbers on the right, as many as have room."""
        left = NAME
        if self._snapshot is None:
            return left + Content.styled(f"{GAP}Looking for stores…", STYLES["quiet"])
        left += Content(GAP + printable(self._snapshot.client))
        if self._demo:
            left += Content.styled(f"{GAP}sample data", STYLES["quiet"])
        return title_line(left, counts(self._snapshot), width, gives_way=0)


def _lines_for(height: int) -> int:
    """How many lines of problems a screen of this height can spare."""
    return max(2, min(height // 6, 8))


def _fitted(found: tuple[Problem, ...], width: int, room: int) -> list[Content]:
    """The problems in lines: one for each, what is left for the worst, the rest as a number."""
    fitting = found if len(found) <= room else found[: room - 1]
    lines: list[Content] = []
    for number, problem in enumerate(fitting):
        tone: Tone = "quiet" if problem.tone == "quiet" else "plain"
        text = Content.styled(f"{problem.word}: ", STYLES[problem.tone])
        text += Content.styled(problem.sentence, STYLES[tone])
        wrapped = text.wrap(width)
        others = len(fitting) - number - 1 + (len(fitting) < len(found))
        last = max(room - len(lines) - others, 1) - 1
        lines += wrapped[:last]
        if wrapped[last:]:
            lines.append(Content(" ").join(wrapped[last:]).truncate(width, ellipsis=True))
    if len(fitting) < len(found):
        more = f"{len(found) - len(fitting)} more: authui stores tells them all"
        lines.append(Content.styled(more, STYLES["quiet"]))
    return lines
