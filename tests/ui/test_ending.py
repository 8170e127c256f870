"""Ends that come early, or without anybody saying so."""

from __future__ import annotations

import pytest

from authui.ui.screens.entries import EntriesScreen
from tests.ui.support import app_on, wait_until
from tests.ui.test_signals import ENDING, SLOW_TO_START, Start, shown, start

__all__ = ["start"]

QUIT = "\x11"

WITHOUT_SESSION = """\
import signal
signal.signal(signal.SIGHUP, signal.SIG_IGN)
fcntl.ioctl(0, termios.TIOCNOTTY)
"""


def test_a_terminal_that_goes_away_silently_is_the_end(start: Start) -> None:
    """As when it is not the process's own: no SIGHUP comes then."""
    program = shown(start, "plain", before=WITHOUT_SESSION)
    program.hang_up()
    assert program.status(2 * ENDING) == 129


def test_it_can_be_quit_while_it_starts(start: Start) -> None:
    program = start("plain", before=SLOW_TO_START)
    program.read_until(b"building")
    program.press(QUIT)
    assert program.status(2 * ENDING) == 0
    assert b"Internal error" not in program.output


async def test_quitting_waits_for_a_screen_that_is_being_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = app_on()
    async with app.run_test() as pilot:
        await pilot.pause()
        monkeypatch.setattr(EntriesScreen, "is_mounted", False)
        await app.action_quit()
        await pilot.pause(0.1)
        assert app.is_running
        monkeypatch.undo()
        await wait_until(pilot, lambda: not app.is_running)
    assert app.return_code == 0
