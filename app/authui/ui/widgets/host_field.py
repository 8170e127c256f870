"""The host pattern: typed as people type it, with what will be stored and what it answers."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from authui.model.credential import Kind
from authui.model.pattern import Advice, advise
from authui.ui.editor_words import about_host, takeable
from authui.ui.tones import paragraph
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.one_line import OneLine, PlainLine

LOW = 30
"""Lines of a screen below which the examples are left out."""

VERY_LOW = 20
"""Lines of a screen below which long reasons are cut."""


class HostField(Vertical):
    """A line, and below it the advice on what stands in it."""

    class Edited(Message):
        """Another pattern stands there."""

    class Done(Message):
        """Enter was pressed."""

    def __init__(self, host: str, kind: Kind) -> None:
        super().__init__()
        self._host = host
        self._kind: Kind = kind
        self.advice: Advice = advise(host, kind)
        self._refused: str | None = None

    def compose(self) -> ComposeResult:
        """The line and the advice."""
        with Horizontal(classes="field-line"):
            yield Label("Host", classes="field-label")
            yield PlainLine(value=self._host, placeholder="prefix.dev", id="host")
        yield Folded(id="host-advice")

    def on_mount(self) -> None:
        """Advise on what stands there from the start."""
        self._advise()

    @property
    def line(self) -> PlainLine:
        """Where it is typed."""
        return self.query_one("#host", PlainLine)

    @property
    def pattern(self) -> str:
        """What would be stored."""
        return self.advice.stored_as or ""

    def use(self, kind: Kind) -> None:
        """Advise for credentials of another kind."""
        self._kind = kind
        self._advise()

    def take_proposal(self) -> None:
        """Put the proposed pattern in the place of the typed one."""
        proposed = takeable(self.advice)
        if proposed is not None:
            self.line.value = proposed

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        self._advise()

    def _advise(self) -> None:
        self.advice = advise(self.line.value, self._kind)
        advice, low = self.advice, self.app.size.height < LOW
        folded = self.query_one(Folded)
        folded.most = 4 if self.app.size.height < VERY_LOW else None
        refused = self._refused
        if refused is None:
            folded.show(lambda: about_host(advice, brief=low))
        else:
            folded.show(lambda: (paragraph(refused, "bad"),))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._refused = None
        self._advise()
        self.post_message(self.Edited())

    @on(OneLine.Pasted)
    def _pasted(self, event: OneLine.Pasted) -> None:
        event.stop()
        if event.is_refused:
            self._refused = event.said
            self._advise()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Done())
