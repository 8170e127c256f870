"""The canary through every screen of a migration: planned, decided about, moved, taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.screen import Screen

from authui.model.errors import ChangedMeanwhile
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.migration import MigrationScreen
from authui.ui.screens.store_choice import StoreChoiceScreen
from tests.leaks.sight import Sight
from tests.ui.support import screen_text, wait_until


async def _opened(app: Sight) -> MigrationScreen:
    await app.press("m")
    await app.wait_for(MigrationScreen)
    return await _settled(app)


async def _settled(app: Sight) -> MigrationScreen:
    await app.wait_for(MigrationScreen)
    screen = app.app.screen
    assert isinstance(screen, MigrationScreen)
    await wait_until(app.pilot, lambda: not screen._is_busy)
    await app.pilot.pause()
    await app.look()
    return screen


async def migrate(app: Sight) -> None:
    """From the keychain to the file, which holds another of one name: every key, and back."""
    await app.go_to("file.example")
    await _opened(app)
    await app.press("w")
    screen = await _settled(app)
    assert "bearertoken.example" in screen_text(app.app)
    for _ in screen.body.rows.lines:
        await app.press("space")
        await app.look()
        await app.press("space", "down")
        await app.look()
    await app.press("question_mark")
    await app.wait_for(HelpScreen)
    await app.look()
    await app.press("escape")
    await _apply(app)
    assert "done" in screen_text(app.app)
    await app.press("u")
    await app.look()
    await _apply(app)
    assert "done" in screen_text(app.app)


async def migrate_what_is_in_conflict(app: Sight) -> None:
    """The same name in both, and another credential."""
    app.keychain._credentials["file.example"] = app.keychain._credentials["basichttp.example"]
    screen = await _opened(app)
    assert "≠" in screen_text(app.app)
    for key in ("1", "2", "3", "right", "left"):
        await app.press(key)
        await app.look()
    await app.press("1")
    await _apply(app)
    assert "1 done" in screen_text(app.app)
    await app.press("escape")
    assert screen is not None


async def migrate_what_fails(app: Sight) -> None:
    """Where the keychain refuses each, and where the plan is out of date."""
    await _opened(app)
    app.keychain.fails = ChangedMeanwhile("It went wrong", "So")
    await _apply(app)
    assert "1 failed" in screen_text(app.app)
    app.keychain.fails = None
    await app.press("r")
    await _settled(app)
    app.file._credentials["new.example"] = app.file._credentials["file.example"]
    await _apply(app)
    await wait_until(app.pilot, lambda: "has changed since the plan" in app.toast())
    await app.look()


async def choose_a_store(app: Sight) -> None:
    await _opened(app)
    for key in ("s", "t"):
        await app.press(key)
        await app.wait_for(StoreChoiceScreen)
        await app.look()
        await app.press("escape")
        await app.wait_for(MigrationScreen)


async def _apply(app: Sight) -> None:
    await app.press("enter")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await _settled(app)


RUNS: dict[str, tuple[type[Screen[Any]], Callable[[Sight], Awaitable[None]]]] = {
    "migrate": (MigrationScreen, migrate),
    "migrate what is in conflict": (MigrationScreen, migrate_what_is_in_conflict),
    "migrate what fails": (MigrationScreen, migrate_what_fails),
    "choose a store": (StoreChoiceScreen, choose_a_store),
}
"""What is done, and the screen that it is about."""
