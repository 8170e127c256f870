"""Changes on their way: shown while they last, waited for when the app ends."""

from __future__ import annotations

import asyncio
import signal
import threading
from pathlib import Path
from threading import Event

import pytest

from authui.model.errors import OutcomeUnknown, WriteFailed
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from authui.ui import app as app_module
from authui.ui import writes
from authui.ui.app import run_app
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.waiting import WaitingScreen
from authui.ui.writes import Writes
from tests.ui.forms import adding, answered, app_of, at_home, editor, fill, is_open, told
from tests.ui.support import GUARD, discovery, info, screen_text, shown, token, wait_until
from tests.ui.test_home import ready
from tests.ui.test_signals import LEAVES_THE_PICTURE, Start, start

__all__ = ["start"]


class SlowStore(MemoryStore):
    """A store whose writes wait for the gate, or for the person to give up."""

    def __init__(self) -> None:
        super().__init__(info("keychain"), {"h.example": token("t-1")})
        self.gate = Event()
        self.began = Event()
        self.has_window = False

    def write(
        self,
        host: str,
        text: Secret,
        *,
        before: Stored | None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> Stored:
        self._wait(patience)
        return super().write(host, text, before=before, item=item)

    def delete(
        self,
        host: str,
        *,
        before: Stored | None = None,
        item: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._wait(patience)
        super().delete(host, before=before, item=item)

    def _wait(self, patience: Patience | None) -> None:
        if self.has_window and patience is not None:
            patience.begin()
        self.began.set()
        for _ in range(int(GUARD / 0.02)):
            if self.gate.wait(0.02):
                break
            if self.has_window and patience is not None and patience.is_cancelled:
                patience.end()
                raise WriteFailed("You have closed the window", "Try again")


@pytest.mark.parametrize("key", ["ctrl+q", "exit"])
async def test_quitting_waits_for_a_running_write(key: str) -> None:
    store = SlowStore()
    app = app_of(discovery(store))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="new.example", token="t-2")
        await pilot.press("ctrl+s")
        await wait_until(pilot, store.began.is_set)
        await wait_until(pilot, lambda: "The store has not answered yet" in screen_text(app))
        assert isinstance(app.screen, WaitingScreen)
        if key == "exit":
            app.exit(return_code=143)
        else:
            await pilot.press(key)
        await told(app, pilot, "Ending once the change is made")
        await pilot.pause(0.3)
        assert app.is_running
        assert store.read("new.example") is None
        store.gate.set()
        await wait_until(pilot, lambda: not app.is_running)
    assert store.read("new.example") is not None
    assert app.return_code == (143 if key == "exit" else 0)
    assert app.writes.join(0)


async def test_a_write_that_never_ends_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert writes.LIMIT == 20.0
    monkeypatch.setattr(app_module, "LIMIT", 0.2)
    store = SlowStore()
    app = app_of(discovery(store))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await wait_until(pilot, store.began.is_set)
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: not app.is_running)
    assert not app.writes.join(0)
    store.gate.set()
    assert app.writes.join(GUARD)


async def test_a_window_of_the_keychain_is_closed_by_a_key() -> None:
    store = SlowStore()
    store.has_window = True
    app = app_of(discovery(store))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="new.example", token="t-2")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "A window of your keychain" in screen_text(app))
        await pilot.press("escape")
        await wait_until(pilot, lambda: not isinstance(app.screen, WaitingScreen))
        await wait_until(pilot, lambda: "closed the window" in shown(app, "#editor-error"))
        assert editor(app).form.host == "new.example"
        assert store.read("new.example") is None


async def test_quitting_closes_a_window_of_the_keychain() -> None:
    store = SlowStore()
    store.has_window = True
    app = app_of(discovery(store))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await wait_until(pilot, lambda: "A window of your keychain" in screen_text(app))
        await pilot.press("ctrl+q")
        await wait_until(pilot, lambda: not app.is_running)
    assert store.read("h.example") is not None


async def test_a_second_save_waits_for_no_second_write() -> None:
    store = SlowStore()
    app = app_of(discovery(store))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="new.example", token="t-2")
        await pilot.press("ctrl+s", "ctrl+s")
        await wait_until(pilot, store.began.is_set)
        store.gate.set()
        await told(app, pilot, "Saved new.example")
        await wait_until(pilot, lambda: at_home(app))
        assert "already" not in screen_text(app)


async def test_leaving_waits_for_the_write_too() -> None:
    store = SlowStore()
    app = app_of(discovery(store))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="new.example", token="t-2")
        form = editor(app)
        form.action_save()
        form.action_leave()
        await wait_until(pilot, store.began.is_set)
        store.gate.set()
        await told(app, pilot, "Saved new.example")
        await wait_until(pilot, lambda: at_home(app))


async def test_a_key_that_comes_twice_opens_one_form() -> None:
    app = app_of(discovery(MemoryStore(info("keychain"), {"h.example": token()})))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        home = app.screen
        assert isinstance(home, EntriesScreen)
        home.action_edit()
        home.action_edit()
        home.action_delete()
        await is_open(app, pilot)
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        home.action_delete()
        await answered(app, pilot, "Delete h.example?", "n")


async def test_whoever_goes_away_leaves_the_write_alone() -> None:
    app = app_of(discovery(MemoryStore(info("keychain"), {})))
    gate, ended = Event(), Event()

    def write(patience: Patience) -> None:
        del patience
        assert gate.wait(GUARD)
        ended.set()

    async with app.run_test() as pilot:
        await ready(app, pilot)
        running = asyncio.ensure_future(app.writes.make(app, "Saving", write))
        await wait_until(pilot, lambda: app.writes.is_running)
        running.cancel()
        await asyncio.wait({running})
        assert app.writes.is_running
        gate.set()
        await wait_until(pilot, lambda: not app.writes.is_running)
        assert ended.is_set()


def test_joining_waits() -> None:
    some = Writes()
    done = some._running[Patience()] = Event()
    assert some.is_running
    assert not some.join(0.01)
    threading.Timer(0.05, done.set).start()
    assert some.join(GUARD)
    assert not some.is_running


def test_a_write_that_outlives_the_app_is_of_unknown_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app_module, "run_until_told", lambda app, finish: None)
    monkeypatch.setattr(Writes, "join", lambda self: False)
    with pytest.raises(OutcomeUnknown):
        run_app(discovery)


# The program itself, with a store that takes its time to delete


@pytest.mark.parametrize("way", ["SIGTERM", "SIGHUP", "ctrl+q", "hang up"])
def test_the_program_waits_for_a_write(
    start: Start, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = tmp_path / "witness"
    monkeypatch.setenv("AUTHUI_TEST_WITNESS", str(witness))
    program = start("writing")
    program.read_until(b"a.example")
    program.read_until(b"Quit")
    program.press("d")
    program.read_until(b"Afterwards")
    program.press("y")
    program.read_until(b"deleting now")
    assert not witness.exists()
    if way == "ctrl+q":
        program.press("\x11")
    elif way == "hang up":
        program.hang_up()
    else:
        program.signal(signal.Signals[way])
    expected = {"ctrl+q": 0, "SIGTERM": 143}.get(way, 129)
    assert program.status(GUARD) == expected
    assert witness.read_text() == "deleted"
    assert b"Traceback" not in program.output
    assert (LEAVES_THE_PICTURE in program.output) is (way != "hang up")
