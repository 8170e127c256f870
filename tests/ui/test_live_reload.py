"""What other programs change shows up by itself, and takes nothing from whoever is at work."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.editor import EditorScreen
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.entry_table import EntryTable
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.program import write_credentials
from tests.ui.forms import (
    adding,
    answered,
    at_home,
    editing,
    editor,
    fill,
    go_to,
    line_of,
    told,
)
from tests.ui.support import rows, screen_text, shown, wait_until
from tests.ui.test_home import ready

__all__ = ["gnome_keyring", "shared_gnome_keyring"]

TOKEN = {"BearerToken": "t-1"}
OTHER = {"BearerToken": "t-2"}
THREE = {"a.example": TOKEN, "b.example": TOKEN, "c.example": TOKEN}


def app_on_machine() -> AuthuiApp:
    return AuthuiApp(lambda: discover(Environment.current(), "pixi"))


def replace(home: Path, value: object) -> Path:
    """As rattler writes: another file in its place."""
    path = home / ".rattler" / "credentials.json"
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value))
    os.replace(new, path)
    return path


def hosts(app: AuthuiApp) -> list[str]:
    home = app.screen_stack[0]
    return [entry.host or "" for entry in home.query_one(EntryRows).entries]


async def test_a_changed_file_keeps_cursor_and_filter(own_home: Path) -> None:
    write_credentials(own_home, THREE)
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("slash", *"example", "enter", "down")
        await wait_until(pilot, lambda: "3 of 3 entries" in screen_text(app))
        replace(own_home, {"0.example": TOKEN, **THREE, "z.test": TOKEN})
        await wait_until(pilot, lambda: "4 of 5 entries" in screen_text(app))
        highlighted = app.screen.query_one(EntryRows).highlighted
        assert highlighted is not None
        assert highlighted.host == "b.example"
        assert app.screen.query_one(EntryTable).is_filtering
        (own_home / ".rattler" / "credentials.json").unlink()
        await wait_until(pilot, lambda: hosts(app) == [])


async def test_a_file_that_comes_later(own_home: Path) -> None:
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        assert hosts(app) == []
        write_credentials(own_home, {"a.example": TOKEN})
        await wait_until(pilot, lambda: hosts(app) == ["a.example"])


async def test_an_open_form_stays_as_it_is(own_home: Path) -> None:
    write_credentials(own_home, THREE)
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "b.example", "file")
        await pilot.press(*"typed")
        replace(own_home, {**THREE, "d.example": TOKEN})
        await wait_until(pilot, lambda: "d.example" in hosts(app))
        await pilot.pause(0.2)
        assert line_of(app, "token").value == "typed"
        assert line_of(app, "token").has_focus
        assert not app.screen.query_one("#editor-stale").display
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await told(app, pilot, "Saved b.example")
        file = json.loads((own_home / ".rattler" / "credentials.json").read_text())
        assert file == {**THREE, "b.example": {"BearerToken": "typed"}, "d.example": TOKEN}


@pytest.mark.parametrize("now", [{**THREE, "b.example": OTHER}, {"a.example": TOKEN}])
async def test_a_form_says_that_its_entry_changed(own_home: Path, now: dict[str, object]) -> None:
    write_credentials(own_home, THREE)
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        screen = await editing(app, pilot, "b.example", "file")
        await pilot.press(*"typed")
        assert screen.check_action("look_again", ()) is False
        path = replace(own_home, now)
        await wait_until(pilot, lambda: "Another program" in shown(app, "#editor-stale"))
        assert line_of(app, "token").value == "typed"
        before = path.read_text()
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await wait_until(pilot, lambda: screen.query_one("#editor-error").display)
        assert path.read_text() == before
        await pilot.press("ctrl+l")
        await wait_until(pilot, lambda: not app.screen.query_one("#editor-stale").display)
        await wait_until(pilot, lambda: line_of(app, "token").value == "typed")
        assert not app.screen.query_one("#editor-error").display
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await told(app, pilot, "Saved b.example")
        assert json.loads(path.read_text()) == {**now, "b.example": {"BearerToken": "typed"}}


async def test_a_form_behind_a_question_is_told_too(own_home: Path) -> None:
    write_credentials(own_home, THREE)
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        screen = await editing(app, pilot, "b.example", "file")
        await pilot.press(*"typed", "ctrl+s")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        replace(own_home, {**THREE, "b.example": OTHER})
        await wait_until(pilot, lambda: screen.query_one("#editor-stale").display)
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, EditorScreen))
        assert "Another program" in shown(app, "#editor-stale")


async def test_our_own_change_moves_the_cursor_and_stays_undoable(own_home: Path) -> None:
    write_credentials(own_home, THREE)
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "c.example", "file")
        await pilot.press("d")
        await answered(app, pilot, "Delete c.example?", "y")
        await wait_until(pilot, lambda: hosts(app) == ["a.example", "b.example"])
        replace(own_home, {"a.example": TOKEN})  # another entry
        await wait_until(pilot, lambda: hosts(app) == ["a.example"])
        await pilot.press("u")
        await wait_until(pilot, lambda: hosts(app) == ["a.example", "c.example"])
        highlighted = app.screen.query_one(EntryRows).highlighted
        assert highlighted is not None
        assert highlighted.host == "c.example"


@pytest.mark.keychain
async def test_the_keychain_of_another_program(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    client = gnome_keyring.client
    client.put("current", "b.example", json.dumps(TOKEN))
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        assert hosts(app) == ["b.example"]
        client.put("current", "a.example", json.dumps(TOKEN))
        await wait_until(pilot, lambda: hosts(app) == ["a.example", "b.example"])
        await opened_then_deleted(app, pilot, gnome_keyring)
        client.put("python-keyring", "a.example", json.dumps(OTHER))
        await wait_until(pilot, lambda: rows(app)[0][-1] == "✗ ambiguous (2)")


async def opened_then_deleted(
    app: AuthuiApp, pilot: Pilot[None], gnome_keyring: GnomeKeyring
) -> None:
    client = gnome_keyring.client
    await editing(app, pilot, "b.example", "keychain")
    await pilot.press(*"typed")
    unlocked, _ = client.search({"service": "rattler", "username": "b.example"})
    client.delete(unlocked[0])
    await wait_until(pilot, lambda: "deleted this entry" in shown(app, "#editor-stale"))
    assert line_of(app, "token").value == "typed"
    await pilot.press("escape", "y")
    await wait_until(pilot, lambda: at_home(app))


@pytest.mark.keychain
async def test_a_form_for_a_new_entry_is_left_alone(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    app = app_on_machine()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="new.example", token="typed")
        gnome_keyring.client.put("current", "new.example", json.dumps(TOKEN))
        await wait_until(pilot, lambda: hosts(app) == ["new.example"])
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "already" in shown(app, "#editor-error"))
        assert editor(app).form.host == "new.example"
