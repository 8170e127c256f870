"""Every way around the home screen: keys, mouse, filter, sorting, copying, palette, help."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette, Hit
from textual.pilot import Pilot
from textual.widgets import Input
from textual.widgets._footer import FooterKey

from authui.model.secret import Secret
from authui.services.marks import Marks
from authui.stores.memory import MemoryStore
from authui.ui import clipboard
from authui.ui.app import AuthuiApp
from authui.ui.commands import EntriesCommands
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.editor import EditorScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.help import HelpScreen, sections
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.entry_table import EntryTable, Headings
from authui.ui.widgets.folded import Tell
from tests.ui.states import demo, hostile
from tests.ui.support import (
    app_on,
    discovery,
    info,
    rows,
    screen_text,
    sentence,
    shown,
    token,
    wait_until,
)
from tests.ui.test_home import app_in, ready, typed


def home(app: AuthuiApp) -> EntriesScreen:
    assert isinstance(app.screen, EntriesScreen)
    return app.screen


def title(app: AuthuiApp) -> str:
    return app.screen.query_one(EntryDetail)._title


async def test_the_filter_counts_and_is_left_again() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("slash", *"prefix")
        await wait_until(pilot, lambda: "2 of 14 entries" in screen_text(app))
        await pilot.press(*" shad")
        await wait_until(pilot, lambda: "1 of 14 entries" in screen_text(app))
        await pilot.press("enter")
        assert isinstance(app.focused, EntryRows)
        assert "1 of 14 entries" in screen_text(app)
        await pilot.press("slash", *"zz")  # replaces what was there
        await wait_until(pilot, lambda: "0 of 14 entries" in screen_text(app))
        assert "No entry has all of these words" in screen_text(app)
        assert "Press esc" in screen_text(app)
        await pilot.press("escape")
        await wait_until(pilot, lambda: "14 of 14 entries" in screen_text(app))
        assert isinstance(app.focused, EntryRows)
        await pilot.press("slash", "enter")  # an empty filter closes
        assert not app.screen.query_one(EntryTable).is_filtering


async def test_what_is_typed_right_behind_the_key_is_the_filter() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("slash", "q", "r", "t", "slash")
        assert app.screen.query_one("#filter", Input).value == "qrt/"


async def test_sorting_shows_in_the_headings() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        first = rows(app)[0]
        assert "Host ▾" in shown(app, "#headings")
        await pilot.press("s")
        assert "Kind ▾" in shown(app, "#headings")
        await pilot.press("s", "s")
        assert "State ▾" in shown(app, "#headings")
        assert rows(app)[0][-1] == "✗ ambiguous (2)"
        await pilot.press("S")
        assert "State ▴" in shown(app, "#headings")
        assert rows(app)[-1][-1] == "✗ ambiguous (2)"
        await pilot.press("s")
        assert rows(app)[0] == first


async def test_a_click_on_a_heading_sorts() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        headings = app.screen.query_one(Headings)
        column = str(headings.visual).index("State")
        await pilot.click(headings, offset=(column + 1, 0))
        assert "State ▾" in shown(app, "#headings")
        await pilot.click(headings, offset=(column + 1, 0))
        assert "State ▴" in shown(app, "#headings")


async def test_the_cursor_stays_on_its_entry() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        table = app.screen.query_one(EntryRows)
        await pilot.press("j", "j", "j", "j")
        entry = table.highlighted
        await pilot.press("s", "s", "s")
        assert table.highlighted == entry
        await pilot.press("G")
        assert table.cursor == 13
        await pilot.press("j")
        assert table.cursor == 13
        await pilot.press("g", "k")
        assert table.cursor == 0
        await pilot.press("pagedown")
        assert 5 < table.cursor < 14
        await pilot.press("pageup")
        assert table.cursor == 0


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_click_highlights_and_a_second_one_opens(size: tuple[int, int]) -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        table = app.screen.query_one(EntryRows)
        await pilot.hover(table, offset=(5, 3))
        await pilot.click(table, offset=(5, 3))
        assert table.cursor == 3
        assert title(app) == "[fe80::1]"
        await pilot.click(table, offset=(5, 3))
        await wait_until(pilot, lambda: isinstance(app.screen, EditorScreen))


async def test_the_drawer_opens_closes_and_follows_the_cursor() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        pane = app.screen.query_one(EntryDetail)
        assert not pane.display
        await pilot.press("space")
        assert pane.display
        assert title(app) == "*.corp.example"
        await pilot.press("j")
        assert title(app) == "*.prefix.dev"
        await pilot.press("space")
        assert not pane.display
        await pilot.press("space", "escape")
        assert not pane.display


async def test_a_url_opens_the_drawer_and_takes_it_along() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await typed(app, pilot, "https://repo.prefix.dev/c")
        pane = app.screen.query_one(EntryDetail)
        assert pane.display
        assert title(app) == "Why"
        assert "For this URL" in shown(app, "#headings")
        await pilot.press("down")  # to the entry that answers
        table = app.screen.query_one(EntryRows)
        assert app.focused is table
        assert table.highlighted is not None
        assert (table.highlighted.host, table.highlighted.store) == ("*.prefix.dev", "keychain")
        assert title(app) == "*.prefix.dev"
        await pilot.press("t")
        assert title(app) == "Why"
        await pilot.press("escape", "escape", "escape")  # the entries, the drawer, the URL
        await wait_until(pilot, lambda: sentence(app).startswith("Type a URL"))
        await wait_until(pilot, lambda: "State" in shown(app, "#headings"))
        assert not pane.display
        assert rows(app)[0][-1] == "● active"


async def test_escape_never_quits() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press(*["escape"] * 5)
        assert app.is_running
        assert "esc" not in screen_text(app).splitlines()[-1]
        await pilot.press("space")
        await wait_until(pilot, lambda: "esc Back" in screen_text(app).splitlines()[-1])


async def test_at_wide_sizes_space_goes_to_the_pane_and_back() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(120, 20)) as pilot:
        await ready(app, pilot)
        await pilot.press("space")
        pane = app.screen.query_one(EntryDetail)
        assert app.focused is pane
        await pilot.press("escape")
        assert isinstance(app.focused, EntryRows)


async def copied(app: AuthuiApp, pilot: Pilot[None]) -> str:
    await pilot.press("y")
    await wait_until(pilot, lambda: bool(app._notifications))
    return " ".join(notification.message for notification in app._notifications)


async def test_a_host_is_copied_and_not_shown_in_the_toast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = app_on(MemoryStore(info("file"), {"*.a.example": token()}))
    async with app.run_test(notifications=True) as pilot:
        await ready(app, pilot)
        assert await copied(app, pilot) == "Sent host to the terminal's clipboard"
        assert app.clipboard == "*.a.example"
    monkeypatch.setattr(clipboard, "copy_native", lambda text, environment: True)
    app = app_on(MemoryStore(info("file"), {"*.a.example": token()}))
    async with app.run_test(notifications=True) as pilot:
        await ready(app, pilot)
        assert await copied(app, pilot) == "Copied host"


@pytest.mark.parametrize("host", ["https://u:canary-4711@h/", "a\x1b[2J", "a\nb"])
async def test_what_is_no_plain_host_is_not_copied(host: str) -> None:
    app = app_on(MemoryStore(info("file"), {host: token()}))
    async with app.run_test(notifications=True) as pilot:
        await ready(app, pilot)
        said = await copied(app, pilot)
        assert said.startswith("This host is not copied")
        assert "canary" not in said
        assert app.clipboard == ""


async def test_nothing_to_copy_is_no_crash() -> None:
    app = app_on(MemoryStore(info("file"), {}))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("y", "enter", "j", "G", "s", "S")
        assert app.is_running
        assert title(app) == "Stores"


async def test_the_palette_has_every_action_and_every_entry() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        provider = EntriesCommands(app.screen)
        offered = {str(hit.text) async for hit in provider.discover()}
        for command in (
            "url: test one",
            "entries: filter",
            "entries: sort by host",
            "entries: sort by state",
            "entries: copy host",
            "stores: show",
            "stores: reload",
            "help: keys and words",
        ):
            assert command in offered
        hits = [hit async for hit in provider.search("corp.ex") if isinstance(hit, Hit)]
        assert [str(hit.match_display) for hit in hits] == [
            "go to: *.corp.example",
            "go to: conda.corp.example",
        ]
        hits[1].command()
        await pilot.pause()
        assert title(app) == "conda.corp.example"


async def test_the_palette_goes_to_an_entry_that_the_filter_hides() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("slash", *"prefix", "enter", "ctrl+p")
        await wait_until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"vault.ex")
        await wait_until(pilot, lambda: "go to: vault.example" in screen_text(app))
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, EntriesScreen))
        await wait_until(pilot, lambda: title(app) == "vault.example")


async def test_hostile_hosts_in_the_palette() -> None:
    evil = ["[/x]", "\x1b[2Jx", "[red]x[/]", f"https://u:{'canary-4711'}@x/"]
    app = app_on(MemoryStore(info("file"), {host: token() for host in evil}))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("ctrl+p")
        await wait_until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press("x")
        await wait_until(pilot, lambda: "go to: [/x]" in screen_text(app))
        text = screen_text(app)
    assert "go to: [red]x[/]" in text
    assert "canary" not in text


async def test_the_stores_are_shown_in_the_pane() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        home(app).action_stores()
        await pilot.pause()
        assert title(app) == "Stores"
        for words in ("pixi asks these stores", "/home/demo/.netrc", "7 entries", "not there"):
            assert words in screen_text(app)
        await pilot.press("escape")
        assert title(app) == "*.corp.example"


async def test_the_help_tells_every_key() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(100, 70)) as pilot:
        await ready(app, pilot)
        keys = {key for section in sections(home(app)) for key, _ in section.keys}
        assert {"t", "/", "s", "S", "y", "r", "?", "q", "esc", "↑ k", "home g", "⏎"} <= keys
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await wait_until(pilot, lambda: "never matches" in screen_text(app))
        for section in sections(app.screen_stack[0]):
            for _, description in section.keys:
                assert description in screen_text(app)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
async def test_the_help_scrolls_to_its_end_and_closes(size: tuple[int, int]) -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: "Add a credential" in screen_text(app))
        await pilot.press("end")
        await wait_until(pilot, lambda: "remove, unlock" in screen_text(app))
        await pilot.press("q")
        await wait_until(pilot, lambda: isinstance(app.screen, EntriesScreen))
        assert app.is_running


async def test_each_key_of_the_footer_does_something_when_clicked() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(140, 40)) as pilot:
        await ready(app, pilot)

        async def click(description: str) -> None:
            keys = {key.description: key for key in app.screen.query(FooterKey)}
            await pilot.click(keys[description])
            await pilot.pause()

        await click("Test URL")
        assert app.focused is app.screen.query_one("#url")
        await pilot.press("escape")
        await wait_until(pilot, lambda: "/ Filter" in screen_text(app))
        await click("Filter")
        assert app.focused is app.screen.query_one("#filter")
        await pilot.press("escape")
        await wait_until(pilot, lambda: "s Sort" in screen_text(app))
        await click("Sort")
        assert "Kind ▾" in shown(app, "#headings")
        before = home(app)._reader.session
        await wait_until(pilot, lambda: "r Reload" in screen_text(app))
        await click("Reload")
        await wait_until(pilot, lambda: home(app)._reader.session is not before)
        await ready(app, pilot)
        entries = home(app).table.rows.entries
        home(app).go_to(next(entry for entry in entries if entry.store == "keychain"))
        for words, screen in (
            ("Add", EditorScreen),
            ("Edit", EditorScreen),
            ("Delete", ConfirmScreen),
        ):
            await wait_until(pilot, lambda words=words: f" {words}" in screen_text(app))  # type: ignore[misc]
            await click(words)
            await wait_until(pilot, lambda screen=screen: isinstance(app.screen, screen))  # type: ignore[misc]
            await pilot.press("escape")
            await wait_until(pilot, lambda: isinstance(app.screen, EntriesScreen))
        await click("palette")
        await wait_until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press("escape")
        await ready(app, pilot)
        await click("Help")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await wait_until(pilot, lambda: "Close" in screen_text(app))
        await click("Close")
        await wait_until(pilot, lambda: isinstance(app.screen, EntriesScreen))
        await click("Quit")
        await wait_until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_no_worker_is_described_by_what_is_typed() -> None:
    canary = "canary-4711"
    app = app_on(MemoryStore(info("file"), {"a.example": token(canary)}))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await typed(app, pilot, f"https://u:{canary}@a.example/t/{canary}/x")
        assert all(canary not in f"{w!r} {w.description}" for w in app.workers)
        assert canary not in sentence(app)
        text = screen_text(app).replace(f"https://u:{canary}@a.example/t/{canary}/x", "")
        assert canary not in text
        assert canary not in repr(app.screen.query_one(EntryTable)) + str(app.title)


async def test_a_locked_keychain_is_asked_for_the_names_of_the_others() -> None:
    from collections.abc import Iterable

    from authui.model.entry import StoreListing

    class Hiding(MemoryStore):
        known_hosts: Iterable[str] = ("prefix.dev",)
        used: tuple[str, ...] = ()

        def list(self) -> StoreListing:
            self.used = tuple(self.known_hosts)
            return super().list()

    hiding = Hiding(info("keychain"), {})
    file = MemoryStore(info("file"), {"secret.example": token(str(Secret("x")))})
    app = AuthuiApp(lambda: discovery(hiding, file))
    async with app.run_test() as pilot:
        await ready(app, pilot)
    assert hiding.used == ("prefix.dev", "secret.example")


async def test_rows_and_pane_follow_a_url_in_one_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_in(demo, is_demo=True)
    seen: list[tuple[str, bool]] = []
    mark, show = EntryTable.mark, EntryDetail.show

    def marked(self: EntryTable, marks: Marks | None) -> None:
        seen.append(("rows", app._batch_count > 0))
        mark(self, marks)

    def told(self: EntryDetail, title: str, tell: Tell) -> None:
        seen.append(("pane", app._batch_count > 0))
        show(self, title, tell)

    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        monkeypatch.setattr(EntryTable, "mark", marked)
        monkeypatch.setattr(EntryDetail, "show", told)
        await typed(app, pilot, "https://repo.prefix.dev/")
    assert seen[-2:] == [("rows", True), ("pane", True)]


async def test_hostile_text_in_every_part_of_the_screen() -> None:
    app = app_in(hostile)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(app, pilot)
        table = app.screen.query_one(EntryRows)
        seen = []
        # Not the first at first: a click on the highlighted one edits it.
        for number in (*range(1, len(table.entries)), 0):
            await pilot.hover(table, offset=(5, number))
            await pilot.click(table, offset=(5, number))
            seen.append(screen_text(app))
        home(app).action_stores()
        await pilot.pause()
        seen.append(screen_text(app))
        for url in ("https://[/x]/", "https://\x1b[2J/", "https://\u202e.test/", "x" * 5000):
            app.screen.query_one("#url", Input).value = url
            await wait_until(pilot, lambda: not sentence(app).startswith("Type a URL"))
            await pilot.pause(0.1)
            seen.append(screen_text(app))
        await pilot.press("slash")
        app.screen.query_one("#filter", Input).value = "\x1b[2J[/x]\u202e"
        await wait_until(pilot, lambda: "No entry has" in screen_text(app))
        seen.append(screen_text(app))
    text = "".join(seen)
    assert {c for c in text.replace("\n", "") if not c.isprintable()} == set()
    assert "User name  [/x]" in text
    assert "\\x1b[2J[/x]" in text  # where the store lies
    assert "Put there by [red]" in text


async def test_the_keys_of_the_pane_scroll_it() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=(120, 16)) as pilot:
        await ready(app, pilot)
        await pilot.press("space")
        pane = app.screen.query_one(EntryDetail)
        assert pane.max_scroll_y > 2
        moves = [("down", 1), ("j", 2), ("up", 1), ("k", 0), ("end", pane.max_scroll_y)]
        moves += [("home", 0), ("G", pane.max_scroll_y), ("g", 0)]
        for key, line in moves:
            await pilot.press(key)
            await wait_until(pilot, lambda line=line: pane.scroll_target_y == line)  # type: ignore[misc]
        await pilot.press("pagedown")
        await wait_until(pilot, lambda: pane.scroll_target_y > 1)
        await pilot.press("pageup")
        await wait_until(pilot, lambda: pane.scroll_target_y == 0)


async def test_down_right_behind_a_url_goes_to_its_own_entry() -> None:
    """Not to the one that answered the URL before."""
    app = app_in(demo, is_demo=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await typed(app, pilot, "https://repo.prefix.dev/c")
        app.screen.query_one("#url", Input).value = "https://conda.anaconda.org/c"
        await pilot.press("down")
        await wait_until(pilot, lambda: isinstance(app.focused, EntryRows))
        await wait_until(pilot, lambda: title(app) == "conda.anaconda.org")
