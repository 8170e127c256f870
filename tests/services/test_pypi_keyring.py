"""The keyring commands of a PyPI lookup; that real uv runs the same is shown in tests/uv."""

from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.credential import BearerToken
from authui.model.entry import Outcome
from authui.model.secret import Secret
from authui.stores.pypi import keyring_program
from tests.support.pypi_home import KEYRING, Home, put_program, sent

CANARY = "canary-4711"
BEARER = BearerToken(Secret(CANARY))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_commands_that_are_not_run_leave_it_open(home: Home) -> None:
    put_program(home.folder, f"touch {home.folder}/ran")
    result = home.ask("https://bob@h.example/simple", (), KEYRING, run=False)
    assert [call.command for call in result.keyring_calls] == [
        ("keyring", "get", "https://h.example/simple", "bob"),
        ("keyring", "get", "h.example", "bob"),
    ]
    assert {call.outcome for call in result.keyring_calls} == {Outcome.SKIPPED}
    assert (result.request, result.winner, result.partial) == (None, None, True)
    assert result.program == str(home.folder / "bin" / "keyring")
    assert not (home.folder / "ran").exists()


def test_a_keyring_that_hangs_is_asked_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_program, "TIME_LIMIT", 0.3)
    put_program(home.folder, f"echo >> {home.folder}/times; exec sleep 600")
    result = home.ask("http://bob@h.example/simple", (), KEYRING)
    assert [call.outcome for call in result.keyring_calls] == [
        Outcome.ERROR, Outcome.SKIPPED, Outcome.SKIPPED,
    ]  # fmt: skip
    assert (home.folder / "times").read_text() == "\n"
    assert "pixi waits for it" in str(result.keyring_calls[0].detail)
    assert (result.request, result.partial) == (None, True)
    assert result.reason == "What is sent is not known: the keyring program gives no answer"


def test_a_missing_program_finds_nothing_and_the_name_is_sent(home: Home) -> None:
    result = home.ask("https://bob@h.example/simple", (), KEYRING)
    assert {call.outcome for call in result.keyring_calls} == {Outcome.ERROR}
    assert (sent(result), result.partial, result.program) == ("bob:", False, None)


def test_each_question_is_asked_once(home: Home) -> None:
    """Alone and behind rattler's layer uv asks the same."""
    put_program(home.folder, f'echo "$2" >> {home.folder}/asked; exit 1')
    home.ask("http://bob@h.example/simple", (), KEYRING)
    assert (home.folder / "asked").read_text().split() == [
        "http://h.example/simple", "h.example", "http://h.example",
    ]  # fmt: skip


def test_what_may_be_a_secret_in_a_command_is_masked(home: Home) -> None:
    put_program(home.folder, "exit 1")
    token = f"ghp_{CANARY}0123456789"
    url = f"https://{token}@h.example/t/{CANARY}/simple?token={CANARY}"
    result = home.ask(url, (), KEYRING)
    first = result.keyring_calls[0]
    assert first.command == (
        *("keyring", "get", "https://h.example/t/••••••/simple?token=••••••", "••••••"),
    )
    assert first.in_full is not None
    assert [part.reveal() for part in first.in_full] == [
        f"https://h.example/t/{CANARY}/simple?token={CANARY}", token,
    ]  # fmt: skip
    assert CANARY not in repr(result)
