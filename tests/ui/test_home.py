"""The home screen in every state and size: what it says, and that nothing is cut or covered."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.theme import Theme
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets._footer import FooterKey

from authui.stores.discover import Discovery
from authui.ui.app import AuthuiApp
from authui.ui.screens.entries import EntriesScreen
from authui.ui.themes import DARK, LIGHT
from authui.ui.widgets.entries_body import EntriesBody
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.entry_table import EntryTable
from authui.ui.widgets.status_line import StatusLine
from authui.ui.widgets.url_tester import UrlTester
from tests.ui.snapshots import check
from tests.ui.states import SIZES, STATES, demo
from tests.ui.support import screen_text, sentence, wait_until

URLS = {
    "won": "https://repo.prefix.dev/my-channel",
    "lost": "https://internal.example/x",
    "none": "https://nowhere.test/",
    "bad": "repo.prefix.dev",
    "token": "https://conda.anaconda.org/my-channel",
    "signed": "s3://my-bucket/channel",
}


def app_in(state: Callable[[], Discovery], *, is_demo: bool = False) -> AuthuiApp:
    return AuthuiApp(state, demo=is_demo)


async def ready(app: AuthuiApp, pilot: Pilot[None], state: str = "demo") -> None:
    """Until the stores have told what they can, and the footer stands."""
    pending = {"loading": ("keychain",), "loading all": ("keychain", "file")}.get(state, ())
    home = app.screen
    assert isinstance(home, EntriesScreen)
    await wait_until(pilot, lambda: home.snapshot is not None and home.snapshot.pending == pending)
    await wait_until(pilot, lambda: bool(app.screen.query(FooterKey)))
    await wait_until(pilot, lambda: "Quit" in screen_text(app))


async def typed(app: AuthuiApp, pilot: Pilot[None], url: str) -> None:
    """Until the URL is answered, and the pane has followed."""
    await pilot.press("t")
    app.screen.query_one("#url", Input).value = url
    before = ("Type a URL", "Waiting")
    await wait_until(pilot, lambda: not sentence(app).startswith(before))
    await pilot.pause(0.15)
    await pilot.pause()


def parts(app: AuthuiApp) -> list[Widget]:
    """The parts that stand beside or below each other."""
    kinds = (StatusLine, UrlTester, EntryTable, EntryDetail)
    found: list[Widget] = [app.screen.query_one(kind) for kind in kinds]
    return [part for part in found if part.is_on_screen and part.region.area]


def check_regions(app: AuthuiApp) -> None:
    screen = app.screen.region
    shown = parts(app)
    for part in shown:
        assert screen.contains_region(part.region), part
    for number, one in enumerate(shown):
        for other in shown[number + 1 :]:
            assert not one.region.overlaps(other.region), (one, other)
    keys = [key.region for key in app.screen.query(FooterKey)]
    assert keys
    assert all(key.right <= screen.right and key.bottom == screen.bottom for key in keys)
    assert all(not a.overlaps(b) for n, a in enumerate(keys) for b in keys[n + 1 :])
    for key in app.screen.query(FooterKey):
        assert key.description in screen_text(app).splitlines()[-1]
    for part in shown:
        assert not part.region.overlaps(keys[0].reset_offset.translate((0, screen.bottom - 1)))
    rows = app.screen.query_one(EntryRows)
    if rows.region.area:
        assert rows.virtual_size.width <= rows.size.width
    verdict = app.screen.query_one("#verdict").region
    assert screen.contains_region(verdict)
    assert verdict.height >= 1


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("state", STATES)
async def test_each_state_at_each_size(state: str, size: tuple[int, int]) -> None:
    app = app_in(STATES[state], is_demo=state == "demo")
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot, state)
        check_regions(app)
        check(app, f"{state} {size[0]}x{size[1]}")
        text = screen_text(app)
        assert {c for c in text.replace("\n", "") if not c.isprintable()} == set()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("url", URLS)
async def test_each_answer_at_each_size(url: str, size: tuple[int, int]) -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await typed(app, pilot, URLS[url])
        check_regions(app)
        check(app, f"url {url} {size[0]}x{size[1]}")
        rows = app.screen.query_one(EntryRows)
        lit = [n for n in range(len(rows.entries)) if rows.row(n).is_lit]
        assert all(rows.scroll_y <= n < rows.scroll_y + rows.size.height for n in lit)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_each_kind_of_entry_in_the_pane(size: tuple[int, int]) -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await pilot.press("j", "j", "space")
        await wait_until(pilot, lambda: app.screen.query_one(EntryDetail).region.area > 0)
        check_regions(app)
        check(app, f"details {size[0]}x{size[1]}")


async def test_what_the_pane_says_of_each_entry() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(120, 60)) as pilot:
        await ready(app, pilot)
        told = []
        rows = app.screen.query_one(EntryRows)
        for number in range(len(rows.entries)):
            title = app.screen.query_one(EntryDetail)._title
            text = str(app.screen.query_one("#detail").render())
            # Relative to the clock, which the demo's fixed times are not.
            lines = [line for line in text.splitlines() if not line.startswith("Expire")]
            told.append("\n".join((f"== {title} ({rows.entries[number].store})", *lines)))
            await pilot.press("down")
        check_text = "\n".join(told)
        for words in (
            "The keychain holds the same pattern",
            "Item 2: Password for 'internal.example'",
            "Press r to see them side by side",
            "it is looked up as host.example",
            "Press o to unlock",
            "User name  builder",
            "In the netrc file: /home/demo/.netrc",
            "✓ s3://my-bucket/channel",
            "conda.corp.example from the file of",
            "In plain text: whoever can read the file can use it",
            "Put there by RATTLER_AUTH_FILE",
        ):
            assert " ".join(words.split()) in " ".join(check_text.split()), words


@pytest.mark.parametrize("theme", ["authui-dark", "authui-light", "ansi-dark", "ansi-light"])
async def test_the_winner_is_lit_in_every_theme(theme: str) -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(100, 30)) as pilot:
        app.theme = theme
        await ready(app, pilot)
        await typed(app, pilot, URLS["won"])
        rows = app.screen.query_one(EntryRows)
        lit = [n for n in range(len(rows.entries)) if rows.row(n).is_lit]
        assert lit == [1]
        assert str(rows.render_line(1)._segments[1].style) != str(
            rows.render_line(3)._segments[1].style
        )
        assert "✓ used" in screen_text(app)


async def test_without_colour_everything_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        await typed(app, pilot, URLS["won"])
        styles = {
            segment.style
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None
        }
        for style in styles:
            for colour in (style.color, style.bgcolor):
                if colour is not None and colour.triplet is not None:
                    assert len(set(colour.triplet)) == 1, style  # a grey
        for words in ("✓ used", "loses to keychain", "other host", "▌"):
            assert words in screen_text(app)


@pytest.mark.parametrize("size", [(20, 30), (39, 24), (80, 9), (20, 6)])
async def test_a_terminal_that_is_too_small_says_so(size: tuple[int, int]) -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: "authui needs" in screen_text(app))
        said = " ".join(screen_text(app).split())
        assert "40 columns and 10 lines" in said
        await pilot.resize_terminal(80, 24)
        await wait_until(pilot, lambda: "14 of 14 entries" in screen_text(app))
        assert "authui needs" not in screen_text(app)
        await pilot.resize_terminal(*size)
        await wait_until(pilot, lambda: "authui needs" in screen_text(app))
        await pilot.press("q")
        await wait_until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_ten_thousand_entries() -> None:
    from authui.stores.memory import MemoryStore
    from tests.ui.support import discovery, info, token

    many = {f"h{number}.example": token() for number in range(10_000)}
    app = app_in(lambda: discovery(MemoryStore(info("file"), many)))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        assert "10000 of 10000 entries" in screen_text(app)
        await pilot.press("G")
        await wait_until(pilot, lambda: "▌ h9999.example" in screen_text(app))
        await typed(app, pilot, "https://h5000.example/")
        await wait_until(pilot, lambda: "✓ used" in screen_text(app))
        await pilot.press("escape", "slash", *"h77")
        await wait_until(pilot, lambda: "111 of 10000 entries" in screen_text(app))
        body = app.screen.query_one(EntriesBody)
        assert body.match is not None
        assert body.match.host == "h5000.example"


NAMED_THEME = """
import asyncio
from authui.ui.app import AuthuiApp
from tests.ui.states import demo
async def main():
    app = AuthuiApp(demo, demo=True)
    async with app.run_test() as pilot:
        print(app.theme, app.screen.styles.background.hex.lower())
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("name", "theme"), [("authui-light", LIGHT), ("authui-dark", DARK), ("no-such-theme", DARK)]
)
def test_a_theme_that_the_environment_names(name: str, theme: Theme) -> None:
    """Textual takes it when it is imported, before there are themes of ours."""
    done = subprocess.run(
        [sys.executable, "-c", NAMED_THEME],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TEXTUAL_THEME": name},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [theme.name, (theme.background or "").lower()]
