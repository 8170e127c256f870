"""What the tester asks of others than the stores: a server, and the keyring program.

Both are named before, and neither is asked without a yes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from authui.model.entry import Outcome
from authui.model.errors import AuthuiError, BadUrl
from authui.ui.answered import Answered
from authui.ui.blocking import run_blocking
from authui.ui.toasts import tell
from authui.ui.tones import Paragraph, Tone, paragraph
from authui.ui.verdict import asking
from authui.ui.words import shown

if TYPE_CHECKING:
    from authui.model.pypi import PypiResult
    from authui.services.probe import ProbePlan
    from authui.ui.app import AuthuiApp
    from authui.ui.screens.asking import AskingScreen

_T = TypeVar("_T")


class Probing:
    """One question at a time; what is said once there is another answer to the URL is dropped."""

    def __init__(self, screen: AskingScreen) -> None:
        self._screen = screen
        self._waiting: asyncio.Future[object] | None = None
        self._about: Answered | None = None

    @property
    def _app(self) -> AuthuiApp:
        return cast("AuthuiApp", self._screen.app)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is waited for."""
        return self._waiting is not None

    def give_up(self) -> bool:
        """Wait no longer; whether anything was waited for. The answer is then dropped."""
        if self._waiting is None:
            return False
        self._waiting.cancel()
        return True

    def turn(self) -> None:
        """Answer for PyPI requests instead of conda requests, or the other way round."""
        tester = self._screen.tester
        session = tester.session
        if session is not None and session.client != "pixi":
            tell(
                self._screen,
                f"{session.client} installs nothing from PyPI: only pixi does",
                severity="warning",
            )
            return
        tester.take_for_index(not tester.for_index)
        self._screen.refresh_bindings()

    async def ask_server(self) -> None:
        """Ask the server of the URL, once the person has seen what is sent to whom."""
        from authui.services.probe import plan_probe, probe
        from authui.ui.screens.confirm import ConfirmScreen

        tester = self._screen.tester
        answer, text, session = tester.answer, tester.input.value, tester.session
        if answer is None or session is None:
            tell(
                self._screen, "Type the URL of a channel or an index: then its server can be asked"
            )
            return
        if session.is_demo:
            tell(
                self._screen,
                "The samples are of no server: there is nothing to ask",
                severity="warning",
            )
            return
        with self._turn_of(answer) as is_first:
            if not is_first:
                return
            try:
                plan = await run_blocking(
                    plan_probe, answer.index or answer.found, text, pixi=session.pixi
                )
            except BadUrl as error:
                tell(self._screen, error.message, severity="warning")
                return
            if plan.refusal is not None:
                tell(self._screen, plan.refusal, severity="warning")
                return
            question = ConfirmScreen(f"Ask {shown(plan.host)}?", _told(plan), yes="Ask")
            if not await self._app.push_screen_wait(question):
                return
            tester.say(asking(plan.host))
            result = await self._wait_for(run_blocking(probe, plan))
            self._settle(answer, None if result is None else replace(answer, probe=result))

    @property
    def can_run_keyring(self) -> bool:
        """Whether the answer depends on what the keyring program would say."""
        answer = self._screen.tester.answer
        return answer is not None and answer.index is not None and bool(_open_calls(answer.index))

    async def run_keyring(self) -> None:
        """Run the keyring program as pixi would, once the person has seen which, and how."""
        from authui.ui.screens.confirm import ConfirmScreen

        tester = self._screen.tester
        answer, text, session = tester.answer, tester.input.value, tester.session
        if not self.can_run_keyring or answer is None or answer.index is None or session is None:
            return
        program = answer.index.program
        if program is None:
            return  # then nothing is open that it could answer
        told = [
            paragraph("Runs, as pixi would, until one of them answers:"),
            *(
                paragraph(shown(one), "strong", indent=2, hang=2)
                for one in _open_calls(answer.index)
            ),
            Paragraph(),
            Paragraph((("quiet", "The program is "), ("plain", shown(program))), hang=2),
            paragraph("What it answers is shown nowhere.", "quiet"),
        ]
        with self._turn_of(answer) as is_first:
            question = ConfirmScreen("Run the keyring program?", told, yes="Run it")
            if not is_first or not await self._app.push_screen_wait(question):
                return
            tester.say(asking("the keyring program"))
            try:
                new = await self._wait_for(session.lookup(text, for_index=True, run_keyring=True))
            except AuthuiError as error:
                tell(self._screen, error.message, severity="warning")
                new = None
            self._settle(answer, new)

    @contextmanager
    def _turn_of(self, answer: Answered) -> Iterator[bool]:
        """Whether nobody is asked about this answer yet. One that is gone is waited for no more."""
        if self._about is answer:
            yield False
            return
        self.give_up()
        self._about = answer
        try:
            yield True
        finally:
            if self._about is answer:
                self._about = None

    async def _wait_for(self, awaitable: Awaitable[_T]) -> _T | None:
        """What it comes to; None where the person gave up waiting."""
        waiting = asyncio.ensure_future(awaitable)
        self._waiting = waiting  # type: ignore[assignment]
        self._screen.refresh_bindings()
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.cancelled() and self._screen.is_attached:
                return None
            raise
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _settle(self, before: Answered, after: Answered | None) -> None:
        tester = self._screen.tester
        if not self._screen.is_open or not tester.is_attached or tester.answer is not before:
            return
        tester.show_answer(before if after is None else after)
        self._screen.refresh_bindings()


def _open_calls(result: PypiResult) -> tuple[str, ...]:
    """The commands that were not run."""
    return tuple(
        " ".join(call.command) for call in result.keyring_calls if call.outcome is Outcome.SKIPPED
    )


def _told(plan: ProbePlan) -> list[Paragraph]:
    """What is sent to whom."""
    with_: list[tuple[Tone, str]] = [("plain", "Once without a credential.")]
    if plan.with_ is not None:
        with_ = [
            ("plain", "Once with "),
            ("strong", shown(plan.what)),
            ("plain", ", and once without."),
        ]
    told = [
        Paragraph((("plain", "Asks for "), ("strong", shown(plan.url))), hang=2),
        Paragraph(tuple(with_), hang=2),
    ]
    if plan.proxy is not None:
        told.append(paragraph(f"Through the proxy {shown(plan.proxy)}."))
    told += [paragraph(f"{shown(note)}.", "quiet", hang=2) for note in plan.notes]
    told += [Paragraph(), paragraph("Nothing else is sent, and nothing to anyone else.", "quiet")]
    return told
