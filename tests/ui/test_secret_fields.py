"""Lines for secrets: what is stored stays out of them, and nothing stays revealed."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from authui.model.credential import BasicHTTP, BearerToken, Credential
from authui.model.secret import Secret
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.widgets import credential_fields
from authui.ui.widgets.one_line import SecretInput
from tests.ui.forms import (
    adding,
    app_of,
    choose,
    editing,
    editor,
    fill,
    line_of,
    row_of,
    said_under,
)
from tests.ui.support import discovery, info, screen_text, wait_until
from tests.ui.test_home import ready

CANARY = "canary-4711-canary"
TYPED = "typed-secret-4711"


def app() -> AuthuiApp:
    stored: dict[str, Credential] = {
        "h.example": BearerToken(Secret(CANARY)),
        "b.example": BasicHTTP("me", Secret(CANARY)),
        "x.example": BearerToken(Secret("a\x1b[2Jb\u202ec")),
    }
    return app_of(discovery(MemoryStore(info("keychain"), stored)))


async def test_what_is_stored_is_in_no_line() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "h.example", "keychain")
        line = line_of(one, "token")
        assert line.value == ""
        assert "unchanged" in screen_text(one)
        assert CANARY not in screen_text(one)
        assert CANARY not in "".join(map(repr, one.screen.walk_children()))


async def test_it_is_revealed_by_a_key_and_hidden_by_it() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "h.example", "keychain")
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: CANARY in screen_text(one))
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: CANARY not in screen_text(one))
        assert line_of(one, "token").value == ""
        assert not editor(one).form.is_changed


async def test_it_hides_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert credential_fields.SEEN_FOR == 15.0
    monkeypatch.setattr(credential_fields, "SEEN_FOR", 0.3)
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "h.example", "keychain")
        row = row_of(one, "token")
        shown = []
        original = row._show_stored

        def watched(text: str) -> None:
            shown.append(text)
            original(text)

        monkeypatch.setattr(row, "_show_stored", watched)
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: shown == [CANARY, ""])
        assert CANARY not in screen_text(one)


@pytest.mark.parametrize("way", ["tab", "question", "typing"])
async def test_it_hides_where_nobody_looks(way: str) -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "h.example", "keychain")
        row = row_of(one, "token")
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: CANARY in screen_text(one))
        if way == "tab":
            await pilot.press("tab")
        elif way == "typing":
            await pilot.press("x")
        else:
            editor(one).form.host_field.line.value = "other.example"
            await pilot.press("escape")  # asks
        await wait_until(pilot, lambda: CANARY not in screen_text(one))
        assert not row.query_one(".field-stored").display


async def test_what_is_typed_shows_dots_until_it_is_revealed() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "h.example", "keychain")
        await pilot.press(*TYPED)
        line = line_of(one, "token")
        assert isinstance(line, SecretInput)
        assert line.value == TYPED
        assert TYPED not in screen_text(one)
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: TYPED in screen_text(one))
        assert CANARY not in screen_text(one)
        await pilot.press("tab")
        await wait_until(pilot, lambda: TYPED not in screen_text(one))
        assert line.password


async def test_nothing_stays_when_the_form_is_left() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        screen = await editing(one, pilot, "h.example", "keychain")
        form, fields, row = screen.form, screen.form.fields, row_of(one, "token")
        await pilot.press(*TYPED, "ctrl+r")
        await pilot.press("escape", "y")
        await wait_until(pilot, lambda: one.screen is not screen and len(one.screen_stack) == 1)
        await wait_until(pilot, lambda: not screen.is_attached)
        assert row._stored is None
        assert form._old is None
        assert fields._old is None
        assert fields._typed == {}
        assert screen._opened is None


async def test_what_could_act_on_the_terminal_is_shown_as_a_stand_in() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "x.example", "keychain")
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: row_of(one, "token").query_one(".field-stored").display)
        await pilot.pause()
        assert "\x1b" not in screen_text(one)
        assert "\u202e" not in screen_text(one)


async def test_only_one_line_is_revealed() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await adding(one, pilot, "S3Credentials")
        await fill(one, pilot, secret_access_key=TYPED, session_token="other-4711")
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: "other-4711" in screen_text(one))
        assert TYPED not in screen_text(one)
        line_of(one, "access_key_id").focus()
        await pilot.press("ctrl+r")
        await wait_until(pilot, lambda: "one line is shown at a time" in screen_text(one))
        assert TYPED not in screen_text(one)


async def test_the_usual_keys_copy_nothing() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "h.example", "keychain")
        await pilot.press(*TYPED, "ctrl+a", "shift+home", "ctrl+c", "ctrl+x")
        assert line_of(one, "token").value == TYPED
        assert TYPED not in one.clipboard


@pytest.mark.parametrize("name", ["host", "token"])
@pytest.mark.parametrize("pasted", ["a\nb", "a\r\nb\r\n", "\na", "a\u2028b", "a\rb"])
async def test_several_lines_are_refused_with_the_reason(name: str, pasted: str) -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await adding(one, pilot)
        line = line_of(one, name)
        line.focus()
        await pilot.press("q")
        line.post_message(events.Paste(pasted))
        await wait_until(pilot, lambda: "Nothing was pasted: it has several" in screen_text(one))
        assert line.value == "q"


async def test_a_line_break_at_the_end_is_left_out_and_said() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await adding(one, pilot)
        line = line_of(one, "token")
        line.focus()
        await pilot.pause()
        line.post_message(events.Paste("  spaced\n"))
        await wait_until(pilot, lambda: "line break" in said_under(one, "token"))
        assert line.value == "  spaced"


async def test_a_paste_replaces_what_is_selected() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await adding(one, pilot)
        await fill(one, pilot, host="old.example")
        line = line_of(one, "host")
        line.focus()
        line.select_all()
        line.post_message(events.Paste("new.example"))
        await wait_until(pilot, lambda: line.value == "new.example")


async def test_the_messages_of_a_secret_line_hold_no_text() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await adding(one, pilot)
        line = line_of(one, "token")
        for kind in (SecretInput.Changed, SecretInput.Submitted, SecretInput.Blurred):
            message = kind(line, TYPED, None)
            assert isinstance(message, Input.Changed | Input.Submitted | Input.Blurred)
            assert TYPED not in repr(message)
            assert TYPED not in str(message)


async def test_another_kind_asks_for_the_secret_anew() -> None:
    one = app()
    async with one.run_test() as pilot:
        await ready(one, pilot)
        await editing(one, pilot, "b.example", "keychain")
        assert line_of(one, "username").value == "me"
        assert line_of(one, "password").placeholder == "unchanged"
        await choose(one, pilot, "BearerToken")
        assert line_of(one, "token").placeholder == ""
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "empty" in said_under(one, "token"))
        await choose(one, pilot, "BasicHTTP")
        assert line_of(one, "username").value == "me"
        assert line_of(one, "password").placeholder == "unchanged"
