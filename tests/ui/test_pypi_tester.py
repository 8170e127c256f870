"""The tester's answers for PyPI requests: the switch, both halves, and the keyring program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from authui.model.credential import Credential
from authui.stores.base import Store
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.entries import EntriesScreen
from tests.support.pypi_home import KEYRING, put_program
from tests.ui.forms import asked, at_home, toasts
from tests.ui.states import demo
from tests.ui.support import info, screen_text, sentence, shown, token, wait_until
from tests.ui.test_home import app_in, ready

URL = "https://bob@pypi.example/simple"
NETRC = "machine pypi.example login bob password netrc-4711\n"
RECORDING = (
    'echo "$@" >>"$HOME/calls"\nwhile [ -e "$HOME/closed" ]; do sleep 0.05; done\necho keyring-4711'
)
"""A keyring program that keeps how it is called, waits as long as it may not pass, and answers."""


def app_on(
    *stores: Store, pixi: PixiConfig = KEYRING, credentials: dict[str, Credential] | None = None
) -> AuthuiApp:
    """An app for pixi with this configuration; without stores one file that holds this."""
    found = stores or (MemoryStore(info("file"), credentials or {}),)
    return AuthuiApp(lambda: Discovery("pixi", found, pixi, ()))


@asynccontextmanager
async def at_index(
    app: AuthuiApp, url: str = URL, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Pilot[None]]:
    """The answer for PyPI requests to this URL."""
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await pilot.press("P")
        await tried(app, pilot, url)
        yield pilot


@pytest.fixture
def program(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The recording keyring program, first on the PATH."""
    monkeypatch.setenv("PATH", f"{own_home / 'bin'}:/usr/bin:/bin")
    return put_program(own_home, RECORDING)


async def tried(app: AuthuiApp, pilot: Pilot[None], url: str) -> None:
    """Until what is typed into the line is answered, and the pane has followed."""
    tester = home(app).tester
    tester.input.focus()
    tester.input.value = url
    await pilot.pause()
    await wait_until(pilot, lambda: tester._is_settled)


def home(app: AuthuiApp) -> EntriesScreen:
    assert isinstance(app.screen, EntriesScreen)
    return app.screen


def words(app: AuthuiApp, selector: str) -> str:
    """What stands there, however it is broken into lines."""
    return " ".join(shown(app, selector).split())


def pane(app: AuthuiApp) -> str:
    return words(app, "#detail")


def begins(app: AuthuiApp, verdict: str) -> bool:
    return sentence(app).startswith(verdict)


def calls(folder: Path) -> list[str]:
    path = folder / "calls"
    return path.read_text().splitlines() if path.exists() else []


async def test_three_ways_to_turn_it() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(app, pilot)
        tester = home(app).tester
        await pilot.press("P")
        assert tester.for_index
        assert shown(app, "#url-label") == "PyPI"
        assert tester.input.placeholder == "https://user@index.example/simple"
        await pilot.press("P", "t", "P")
        assert (tester.input.value, tester.for_index) == ("P", False)
        assert shown(app, "#url-label") == "URL"
        await tried(app, pilot, "https://build.example/simple")
        assert "PyPI requests" in screen_text(app).splitlines()[-1]
        assert "conda requests" not in pane(app)
        await pilot.press("ctrl+t")
        await wait_until(pilot, lambda: "conda requests" in pane(app))
        assert app.focused is tester.input
        assert tester.input.value == "https://build.example/simple"
        await pilot.click("#url-label")
        await wait_until(pilot, lambda: "conda requests" not in pane(app))
        assert not tester.for_index
        assert sentence(app).startswith("✓ build.example")


async def test_other_clients_have_no_pypi_half() -> None:
    store = MemoryStore(info("file"), {"h.example": token()})
    app = AuthuiApp(lambda: Discovery("rattler", (store,), None, ()))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("P", "t", "ctrl+t")
        refusal = "rattler installs nothing from PyPI: only pixi does"
        await wait_until(pilot, lambda: toasts(app).count(refusal) == 2)
        assert not home(app).tester.for_index
        assert shown(app, "#url-label") == "URL"


async def test_both_halves_stand_side_by_side(own_home: Path) -> None:
    """netrc for the one, a file of rattler's for the other, and what stands in their way."""
    (own_home / ".netrc").write_text(NETRC)
    app = app_on(pixi=PixiConfig(), credentials={"pypi.example": token("secret-4711")})
    async with at_index(app) as pilot:
        assert sentence(app) == "✓ The netrc file answers: Authorization: Basic ••••••"
        text = pane(app)
        assert text.startswith("PyPI requests The netrc file answers")
        assert "netrc file, as uv reads it ✓ machine pypi.example answers: line 1" in text
        trap = "The user name in the URL keeps rattler's stores from being asked"
        assert trap in text
        assert trap in words(app, "#verdict")
        assert "conda requests The user name in the URL is sent" in text
        await tried(app, pilot, "https://pypi.example/simple")
        assert sentence(app).startswith("✓ pypi.example from the credentials file")
        text = pane(app)
        assert "✓ pypi.example in the credentials file answers" in text
        assert "conda requests pypi.example from the credentials file" in text
        assert "4711" not in text
        for url, verdict in {
            "https://no.example/simple": "○ Nothing is sent: neither rattler's stores nor uv",
            "https://u@no.example/simple": "○ Only the user name in the URL is sent",
            "https://u:4711@no.example/simple": "✓ The user name and password in the URL are sent",
            "s3://bucket/simple": "✗ pixi makes no requests to s3: URLs for PyPI packages",
        }.items():
            home(app).tester.input.value = url
            await wait_until(pilot, partial(begins, app, verdict))
            assert "4711" not in sentence(app) + pane(app)
        await tried(app, pilot, "https://u@no.example/simple")
        assert "pypi-config.keyring-provider subprocess" in words(app, "#verdict")
        await tried(app, pilot, "pypi.example")
        assert home(app).tester.answer is None
        assert home(app).check_action("run_keyring", ()) is False


async def test_the_program_runs_after_a_yes_which_names_it(program: Path, own_home: Path) -> None:
    app = app_on()
    async with at_index(app, size=(120, 40)) as pilot:
        assert sentence(app) == "? What is sent is not known before the keyring is asked"
        assert "· keyring get https://pypi.example/simple bob not run" in pane(app)
        await pilot.press("escape")
        await wait_until(pilot, lambda: "K Run keyring" in screen_text(app))
        for no in ("n", "escape", "enter"):
            await pilot.press("K", "K")  # twice, and asked once
            await asked(app, pilot, "Run the keyring program?")
            await pilot.press(no)
            await wait_until(pilot, lambda: at_home(app))
        home(app).action_run_keyring()
        home(app).action_run_keyring()
        await asked(app, pilot, "Run the keyring program?")
        assert sum(isinstance(one, ConfirmScreen) for one in app.screen_stack) == 1
        told = words(app, "#confirm-text")
        assert "keyring get https://pypi.example/simple bob keyring get pypi.example bob" in told
        assert str(program) in told.replace(" ", "")
        assert calls(own_home) == []
        await pilot.press("y")
        await wait_until(pilot, lambda: at_home(app) and sentence(app).startswith("✓"))
        assert sentence(app) == "✓ The keyring answers: Authorization: Basic ••••••"
        await wait_until(pilot, lambda: "✓ keyring get https://pypi.example" in pane(app))
        assert calls(own_home) == ["get https://pypi.example/simple bob"]
        assert home(app).check_action("run_keyring", ()) is False
        assert "4711" not in screen_text(app) + pane(app)
        await pilot.press("K")
        assert at_home(app)


async def running(app: AuthuiApp, pilot: Pilot[None], folder: Path) -> None:
    """The program runs, and does not answer yet."""
    (folder / "calls").unlink(missing_ok=True)
    (folder / "closed").touch()
    await tried(app, pilot, URL)
    await pilot.press("escape", "K")
    await asked(app, pilot, "Run the keyring program?")
    await pilot.press("y")
    await wait_until(pilot, lambda: bool(calls(folder)))
    assert "Asking the keyring program… esc does not wait for it" in words(app, "#verdict")


async def test_what_comes_too_late_is_dropped(program: Path, own_home: Path) -> None:
    """To another URL, to the same one for conda requests now, and once nobody waits."""
    app = app_on()
    async with at_index(app) as pilot:

        async def dropped(before: str) -> None:
            await wait_until(pilot, lambda: "Asking" not in words(app, "#verdict"))
            assert sentence(app).startswith(before)
            (own_home / "closed").unlink()
            await wait_until(pilot, lambda: not home(app).asking.is_asking)
            await pilot.pause(0.1)
            assert sentence(app).startswith(before)

        await running(app, pilot, own_home)
        await tried(app, pilot, "https://other.example/simple")
        await dropped("○ Nothing is sent")
        await running(app, pilot, own_home)
        await pilot.press("P")
        await dropped("✓ The user name in the URL is sent")
        assert "conda requests" not in pane(app)
        await pilot.press("P")
        await running(app, pilot, own_home)
        await pilot.press("escape")
        await dropped("?")
        assert app.focused is home(app).table.rows


async def test_without_a_program_there_is_nothing_to_run(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(own_home))
    app = app_on()
    async with at_index(app):
        assert "the program is none on the PATH" in pane(app)
        assert "no program named keyring can be run" in pane(app)
        assert sentence(app).startswith("○ Only the user name in the URL is sent")
        assert not home(app).check_action("run_keyring", ())


async def test_what_a_registry_needs_is_said() -> None:
    app = app_on()
    url = "https://europe-python.pkg.dev/project/repository/simple"
    async with at_index(app, url, (100, 60)):
        assert "oauth2accesstoken" in words(app, "#verdict")
        assert "--with keyrings.google-" in pane(app)  # the line ends there


async def test_other_hosts_need_nothing_more() -> None:
    app = app_on()
    async with at_index(app, "https://index.example/simple", (100, 60)):
        assert "oauth2accesstoken" not in pane(app)
