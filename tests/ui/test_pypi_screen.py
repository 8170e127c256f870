"""The screen with what is stored for PyPI indexes, and the form in which more is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select
from textual.widgets._footer import FooterKey

from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.pypi.sample import sample
from authui.ui import clipboard
from authui.ui.app import AuthuiApp
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.index_form import IndexForm
from authui.ui.screens.pypi import PypiScreen
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.one_line import OneLine
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.pypi_home import KEYRING
from tests.support.real_keyring import keyring_program, put_as_keyring, use
from tests.ui.forms import answered, at_home, toasts, told
from tests.ui.snapshots import check
from tests.ui.states import demo
from tests.ui.support import info, screen_text, sentence, shown, wait_until
from tests.ui.test_home import app_in, ready

__all__ = ["gnome_keyring", "shared_gnome_keyring"]

INDEX = "https://pypi.example/simple/"
CORP = "https://pypi.corp.example/simple/"


@pytest.fixture(autouse=True)
def samples() -> Iterator[None]:
    """The sample stores as they are in the beginning, for this test and the next."""
    sample.cache_clear()
    yield
    sample.cache_clear()


def own_app(*, read_only: bool = False) -> AuthuiApp:
    """An app on this machine's stores for PyPI, and none of rattler's."""
    found = Discovery("pixi", (MemoryStore(info("file"), {}),), KEYRING, ())
    return AuthuiApp(lambda: found, read_only=read_only)


def screen_of(app: AuthuiApp) -> PypiScreen:
    (screen,) = [one for one in app.screen_stack if isinstance(one, PypiScreen)]
    return screen


async def settled(app: AuthuiApp, pilot: Pilot[None]) -> None:
    """Until all of it is read, and nothing stands above it."""
    await wait_until(pilot, lambda: isinstance(app.screen, PypiScreen))
    screen = screen_of(app)
    await wait_until(pilot, lambda: screen.listing is not None and not screen._is_reading)
    await wait_until(pilot, lambda: bool(screen.query(FooterKey)))


@asynccontextmanager
async def pypi_screen(
    app: AuthuiApp, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Pilot[None], PypiScreen]]:
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await pilot.press("p")
        await settled(app, pilot)
        yield pilot, screen_of(app)


def entries(screen: PypiScreen) -> list[tuple[str, str, str | None, str]]:
    assert screen.listing is not None
    found = screen.listing.entries
    return [(one.store, one.service, one.username, one.state) for one in found]


def pane(app: AuthuiApp) -> str:
    """What the pane says, however it is broken into lines."""
    return " ".join(str(screen_of(app).pane.query_one(Folded).render()).split())


def said(app: AuthuiApp) -> str:
    """What the form says is wrong."""
    return " ".join(shown(app, "#index-said").split())


async def go_to(app: AuthuiApp, pilot: Pilot[None], service: str, store: str = "keyring") -> None:
    """Put the cursor on an entry."""
    rows, start = screen_of(app).rows, f"{store}\0{service}\0"
    rows.go_to(next(n for n, line in enumerate(rows.lines) if (line.key or "").startswith(start)))
    await pilot.pause()


async def form(app: AuthuiApp, pilot: Pilot[None], key: str) -> IndexForm:
    await pilot.press(key)
    await wait_until(pilot, lambda: isinstance(app.screen, IndexForm))
    assert isinstance(app.screen, IndexForm)
    await wait_until(pilot, lambda: isinstance(app.focused, OneLine))
    return app.screen


async def fill(screen: IndexForm, pilot: Pilot[None], **values: str) -> None:
    for name, value in values.items():
        screen.query_one(f"#index-{name}", Input).value = value
    await pilot.pause()


async def test_what_it_looks_like_at_each_size() -> None:
    app = app_in(demo, is_demo=True)
    async with pypi_screen(app, (80, 24)) as (pilot, screen):
        await pilot.press("down", "down", "down")
        for width, height in ((80, 24), (60, 15), (120, 40), (200, 60)):
            await pilot.resize_terminal(width, height)
            await wait_until(pilot, lambda: screen.size.width == width)  # noqa: B023
            await pilot.pause(0.05)
            check(app, f"pypi {width}x{height}")
            assert {c for c in screen_text(app).replace("\n", "") if not c.isprintable()} == set()
            parts = [screen.query_one("#pypi-list"), screen.pane]
            assert all(screen.region.contains_region(one.region) for one in parts)
            assert not parts[0].region.overlaps(parts[1].region)
            assert screen.rows.size.height >= 2
            if width != 200:
                await form(app, pilot, "a")
                check(app, f"pypi form {width}x{height}")
                await pilot.press("escape")
                await settled(app, pilot)
        await pilot.resize_terminal(40, 24)
        await wait_until(pilot, lambda: screen.size.width == 40)
        await pilot.pause(0.05)
        assert screen_text(app).count("Secret Service: 3") == 1  # in two lines
        await pilot.resize_terminal(39, 24)
        await wait_until(pilot, lambda: "authui needs" in screen_text(app))


async def test_what_its_keys_do(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def copy(_app: object, text: str) -> clipboard.Copied:
        copied.append(text)
        return clipboard.Copied.NATIVE

    monkeypatch.setattr(clipboard, "copy", copy)
    app = app_in(demo, is_demo=True)
    async with pypi_screen(app) as (pilot, screen):
        assert "5 entries  2 in plaintext" in shown(app, "#pypi-numbers")
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert "Store a password for an index" in screen_text(app)
        assert "See what pixi sends to it" in screen_text(app)
        await pilot.press("escape")
        await settled(app, pilot)
        await go_to(app, pilot, "https://pypi.partner.example/simple", "uv")
        assert screen.check_action("edit", ()) is None  # uv's own
        assert "authui does not change it" in pane(app)
        await pilot.press("e", "d")
        assert app.screen is screen
        await go_to(app, pilot, CORP)
        await pilot.press("y")
        await told(app, pilot, "Copied index")
        assert copied == [CORP]
        edited = await form(app, pilot, "e")
        assert edited.query_one("#index-url", Input).disabled
        assert edited.query_one("#index-url", Input).value == CORP
        await fill(edited, pilot, password="new-4711")
        await pilot.press("ctrl+s")
        await told(app, pilot, f"Replaced {CORP}")
        await settled(app, pilot)
        await go_to(app, pilot, CORP)
        await form(app, pilot, "enter")  # nothing typed keeps what is stored
        await pilot.press("ctrl+s")
        await settled(app, pilot)
        await go_to(app, pilot, CORP)
        await pilot.press("d")
        text = await answered(app, pilot, f"Delete {CORP}?", "n")
        assert "User name  ci-reader" in text
        assert "Deleting does not revoke it" in text
        assert len(entries(screen)) == 5
        await pilot.press("d")
        await answered(app, pilot, "Delete", "y")
        await told(app, pilot, f"Deleted {CORP}")
        await settled(app, pilot)
        await wait_until(pilot, lambda: len(entries(screen)) == 4)
        sample.cache_clear()
        await pilot.press("r")
        await wait_until(pilot, lambda: len(entries(screen)) == 5)
        await pilot.press("tab")
        assert screen.pane.has_focus
        await pilot.press("escape")
        assert screen.rows.has_focus
        await go_to(app, pilot, "build.example", "netrc")
        await pilot.press("t")
        await wait_until(pilot, lambda: at_home(app))
        home = app.screen
        assert isinstance(home, EntriesScreen)
        assert home.tester.for_index
        assert home.tester.input.value == "https://builder@build.example/simple"
        await wait_until(pilot, lambda: not sentence(app).startswith("Type"))
        await pilot.press("escape", "p")
        await settled(app, pilot)
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        assert "4711" not in toasts(app) + screen_text(app)


async def test_a_netrc_file_is_filled_from_the_form(own_home: Path) -> None:
    """Where no keyring can be asked, the screen says why, and the netrc file is left."""
    netrc = own_home / ".netrc"
    app = own_app()
    async with pypi_screen(app) as (pilot, screen):
        assert screen.listing is not None
        failure = screen.listing.stores[-1].failure
        assert failure is not None
        assert failure.message in pane(app)
        assert any(failure.message in line.text for line in screen.rows.lines)
        assert "Nothing is stored for PyPI indexes" in screen_text(app)
        made = await form(app, pilot, "a")
        assert made.query_one("#index-store", Select).value == "netrc"
        for values, words in (
            ({}, "URL"),
            ({"url": INDEX}, "The user name is empty"),
            ({"user": "bob"}, "The password is empty"),
        ):
            await fill(made, pilot, **values)
            await pilot.press("ctrl+s")
            await wait_until(pilot, lambda: words in said(app))  # noqa: B023
        await fill(made, pilot, password="p q")
        await pilot.press("ctrl+s")
        question = await answered(app, pilot, "Store it unencrypted?", "n")
        assert netrc.name in question
        assert "as plain text, for whoever can read this file" in question
        assert app.screen is made
        assert not netrc.exists()
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Store it unencrypted?", "y")
        await wait_until(pilot, lambda: "white space" in said(app))
        assert not netrc.exists()
        await fill(made, pilot, password="pw-4711")
        lines = list(made.query(OneLine))
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Store it unencrypted?", "y")
        await told(app, pilot, "Stored pypi.example in")
        assert netrc.read_text() == "machine pypi.example login bob password pw-4711\n"
        assert netrc.stat().st_mode & 0o777 == 0o600
        await settled(app, pilot)
        await wait_until(
            pilot, lambda: entries(screen) == [("netrc", "pypi.example", "bob", "active")]
        )
        assert "4711" not in toasts(app) + screen_text(app)
        assert [line.value for line in lines] == ["", "", ""] or lines[-1].value == ""
        await pilot.press("d")
        text = await answered(app, pilot, "Delete pypi.example?", "y")
        assert "conda requests use this machine too" in text
        await told(app, pilot, "Deleted pypi.example")
        await wait_until(pilot, lambda: not entries(screen))
        assert netrc.read_text() == ""


@pytest.mark.keychain
async def test_a_real_keyring_is_filled_from_the_form(
    gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    other = "https://other.example/t/tk-4711/simple"
    put_as_keyring(gnome_keyring, other, "al", "other-4711")
    app = own_app()
    async with pypi_screen(app) as (pilot, screen):
        assert entries(screen) == [("keyring", other, "al", "active")]
        edited = await form(app, pilot, "e")
        assert (
            edited.query_one("#index-url", Input).value == "https://other.example/t/••••••/simple"
        )
        await fill(edited, pilot, password="changed-4711")
        await pilot.press("ctrl+s")
        await told(app, pilot, "Replaced https://other.example/t/••••••/simple")
        await settled(app, pilot)
        made = await form(app, pilot, "a")
        assert made.query_one("#index-store", Select).value == "keyring"
        await fill(made, pilot, url="https://bob:x@pypi.example/simple/")
        await pilot.press("enter", *"bob", "enter", *"pw-4711", "enter")
        await wait_until(pilot, lambda: "The index URL holds a password" in said(app))
        await fill(made, pilot, url=INDEX)
        line = made.query_one("#index-password", OneLine)
        await pilot.press("ctrl+s", "escape")  # it is stored, and said to be
        await told(app, pilot, f"Stored {INDEX} in")
        await settled(app, pilot)
        await wait_until(pilot, lambda: len(entries(screen)) == 2)
        assert ("keyring", INDEX, "bob", "active") in entries(screen)
        assert line.value == ""
        assert "4711" not in toasts(app) + screen_text(app)
        for service, user, password in ((other, "al", "changed-4711"), (INDEX, "bob", "pw-4711")):
            assert keyring_program("get", service, user).stdout == f"{password}\n"


async def test_a_run_that_changes_nothing_says_so(own_home: Path) -> None:
    (own_home / ".netrc").write_text("machine h.example login u password p\n")
    app = own_app(read_only=True)
    async with pypi_screen(app) as (pilot, screen):
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await told(app, pilot, "--read-only")
        await settled(app, pilot)
        assert entries(screen) == [("netrc", "h.example", "u", "active")]
        made = await form(app, pilot, "a")
        await fill(made, pilot, url=INDEX, user="bob", password="pw-4711")
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Store it unencrypted?", "y")
        await wait_until(pilot, lambda: "--read-only" in said(app))
        assert (own_home / ".netrc").read_text() == "machine h.example login u password p\n"
