"""The canary through the screen of what is stored for PyPI indexes, and its form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.screen import Screen

from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.index_form import IndexForm
from authui.ui.screens.pypi import PypiScreen
from authui.ui.widgets.one_line import PlainLine, SecretInput
from tests.leaks.canary import CANARY
from tests.leaks.sight import Sight
from tests.ui.support import wait_until


async def _opened(app: Sight) -> PypiScreen:
    Path.home().joinpath(".netrc").write_text(
        f"machine stored.example login me password {CANARY}\n", encoding="utf-8"
    )
    await app.go_to("file.example")
    await app.press("p")
    return await _settled(app)


async def _settled(app: Sight) -> PypiScreen:
    await app.wait_for(PypiScreen)
    screen = app.app.screen
    assert isinstance(screen, PypiScreen)
    await wait_until(app.pilot, lambda: screen.listing is not None and not screen.is_reading)
    await app.look()
    return screen


async def list_and_delete(app: Sight) -> None:
    screen = await _opened(app)
    await wait_until(app.pilot, lambda: screen.highlighted is not None)
    await app.press("y", "question_mark")
    await app.look()
    await app.press("escape", "d")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Deleted" in app.toast())
    await _settled(app)
    assert CANARY not in Path.home().joinpath(".netrc").read_text(encoding="utf-8")


async def store(app: Sight) -> None:
    await _opened(app)
    await app.press("a")
    await app.wait_for(IndexForm)
    form = app.app.screen
    form.query_one("#index-url", PlainLine).value = "https://new.example/simple"
    form.query_one("#index-user", PlainLine).value = "me"
    line = form.query_one("#index-password", SecretInput)
    line.focus()
    await app.paste(f"{CANARY}\n{CANARY}")
    await app.look()
    line.value = CANARY[:-2]
    line.action_end()
    await app.press(*CANARY[-2:])
    await app.look()
    await app.press("ctrl+s")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Stored" in app.toast())
    await _settled(app)
    assert line.value == ""
    assert CANARY in Path.home().joinpath(".netrc").read_text(encoding="utf-8")


async def refused(app: Sight) -> None:
    """A URL with a password in it, and a password that no netrc file can hold."""
    await _opened(app)
    await app.press("a")
    await app.wait_for(IndexForm)
    form = app.app.screen
    form.query_one("#index-user", PlainLine).value = "me"
    form.query_one("#index-password", SecretInput).value = f'{CANARY} "'
    for url in (
        "https://",
        f"https://me:{CANARY}@new.example/simple",
        "https://new.example/simple",
    ):
        form.query_one("#index-url", PlainLine).value = url
        await app.press("ctrl+s")
        await wait_until(
            app.pilot,
            lambda: (
                isinstance(app.app.screen, ConfirmScreen) or form.query_one("#index-said").display
            ),
        )
        if isinstance(app.app.screen, ConfirmScreen):
            await app.press("y")
            await app.wait_for(IndexForm)
        await wait_until(app.pilot, lambda: form.query_one("#index-said").display)
        form.query_one("#index-url", PlainLine).value = ""
        await app.pilot.pause()
        app.messages.clear()  # the line itself shows what is typed into it
        await app.look()
    await app.press("escape")
    await _settled(app)


async def an_index_with_a_password(app: Sight) -> None:
    """The line shows what is typed into it; what is said of it for PyPI requests does not."""
    await app.go_to("file.example")
    await app.press("P", "t")
    await app.paste(f"https://user:{CANARY}@bearertoken.example/simple")
    await wait_until(app.pilot, lambda: app.home.body.result is not None)
    await app.pilot.pause(0.1)
    app.messages.clear()
    await app.press("ctrl+u")
    await wait_until(app.pilot, lambda: app.home.body.result is None)


RUNS: dict[str, tuple[type[Screen[Any]], Callable[[Sight], Awaitable[None]]]] = {
    "PyPI entries": (PypiScreen, list_and_delete),
    "store for an index": (IndexForm, store),
    "refuse for an index": (IndexForm, refused),
    "an index with a password": (EntriesScreen, an_index_with_a_password),
}
"""What is done, and the screen that it is about."""
