"""The audit's screen: what it shows while it looks and afterwards, and what its keys do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest
from textual.widget import Widget
from textual.widgets._footer import FooterKey

from authui.model.entry import StoreId
from authui.model.errors import BadInput, ChangedMeanwhile, StoreLocked
from authui.services.audit import auditing
from authui.services.audit.finding import Finding, Fix, Hands, Made, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.change import Place
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.ui import writes
from authui.ui.app import AuthuiApp
from authui.ui.screens.audit import AuditScreen
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.waiting import WaitingScreen
from authui.ui.widgets.audit_body import AuditNumbers
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.entry_rows import EntryRows
from tests.ui.forms import answered, asked, at_home, store_of, told
from tests.ui.snapshots import check
from tests.ui.states import demo
from tests.ui.support import GUARD, discovery, info, screen_text, shown, token, wait_until
from tests.ui.test_home import ready

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

PATH = "/home/demo/.rattler/credentials.json"
ERROR, WARNING, INFO = Severity


def finding(
    rule: str,
    severity: Severity,
    message: str,
    host: str | None = None,
    store: StoreId | None = "file",
    **more: object,
) -> Finding:
    return Finding(rule, severity, message, store, host, **more)  # type: ignore[arg-type]


def delete(host: str, store: StoreId = "file") -> Fix:
    """A fix that does something: what the finding is about is gone then."""

    def make(hands: Hands) -> Made:
        hands.changes.remove(Place(store, host), patience=hands.patience)
        return (f"{host} was deleted from the credentials file", "Nothing answers instead")

    steps = (f"{host} is deleted from {PATH}", "Deleting is not revoking")
    return Fix("delete it from the credentials file", steps, make)


def never(scene: Scene) -> Iterator[Finding]:
    """One for each entry with a port, as long as it is there."""
    for entry in scene.listing.entries:
        if entry.host is not None and entry.host.endswith(":8080"):
            message = f"{entry.host} never matches: a port is no part of a key"
            fix = delete(entry.host)
            yield finding("A13", WARNING, message, entry.host, details=("So it is",), fix=fix)


def always(scene: Scene) -> Iterator[Finding]:
    del scene
    yield finding(
        "A19", ERROR, "Others can read the credentials file", subject=PATH, hint="Run chmod 600"
    )
    yield finding("A10", WARNING, "An earlier store holds the same pattern", "*.prefix.dev")
    yield finding("A30", INFO, "Its token expires within 7 days", "sso.example", "keychain")


RULES = (Rule("A13", "Ports", never), Rule("A19", "Modes", always))


def rules(monkeypatch: pytest.MonkeyPatch, *some: Rule) -> None:
    monkeypatch.setattr(auditing, "RULES", some)


def many(*found: Finding) -> Rule:
    return Rule("A1", "All", lambda _: iter(found))


def audited(found: Discovery) -> AuthuiApp:
    """An app on these stores, and on nothing else of this machine."""
    return AuthuiApp(lambda: found, demo=True)


@asynccontextmanager
async def auditing_screen(
    app: AuthuiApp, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], AuditScreen]]:
    """The screen, once it has looked."""
    async with app.run_test(size=size) as pilot:
        yield pilot, await opened(app, pilot)


async def opened(app: AuthuiApp, pilot: Pilot[None]) -> AuditScreen:
    await ready(app, pilot)
    await pilot.press("v")
    await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
    screen = app.screen
    assert isinstance(screen, AuditScreen)
    await settled(pilot, screen)
    return screen


async def settled(pilot: Pilot[None], screen: AuditScreen) -> None:
    await wait_until(pilot, lambda: not screen.is_looking)
    await wait_until(pilot, lambda: bool(screen.query(FooterKey)))
    await pilot.pause()


def numbers(app: AuthuiApp) -> str:
    return shown(app, "#audit-numbers").split("audit", 1)[1].strip()


def rows(screen: AuditScreen) -> list[str]:
    """The headings, and of the findings the rules."""
    return [
        line.text if line.is_heading else (line.key or "").split(":")[0]
        for line in screen.rows.lines
    ]


def under_cursor(screen: AuditScreen) -> str | None:
    found = screen.body.highlighted
    return None if found is None else found.rule


def pane(app: AuthuiApp) -> str:
    return shown(app, "#detail")


async def test_findings_are_grouped_by_severity_with_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (_, screen):
        assert rows(screen) == ["Errors", "A19", "Warnings", "A10", "A13", "Notes", "A30"]
        assert numbers(app) == "1 error  2 warnings  1 note"
        assert under_cursor(screen) == "A19"
        text = screen_text(app)
        assert "✗ Others can read" in text
        assert "! An earlier store" in text
        assert "i Its token expires" in text


async def test_the_pane_tells_about_the_finding_under_the_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        said = pane(app)
        assert "✗ Error" in said
        assert "Next  Run chmod 600" in said
        assert f"A19:file:{PATH}" in said
        await pilot.press("down", "j")
        said = pane(app)
        assert screen.query_one(EntryDetail).border_title == "A13"
        assert "So it is" in said
        assert f"In the credentials file: {PATH}" in said
        assert "Fix  delete it from the credentials file" in said
        assert "f shows every step first" in said
        assert "A13:file:host.example:8080" in said


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ("down", "A10"),
        ("j j", "A13"),
        ("down down down down", "A30"),
        ("end", "A30"),
        ("G up", "A13"),
        ("G home", "A19"),
        ("G k k g", "A19"),
        ("pagedown", "A30"),
        ("end pageup", "A19"),
        ("up", "A19"),
    ],
)
async def test_the_cursor_rests_on_findings_only(
    monkeypatch: pytest.MonkeyPatch, keys: str, rule: str
) -> None:
    rules(monkeypatch, *RULES)
    async with auditing_screen(audited(demo())) as (pilot, screen):
        await pilot.press(*keys.split())
        assert under_cursor(screen) == rule


async def test_enter_goes_to_the_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, _):
        await pilot.press("down", "down", "enter")
        await wait_until(pilot, lambda: at_home(app))
        table = app.screen.query_one(EntryRows)
        await wait_until(
            pilot, lambda: table.highlighted is not None and table.highlighted.store == "file"
        )
        assert table.highlighted is not None
        assert table.highlighted.host == "host.example:8080"


async def test_enter_on_a_finding_without_an_entry_reads_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("enter")
        assert screen.body.pane.has_focus
        await pilot.press("escape")
        assert screen.rows.has_focus
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))


async def test_q_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, _):
        await pilot.press("q")
        await wait_until(pilot, lambda: at_home(app))


async def test_a_click_highlights_and_the_second_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        place = screen.rows._tops[3]
        await pilot.click(screen.rows, offset=(10, place - 1))  # the heading
        assert under_cursor(screen) == "A19"
        await pilot.click(screen.rows, offset=(10, place))
        assert under_cursor(screen) == "A10"
        await pilot.click(screen.rows, offset=(10, place))
        await wait_until(pilot, lambda: at_home(app))


async def test_a_fix_is_shown_step_by_step_then_made(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    found = demo()
    app = audited(found)
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("down", "down", "f")
        text = await asked(app, pilot, "Delete it from the credentials file?")
        assert "· host.example:8080 is deleted from" in text
        assert PATH in text
        assert "· Deleting is not revoking" in text
        await pilot.press("enter")  # the harmless answer
        await wait_until(pilot, lambda: app.screen is screen)
        assert store_of(found, "file").read("host.example:8080") is not None
        await pilot.press("f")
        await answered(app, pilot, "Delete it", "y")
        await told(app, pilot, "host.example:8080 was deleted from the credentials file")
        await wait_until(pilot, lambda: "A13" not in rows(screen))
        assert store_of(found, "file").read("host.example:8080") is None
        assert under_cursor(screen) == "A30"  # near where the cursor was
        assert numbers(app) == "1 error  1 warning  1 note"


async def test_a_slow_fix_is_shown_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "SHOWN_AFTER", 0.02)
    gate = Event()

    def make(_: Hands) -> Made:
        assert gate.wait(GUARD)
        return ("It was done",)

    one = finding("A1", ERROR, "Slow", subject="x", fix=Fix("do it", ("A step",), make))
    # Gone once it is made.
    rules(monkeypatch, Rule("A1", "Slow", lambda _: iter(() if gate.is_set() else (one,))))
    app = audited(demo())
    # A rule that is repaired entry by entry would open another screen.
    monkeypatch.setattr("authui.ui.mending.REPAIRED", frozenset())
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("f")
        await answered(app, pilot, "Do it?", "y")
        await wait_until(pilot, lambda: isinstance(app.screen, WaitingScreen))
        await wait_until(pilot, lambda: "Fixing x" in screen_text(app))
        gate.set()
        await told(app, pilot, "It was done")
        await wait_until(pilot, lambda: screen.report is not None and not screen.report.findings)
        assert "Nothing found" in screen_text(app)


async def test_a_fix_whose_ground_has_changed_says_so_and_looks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules(monkeypatch, *RULES)
    found = demo()
    app = audited(found)
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("down", "down", "f")
        await asked(app, pilot, "Delete it")
        file = store_of(found, "file")
        before = file.read("host.example:8080")
        assert before is not None
        file.delete("host.example:8080", before=before)
        await pilot.press("y")
        await told(app, pilot, "host.example:8080")
        assert any(one.severity == "error" for one in app._notifications)
        await wait_until(pilot, lambda: "A13" not in rows(screen))


async def test_a_fix_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(_: Hands) -> Made:
        raise ChangedMeanwhile("It is not what it was", "Look again")

    rules(
        monkeypatch, many(finding("A6", ERROR, "Bad", "*.prefix.dev", fix=Fix("f", ("s",), make)))
    )
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("f")
        await answered(app, pilot, "F?", "y")
        await told(app, pilot, "It is not what it was\nLook again")
        await settled(pilot, screen)
        assert rows(screen) == ["Errors", "A6"]


async def test_a_finding_without_a_fix_offers_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        assert screen.check_action("fix", ()) is None
        await pilot.press("f")
        assert app.screen is screen
        await pilot.press("down", "down")
        assert screen.check_action("fix", ()) is True


async def test_a_run_that_changes_nothing_mends_and_silences_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules(monkeypatch, *RULES)
    found = demo()
    app = AuthuiApp(lambda: found, demo=True, read_only=True)
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("down", "down")
        assert "authui was started with --read-only" in pane(app)
        await pilot.press("f")
        await told(app, pilot, "--read-only")
        assert app.screen is screen
        app.clear_notifications()
        await pilot.press("x")
        await told(app, pilot, "--read-only")
        assert app.screen is screen


async def test_a_finding_is_silenced_counted_and_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        assert screen.check_action("toggle_silenced", ()) is False
        await pilot.press("down", "x")
        text = await answered(app, pilot, "Silence this finding?", "y")
        assert "It is not mended" in text
        await told(app, pilot, "X shows what is silenced")
        await wait_until(pilot, lambda: "A10" not in rows(screen))
        assert numbers(app) == "1 error  1 warning  1 note  1 silenced"
        await pilot.press("X")
        await wait_until(pilot, lambda: rows(screen)[-2:] == ["Silenced", "A10"])
        assert under_cursor(screen) == "A10"
        assert "! Warning, silenced" in pane(app)
        assert (screen.check_action("silence", ()), screen.check_action("unsilence", ())) == (
            False,
            True,
        )
        await pilot.press("x")
        await told(app, pilot, "It is reported again")
        await wait_until(pilot, lambda: "Silenced" not in rows(screen))
        assert "silenced" not in numbers(app)
        assert under_cursor(screen) == "A10"


async def test_no_silences_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("x")
        await answered(app, pilot, "Silence", "n")
        await settled(pilot, screen)
        assert "silenced" not in numbers(app)


async def test_it_opens_at_once_and_says_that_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()

    def slow(scene: Scene) -> Iterator[Finding]:
        assert gate.wait(GUARD)
        return always(scene)

    rules(monkeypatch, Rule("A1", "Slow", slow))
    app = audited(demo())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot)
        await pilot.press("v")
        await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
        await wait_until(pilot, lambda: "Looking at 5 stores…" in shown(app, "#audit-words"))
        assert numbers(app) == "Looking at 5 stores…"
        await pilot.press("f", "x", "enter", "down")  # nothing to do anything with
        screen = app.screen
        assert isinstance(screen, AuditScreen)
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("escape")
        gate.set()
        await settled(pilot, screen)
        assert len(rows(screen)) == 6


async def test_leaving_does_not_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()

    def slow(_: Scene) -> Iterator[Finding]:
        assert gate.wait(GUARD)
        return iter(())

    rules(monkeypatch, Rule("A1", "Slow", slow))
    app = audited(demo())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot)
        await pilot.press("v")
        await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        gate.set()
        await pilot.pause(0.1)


async def test_the_old_findings_stay_while_it_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Event()
    gate.set()
    found = [*always(None)]  # type: ignore[arg-type]

    def slow(_: Scene) -> Iterator[Finding]:
        assert gate.wait(GUARD)
        return iter(found)

    rules(monkeypatch, Rule("A1", "Slow", slow))
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        gate.clear()
        await pilot.press("end", "r", "r")
        await wait_until(pilot, lambda: "Looking again…" in numbers(app))
        assert screen.check_action("reload", ()) is None
        assert len(rows(screen)) == 6
        del found[0]
        gate.set()
        await settled(pilot, screen)
        assert rows(screen) == ["Warnings", "A10", "Notes", "A30"]
        assert under_cursor(screen) == "A30"


async def test_nothing_found_tells_what_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, Rule("A13", "Patterns with a port", lambda _: iter(())))
    app = audited(discovery(MemoryStore(info("keychain"), {"a.example": token()})))
    async with auditing_screen(app) as (_, screen):
        assert numbers(app) == "nothing found"
        assert shown(app, "#audit-words") == (
            "Nothing found\nLooked at 1 store with 1 entry, by 1 rule"
        )
        said = pane(app)
        assert "1  keychain" in said
        assert "A13  Patterns with a port" in said
        assert screen.query_one(EntryDetail).border_title == "Looked at"


async def test_a_store_that_could_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, Rule("A13", "Ports", lambda _: iter(())))
    failure = StoreLocked("The keychain is locked", "Unlock it")
    locked = MemoryStore(info("keychain"), {}, failure=failure)
    app = audited(discovery(locked, MemoryStore(info("file"), {})))
    async with auditing_screen(app):
        text = screen_text(app)
        assert "Not looked at in full: the keychain  The keychain is locked" in text
        assert "Not every store could be read" in shown(app, "#audit-words")
        assert "✗ not read: The keychain is locked" in pane(app)


async def test_an_audit_that_is_refused_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Scene) -> Iterator[Finding]:
        raise BadInput("There is no such project", "Name a folder")

    rules(monkeypatch, Rule("A1", "x", refuse))
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        assert shown(app, "#audit-words") == "There is no such project\nName a folder"
        rules(monkeypatch, *RULES)
        await pilot.press("r")
        await settled(pilot, screen)
        assert len(rows(screen)) == 7
        rules(monkeypatch, Rule("A1", "x", refuse))
        await pilot.press("r")
        await told(app, pilot, "There is no such project")
        assert len(rows(screen)) == 7


HOSTILE = "[/x] [b]a[/b] \x1b[2J\u202e日本語 " + "long" * 60


async def test_what_is_found_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(_: Hands) -> Made:
        return (HOSTILE,)

    one = finding(
        "A6", ERROR, HOSTILE, HOSTILE, details=(HOSTILE,), fix=Fix(HOSTILE, (HOSTILE,), make)
    )
    url = "https://user:hunter2@h.example/t/tk-1/c"
    two = finding("A7", WARNING, "A URL", url, subject=url, hint=HOSTILE)
    rules(monkeypatch, many(one, two))
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("down")
        assert "hunter2" not in screen_text(app)
        assert "tk-1" not in screen_text(app)
        assert "https://••••••@h.example/t/••••••/c" in pane(app)
        await pilot.press("up", "f")
        await wait_until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.pause()
        assert "[b]a[/b]" in screen_text(app)
        await pilot.press("y")
        await wait_until(pilot, lambda: app.screen is screen)
        await told(app, pilot, "[/x] [b]a[/b]")
        await settled(pilot, screen)
        text = screen_text(app)
        assert {c for c in text.replace("\n", "") if not c.isprintable()} == set()


async def test_two_hundred_findings_are_walked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [finding("A13", WARNING, f"Number {n}", f"h{n}.example") for n in range(200)]
    rules(monkeypatch, many(*found))
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        await pilot.press("pagedown", "end")
        assert screen.rows.highlighted is screen.rows.lines[-1]
        assert "200 of 200" in screen_text(app)
        top, height = screen.rows.scroll_offset.y, screen.rows.size.height
        assert top <= screen.rows._tops[200] < top + height
        await pilot.press("home")
        assert screen.rows.scroll_offset.y == 0


async def test_help_tells_its_keys_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app, (120, 60)) as (pilot, _):
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = screen_text(app)
        for words in ("Show what the fix does, then do it", "Report it no longer", "✗ error"):
            assert words in text
        assert "shadowed" not in text


def parts(screen: AuditScreen) -> list[Widget]:
    return [screen.query_one(AuditNumbers), screen.query_one("#audit-list"), screen.body.pane]


@pytest.mark.parametrize("size", [(40, 12), (60, 15), (80, 24), (99, 20), (100, 30), (200, 60)])
async def test_nothing_is_cut_at_any_size(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app, size) as (_, screen):
        region = screen.region
        shown_parts = parts(screen)
        for number, part in enumerate(shown_parts):
            assert region.contains_region(part.region), part
            assert part.region.area
            assert not any(part.region.overlaps(one.region) for one in shown_parts[number + 1 :])
        keys = [key.region for key in screen.query(FooterKey)]
        assert keys
        assert all(key.right <= region.right and key.bottom == region.bottom for key in keys)
        assert screen.rows.virtual_size.width <= screen.rows.size.width
        assert screen.rows.size.height >= 2


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (20, 5)])
async def test_a_tiny_screen_says_so(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.resize_terminal(*size)
        await wait_until(pilot, lambda: "authui needs" in screen_text(app))
        await pilot.resize_terminal(80, 24)
        await wait_until(pilot, lambda: "Errors" in screen_text(app))
        assert under_cursor(screen) == "A19"


@pytest.mark.parametrize("theme", ["authui-dark", "authui-light", "ansi-dark"])
async def test_the_cursor_shows_in_each_theme(monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    rules(monkeypatch, *RULES)
    app = audited(demo())
    async with auditing_screen(app) as (pilot, screen):
        app.theme = theme
        await pilot.pause()
        lines = [screen.rows.render_line(n) for n in range(2, 6)]
        assert len({str([(s.text, s.style) for s in line]) for line in lines}) == len(lines)
        await pilot.press("down")
        cursor = screen.rows.render_line(screen.rows._tops[screen.rows.cursor])
        other = screen.rows.render_line(screen.rows._tops[1])
        assert cursor.text.startswith("▌")
        assert [s.style for s in cursor] != [s.style for s in other]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("what", ["found", "nothing", "fix"])
async def test_what_it_looks_like(
    monkeypatch: pytest.MonkeyPatch, what: str, size: tuple[int, int]
) -> None:
    rules(monkeypatch, *RULES) if what != "nothing" else rules(
        monkeypatch, Rule("A13", "Patterns with a port", lambda _: iter(()))
    )
    app = audited(demo())
    async with auditing_screen(app, size) as (pilot, _):
        if what != "nothing":
            await pilot.press("down", "down")
        if what == "fix":
            await pilot.press("f")
            await asked(app, pilot, "Delete it")
        check(app, f"audit {what} {size[0]}x{size[1]}")


async def test_what_it_looks_like_in_light(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same characters: no meaning is lost with the colours."""
    rules(monkeypatch, *RULES)
    app = audited(demo())
    app.theme = "authui-light"
    async with auditing_screen(app) as (pilot, _):
        await pilot.press("down", "down")
        check(app, "audit found 80x24")


def test_the_start_does_not_load_it() -> None:
    code = (
        "import sys; import authui.ui.app, authui.ui.screens.entries;"
        "print([m for m in sys.modules if 'audit' in m or 'repair' in m or 'folded_rows' in m])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
