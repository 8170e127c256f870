"""The canary through what is stored for indexes, and through what servers are asked with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from authui.model.credential import BearerToken
from authui.model.secret import Secret
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.index_form import IndexForm
from authui.ui.screens.pypi import PypiScreen
from tests.leaks.canary import CANARY
from tests.leaks.sight import Sight
from tests.support.loopback import Loopback, by_credential
from tests.ui.support import sentence, wait_until


async def _opened(app: Sight) -> PypiScreen:
    """With the canary in the netrc file of the test's own home."""
    (Path.home() / ".netrc").write_text(f"machine n.example login u password {CANARY}\n")
    await app.press("p")
    return await _settled(app)


async def _settled(app: Sight) -> PypiScreen:
    await app.wait_for(PypiScreen)
    screen = app.app.screen
    assert isinstance(screen, PypiScreen)
    await wait_until(app.pilot, lambda: screen.listing is not None and not screen._is_reading)
    await app.look()
    return screen


async def _type(app: Sight, **values: str) -> None:
    for name, value in values.items():
        app.app.screen.query_one(f"#index-{name}", Input).value = value
    await app.look()


async def change_for_an_index(app: Sight) -> None:
    """Every key on an entry: shown, changed, copied, deleted."""
    screen = await _opened(app)
    assert screen.highlighted is not None
    await app.press("question_mark")
    await app.wait_for(HelpScreen)
    await app.look()
    await app.press("escape", "y")
    await app.look()
    await app.press("e")
    await app.wait_for(IndexForm)
    line = app.app.screen.query_one("#index-password", Input)
    line.focus()
    await app.paste(f"{CANARY}\n{CANARY}")
    await app.look()
    await app.paste(f"{CANARY}2\n")
    assert line.value == f"{CANARY}2"
    await app.press("home", "shift+end", "ctrl+c", "ctrl+x")
    await app.look()
    await app.press("ctrl+s")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Replaced n.example" in app.toast())
    assert f"{CANARY}2" in (Path.home() / ".netrc").read_text()
    assert line.value == ""
    await _settled(app)
    await app.press("d")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Deleted n.example" in app.toast())
    await _settled(app)


async def add_for_an_index(app: Sight) -> None:
    """Refused for the one, and left for the other."""
    await _opened(app)
    await app.press("a")
    await app.wait_for(IndexForm)
    for url, user, password in (
        ("no url", "u", CANARY),
        ("https://i.example/simple", "", CANARY),
        ("https://n.example/simple", "other", CANARY),
        ("https://i.example/simple", "u", f"{CANARY} {CANARY}"),
    ):
        await _type(app, url=url, user=user, password=password)
        await app.press("ctrl+s")
        if isinstance(app.app.screen, ConfirmScreen):
            await app.look()
            await app.press("y")
        await wait_until(app.pilot, lambda: bool(app.app.screen.query("#index-said")))
        await wait_until(app.pilot, lambda: app.app.screen.query_one("#index-said").display)
        await app.look()
    line = app.app.screen.query_one("#index-password", Input)
    await app.press("escape")
    await _settled(app)
    assert line.value == ""


async def ask_a_server(app: Sight) -> None:
    """With the canary as its token, for a channel and for an index."""
    app.keychain._credentials["127.0.0.1"] = BearerToken(Secret(CANARY))
    with Loopback(by_credential(200, 401)) as server:
        for number in (2, 4):
            await app.press("t")
            app.home.tester.input.value = f"{server.url}/simple/{number}"
            await wait_until(app.pilot, lambda: sentence(app.app).startswith("✓"))
            await app.look()
            await app.press("enter")
            await app.wait_for(ConfirmScreen)
            await app.look()
            await app.press("y")
            await wait_until(app.pilot, lambda: len(server.requests) == number)  # noqa: B023
            await wait_until(app.pilot, lambda: bool(app.home.tester.verdict.said))
            await wait_until(app.pilot, lambda: not app.home.asking.is_asking)
            await app.look()
            await app.press("ctrl+t")
        assert [CANARY in str(one.authorization) for one in server.requests] == [True, False] * 2


RUNS: dict[str, tuple[type[Screen[Any]], Callable[[Sight], Awaitable[None]]]] = {
    "change for an index": (PypiScreen, change_for_an_index),
    "add for an index": (IndexForm, add_for_an_index),
    "ask a server": (EntriesScreen, ask_a_server),
}
