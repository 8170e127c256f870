"""The screen where the system asks before it hands out a secret (see `tests.support.mac`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.ui.app import AuthuiApp
from authui.ui.screens.editor import EditorScreen
from authui.ui.screens.waiting import WaitingScreen
from tests.support.fake_security import FakeSecurity, Press
from tests.support.mac import mac
from tests.support.program import write_credentials
from tests.ui.forms import at_home, fill, go_to, is_open, toasts, told
from tests.ui.support import rows, screen_text, sentence, shown, wait_until
from tests.ui.test_home import ready, typed

__all__ = ["mac"]  # a fixture

WILL_ASK = "The macOS keychain asks you before it hands out what another program stored"


@pytest.fixture
def app(mac: FakeSecurity, own_home: Path) -> AuthuiApp:
    """Two entries of pixi's in the keychain, and one in the file."""
    mac.put("a.test", '{"BearerToken":"canary-1"}')
    mac.put("b.test", '{"BasicHTTP":{"username":"u","password":"p"}}')
    write_credentials(own_home, {"c.test": {"BearerToken": "t"}})
    return AuthuiApp(lambda: discover(Environment.current(), "pixi"))


def kinds(app: AuthuiApp) -> dict[str, str]:
    return {row[0]: row[1] for row in rows(app)}


async def at(app: AuthuiApp, pilot: Pilot[None], host: str) -> None:
    await ready(app, pilot)
    await go_to(app, pilot, host, "keychain")


async def test_what_is_not_read_yet(app: AuthuiApp, mac: FakeSecurity) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(app, pilot, "a.test")
        assert kinds(app) == {
            "a.test": "not read yet",
            "b.test": "not read yet",
            "c.test": "BearerToken",
        }
        text = " ".join(screen_text(app).split())
        assert "Kind not read yet" in text
        assert "x Read" in text
        await typed(app, pilot, "https://a.test/c")
        assert sentence(app) == (
            "? a.test from the keychain answers, but what it holds is not read yet"
        )
        assert WILL_ASK in shown(app, "#verdict")
        assert "x there reads it" in shown(app, "#verdict")
        assert rows(app)[0][3] == "? found, not read"
        await pilot.press("enter")
        await pilot.pause()
    assert mac.windows == []


async def test_x_reads_the_one(app: AuthuiApp, mac: FakeSecurity) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await typed_and_back(app, pilot)
        await pilot.press("x")
        await told(app, pilot, "Read a.test: bearer token")
        await wait_until(pilot, lambda: kinds(app)["a.test"] == "BearerToken")
        await wait_until(pilot, lambda: sentence(app).startswith("✓ a.test from the keychain"))
        assert kinds(app)["b.test"] == "not read yet"
        assert "x Read" not in " ".join(screen_text(app).split())
        await pilot.press("x")  # nothing is left to be read
        await pilot.press("r")
        await wait_until(pilot, lambda: kinds(app)["a.test"] == "BearerToken")
    assert mac.windows == ["secret of a.test"]
    assert "canary-1" not in toasts(app)


async def typed_and_back(app: AuthuiApp, pilot: Pilot[None]) -> None:
    await ready(app, pilot)
    await typed(app, pilot, "https://a.test/c")
    await pilot.press("down")
    await pilot.pause()


async def test_what_is_refused_stays_unread(app: AuthuiApp, mac: FakeSecurity) -> None:
    mac.presses = [Press.DENY]
    async with app.run_test(size=(120, 40)) as pilot:
        await at(app, pilot, "a.test")
        await pilot.press("x")
        await wait_until(pilot, lambda: bool(toasts(app)))
        assert "Read a.test" not in toasts(app)
        assert kinds(app)["a.test"] == "not read yet"


async def test_an_edit_reads_it_too(app: AuthuiApp, mac: FakeSecurity) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(app, pilot, "b.test")
        await pilot.press("e")
        screen = await is_open(app, pilot)
        await fill(app, pilot, password="new")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: screen not in app.screen_stack)
        await wait_until(pilot, lambda: kinds(app)["b.test"] == "BasicHTTP")
    item = mac.items[b"b.test", b"rattler"]
    assert item.data == b'{"BasicHTTP":{"username":"u","password":"new"}}'
    assert mac.windows == ["secret of b.test"]


async def test_a_window_nobody_answers_can_be_left(app: AuthuiApp, mac: FakeSecurity) -> None:
    mac.presses = [Press.NOTHING]
    async with app.run_test(size=(120, 40)) as pilot:
        await at(app, pilot, "b.test")
        await pilot.press("e")
        await wait_until(pilot, lambda: isinstance(app.screen, WaitingScreen))
        await wait_until(
            pilot, lambda: "A window of your keychain is waiting for you" in screen_text(app)
        )
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        assert not any(isinstance(screen, EditorScreen) for screen in app.screen_stack)
        assert toasts(app)
    mac.thawed.set()


async def test_deleting_asks_nobody(app: AuthuiApp, mac: FakeSecurity) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await at(app, pilot, "a.test")
        await pilot.press("d")
        await wait_until(pilot, lambda: "Delete a.test?" in screen_text(app))
        await pilot.press("y")
        await told(app, pilot, "This deletion cannot be undone")
    assert (b"a.test", b"rattler") not in mac.items
    assert mac.windows == []


async def test_a_migration_asks_for_what_it_has_to_know(
    app: AuthuiApp, mac: FakeSecurity, own_home: Path
) -> None:
    write_credentials(
        own_home, {"a.test": {"BearerToken": "canary-1"}, "c.test": {"BearerToken": "t"}}
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        await pilot.press("m")
        await wait_until(
            pilot, lambda: "Not known before the keychain is asked" in screen_text(app)
        )
        assert mac.windows == []
        await pilot.press("o")
        await wait_until(pilot, lambda: "There already: only the copy goes" in screen_text(app))
        assert mac.windows == ["secret of a.test"]
