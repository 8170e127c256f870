"""What the audit's keys change: from a finding to a question, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from textual.screen import Screen

from authui.model.errors import AuthuiError
from authui.services.audit.auditing import REPAIRED, Audit
from authui.services.audit.finding import Finding
from authui.stores.patience import Patience
from authui.ui.blocking import run_blocking
from authui.ui.findings import host_of
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.toasts import Weight, tell
from authui.ui.tones import Paragraph, paragraph
from authui.ui.words import shown
from authui.ui.writes import Writes

_T = TypeVar("_T")


class Mending:
    """Fixes and silences findings. Each method says whether the audit is to be run again."""

    def __init__(self, screen: Screen[Any], audit: Audit, writes: Writes) -> None:
        self._screen = screen
        self._audit = audit
        self._writes = writes

    @property
    def may_change(self) -> bool:
        """Whether this run changes anything at all."""
        try:
            self._audit.must_be_allowed()
        except AuthuiError:
            return False
        return True

    async def fix(self, finding: Finding) -> bool:
        """Show every step of the fix, and make it once the person has said so."""
        if not self._is_allowed():
            return False
        fix = finding.fix
        if fix is None:
            self.say("authui has no fix for this", finding.hint, severity="warning")
            return False
        if finding.rule in REPAIRED:
            return await self._repair(finding)
        told = [paragraph(shown(finding.message), "strong"), Paragraph()]
        told += [Paragraph((("plain", f"· {shown(one)}"),), 0, 2) for one in fix.preview]
        question = ConfirmScreen(_title(fix.words), told, yes="Fix it")
        if not await self._screen.app.push_screen_wait(question):
            return False
        made = await self.make(
            f"Fixing {host_of(finding) or finding.rule}",
            lambda patience: self._audit.mend(finding, patience),
        )
        if made is not None:
            first, *others = made or (f"Done: {fix.words}",)
            self.say(first, *others)
        return True

    async def _repair(self, finding: Finding) -> bool:
        """Have it decided about each bad entry of a file, and repair it so."""
        from authui.ui.screens.repair import RepairScreen

        try:
            plan = await run_blocking(self._audit.plan_repair, finding)
        except AuthuiError as error:
            self.say(error.message, error.hint, severity="error")
            return True
        choices = await self._screen.app.push_screen_wait(RepairScreen(plan))
        if choices is None:
            return False
        made = await self.make(
            f"Repairing {shown(plan.path)}", lambda _: self._audit.repair(plan, choices)
        )
        if made is not None:
            self.say(*made.words())
        return True

    async def silence(self, finding: Finding) -> bool:
        """Report it no longer, once the person has said so."""
        if not self._is_allowed():
            return False
        told = (
            paragraph(shown(finding.message), "strong"),
            Paragraph(),
            paragraph("It is not mended: authui only reports it no longer, and counts it."),
        )
        question = ConfirmScreen("Silence this finding?", told, yes="Silence")
        if not await self._screen.app.push_screen_wait(question):
            return False

        def silence(_: Patience) -> bool:
            self._audit.silence(finding)
            return True

        if await self.make("Silencing a finding", silence):
            self.say("Silenced", "X shows what is silenced, and x takes it back there")
        return True

    async def unsilence(self, finding: Finding) -> bool:
        """Report it again."""
        if not self._is_allowed():
            return False

        def unsilence(_: Patience) -> bool:
            self._audit.unsilence(finding)
            return True

        if await self.make("Taking a finding back", unsilence):
            self.say("It is reported again")
        return True

    async def make(self, what: str, function: Callable[[Patience], _T]) -> _T | None:
        """A change, `what` being said while it lasts; None where it failed, which is said too."""
        try:
            return await self._writes.make(self._screen.app, what, function)
        except AuthuiError as error:
            self.say(error.message, error.hint, severity="error")
            return None

    def say(self, *lines: str | None, severity: Weight = "information") -> None:
        """A toast."""
        tell(self._screen, *lines, severity=severity)

    def _is_allowed(self) -> bool:
        try:
            self._audit.must_be_allowed()
        except AuthuiError as error:
            self.say(error.message, error.hint, severity="warning")
            return False
        return True


def _title(words: str) -> str:
    words = shown(words)
    return f"{words[:1].upper()}{words[1:]}?"
