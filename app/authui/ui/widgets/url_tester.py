"""A line for a URL, and under it which credential is sent there, and why."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from authui.model.errors import BadUrl
from authui.model.lookup import LookupResult
from authui.ui.session import Session
from authui.ui.tones import paragraph
from authui.ui.verdict import INVITATION, Verdict, verdict_of, verdict_of_error, waiting
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.harmless import Harmless

PAUSE = 0.05
"""Seconds from one verdict to the next lookup; of what is typed meanwhile only the last counts."""

PATIENCE = 0.25
"""Seconds after which a lookup is said to be waiting for the stores."""

LOW = 20
"""Lines of a screen on which every line counts."""


class UrlTester(Vertical):
    """Answers while a URL is typed: one lookup at a time, the latest text wins."""

    BINDING_GROUP_TITLE = "URL"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "To its entry", tooltip="Go to the entry", id="tester.done"),
        Binding("escape", "screen.entries", "Back to the entries", id="tester.leave"),
    ]

    class Settled(Message):
        """Typing pauses. `result` answers what is typed; None where nothing can be looked up."""

        def __init__(self, result: LookupResult | None) -> None:
            super().__init__()
            self.result = result

    class Left(Message):
        """The URL is done with; the entry that answers it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.verdict = INVITATION
        self._session: Session | None = None
        self._asked = asyncio.Event()
        self._is_settled = True
        self._wants_to_leave = False

    def compose(self) -> ComposeResult:
        """The line and the verdict."""
        with Horizontal(id="url-line"):
            yield Label("URL", id="url-label")
            yield Input(
                placeholder="https://repo.prefix.dev/my-channel",
                highlighter=Harmless(),
                compact=True,
                id="url",
            )
        yield Folded(id="verdict")

    @property
    def input(self) -> Input:
        """The line for the URL."""
        return self.query_one("#url", Input)

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
        self._is_settled = self._wants_to_leave = False
        self._asked.set()

    @on(Input.Submitted, "#url")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_done()

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
            result, verdict = await self._asked_of(session, self.input.value)
            if not (self.app.is_running and self.is_attached):
                return  # the screen has been closed meanwhile
            if not self._asked.is_set():
                self._show(verdict)
            await asyncio.sleep(PAUSE)
            if not self._asked.is_set() and self.is_attached:
                self._settle(result)

    def _settle(self, result: LookupResult | None) -> None:
        self.post_message(self.Settled(result))
        self._is_settled = True
        if self._wants_to_leave:
            self._wants_to_leave = False
            self.post_message(self.Left())

    async def _asked_of(self, session: Session, text: str) -> tuple[LookupResult | None, Verdict]:
        if not text.strip():
            return None, INVITATION
        patience = self.set_timer(PATIENCE, lambda: self._show(waiting(session.pending)))
        try:
            result = await session.lookup(text)
        except BadUrl as error:
            return None, verdict_of_error(error)
        finally:
            patience.stop()
        return result, verdict_of(result)

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
                *(paragraph(line, "quiet") for line in verdict.more),
            ]
        )
