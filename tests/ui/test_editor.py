"""The editor for each kind, in each size: what it shows, and that nothing is cut."""

from __future__ import annotations

import pytest
from textual.widgets import Button, Collapsible, Label
from textual.widgets._footer import FooterKey

from authui.model.credential import KINDS, Kind
from authui.model.entry import StoreId
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.patience import Patience
from authui.ui.app import AuthuiApp
from authui.ui.screens import duplicates
from authui.ui.screens.duplicates import DuplicatesScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.waiting import WaitingScreen
from tests.ui.forms import (
    adding,
    answered,
    app_of,
    asked,
    choose_store,
    editing,
    editor,
    fill,
    go_to,
    store_of,
)
from tests.ui.snapshots import check
from tests.ui.states import NOW, demo
from tests.ui.support import screen_text, shown, wait_until
from tests.ui.test_home import ready

SIZES = ((80, 24), (60, 15), (120, 40))
STORED: dict[Kind, tuple[str, StoreId]] = {
    "BearerToken": ("*.corp.example", "keychain"),
    "BasicHTTP": ("conda.corp.example", "auth-file"),
    "CondaToken": ("conda.anaconda.org", "file"),
    "S3Credentials": ("s3://my-bucket", "keychain"),
    "OAuth": ("sso.example", "keychain"),
}

sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def check_form(app: AuthuiApp, name: str) -> None:
    """Nothing is cut, what is below can be reached, and the buttons can be seen."""
    screen = app.screen
    box = screen.query_one("#editor").content_region
    assert screen.region.contains_region(screen.query_one("#editor").region)
    for button in screen.query(Button):
        assert box.contains_region(button.region), button
    form = editor(app).form
    assert form.virtual_size.width <= form.size.width or not form.show_horizontal_scrollbar
    for label in screen.query(Label):
        if label.region.area:
            assert len(str(label.visual)) < label.region.width, label.visual
    if app.focused is not None and form in app.focused.ancestors:
        assert form.region.contains_region(app.focused.region), app.focused
    check_footer(app)
    check(app, name)


def check_footer(app: AuthuiApp) -> None:
    bottom = screen_text(app).splitlines()[-1]
    keys = app.screen.query(FooterKey)
    assert keys
    assert all(key.description in bottom for key in keys)


def named(what: str, size: tuple[int, int]) -> str:
    return f"{what} {size[0]}x{size[1]}"


@sizes
@pytest.mark.parametrize("kind", KINDS)
async def test_adding_each_kind(kind: Kind, size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await adding(app, pilot, kind)
        check_form(app, named(f"add {kind}", size))


@sizes
@pytest.mark.parametrize("kind", KINDS)
async def test_editing_each_kind(kind: Kind, size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await editing(app, pilot, *STORED[kind])
        check_form(app, named(f"edit {kind}", size))
        assert "fake" not in screen_text(app)


@sizes
async def test_errors(size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await adding(app, pilot, "S3Credentials")
        await fill(app, pilot, host="s3://bucket")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: len(app.screen.query(".-wrong")) == 2)
        await pilot.pause()
        check_form(app, named("editor errors", size))


@sizes
async def test_a_proposal(size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="https://Example.com:443/channel")
        check_form(app, named("editor proposal", size))
        assert "ctrl+y takes example.com" in screen_text(app)


@sizes
async def test_what_another_program_changed(size: tuple[int, int]) -> None:
    found = demo()
    app = app_of(found)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "*.corp.example", "keychain")
        await choose_store(app, pilot, "file")
        store = store_of(found, "keychain")
        other = Secret('{"BearerToken":"another"}')
        store.write("*.corp.example", other, before=store.read("*.corp.example"))
        home = app.screen_stack[0]
        assert isinstance(home, EntriesScreen)
        home.reload()
        await wait_until(pilot, lambda: "Another program" in shown(app, "#editor-stale"))
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await wait_until(pilot, lambda: shown(app, "#editor-error") != "")
        await pilot.pause(0.1)
        check_form(app, named("editor stale", size))
        assert store.read("*.corp.example") == Stored(other)


@sizes
async def test_a_question(size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "*.prefix.dev", "keychain")
        await pilot.press("d")
        await asked(app, pilot, "Delete *.prefix.dev?")
        check(app, named("delete", size))
        for button in app.screen.query(Button):
            assert app.screen.query_one("#confirm").content_region.contains_region(button.region)


@sizes
async def test_the_chooser(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "time", lambda: NOW)
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "internal.example", "keychain")
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, DuplicatesScreen))
        await wait_until(pilot, lambda: "another secret" in screen_text(app))
        await wait_until(pilot, lambda: bool(app.screen.query(FooterKey)))
        await pilot.pause()
        check_footer(app)
        check(app, named("duplicates", size))


@sizes
async def test_waiting(size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        patience = Patience()
        patience.begin()
        await app.push_screen(WaitingScreen("Saving *.prefix.dev", patience))
        await wait_until(pilot, lambda: "A window of your keychain" in screen_text(app))
        check(app, named("waiting", size))
        await pilot.press("escape")
        await wait_until(pilot, lambda: "Stopping" in screen_text(app))
        assert patience.is_cancelled


async def test_the_line_with_the_focus_looks_like_one() -> None:
    app = app_of(demo())
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "*.corp.example", "keychain")
        token, host = app.focused, editor(app).form.host_field.line
        assert token is not None
        assert token.background_colors[1] != host.background_colors[1]
        assert host.background_colors[1] != host.background_colors[0]
        assert token.background_colors[1] != token.background_colors[0]


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_the_rarely_typed_fields_unfold(size: tuple[int, int]) -> None:
    app = app_of(demo())
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "sso.example", "keychain")
        folded = app.screen.query_one(Collapsible)
        assert folded.collapsed
        folded.query_one("CollapsibleTitle").focus()
        await pilot.press("enter")
        await wait_until(pilot, lambda: not folded.collapsed)
        await pilot.press("tab", "tab", "tab", "tab", "tab")
        await pilot.pause(0.3)
        check_form(app, named("editor advanced", size))
