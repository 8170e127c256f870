"""The pictures in `screenshots/`, made of the demo. Run as `make screenshots`.

Each is an SVG, and a PNG made from it. No stored credential of anybody can be on them: the demo
reads nothing.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from textual.widgets import Input

from authui.stores.demo import demo_discovery
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.themes import DARK, LIGHT

FOLDER = Path(__file__).parents[1] / "screenshots"
URL = "https://repo.prefix.dev/my-channel"
CHANNEL = "https://prefix.dev/my-channel"
NOW = 1_790_000_000.0
FONT = Path("/usr/share/fonts/truetype/dejavu")
SCALE = 1
"""Pixels of a PNG for each of the SVG."""


View = Literal["url", "home", "editor", "delete"]
VIEWS: tuple[View, ...] = ("url", "home", "editor", "delete")
"""The screen with a URL, without one, with a form, and with a question; the first is the README's."""


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
    async with app.run_test(size=picture.size) as pilot:
        screen = app.screen
        assert isinstance(screen, EntriesScreen)
        while screen.snapshot is None or screen.snapshot.pending:
            await pilot.pause(0.01)
        if picture.view == "url":
            await pilot.press("t")
            _type(screen.query_one("#url", Input), URL)
            while screen.body.match is None:
                await pilot.pause(0.01)
        elif picture.view == "editor":
            await pilot.press("a")
            while not app.screen.query("#host"):
                await pilot.pause(0.01)
            _type(app.screen.query_one("#host", Input), CHANNEL)
        elif picture.view == "delete":
            await pilot.press("down", "d")
            while not isinstance(app.screen, ConfirmScreen):
                await pilot.pause(0.01)
        await pilot.pause(0.3)
        return normal(app.export_screenshot(title="authui", simplify=True))


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
