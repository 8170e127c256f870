"""A line for a URL, and under it which credential is sent there, and why."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Click
from textual.message import Message
from textual.widgets import Input, Label

from authui.model.errors import BadUrl
from authui.services.words import Tone
from authui.ui.answered import Answered
from authui.ui.session import Session
from authui.ui.tones import paragraph
from authui.ui.verdict import INVITATION, Verdict, verdict_of_answer, verdict_of_error, waiting
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.harmless import Harmless

PAUSE = 0.05
"""Seconds from one verdict to the next lookup; of what is typed meanwhile only the last counts."""

PATIENCE = 0.25
"""Seconds after which a lookup is said to be waiting for the stores."""

_PLACEHOLDERS = {
    False: "https://repo.prefix.dev/my-channel",
    True: "https://user@index.example/simple",
}

LOW = 20
"""Lines of a screen on which every line counts."""


class UrlLine(Input):
    """The line for the URL. Its keys come in the order in which they were typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Ask server", tooltip="Ask the server", id="tester.probe"),
        Binding(
            "down",
            "go_down",
            "To its entry",
            key_display="↓",
            tooltip="Go to the entry that answers",
            id="tester.done",
        ),
    ]

    class Down(Message):
        """The line is left for the entry below."""

    def action_go_down(self) -> None:
        """Leave for the entry that answers."""
        self.post_message(self.Down())


class UrlTester(Vertical):
    """Answers while a URL is typed: one lookup at a time, the latest text wins."""

    BINDING_GROUP_TITLE = "URL"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+t",
            "screen.pypi_requests",
            "PyPI requests",
            tooltip="Answer for PyPI indexes, or for conda channels again",
            id="tester.pypi",
        ),
        Binding("escape", "screen.entries", "Back to the entries", id="tester.leave"),
    ]

    class Settled(Message):
        """Typing pauses. `answer` is to what is typed; None where nothing can be looked up."""

        def __init__(self, answer: Answered | None) -> None:
            super().__init__()
            self.answer = answer

    class Probe(Message):
        """The server is to be asked about what was typed."""

    class Left(Message):
        """The URL is done with; the entry that answers it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict = INVITATION
        self._session: Session | None = None
        self._asked = asyncio.Event()
        self._is_settled = True
        self._wants_to_leave = False
        self._wants_to_probe = False
        self._for_index = False
        self._last: Answered | None = None

    def compose(self) -> ComposeResult:
        """The line and the verdict."""
        with Horizontal(id="url-line"):
            yield Label("URL", id="url-label")
            yield UrlLine(
                placeholder=_PLACEHOLDERS[False],
                highlighter=Harmless(),
                compact=True,
                id="url",
            )
        yield Folded(id="verdict")

    @property
    def input(self) -> Input:
        """The line for the URL."""
        return self.query_one("#url", Input)

    @property
    def session(self) -> Session | None:
        """The stores that are asked; None before there are any."""
        return self._session

    @property
    def answer(self) -> Answered | None:
        """The answer to what is typed, once typing has paused."""
        return self._last if self._is_settled else None

    @property
    def for_index(self) -> bool:
        """Whether the URL is taken for that of a PyPI index."""
        return self._for_index

    def take_for_index(self, for_index: bool) -> None:
        """Answer for PyPI requests from now on, or for conda requests."""
        self._for_index = for_index
        self.set_class(for_index, "-pypi")
        self.query_one("#url-label", Label).update("PyPI" if for_index else "URL")
        self.input.placeholder = _PLACEHOLDERS[for_index]
        self._is_settled = False
        self._asked.set()

    def show_answer(self, answer: Answered) -> None:
        """Show more that has become known of what is typed."""
        self._last = answer
        self._show(verdict_of_answer(answer))
        self._settle(answer)

    def say(self, said: tuple[tuple[Tone, str], ...]) -> None:
        """Say something below the verdict, such as that a server is being asked."""
        self._show(replace(self.verdict, said=said))

    def on_mount(self) -> None:
        """Invite."""
        self._show(INVITATION)

    def on_resize(self) -> None:
        """Give the verdict the lines that the new height can spare."""
        self._draw()

    def on_descendant_focus(self) -> None:
        """Light the label of the line."""
        self.add_class("-typing")

    def on_descendant_blur(self) -> None:
        """Put it out."""
        self.remove_class("-typing")

    def use(self, session: Session) -> None:
        """Ask these stores from now on. A lookup in the earlier ones is abandoned."""
        self._session = session
        self._asked.set()
        # The text stays out of the worker's arguments: Textual describes a worker by them.
        self.run_worker(self._answer(session), name="lookups", group="lookups", exclusive=True)

    @on(Input.Changed, "#url")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._is_settled = self._wants_to_leave = self._wants_to_probe = False
        self._asked.set()

    @on(Input.Submitted, "#url")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_probe()

    @on(UrlLine.Down)
    def _went_down(self, event: UrlLine.Down) -> None:
        event.stop()
        self.action_done()

    @on(Click, "#url-label")
    async def _label_clicked(self, event: Click) -> None:
        event.stop()
        await self.run_action("screen.pypi_requests")

    def action_probe(self) -> None:
        """Ask the server, once the answer to what was typed is known."""
        if self._is_settled:
            self.post_message(self.Probe())
        else:
            self._wants_to_probe = True

    def action_done(self) -> None:
        """Leave for the entry that answers the URL, once it is known for what was typed."""
        if self._is_settled:
            self.post_message(self.Left())
        else:
            self._wants_to_leave = True

    async def _answer(self, session: Session) -> None:
        """One verdict after the other, for as long as the screen and these stores are there."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            answer, verdict = await self._asked_of(session, self.input.value)
            if not (self.app.is_running and self.is_attached):
                return  # the screen has been closed meanwhile
            if not self._asked.is_set():
                self._show(verdict)
            await asyncio.sleep(PAUSE)
            if not self._asked.is_set() and self.is_attached:
                self._settle(answer)

    def _settle(self, answer: Answered | None) -> None:
        self._last = answer
        self.post_message(self.Settled(answer))
        self._is_settled = True
        if self._wants_to_probe:
            self._wants_to_probe = False
            self.post_message(self.Probe())
        if self._wants_to_leave:
            self._wants_to_leave = False
            self.post_message(self.Left())

    async def _asked_of(self, session: Session, text: str) -> tuple[Answered | None, Verdict]:
        if not text.strip():
            return None, INVITATION
        patience = self.set_timer(PATIENCE, lambda: self._show(waiting(session.pending)))
        try:
            answer = await session.lookup(text, for_index=self._for_index)
        except BadUrl as error:
            return None, verdict_of_error(error)
        finally:
            patience.stop()
        return answer, verdict_of_answer(answer)

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self._draw()

    def _draw(self) -> None:
        verdict = self.verdict
        folded = self.query_one(Folded)
        folded.most = 3 if self.app.size.height < LOW else 5
        folded.show(
            lambda: [
                paragraph(verdict.sentence, verdict.tone),
                *(paragraph(line, tone) for tone, line in verdict.said),
                *(paragraph(line, "quiet") for line in verdict.more),
            ]
        )
