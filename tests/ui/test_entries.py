"""The first screen, driven as a person drives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from textual.widgets import Input
from textual.widgets._footer import FooterKey

from authui.model.credential import BasicHTTP
from authui.model.errors import BadInput, StoreCorrupt, StoreLocked
from authui.model.secret import Secret
from authui.stores.demo import demo_discovery
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.status_line import StatusLine
from tests.ui.support import (
    GatedStore,
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


def keychain(*hosts: str) -> GatedStore:
    return GatedStore(info("keychain"), {host: token() for host in hosts})


def file(*hosts: str) -> MemoryStore:
    return MemoryStore(info("file"), {host: token() for host in hosts})


def demo_app() -> AuthuiApp:
    return AuthuiApp(lambda: demo_discovery("pixi", 1_000_000.0), demo=True)


def serial(*found: Callable[[], Discovery]) -> Callable[[], Discovery]:
    """A discovery that finds something else each time."""
    left: Iterator[Callable[[], Discovery]] = iter(found)
    return lambda: next(left)()  # noqa: PLW0108  the call is to be made each time


async def test_each_entry_is_a_row() -> None:
    app = app_on(keychain("*.a.example").open(), file("*.a.example", "b.example:8080"))
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_until(pilot, lambda: "1 problem" in shown(app, "#numbers"))
        assert rows(app) == [
            ["*.a.example", "BearerToken", "keychain", "● active"],
            ["*.a.example", "BearerToken", "file plaintext", "○ shadowed"],
            ["b.example:8080", "BearerToken", "file plaintext", "✗ never matches"],
        ]
        assert shown(app, "#numbers").split("  ")[-4:] == [
            "2 stores",
            "3 entries",
            "2 in plaintext",
            "1 problem",
        ]


async def test_rows_appear_store_by_store_and_shadows_when_they_are_known() -> None:
    slow = keychain("a.example")
    app = app_on(slow, file("a.example"))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        assert rows(app)[0][-1] == "… checking"
        assert "Reading the keychain…" in shown(app, "#numbers")
        slow.open()
        await wait_until(pilot, lambda: len(rows(app)) == 2)
        assert [row[-1] for row in rows(app)] == ["● active", "○ shadowed"]
        assert "Reading" not in shown(app, "#numbers")


async def test_the_verdict_follows_the_text() -> None:
    app = app_on(file("*.a.example"))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        await pilot.press("t", *"https://x.a.example/c")
        await wait_until(pilot, lambda: sentence(app).startswith("✓ *.a.example from the cred"))
        assert "Authorization: Bearer ••••••" in screen_text(app)
        await pilot.press("home", *["delete"] * len("https://"))
        await wait_until(pilot, lambda: "does not begin with a scheme" in sentence(app))
        assert "Write it in full: https://x.a.example/c" in shown(app, "#verdict")
        await pilot.press("ctrl+u", "ctrl+k")
        await wait_until(pilot, lambda: sentence(app).startswith("Type a URL"))


async def test_one_lookup_at_a_time_and_the_latest_text_wins() -> None:
    store = keychain("a.example")
    store.listing_gate.set()
    app = app_on(store)
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        url = app.screen.query_one("#url", Input)
        url.value = "https://first.test/"
        await wait_until(pilot, lambda: store.asked == ["first.test"])
        await wait_until(pilot, lambda: sentence(app).startswith("Waiting for"))
        for host in ("second", "third", "a"):
            url.value = f"https://{host}.example/"
            await pilot.pause()
        store.open()
        await wait_until(pilot, lambda: sentence(app).startswith("✓ a.example"))
        assert store.asked == ["first.test", "*.first.test", "*.test", "a.example"]
        assert store.most_at_once == 1


async def test_a_reload_finds_what_has_changed_and_asks_again() -> None:
    app = AuthuiApp(
        serial(
            lambda: discovery(file("a.example", "b.example", "c.example")),
            lambda: discovery(file("0.example", "b.example", "c.example")),
        )
    )
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 3)
        app.screen.query_one("#url", Input).value = "https://a.example/"
        await wait_until(pilot, lambda: sentence(app).startswith("✓"))
        await pilot.press("down", "j")
        assert app.screen.query_one(EntryRows).cursor == 2
        await pilot.press("r")
        await wait_until(pilot, lambda: rows(app)[0][0] == "0.example")
        assert app.screen.query_one(EntryRows).cursor == 2
        await wait_until(pilot, lambda: sentence(app).startswith("○"))


async def test_a_reload_leaves_a_hanging_lookup_behind() -> None:
    hanging = keychain("a.example")
    hanging.listing_gate.set()
    app = AuthuiApp(serial(lambda: discovery(hanging), lambda: discovery(file("a.example"))))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        app.screen.query_one("#url", Input).value = "https://a.example/"
        await wait_until(pilot, lambda: hanging.asked != [])
        await pilot.press("r")
        await wait_until(pilot, lambda: sentence(app).startswith("✓ a.example from the cred"))
        hanging.open()
        await wait_until(pilot, lambda: not hanging.is_busy)
        await pilot.pause(0.1)  # what it says now, nobody listens to
        assert sentence(app).startswith("✓ a.example from the cred")


async def test_a_reload_waits_for_the_one_that_runs() -> None:
    slow = keychain("a.example")
    found: list[Discovery] = []

    def make() -> Discovery:
        found.append(discovery(slow))
        return found[-1]

    app = AuthuiApp(make)
    async with app.run_test(size=(120, 30)) as pilot:
        await wait_until(pilot, lambda: "Reading" in shown(app, "#numbers"))
        await pilot.press("r", "r")
        assert [key._disabled for key in app.screen.query(FooterKey) if key.key == "r"] == [True]
        slow.open()
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        assert len(found) == 1
        await pilot.press("r")
        await wait_until(pilot, lambda: len(found) == 2)


async def test_a_reload_that_fails_keeps_the_rows() -> None:
    def refuse() -> Discovery:
        raise BadInput("Contradiction", "Leave one out")

    app = AuthuiApp(serial(lambda: discovery(file("a.example")), refuse))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        await pilot.press("r")
        await wait_until(pilot, lambda: "Contradiction" in shown(app, "#problems"))
        assert len(rows(app)) == 1


async def test_a_refusal_at_the_start_ends_the_app() -> None:
    def refuse() -> Discovery:
        raise BadInput("Contradiction")

    app = AuthuiApp(refuse)
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: app.failure is not None)
    assert isinstance(app.failure, BadInput)
    assert app.return_code == 1


async def test_keys_lead_where_they_say() -> None:
    app = app_on(file("a.example"))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        assert isinstance(app.focused, EntryRows)
        await pilot.press("t")
        assert isinstance(app.focused, Input)
        await pilot.press("q", "r", "?", "t")  # letters, while one types
        assert app.focused.value == "qr?t"
        await pilot.press("escape")
        assert isinstance(app.focused, EntryRows)
        await pilot.press("t", "x")
        assert app.screen.query_one("#url", Input).value == "x"  # `t` selects what was there
        await pilot.press("escape", "?")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, EntriesScreen))
        await pilot.press("?")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("?")
        await wait_until(pilot, lambda: isinstance(app.screen, EntriesScreen))
        await pilot.press("q")
    assert app.return_code == 0


async def test_ctrl_q_quits_while_one_types() -> None:
    app = app_on()
    async with app.run_test() as pilot:
        await pilot.press("t", "ctrl+q")
        await wait_until(pilot, lambda: not app.is_running)
    assert app.return_code == 0


async def test_the_palette_offers_no_picture_in_a_file() -> None:
    app = app_on()
    async with app.run_test():
        titles = [command.title for command in app.get_system_commands(app.screen)]
    assert "Theme" in titles
    assert "Screenshot" not in titles


@pytest.mark.parametrize(
    ("store", "says", "problem"),
    [
        (file(), "No credentials yet", ""),
        (
            MemoryStore(info("keychain"), {}, failure=StoreLocked("The keychain is locked")),
            "No entry could be read",
            "Locked: The keychain is locked",
        ),
        (
            MemoryStore(info("file"), {}, failure=StoreCorrupt("line 1"), blocks=True),
            "No entry could be read",
            "Rattler stops at the credentials file: line 1",
        ),
        (keychain(), "Reading the keychain…", ""),
    ],
)
async def test_an_empty_table_says_why(store: MemoryStore, says: str, problem: str) -> None:
    app = app_on(store)
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: shown(app, "#words").startswith(says))
        assert says in screen_text(app)
        assert problem in screen_text(app)
        if isinstance(store, GatedStore):
            store.open()


HOSTILE = [
    "[/x]",
    "[fe80::1]",
    "\x1b[2J",
    "a\nb",
    "\u202egro",
    "x" * 10_000,
    "[bold red]h[/]",
    "🦀",
    "",
]


async def test_hostile_hosts_are_shown_as_they_are() -> None:
    store = MemoryStore(info("file"), {host: BasicHTTP(host, Secret("p")) for host in HOSTILE})
    app = app_on(store, MemoryStore(info("netrc"), {}, notes=tuple(HOSTILE)))
    async with app.run_test(size=(120, 40)) as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == len(HOSTILE))
        app.screen.query_one("#url", Input).value = "https://[/x]\x1b[2J"
        await wait_until(pilot, lambda: "is not a URL" in sentence(app))
        text = screen_text(app)
    assert "[/x]" in text
    assert "[bold red]h[/]" in text
    assert "\\x1b[2J" in text
    assert {c for c in text.replace("\n", "") if not c.isprintable()} == set()


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 40), (200, 60)])
async def test_what_matters_is_whole_at_every_size(size: tuple[int, int]) -> None:
    app = demo_app()
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: "3 problems" in shown(app, "#numbers"))
        await wait_until(pilot, lambda: "Test URL" in screen_text(app))
        text = screen_text(app)
        for words in ("7 in plaintext", "3 problems", "*.corp.example", "● active", "Test URL"):
            assert words in text
        keys = [key.region for key in app.screen.query(FooterKey)]
        assert all(key.right <= size[0] for key in keys)
        assert all(not a.overlaps(b) for n, a in enumerate(keys) for b in keys[n + 1 :])
        table = app.screen.query_one(EntryRows)
        assert table.virtual_size.width <= table.size.width
        assert table.size.height >= 5
        await pilot.press("t", *"https://internal.example/x")
        await wait_until(pilot, lambda: "several items" in sentence(app))
        assert "rattler then uses none of them" in " ".join(screen_text(app).split())


@pytest.mark.parametrize("size", [(20, 6), (10, 3), (2, 1)])
async def test_no_size_breaks_it(size: tuple[int, int]) -> None:
    app = demo_app()
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: app.screen.query_one(EntryRows).entries is not None)
        await pilot.resize_terminal(80, 24)
        await wait_until(pilot, lambda: len(rows(app)) == 14)


async def test_a_theme_reaches_the_cells() -> None:
    app = demo_app()
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: "3 problems" in shown(app, "#numbers"))

        def colours() -> set[str]:
            table = app.screen.query_one(EntryRows)
            return {str(s.style) for n in range(14) for s in table.render_line(n)}

        before = colours()
        app.theme = "textual-light"
        await wait_until(pilot, lambda: colours() != before)


async def test_states_are_told_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = demo_app()
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: "3 problems" in shown(app, "#numbers"))
        for words in ("shadowed", "ambiguous (2)", "never matches", "locked", "plaintext"):
            assert words in screen_text(app)


async def test_a_store_that_answers_while_the_app_ends_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = keychain("a.example")
    app = app_on(slow, file("b.example"))
    shows: list[object] = []
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        monkeypatch.setattr(app.screen, "show", shows.append)
        monkeypatch.setattr(app, "_running", False)  # it closes its widgets from the inside out
        slow.open()
        await wait_until(
            pilot, lambda: not any(w.is_running for w in app.workers if w.name == "store")
        )
        monkeypatch.setattr(app, "_running", True)
    assert shows == []


async def test_a_store_that_answers_while_the_widgets_go_is_no_crash() -> None:
    slow = keychain("a.example")
    app = app_on(slow, file("b.example"))
    async with app.run_test() as pilot:
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        await app.screen.query_one(StatusLine).remove()  # as when the app ends
        slow.open()
        await wait_until(
            pilot, lambda: not any(w.is_running for w in app.workers if w.name == "store")
        )
    assert app.failure is None
