"""A line for a URL, and under it which credential is sent there, and why."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from authui.model.errors import BadUrl
from authui.model.text import printable
from authui.ui.session import Session
from authui.ui.verdict import INVITATION, Verdict, verdict_of, verdict_of_error, waiting
from authui.ui.words import TONES

PAUSE = 0.05
"""Seconds from one verdict to the next lookup; of what is typed meanwhile only the last counts."""

PATIENCE = 0.25
"""Seconds after which a lookup is said to be waiting for the stores."""


class _Harmless(Highlighter):
    """Shows a stand-in for each pasted character that could act on the terminal or hide itself.

    The text itself stays as it is, and keeps its length: rattler would be given it too.
    """

    def highlight(self, text: Text) -> None:
        text.plain = "".join(
            character if printable(character) == character else "\N{REPLACEMENT CHARACTER}"
            for character in text.plain
        )


class UrlTester(Vertical):
    """Answers while a URL is typed: one lookup at a time, the latest text wins."""

    BINDING_GROUP_TITLE = "URL tester"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.entries", "Back to the entries", id="tester.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.verdict = INVITATION
        self._session: Session | None = None
        self._asked = asyncio.Event()

    def compose(self) -> ComposeResult:
        """The line and the verdict."""
        with Horizontal(id="url-line"):
            yield Label("URL", id="url-label")
            yield Input(
                placeholder="https://repo.prefix.dev/my-channel",
                highlighter=_Harmless(),
                compact=True,
                id="url",
            )
        with Vertical(id="answer"):
            yield Static(id="verdict", markup=False)
            yield Static(id="more", markup=False)

    def on_mount(self) -> None:
        """Invite."""
        self._show(INVITATION)

    def use(self, session: Session) -> None:
        """Ask these stores from now on. A lookup in the earlier ones is abandoned."""
        self._session = session
        self._asked.set()
        # The text stays out of the worker's arguments: Textual describes a worker by them.
        self.run_worker(self._answer(session), name="lookups", group="lookups", exclusive=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._asked.set()

    async def _answer(self, session: Session) -> None:
        """One verdict after the other, for as long as the screen and these stores are there."""
        url = self.query_one("#url", Input)
        while True:
            await self._asked.wait()
            self._asked.clear()
            if not url.value.strip():
                self._show(INVITATION)
                continue
            patience = self.set_timer(PATIENCE, lambda: self._show(waiting(session.pending)))
            try:
                verdict = verdict_of(await session.lookup(url.value))
            except BadUrl as error:
                verdict = verdict_of_error(error)
            finally:
                patience.stop()
            if not (self.app.is_running and self.is_attached):
                return  # the screen has been closed meanwhile
            if not self._asked.is_set():
                self._show(verdict)
            await asyncio.sleep(PAUSE)

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        for tone in TONES:
            self.set_class(tone == verdict.tone, f"-{tone}")
        self.query_one("#verdict", Static).update(Content(verdict.sentence))
        more = self.query_one("#more", Static)
        more.display = bool(verdict.more)
        more.update(Content("\n".join(verdict.more)))
