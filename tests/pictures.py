"""The pictures in `screenshots/`, made of the demo. Run as `make screenshots`.

Each is an SVG, and a PNG made from it. No stored credential of anybody can be on them: the demo
reads nothing.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, get_args
from unittest.mock import patch

from textual.pilot import Pilot
from textual.widgets import Input

from authui.services.audit import auditing
from authui.stores.demo import demo_discovery
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.pypi import IndexRows
from authui.ui.themes import DARK, LIGHT
from authui.ui.widgets.audit_body import FindingRows
from authui.ui.widgets.entries_body import EntriesBody
from authui.ui.widgets.plan_body import PlanRows

FOLDER = Path(__file__).parents[1] / "screenshots"
URL = "https://repo.prefix.dev/my-channel"
CHANNEL = "https://prefix.dev/my-channel"
INDEX = "https://build.example/simple"
NOW = 1_790_000_000.0
FONT = Path("/usr/share/fonts/truetype/dejavu")
SCALE = 1
"""Pixels of a PNG for each of the SVG."""


View = Literal["url", "home", "editor", "delete", "migration", "audit", "index", "pypi"]
VIEWS: tuple[View, ...] = get_args(View)
"""The screen with a URL, without one, with a form, and with a question; the plan of a migration, an
audit, the answer for a PyPI index, and what is stored for such; the first is the README's."""


class Picture(NamedTuple):
    """One view of the app."""

    view: View
    size: tuple[int, int]
    theme: str

    @property
    def name(self) -> str:
        """Of its files, without the ending."""
        columns, lines = self.size
        theme = self.theme.removeprefix("authui-")
        return f"{self.view}-{columns}x{lines}-{theme}"


def pictures() -> Iterator[Picture]:
    """All of them."""
    for view in VIEWS:
        for size in ((120, 40), (80, 24)):
            for theme in (DARK.name, LIGHT.name):
                yield Picture(view, size, theme)


async def drawn(picture: Picture) -> str:
    """The picture as SVG, the same each time."""
    app = AuthuiApp(lambda: demo_discovery("pixi", NOW), demo=True)
    app.theme = picture.theme
    at_the_time = patch.object(auditing, "time", lambda: NOW)
    async with app.run_test(size=picture.size) as pilot:
        screen = app.screen
        assert isinstance(screen, EntriesScreen)
        while screen.snapshot is None or screen.snapshot.pending:
            await pilot.pause(0.01)
        with at_the_time:
            await _open(picture.view, pilot)
        await pilot.pause(0.3)
        return normal(app.export_screenshot(title="authui", simplify=True))


async def _open(view: View, pilot: Pilot[None]) -> None:
    """Go from the entries to the view."""
    app = pilot.app
    match view:
        case "url":
            await pilot.press("t")
            _type(app.screen.query_one("#url", Input), URL)
            await _until(pilot, lambda: app.screen.query_one(EntriesBody).match is not None)
        case "index":
            await pilot.press("P", "t")
            _type(app.screen.query_one("#url", Input), INDEX)
            await _until(pilot, lambda: app.screen.query_one(EntriesBody).match is not None)
        case "pypi":
            await pilot.press("p")
            await _until(pilot, lambda: any(one.lines for one in app.screen.query(IndexRows)))
        case "editor":
            await pilot.press("a")
            await _until(pilot, lambda: bool(app.screen.query("#host")))
            _type(app.screen.query_one("#host", Input), CHANNEL)
        case "delete":
            await pilot.press("down", "d")
            await _until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        case "migration" | "audit":
            await pilot.press("m" if view == "migration" else "v")
            rows = PlanRows if view == "migration" else FindingRows
            await _until(pilot, lambda: any(one.lines for one in app.screen.query(rows)))
        case "home":
            pass


async def _until(pilot: Pilot[None], predicate: Callable[[], bool]) -> None:
    while not predicate():
        await pilot.pause(0.01)


def _type(line: Input, text: str) -> None:
    line.cursor_blink = False
    line.value = text
    line.cursor_position = len(text)


def normal(svg: str) -> str:
    """The SVG without the identifiers that its maker generates."""
    return re.sub(r"terminal-\d+", "terminal", svg)


def png(svg: str) -> bytes:
    """The same in pixels."""
    import resvg_py

    plain = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)  # they lie on the network
    plain = plain.replace("Fira Code, monospace", "DejaVu Sans Mono").replace(
        "font-family: Fira Code", "font-family: DejaVu Sans Mono"
    )
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=plain,
            zoom=SCALE,
            font_dirs=[str(FONT)],
            skip_system_fonts=True,
            monospace_family="DejaVu Sans Mono",
        )
    )


def main() -> None:
    """Write them all."""
    if not FONT.is_dir():
        sys.exit("The pictures need the font DejaVu Sans Mono. On Debian: fonts-dejavu-core")
    FOLDER.mkdir(exist_ok=True)
    for picture in pictures():
        svg = asyncio.run(drawn(picture))
        FOLDER.joinpath(f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        FOLDER.joinpath(f"{picture.name}.png").write_bytes(png(svg))
        print(picture.name)


if __name__ == "__main__":
    main()
