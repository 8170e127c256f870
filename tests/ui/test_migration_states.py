"""The migration's screen while it plans and moves, where something fails, and in each size."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from textual.widget import Widget
from textual.widgets import ProgressBar
from textual.widgets._footer import FooterKey

from authui.model.entry import StoreListing
from authui.model.errors import StoreLocked, WriteFailed
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.migration import MigrationScreen
from authui.ui.widgets import plan_body
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.plan_body import PlanHead, PlanRows
from tests.ui.forms import app_of, asked, at_home, store_of, toasts
from tests.ui.states import demo
from tests.ui.support import GUARD, discovery, info, screen_text, shown, token, wait_until
from tests.ui.test_home import ready
from tests.ui.test_migration import (
    ABC,
    Gated,
    apply,
    file,
    go_to,
    hosts,
    keychain,
    lines,
    opened,
    planned,
    screen,
)

SIZES = ((200, 60), (120, 40), (100, 24), (99, 24), (80, 24), (60, 15), (40, 10))


class Slow(MemoryStore):
    """A file that is listed once its gate is open, after so many times."""

    def __init__(self, free: int) -> None:
        super().__init__(info("file"), {"a.test": token()})
        self.gate, self._free = Event(), free

    def list(self) -> StoreListing:
        self._free -= 1
        if self._free < 0:
            assert self.gate.wait(GUARD)
        return super().list()


async def test_it_opens_before_the_stores_have_answered_and_can_be_left() -> None:
    slow = Slow(1)
    app = app_of(discovery(slow, keychain()))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("m")
        await wait_until(pilot, lambda: "Planning…" in screen_text(app))
        await pilot.press("enter", "space", "1", "c", "s", "w", "u", "D", "r")
        assert isinstance(app.screen, MigrationScreen)
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        slow.gate.set()


async def test_while_it_plans_again_the_old_plan_stays() -> None:
    slow = Slow(3)  # once for the first screen, and twice for the first plan
    async with opened(discovery(slow, keychain())) as (app, pilot):
        await pilot.press("r")
        await wait_until(pilot, lambda: "Planning…" in shown(app, "#plan-numbers"))
        assert set(lines(app)) == {"a.test"}
        slow.gate.set()
        await planned(app, pilot)
        assert "1 to move" in shown(app, "#plan-numbers")


async def test_a_copy_that_need_not_stay_after_all() -> None:
    """Of what stands in both a copy that is to stay leaves nothing to do."""
    found = discovery(file(a=token("a")), keychain(a=token("a")))
    async with opened(found) as (app, pilot):
        for symbol in ("·", "="):
            await pilot.press("c")
            await planned(app, pilot)
            assert lines(app)["a.test"][0] == symbol


async def test_a_locked_source_can_be_unlocked() -> None:
    locked = MemoryStore(
        info("keychain"), {"k.test": token()}, failure=StoreLocked("It is locked", "Unlock it")
    )
    async with opened(discovery(locked, file(**ABC))) as (app, pilot):
        await pilot.press("w")
        await wait_until(pilot, lambda: "It is locked" in screen_text(app))
        await planned(app, pilot)
        assert "o unlocks it" in screen_text(app)
        assert "From  the keychain" in shown(app, "#plan-ways")
        await pilot.press("o")
        await wait_until(pilot, lambda: set(lines(app)) == {"k.test"})


async def test_what_is_left_out_is_left_out_of_the_new_plan_too() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        await go_to(app, pilot, "b.test")
        await pilot.press("space")
        store_of(found, "file").write("a.test", Secret('{"BearerToken":"z"}'), before=Stored(
            Secret('{"BearerToken":"a"}')
        ))  # fmt: skip
        await apply(app, pilot)
        await wait_until(pilot, lambda: "has changed since the plan" in toasts(app))
        assert lines(app)["b.test"] == ("→", "left out")
        await apply(app, pilot)
        assert hosts(found, "file") == {"b.test"}


class Failing(MemoryStore):
    """A keychain that breaks at one host."""

    def write(self, host: str, text: Secret, **more: Any) -> Stored:
        if host == "b.test":
            raise WriteFailed("The keychain broke", "Mend it")
        return super().write(host, text, **more)


async def test_what_fails_stands_first_with_its_reason() -> None:
    found = discovery(file(**ABC), Failing(info("keychain"), {}))
    async with opened(found) as (app, pilot):
        await apply(app, pilot)
        head = shown(app, "#plan-numbers")
        assert "1 failed" in head
        assert "1 done" in head
        assert "1 not reached" in head
        assert next(iter(lines(app))) == "b.test"
        await go_to(app, pilot, "b.test")
        await wait_until(pilot, lambda: "The keychain broke" in shown(app, "#detail"))
        assert "Mend it" in shown(app, "#detail")
        assert hosts(found, "file") == {"b.test", "c.test"}
        await pilot.press("r")
        await planned(app, pilot)
        assert set(lines(app)) == {"b.test", "c.test"}


async def test_the_bar_says_how_far_it_is_and_why_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_body, "SLOW_AFTER", 0.0)
    gated = Gated()
    async with opened(discovery(file(**ABC), gated)) as (app, pilot):
        await pilot.press("enter")
        await asked(app, pilot, "Migrate 3 credentials?")
        await pilot.press("y")
        await wait_until(pilot, gated.was_asked.is_set)
        await wait_until(pilot, lambda: "2 of 3" in shown(app, "#plan-entry"))
        assert "b.test" in shown(app, "#plan-entry")
        assert "waiting until the keychain has written it" in shown(app, "#plan-entry")
        bar = app.screen.query_one(ProgressBar)
        assert (bar.progress, bar.total) == (1, 3)
        keys = {key.description for key in app.screen.query(FooterKey)}
        assert not keys & {"Migrate", "Leave out", "From", "Undo", "Delete leftovers"}
        gated.gate.set()
        await wait_until(pilot, lambda: not screen(app)._is_busy)
        assert not app.screen.query_one("PlanProgress").display


class Asking(MemoryStore):
    """A keychain that opens a window for its second write."""

    def __init__(self) -> None:
        super().__init__(info("keychain"), {})

    def write(self, host: str, text: Secret, **more: Any) -> Stored:
        patience = more["patience"]
        assert isinstance(patience, Patience)
        if host == "b.test":
            patience.begin()
            assert patience._cancelled.wait(GUARD)
            patience.end()
        return super().write(host, text, **more)


async def test_a_window_of_the_keychain_is_told_of_and_esc_ends_its_wait() -> None:
    found = discovery(file(**ABC), Asking())
    async with opened(found) as (app, pilot):
        await pilot.press("enter")
        await asked(app, pilot, "Migrate 3 credentials?")
        await pilot.press("y")
        await wait_until(pilot, lambda: "A window of your keychain" in shown(app, "#plan-entry"))
        await pilot.press("escape")
        await wait_until(pilot, lambda: not screen(app)._is_busy)
        assert "1 not reached" in shown(app, "#plan-numbers")
        assert hosts(found, "file") == {"c.test"}


async def test_which_copy_counts_is_marked() -> None:
    found = discovery(file(a=token("a")), keychain(a=token("z")))
    async with opened(found) as (app, pilot):
        assert "which one counts" in " ".join(shown(app, "#detail").split())
        assert "Kind the same" in shown(app, "#detail")
        await pilot.press("1")
        assert "● 1" in shown(app, "#detail")
        await pilot.press("2")
        assert "● 2" in shown(app, "#detail")


async def test_two_hundred_entries() -> None:
    many = {f"h{number:03}.test": token(str(number)) for number in range(200)}
    found = discovery(MemoryStore(info("file"), many), keychain())
    async with opened(found, size=(80, 24)) as (app, pilot):
        assert "200 to move" in shown(app, "#plan-numbers")
        await pilot.press("end")
        await wait_until(pilot, lambda: "h199.test" in screen_text(app))
        await pilot.press("home", "pagedown", "space")
        await apply(app, pilot)
        assert "199 done" in shown(app, "#plan-numbers")
        assert len(hosts(found, "file")) == 1


@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
async def test_nothing_is_cut_or_covered(size: tuple[int, int]) -> None:
    found = demo()
    app = AuthuiApp(lambda: found, demo=True)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await pilot.press("m")
        await planned(app, pilot)
        whole = app.screen.region
        body = screen(app).body
        parts: tuple[type[Widget], ...] = (PlanHead, PlanRows, EntryDetail)
        regions = [app.screen.query_one(part).region for part in parts]
        assert all(whole.contains_region(region) and region.area for region in regions)
        assert not any(a.overlaps(b) for n, a in enumerate(regions) for b in regions[n + 1 :])
        assert all(region.bottom < whole.bottom for region in regions)  # the keys' line
        assert body.rows.virtual_size.width <= body.rows.size.width
        keys = [key.region for key in app.screen.query(FooterKey)]
        assert all(key.right <= whole.right and key.bottom == whole.bottom for key in keys)
        for key in app.screen.query(FooterKey):
            assert key.description in screen_text(app).splitlines()[-1]
        is_beside = regions[2].x > regions[1].x
        assert is_beside is (size[0] >= 100)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "ansi-light"])
async def test_each_theme_draws_it(theme: str) -> None:
    found = discovery(file(**ABC), keychain(a=token("z")))
    app = app_of(found)
    app.theme = theme
    async with opened(found, app=app) as (_, pilot):
        assert "≠ a.test" in screen_text(app)
        await apply(app, pilot)
        assert "2 done" in screen_text(app)


async def test_the_mouse_highlights_an_entry_and_presses_keys() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        rows = screen(app).body.rows
        await pilot.click(PlanRows, offset=(6, 2))
        assert rows.highlighted is not None
        assert rows.highlighted.key == "b.test"
        key = next(key for key in app.screen.query(FooterKey) if key.description == "Leave out")
        await pilot.click(key)
        await wait_until(pilot, lambda: lines(app)["b.test"][1] == "left out")
        key = next(key for key in app.screen.query(FooterKey) if key.description == "Migrate")
        await pilot.click(key)
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.click("#yes")
        await wait_until(pilot, lambda: isinstance(app.screen, MigrationScreen))
        await wait_until(pilot, lambda: not screen(app)._is_busy)
        assert hosts(found, "file") == {"b.test"}


@pytest.mark.parametrize("key", ["1", "2"])
async def test_taking_a_conflict_back_says_that_each_store_gets_back_its_own(key: str) -> None:
    found = discovery(file(a=token("a")), keychain(a=token("z")))
    before = [store_of(found, store).read("a.test") for store in ("file", "keychain")]
    async with opened(found) as (app, pilot):
        await pilot.press(key)
        await apply(app, pilot)
        await pilot.press("u")
        await wait_until(pilot, lambda: "Taking it back" in screen_text(app))
        assert lines(app)["a.test"] == ("→", "both put back")
        assert "Each store gets back what it held before" in " ".join(shown(app, "#detail").split())
        await pilot.press("enter")
        said = await asked(app, pilot, "Take back 1 credential?")
        assert "1 credential put back in the credentials file" in said
        await pilot.press("y")
        await planned(app, pilot)
        await wait_until(pilot, lambda: "1 done" in shown(app, "#plan-numbers"))
    after = [store_of(found, store).read("a.test") for store in ("file", "keychain")]
    assert after == before
