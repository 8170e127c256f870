"""The migration's screen: the plan, what a person decides, the move, and the way back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList
from textual.widgets._footer import FooterKey

from authui.model.credential import Credential
from authui.model.entry import StoreId
from authui.model.errors import NoCollection, StoreCorrupt, StoreLocked
from authui.model.secret import Secret
from authui.stores.base import Store, Stored
from authui.stores.discover import Discovery
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.migration import MigrationScreen
from authui.ui.screens.store_choice import StoreChoiceScreen
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.folded import Folded
from tests.ui.forms import app_of, at_home, store_of, toasts
from tests.ui.snapshots import check
from tests.ui.states import demo
from tests.ui.support import GUARD, discovery, info, screen_text, token, wait_until
from tests.ui.test_home import ready

PATH = "/home/demo/.rattler/credentials.json"


def file(**held: Credential) -> MemoryStore:
    return MemoryStore(info("file"), {f"{name}.test": one for name, one in held.items()})


def keychain(**held: Credential) -> MemoryStore:
    return MemoryStore(info("keychain"), {f"{name}.test": one for name, one in held.items()})


def hosts(found: Discovery, store: StoreId) -> set[str]:
    return {entry.host or "" for entry in store_of(found, store).list().entries}


@asynccontextmanager
async def opened(
    found: Discovery, *, size: tuple[int, int] = (100, 30), app: AuthuiApp | None = None
) -> AsyncIterator[tuple[AuthuiApp, Pilot[None]]]:
    """The screen, once its plan is made."""
    app = app or app_of(found)
    async with app.run_test(size=size) as pilot:
        await wait_until(pilot, lambda: bool(app.screen.query(FooterKey)))
        await wait_until(pilot, lambda: "Quit" in screen_text(app))
        await pilot.press("m")
        await planned(app, pilot)
        yield app, pilot


def screen(app: AuthuiApp) -> MigrationScreen:
    assert isinstance(app.screen, MigrationScreen), app.screen
    return app.screen


async def planned(app: AuthuiApp, pilot: Pilot[None]) -> None:
    await wait_until(pilot, lambda: isinstance(app.screen, MigrationScreen))
    await wait_until(pilot, lambda: "Planning" not in screen_text(app))
    await wait_until(pilot, lambda: not screen(app)._is_busy)
    await wait_until(pilot, lambda: bool(app.screen.query(FooterKey)))


def question(app: AuthuiApp) -> str:
    """What is asked."""
    return str(app.screen.query_one("#confirm-text", Folded).render())


async def apply(app: AuthuiApp, pilot: Pilot[None]) -> None:
    """Carry the plan out, and wait for its end."""
    await pilot.press("enter")
    await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
    await pilot.press("y")
    await wait_until(pilot, lambda: isinstance(app.screen, MigrationScreen))
    await wait_until(pilot, lambda: not screen(app)._is_busy)


def lines(app: AuthuiApp) -> dict[str, tuple[str, str]]:
    """The symbol of each entry, and what stands beside it."""
    rows = screen(app).body.rows
    return {line.key: (line.symbol, line.beside) for line in rows.lines if line.key is not None}


async def go_to(app: AuthuiApp, pilot: Pilot[None], host: str) -> None:
    rows = screen(app).body.rows
    rows.go_to(next(n for n, line in enumerate(rows.lines) if line.key == host))
    await wait_until(pilot, lambda: rows.highlighted is not None and rows.highlighted.key == host)


ABC: Mapping[str, Credential] = {"a": token("a"), "b": token("b"), "c": token("c")}


async def test_the_plan_and_the_move() -> None:
    found = discovery(file(**ABC), keychain(b=token("b")))
    async with opened(found) as (app, pilot):
        assert lines(app) == {"a.test": ("→", ""), "c.test": ("→", ""), "b.test": ("=", "")}
        assert hosts(found, "keychain") == {"b.test"}
        await apply(app, pilot)
        assert "3 done" in screen_text(app)
        assert hosts(found, "file") == set()
        assert hosts(found, "keychain") == {"a.test", "b.test", "c.test"}
        assert "Deleting is not revoking" in screen_text(app)
        await go_to(app, pilot, "c.test")
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        rows = app.screen.query_one(EntryRows)
        await wait_until(pilot, lambda: getattr(rows.highlighted, "host", None) == "c.test")


async def test_no_is_no() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        await pilot.press("a")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "3 credentials from the credentials file to the keychain" in " ".join(
            question(app).split()
        )
        await pilot.press("n")
        await wait_until(pilot, lambda: isinstance(app.screen, MigrationScreen))
        assert len(hosts(found, "file")) == 3
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))


async def test_what_is_left_out_stays() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        await go_to(app, pilot, "b.test")
        await pilot.press("space")
        assert lines(app)["b.test"] == ("→", "left out")
        assert "Left out: it stays where it is" in screen_text(app)
        await apply(app, pilot)
        assert hosts(found, "file") == {"b.test"}
        assert hosts(found, "keychain") == {"a.test", "c.test"}
        await pilot.press("r")
        await planned(app, pilot)
        assert set(lines(app)) == {"b.test"}


async def test_a_copy_that_stays() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        await go_to(app, pilot, "a.test")
        await pilot.press("c")
        await planned(app, pilot)
        assert lines(app)["a.test"] == ("→", "copy stays")
        await pilot.press("C")
        await planned(app, pilot)
        assert {beside for _, beside in lines(app).values()} == {"copy stays"}
        await pilot.press("C")
        await planned(app, pilot)
        await apply(app, pilot)
        assert hosts(found, "file") == {"a.test"}
        assert len(hosts(found, "keychain")) == 3


@pytest.mark.parametrize(
    ("keys", "left", "kept"),
    [
        (["1"], set(), "a"),
        (["2"], set(), "z"),
        (["1", "3"], {"a.test"}, "z"),
        (["right"], set(), "a"),
        (["right", "right"], set(), "z"),
        (["left"], set(), "z"),
        (["left", "left"], set(), "a"),
    ],
)
async def test_a_conflict_each_way(keys: list[str], left: set[str], kept: str) -> None:
    found = discovery(file(a=token("a"), b=token("b")), keychain(a=token("z")))
    async with opened(found) as (app, pilot):
        assert lines(app)["a.test"] == ("≠", "leave both")
        await go_to(app, pilot, "a.test")
        await pilot.press(*keys)
        await apply(app, pilot)
        assert hosts(found, "file") == left
        read = store_of(found, "keychain").read("a.test")
        assert read == Stored(Secret(f'{{"BearerToken":"{kept}"}}'))


async def test_only_undecided_conflicts_move_nothing() -> None:
    found = discovery(file(a=token("a")), keychain(a=token("z")))
    async with opened(found) as (app, pilot):
        await pilot.press("enter")
        await wait_until(pilot, lambda: "Nothing would be done" in toasts(app))
        assert isinstance(app.screen, MigrationScreen)


async def test_taking_it_back() -> None:
    found = discovery(file(**ABC), keychain(c=token("z")))
    async with opened(found) as (app, pilot):
        await go_to(app, pilot, "c.test")
        await pilot.press("1")
        await apply(app, pilot)
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        await pilot.press("m")  # later, and still in this run
        await planned(app, pilot)
        await pilot.press("u")
        await wait_until(pilot, lambda: "Taking it back" in screen_text(app))
        await apply(app, pilot)
        assert hosts(found, "file") == {"a.test", "b.test", "c.test"}
        assert store_of(found, "keychain").read("c.test") == Stored(Secret('{"BearerToken":"z"}'))
        assert hosts(found, "keychain") == {"c.test"}


async def test_the_other_way_round_and_other_stores() -> None:
    auth = MemoryStore(info("auth-file"), {"x.test": token("x")})
    found = discovery(auth, keychain(k=token("k")), file(), MemoryStore(info("netrc"), {}))
    async with opened(found) as (app, pilot):
        assert set(lines(app)) == {"x.test"}  # the file that holds something
        await pilot.press("w")
        await planned(app, pilot)
        assert set(lines(app)) == {"k.test"}
        await pilot.press("t")
        await wait_until(pilot, lambda: isinstance(app.screen, StoreChoiceScreen))
        options = app.screen.query_one(OptionList)
        assert [options.get_option_at_index(n).id for n in range(options.option_count)] == [
            "auth-file", "keychain", "file", "netrc",
        ]  # fmt: skip
        assert "the other end" in screen_text(app)
        assert "authui does not write it" in screen_text(app)
        await pilot.press("end", "enter")  # the last that can be chosen
        await planned(app, pilot)
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "plain text in /home/demo/file" in " ".join(question(app).split())
        await pilot.press("y")
        await planned(app, pilot)
        assert hosts(found, "file") == {"k.test"}


async def test_a_locked_keychain_is_unlocked_first() -> None:
    locked = MemoryStore(
        info("keychain"), {"a.test": token("a")}, failure=StoreLocked("It is locked", "Unlock it")
    )
    found = discovery(file(**ABC), locked)
    async with opened(found) as (app, pilot):
        assert {symbol for symbol, _ in lines(app).values()} == {"?"}
        await pilot.press("o")
        await wait_until(pilot, lambda: "?" not in {symbol for symbol, _ in lines(app).values()})
        await planned(app, pilot)
        assert lines(app)["a.test"] == ("=", "")


@pytest.mark.parametrize(
    "failure", [StoreCorrupt("rattler refuses the file", "h"), NoCollection("No collection", "h")]
)
async def test_why_there_is_no_plan(failure: StoreCorrupt) -> None:
    is_file = isinstance(failure, StoreCorrupt)
    stores: tuple[Store, ...] = (
        MemoryStore(info("file"), {}, failure=failure, blocks=True) if is_file else file(**ABC),
        keychain() if is_file else MemoryStore(info("keychain"), {}, failure=failure),
    )
    async with opened(discovery(*stores)) as (app, _):
        text = " ".join(screen_text(app).split())
        assert failure.message in text
        assert ("authui audit mends it" in text) is is_file


async def test_nothing_to_move() -> None:
    async with opened(discovery(file(), keychain())) as (app, pilot):
        assert "Nothing to move" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, MigrationScreen)


async def test_a_plan_that_is_out_of_date_is_shown_anew() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        store_of(found, "keychain").write("a.test", Secret('{"BearerToken":"z"}'), before=None)
        await apply(app, pilot)
        await wait_until(pilot, lambda: "has changed since the plan" in toasts(app))
        assert lines(app)["a.test"] == ("≠", "leave both")
        assert len(hosts(found, "file")) == 3
        await apply(app, pilot)
        assert hosts(found, "file") == {"a.test"}


class Gated(MemoryStore):
    """A keychain whose second write waits for its gate."""

    def __init__(self) -> None:
        super().__init__(info("keychain"), {})
        self.gate, self.was_asked = Event(), Event()

    def write(self, host: str, text: Secret, **more: Any) -> Stored:
        if host == "b.test":
            self.was_asked.set()
            assert self.gate.wait(GUARD)
        return super().write(host, text, **more)


async def test_ended_between_two_entries() -> None:
    gated = Gated()
    found = discovery(file(**ABC), gated)
    async with opened(found) as (app, pilot):
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await wait_until(pilot, gated.was_asked.is_set)
        await wait_until(pilot, lambda: "b.test" in screen_text(app).splitlines()[3])
        await pilot.press("escape")
        await wait_until(pilot, lambda: "Ending after this one" in screen_text(app))
        gated.gate.set()
        await wait_until(pilot, lambda: not screen(app)._is_busy)
        assert "2 done" in screen_text(app)
        assert "1 not reached" in screen_text(app)
        assert hosts(found, "file") == {"c.test"}


async def test_the_app_waits_for_the_entry_that_is_being_moved() -> None:
    gated = Gated()
    found = discovery(file(**ABC), gated)
    async with opened(found) as (app, pilot):
        await pilot.press("enter")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await wait_until(pilot, gated.was_asked.is_set)
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: "Ending once the change is made" in toasts(app))
        assert app.is_running
        gated.gate.set()
        await wait_until(pilot, lambda: not app.writes.is_running)
    assert hosts(found, "file") == {"c.test"}
    assert hosts(found, "keychain") == {"a.test", "b.test"}


async def test_a_run_that_only_looks() -> None:
    found = discovery(file(**ABC), keychain())
    app = AuthuiApp(lambda: found, read_only=True)
    async with opened(found, app=app) as (_, pilot):
        await pilot.press("enter")
        await wait_until(pilot, lambda: "--read-only" in toasts(app))
        assert len(hosts(found, "file")) == 3


async def test_leftovers_are_deleted_after_a_question(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text('{"a.test":{"BearerToken":"t"}}')
    left = tmp_path / "credentials.json~"
    left.write_text('{"a.test":{"BearerToken":"t"}}')
    kept = keychain()

    def stores() -> Discovery:
        told_of = info("file", encrypted=False)
        real = type(told_of)("file", ("file",), "file", str(path), "default", encrypted=False)
        return discovery(JsonFileStore(str(path), real), kept)

    async with opened(stores(), app=AuthuiApp(stores)) as (app, pilot):
        await apply(app, pilot)
        assert path.read_bytes() == b"{}"
        assert "May still hold secrets" in screen_text(app)
        await pilot.press("D")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "credentials.json~" in "".join(question(app).split())
        await pilot.press("y")
        await planned(app, pilot)
        await wait_until(pilot, lambda: not left.exists())


async def test_help_tells_its_keys_and_words() -> None:
    async with opened(discovery(file(**ABC), keychain())) as (app, pilot):
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert "Carry the plan out, after a question" in screen_text(app)


async def test_hostile_hosts_are_text() -> None:
    found = discovery(
        MemoryStore(info("file"), {"[/x]\x1b[31m": token(), "https://u:pw@h.test": token()}),
        keychain(),
    )
    async with opened(found) as (app, _):
        text = screen_text(app)
        assert "[/x]" in text
        assert "\x1b" not in text
        assert "pw@" not in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("state", ["plan", "question", "done"])
async def test_what_it_looks_like(size: tuple[int, int], state: str) -> None:
    found = demo()
    app = AuthuiApp(lambda: found, demo=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await pilot.press("m")
        await planned(app, pilot)
        if state == "question":
            await pilot.press("enter")
            await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        elif state == "done":
            await apply(app, pilot)
        await pilot.pause()
        check(app, f"migration-{state}-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [(40, 12), (30, 24), (80, 8)], ids="{0[0]}x{0[1]}".format)
async def test_small_terminals(size: tuple[int, int]) -> None:
    found = discovery(file(**ABC), keychain())
    app = app_of(found)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("m")
        await wait_until(pilot, lambda: isinstance(app.screen, MigrationScreen))
        await wait_until(pilot, lambda: not screen(app)._is_busy)
        await pilot.pause()
        text = screen_text(app)
        assert ("a.test" in text) is (size == (40, 12))
        assert ("40 columns" in text) is (size != (40, 12))


def test_it_is_loaded_when_it_is_opened() -> None:
    code = (
        "import sys, authui.ui.app, authui.ui.screens.entries\n"
        "print([m for m in sys.modules if 'migrat' in m or 'plan_' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
