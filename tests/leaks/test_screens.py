"""One secret through every screen: stored, typed, pasted, revealed, refused."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import pytest
from textual.screen import Screen
from textual.widgets import Collapsible, Select

from authui.model.credential import KINDS, Kind
from authui.model.errors import ChangedMeanwhile, OutcomeUnknown, StoreLocked, WriteFailed
from authui.model.fields import fields_of
from authui.services.audit.repair import plan_repair
from authui.stores.json_file import JsonFileStore
from authui.ui import writes
from authui.ui.screens.audit import AuditScreen
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.duplicates import DuplicatesScreen
from authui.ui.screens.editor import EditorScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.repair import RepairScreen
from authui.ui.screens.retype import RetypeScreen
from authui.ui.screens.waiting import WaitingScreen
from authui.ui.widgets import credential_fields
from authui.ui.widgets.one_line import SecretInput
from tests.leaks import migration_runs, pypi_runs
from tests.leaks.canary import CANARY
from tests.leaks.holders import ROOT, modules
from tests.leaks.sight import TWICE, Sight, sight
from tests.support.json_files import store as json_store
from tests.ui.support import screen_text, wait_until


async def entries(app: Sight) -> None:
    for key in ("down",) * 7 + ("enter", "escape", "s", "S", "r", "y", "tab", "tab", "escape"):
        await app.press(key)
        await app.look()
    await app.press("slash", *"bear")
    await app.look()
    await app.press("escape", "ctrl+p")
    await app.look()
    await app.press("escape")


async def a_url_with_a_password(app: Sight) -> None:
    """The line shows what is typed into it; what is said of it does not."""
    await app.press("t")
    await app.paste(f"https://user:{CANARY}@bearertoken.example/t/{CANARY}/?x={CANARY}")
    await wait_until(app.pilot, lambda: app.home.body.result is not None)
    await app.pilot.pause(0.1)
    lines = screen_text(app.app).splitlines()
    assert [line for line in lines if CANARY in line and "https://user:" not in line] == []
    app.messages.clear()
    await app.press("ctrl+u")
    await wait_until(app.pilot, lambda: app.home.body.result is None)


async def help_screen(app: Sight) -> None:
    await app.press("question_mark")
    await app.wait_for(HelpScreen)
    await app.look()


async def delete_and_take_back(app: Sight) -> None:
    await app.go_to("bearertoken.example")
    await app.press("d")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Deleted" in app.toast())
    await app.look()
    await app.press("u")
    await wait_until(app.pilot, lambda: "Took back" in app.toast())


async def choose_an_item(app: Sight) -> None:
    await app.go_to(TWICE)
    await app.press("e")
    await app.wait_for(DuplicatesScreen)
    await app.look()
    assert "another secret" in screen_text(app.app)
    await app.press("k")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Kept one item" in app.toast())


async def wait_for_a_slow_store(app: Sight) -> None:
    gate, real = Event(), app.keychain.write

    def write(*values: object, **named: object) -> object:
        assert gate.wait(20)
        return real(*values, **named)  # type: ignore[arg-type]

    app.keychain.write = write  # type: ignore[assignment,method-assign]
    await app.edit("bearertoken.example")
    await type_into(app, "token")
    await app.press("ctrl+s")
    await app.wait_for(WaitingScreen)
    await app.look()
    await app.press("escape")
    await app.look()
    gate.set()
    await wait_until(app.pilot, lambda: "Saved" in app.toast())


async def type_into(app: Sight, name: str) -> None:
    app.row(name).line.focus()
    app.row(name).line.value = CANARY[:-2]
    app.row(name).line.action_end()
    await app.press(*CANARY[-2:])
    assert app.row(name).line.value.endswith(CANARY)
    await app.look()


async def add(app: Sight) -> None:
    await app.add()
    app.editor.form.host_field.line.value = "new.example"
    await type_into(app, "token")
    await app.paste(f"{CANARY}\n{CANARY}")
    await app.look()
    await app.paste(f"{CANARY}\n")
    await app.look()
    await app.press("home", "shift+end", "ctrl+c", "ctrl+x")
    await app.look()
    await app.press("escape")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("n")
    await app.press("ctrl+s")
    await wait_until(app.pilot, lambda: "Saved new.example" in app.toast())


async def add_as_plain_text(app: Sight) -> None:
    await app.add()
    app.editor.form.host_field.line.value = "plain.example"
    app.editor.query_one("#store", Select).value = "file"
    await type_into(app, "token")
    await app.press("ctrl+s")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Saved plain.example" in app.toast())


async def a_value_that_is_refused(app: Sight) -> None:
    await app.add()
    app.editor.form.host_field.line.value = "new.example"
    for text in (f"{CANARY} {CANARY}", f"{CANARY}\x07", f"https://user:{CANARY}@x.example/"):
        app.row("token").line.value = text
        await app.look()
        await app.press("ctrl+s")
        await app.look()
        if not isinstance(app.app.screen, EditorScreen):
            return


def edit(kind: Kind) -> Callable[[Sight], Awaitable[None]]:
    async def run(app: Sight) -> None:
        await app.edit(f"{kind.lower()}.example")
        await app.look()
        for spec in fields_of(kind):
            if spec.is_secret:
                await reveal(app, spec.name, "ctrl+r")
                await type_into(app, spec.name)
                await reveal(app, spec.name, "tab")
        other = KINDS[(KINDS.index(kind) + 1) % len(KINDS)]
        app.editor.query_one("#kind", Select).value = other
        await app.pilot.pause(0.1)
        await app.look()
        await app.press("escape")
        await app.wait_for(ConfirmScreen)
        await app.press("y")
        await app.wait_for(EntriesScreen)

    return run


async def reveal(app: Sight, name: str, then: str) -> None:
    """By the key that is meant for it; then gone by the same key, or by leaving the line."""
    row = app.row(name)
    for folded in app.editor.query(Collapsible):
        folded.collapsed = False
    row.line.focus()
    await app.press("ctrl+r")
    row.scroll_visible(animate=False)
    await app.pilot.pause()
    assert app.is_revealed
    await app.press(then)
    await app.look()


def failing(failure: Exception) -> Callable[[Sight], Awaitable[None]]:
    async def run(app: Sight) -> None:
        app.keychain.fails = failure
        await app.edit("basichttp.example")
        await type_into(app, "password")
        await app.press("ctrl+s")
        await wait_until(app.pilot, lambda: "It went wrong" in screen_text(app.app))
        await app.look()
        await app.press("escape")
        await app.wait_for(ConfirmScreen)
        await app.press("y")
        await app.go_to("bearertoken.example")
        await app.press("d")
        await app.wait_for(ConfirmScreen)
        await app.press("y")
        await wait_until(app.pilot, lambda: "It went wrong" in app.toast())

    return run


async def audit(app: Sight) -> None:
    """Every finding about stores full of it, what their fixes would do, and one that is silenced."""
    await app.press("v")
    await app.wait_for(AuditScreen)
    screen = app.app.screen
    assert isinstance(screen, AuditScreen)
    await wait_until(app.pilot, lambda: not screen.is_looking)
    findings = [line for line in screen.rows.lines if not line.is_heading]
    assert len(findings) > 1
    for _ in findings:
        await app.look()
        if screen.check_action("fix", ()):
            await app.press("f")
            await app.wait_for(ConfirmScreen)
            await app.look()
            await app.press("n")
            await app.wait_for(AuditScreen)
        await app.press("down")
    await app.press("x")
    await app.wait_for(ConfirmScreen)
    await app.look()
    await app.press("y")
    await wait_until(app.pilot, lambda: "Silenced" in app.toast())
    await wait_until(app.pilot, lambda: not screen.is_looking)
    await app.press("X")
    await app.look()
    await app.press("question_mark")
    await app.look()


def broken_file(folder: Path) -> JsonFileStore:
    """A file that rattler refuses: bad in several ways, with the canary in each of them."""
    path = folder / "broken.json"
    path.write_text(
        f'{{"good.example":{{"BearerToken":"{CANARY}"}},\n'
        f'"basic.example":{{"BasicHttp":{{"username":"u","password":"{CANARY}"}}}},\n'
        f'"odd.example":{{"{CANARY[:3]}":"{CANARY}"}},\n'
        f'"https://u:{CANARY}@x.example/t/{CANARY}/":{{"BearerToken":5,"x":"{CANARY}"}},\n'
        f'"cut.example":{{"BearerToken":"{CANARY}}}'
    )
    return json_store(path)


async def repair(app: Sight) -> None:
    with TemporaryDirectory() as folder:
        store = broken_file(Path(folder))
        app.app.push_screen(RepairScreen(plan_repair(store)))
        await app.wait_for(RepairScreen)
        screen = app.app.screen
        assert isinstance(screen, RepairScreen)
        assert len(screen.rows.lines) > 2
        for _ in screen.rows.lines:
            await app.press("space")
            await app.look()
            await app.press("down")
        await app.press("enter")
        await app.wait_for(ConfirmScreen)
        await app.look()
        await app.press("n")


async def type_anew(app: Sight) -> None:
    with TemporaryDirectory() as folder:
        app.app.push_screen(RepairScreen(plan_repair(broken_file(Path(folder)))))
        await app.wait_for(RepairScreen)
        await app.press("e")
        await app.wait_for(RetypeScreen)
        await wait_until(app.pilot, lambda: bool(app.app.screen.query("FieldRow OneLine")))
        line = app.app.screen.query(SecretInput).first()
        line.focus()
        await app.paste(CANARY)
        await app.look()
        await app.press("ctrl+r")
        line.mask()
        await app.look()
        await app.press("ctrl+s")
        await app.wait_for(RepairScreen)
        assert line.value == ""
        await app.look()
        await app.press("escape")
        await app.wait_for(ConfirmScreen)
        await app.look()


RUNS: dict[str, tuple[type[Screen[Any]], Callable[[Sight], Awaitable[None]]]] = {
    "entries": (EntriesScreen, entries),
    "a URL with a password": (EntriesScreen, a_url_with_a_password),
    "help": (HelpScreen, help_screen),
    "delete, take back": (ConfirmScreen, delete_and_take_back),
    "choose": (DuplicatesScreen, choose_an_item),
    "wait": (WaitingScreen, wait_for_a_slow_store),
    "add": (EditorScreen, add),
    "add as plain text": (EditorScreen, add_as_plain_text),
    "refused": (EditorScreen, a_value_that_is_refused),
    "audit": (AuditScreen, audit),
    "repair": (RepairScreen, repair),
    "type anew": (RetypeScreen, type_anew),
    **migration_runs.RUNS,
    **pypi_runs.RUNS,
    **pypi_runs.RUNS,
    **{f"edit {kind}": (EditorScreen, edit(kind)) for kind in KINDS},
    **{
        f"fail with {failure.__name__}": (EditorScreen, failing(failure("It went wrong", "So")))
        for failure in (ChangedMeanwhile, WriteFailed, OutcomeUnknown, StoreLocked)
    },
}
"""What is done, and the screen that it is about."""


OF_WINDOWS = ("authui.ui.windows_clipboard", "authui.ui.windows_console")


def test_every_screen_has_a_run() -> None:
    found: set[type] = set()
    for module in modules("ui"):
        if module in OF_WINDOWS:  # they load there only, and have no screen
            source = ROOT.joinpath(*module.split(".")[1:]).with_suffix(".py")
            assert "Screen" not in source.read_text(encoding="utf-8")
            continue
        loaded = importlib.import_module(module)
        found |= {
            one
            for one in vars(loaded).values()
            if isinstance(one, type) and issubclass(one, Screen) and one.__module__ == module
        }
    covered = {base for screen, _ in RUNS.values() for base in screen.__mro__}
    assert found - covered == set()
    assert len(found) > 6


@pytest.mark.parametrize("name", RUNS)
async def test_no_screen_shows_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "SHOWN_AFTER", 0.02)
    screen, run = RUNS[name]
    async with sight() as app:
        await run(app)
        await app.look()
        assert screen in app.screens


async def test_unlocking(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sight(is_locked=True) as app:
        await app.press("o")
        await wait_until(app.pilot, lambda: "unlocked" in app.toast())
        await app.look()


async def test_a_secret_hides_itself_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough to be seen on a busy machine.
    monkeypatch.setattr(credential_fields, "SEEN_FOR", 2.0)
    async with sight() as app:
        await app.edit("bearertoken.example")
        app.row("token").line.focus()
        await app.press("ctrl+r")
        assert app.is_revealed
        await wait_until(app.pilot, lambda: not app.is_revealed)
        await app.look()
        await app.press(*CANARY, "ctrl+r")
        assert app.is_revealed
        await wait_until(app.pilot, lambda: not app.is_revealed)


async def test_nothing_of_it_stays_behind_in_the_form() -> None:
    async with sight() as app:
        await app.edit("bearertoken.example")
        await type_into(app, "token")
        form, fields, line = app.editor.form, app.editor.form.fields, app.row("token").line
        await app.press("escape")
        await app.wait_for(ConfirmScreen)
        await app.press("y")
        await app.wait_for(EntriesScreen)
        assert (line.value, form._old, fields._typed) == ("", None, {})
