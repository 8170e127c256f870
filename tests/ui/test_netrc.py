"""The netrc file as a person meets it on the screen."""

from __future__ import annotations

from pathlib import Path

from authui.stores.base import StoreInfo
from authui.stores.memory import MemoryStore
from authui.stores.netrc import NetrcStore
from authui.ui.app import AuthuiApp
from authui.ui.widgets.entry_rows import EntryRows
from tests.ui.forms import (
    adding,
    answered,
    at_home,
    choose,
    choose_store,
    fill,
    go_to,
    is_open,
    told,
)
from tests.ui.support import discovery, info, rows, shown, token, wait_until
from tests.ui.test_home import ready

OTHER = "machine other.example login o password p\n"


def app_at(path: Path) -> AuthuiApp:
    """An app that meets a keychain in memory, and the netrc file as it stands."""
    keychain = MemoryStore(info("keychain"), {"k.example": token()})
    place = StoreInfo("netrc", ("netrc",), "netrc", str(path), "default", encrypted=False)
    return AuthuiApp(lambda: discovery(keychain, NetrcStore(str(path), place)))


def words(app: AuthuiApp, selector: str) -> str:
    """What stands there, however it is broken into lines."""
    return " ".join(shown(app, selector).split())


async def test_a_machine_is_added_edited_deleted_and_comes_back(own_home: Path) -> None:
    path = own_home / ".netrc"
    path.write_text(OTHER)
    app = app_at(path)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot, "BasicHTTP")
        await choose_store(app, pilot, "netrc")
        await fill(app, pilot, host="h.example", username="me", password="p-1")
        await pilot.press("ctrl+s")
        question = await answered(app, pilot, "Write plain text?", "y")
        assert "Whoever can read that file" in question
        await told(app, pilot, "Saved h.example in the netrc file")
        assert path.read_text() == f"{OTHER}machine h.example login me password p-1\n"
        await wait_until(pilot, lambda: at_home(app) and len(rows(app)) == 3)
        await go_to(app, pilot, "other.example", "netrc")
        await pilot.press("e")
        await is_open(app, pilot)
        await fill(app, pilot, password="p-2")
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await told(app, pilot, "Saved other.example")
        changed = OTHER.replace("password p", "password p-2")
        assert path.read_text() == f"{changed}machine h.example login me password p-1\n"
        await wait_until(pilot, lambda: at_home(app) and len(rows(app)) == 3)
        await go_to(app, pilot, "h.example", "netrc")
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await told(app, pilot, "Deleted h.example from the netrc file")
        assert path.read_text() == changed
        await wait_until(pilot, lambda: at_home(app) and len(rows(app)) == 2)
        await pilot.press("u")
        await told(app, pilot, "Took back the deletion of h.example")
        assert path.read_text() == f"{changed}machine h.example login me password p-1\n"


async def test_another_kind_is_refused_before_anything_is_asked(own_home: Path) -> None:
    app = app_at(own_home / ".netrc")
    async with app.run_test() as pilot:
        await ready(app, pilot)
        screen = await adding(app, pilot, "BearerToken")
        await choose_store(app, pilot, "netrc")
        await fill(app, pilot, host="*.h.example", token="t-1")
        await wait_until(pilot, lambda: "no wildcards" in words(app, "#editor-effect"))
        await pilot.press("ctrl+s")
        said = "A netrc file holds user names with passwords only"
        await wait_until(pilot, lambda: said in words(app, "#editor-error"))
        assert app.screen is screen
        await choose(app, pilot, "BasicHTTP")
        await fill(app, pilot, username="me", password="p q")
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await wait_until(pilot, lambda: "white space" in words(app, "#editor-error"))
        assert not (own_home / ".netrc").exists()


async def test_a_file_that_a_reader_refuses_is_shown_as_it_is(own_home: Path) -> None:
    path = own_home / ".netrc"
    text = 'machine h.example login u password p\nmachine b.example password "a"b\n'
    path.write_text(text)
    app = app_at(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        assert ["h.example", "BasicHTTP", "netrc plaintext", "● active, read-only"] in rows(app)
        await go_to(app, pilot, "h.example", "netrc")
        await wait_until(pilot, lambda: "authui leaves this file as it is" in words(app, "#detail"))
        assert app.screen.check_action("delete", ()) is None
        await pilot.press("e")
        await told(app, pilot, "uv, which pixi uses for PyPI, cannot read it")
        assert at_home(app)
        assert app.screen.query_one(EntryRows).highlighted is not None
        assert path.read_text() == text
