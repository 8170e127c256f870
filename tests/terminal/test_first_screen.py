"""The demo in tmux, a real terminal of 80 by 24, from its start to its end."""

from __future__ import annotations

import sys

import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal


@pytest.fixture
def terminal(window: Terminal) -> Terminal:
    window.start(sys.executable, "-m", "authui", "--demo")
    return window


def test_look_type_read_quit(terminal: Terminal) -> None:
    terminal.wait_for("3 problems")
    first = terminal.wait_for("e Edit")
    for words in ("sample data", "*.prefix.dev", "○ shadowed", "✗ ambiguous (2)", "a Add"):
        assert words in first
    terminal.press("t")
    terminal.type("https://repo.prefix.dev/my-channel")
    verdict = terminal.wait_for("✓ *.prefix.dev from the keychain: Authorization: Bearer pfx_")
    assert "fake" not in verdict
    for words in ("✓ used", "loses to keychain", "*.repo.prefix.dev  in none of 5 stores"):
        assert words in terminal.wait_for("╭─ Why")
    terminal.press("Escape")
    terminal.wait_for("t Test URL")
    terminal.press("q")
    assert terminal.exit_status() == 0
    after = terminal.text()
    assert "prefix.dev" not in after  # the terminal shows again what it showed before
    assert "Traceback" not in after


def test_a_smaller_terminal_shows_less_of_the_same(terminal: Terminal) -> None:
    terminal.wait_for("5 stores")
    terminal.resize(60, 15)
    terminal.wait_for("netrc plain ")
    terminal.press("t")
    terminal.type("https://nothing.test/")
    terminal.wait_for("Nothing is sent: no store has a pattern for")
    terminal.press("C-q")
    assert terminal.exit_status() == 0
