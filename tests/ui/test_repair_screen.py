"""The repair's screen: what becomes of each bad entry, and that no secret of it is shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Select
from textual.widgets._footer import FooterKey

from authui.services.audit import auditing
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.repair import Choice, Edited
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.stores.discover import Discovery
from authui.ui.app import AuthuiApp
from authui.ui.screens.audit import AuditScreen
from authui.ui.screens.help import HelpScreen
from authui.ui.screens.repair import RepairScreen
from authui.ui.screens.retype import RetypeScreen
from authui.ui.widgets.credential_fields import FieldRow
from tests.support.json_files import store
from tests.support.judge import Judge
from tests.ui.forms import answered, asked, told
from tests.ui.snapshots import check
from tests.ui.support import screen_text, shown, wait_until

GOOD = {f"h{n}.example": {"BearerToken": f"tok-{n}"} for n in range(4)}
CANARY = "canary-0815"
BAD = (
    f'"basic.example":{{"BasicHttp":{{"username":"u","password":"{CANARY}"}}}}',
    f'"odd.example":{{"Token":"{CANARY}"}}',
    f'"https://u:{CANARY}@x.example/t/{CANARY}/":{{"BearerToken":5}}',
)


def broken_text() -> str:
    parts = [f'"{host}":{json.dumps(value)}' for host, value in GOOD.items()]
    return "{" + ",\n".join([parts[0], BAD[0], *parts[1:3], *BAD[1:], parts[3]]) + "}"


def does_not_decode(scene: Scene) -> Iterator[Finding]:
    """As the rule does that has an entry by entry repair."""
    for file in scene.files:
        if file.failure is not None:
            yield Finding(
                "A1",
                Severity.ERROR,
                f"rattler stops at {file.path}",
                file.info.id,
                subject=file.path,
                fix=Fix("repair it entry by entry", ("It is repaired",), lambda _: ()),
            )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A broken credentials file where rattler looks for it."""
    folder = tmp_path / "home" / ".rattler"
    folder.mkdir(parents=True)
    file = folder / "credentials.json"
    file.write_text(broken_text())
    file.chmod(0o600)
    return file


@pytest.fixture(autouse=True)
def _one_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "RULES", (Rule("A1", "Broken files", does_not_decode),))


def app_at(path: Path, *, read_only: bool = False) -> AuthuiApp:
    return AuthuiApp(lambda: Discovery("rattler", (store(path),), None, ()), read_only=read_only)


@asynccontextmanager
async def repairing(
    app: AuthuiApp, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], RepairScreen]]:
    """The screen, opened as a person does."""
    async with app.run_test(size=size) as pilot:
        await in_audit(app, pilot)
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, RepairScreen))
        screen = app.screen
        assert isinstance(screen, RepairScreen)
        await wait_until(pilot, lambda: bool(screen.query(FooterKey)))
        await wait_until(pilot, lambda: bool(screen.rows.lines))
        yield pilot, screen


async def in_audit(app: AuthuiApp, pilot: Pilot[None]) -> AuditScreen:
    await wait_until(pilot, lambda: app.screen.is_mounted)
    await pilot.press("v")
    await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
    screen = app.screen
    assert isinstance(screen, AuditScreen)
    await wait_until(pilot, lambda: not screen.is_looking)
    return screen


async def type_anew(app: AuthuiApp, pilot: Pilot[None], value: str) -> None:
    """Type a bearer token for the highlighted entry."""
    await pilot.press("e")
    await wait_until(pilot, lambda: isinstance(app.screen, RetypeScreen))
    await wait_until(pilot, lambda: bool(app.screen.query(FieldRow)))
    await wait_until(pilot, lambda: app.focused is app.screen.query(FieldRow).first().line)
    await pilot.press(*value)


def becomes(screen: RepairScreen, index: int) -> str:
    return screen.rows.lines[index].beside


def text_of(path: Path) -> str:
    return path.read_text()


def values_of(path: Path) -> dict[str, object]:
    found = json.loads(path.read_text())
    assert isinstance(found, dict)
    return found


def put(path: Path, text: str) -> None:
    path.write_text(text)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def side_files(path: Path) -> list[Path]:
    return sorted(one for one in path.parent.iterdir() if one != path)


async def test_it_shows_each_bad_entry_and_why_but_no_value(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        assert "3 bad  4 entries good" in screen_text(app)
        assert [line.beside for line in screen.rows.lines] == ["fix", "set aside", "set aside"]
        for _ in screen.rows.lines:
            text = screen_text(app)
            assert CANARY not in text
            assert 'unknown kind "BasicHttp"' in text
            await pilot.press("down")
        assert "https://••••••@x.example/t/••••••/" in screen_text(app)
        assert screen.choices == {
            0: Choice.FIX,
            1: Choice.SET_ASIDE,
            2: Choice.SET_ASIDE,
        }


async def test_the_pane_tells_what_becomes_of_an_entry(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        assert "✓ fix\nIt will spell its kind as rattler does" in shown(app, "#detail")
        await pilot.press("space")
        assert becomes(screen, 0) == "set aside"
        said = shown(app, "#detail")
        assert "↓ set aside" in said
        assert "credentials.json.set-aside-" in said.replace("\n", "").replace(" ", "")
        await pilot.press("left")
        assert becomes(screen, 0) == "fix"
        await pilot.press("down")
        assert "It has no fix of one meaning" in shown(app, "#detail")
        assert screen.check_action("choose", (1,)) is None
        await pilot.press("space")
        assert screen.choices[1] is Choice.SET_ASIDE


async def test_nothing_is_written_before_the_person_says_so(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        await pilot.press("enter")
        text = await asked(app, pilot, "Repair the file?")
        assert "4 entries stay" in text
        assert "1 is mended" in text
        assert "2 go as they stand to" in text
        assert ".set-aside-" in text
        await pilot.press("enter")  # the harmless answer
        await wait_until(pilot, lambda: app.screen is screen)
        await pilot.press("escape")
        await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
    assert text_of(path) == broken_text()
    assert side_files(path) == []


@pytest.mark.rattler
async def test_the_repair_is_made_and_rattler_reads_the_file(path: Path, tmp_path: Path) -> None:
    def sent(judge: Judge, host: str) -> str | None:
        return judge.send(
            f"http://{host}/x", variables={"HOME": str(tmp_path / "home")}
        ).authorization

    with Judge() as judge:
        assert sent(judge, "h1.example") is None
        app = app_at(path)
        async with repairing(app) as (pilot, _):
            await pilot.press("enter")
            await answered(app, pilot, "Repair the file?", "y")
            await told(app, pilot, "holds 5 entries and is read again")
            await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
            await wait_until(pilot, lambda: "Nothing found" in screen_text(app))
            assert CANARY not in "".join(str(one.message) for one in app._notifications)
        assert sent(judge, "h1.example") == "Bearer tok-1"
        assert (sent(judge, "basic.example") or "").startswith("Basic ")
    (side,) = side_files(path)
    assert mode_of(side) == 0o600
    assert BAD[1] in text_of(side)
    for host, value in GOOD.items():
        assert f'"{host}":{json.dumps(value)}' in text_of(path)


async def test_a_credential_is_typed_anew(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        await pilot.press("down")
        await type_anew(app, pilot, "new-token")
        assert "new-token" not in screen_text(app)
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is screen)
        assert becomes(screen, 1) == "typed anew"
        assert "new-token" not in screen_text(app)
        await pilot.press("space")
        assert becomes(screen, 1) == "set aside"
        await pilot.press("space")
        assert becomes(screen, 1) == "typed anew"
        assert isinstance(screen.choices[1], Edited)
        await pilot.press("enter")
        assert "1 becomes what you typed" in await answered(app, pilot, "Repair the file?", "y")
        await told(app, pilot, "holds 6 entries")
    assert values_of(path)["odd.example"] == {"BearerToken": "new-token"}


async def test_another_kind_is_typed_anew(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        await pilot.press("e")
        await wait_until(pilot, lambda: bool(app.screen.query("#retype-kind")))
        app.screen.query_one("#retype-kind", Select).value = "BasicHTTP"
        await wait_until(pilot, lambda: len(app.screen.query(FieldRow)) == 2)
        await pilot.pause()
        first, second = app.screen.query(FieldRow)
        await pilot.press("ctrl+s")  # nothing is there yet
        await wait_until(pilot, lambda: first.has_class("-wrong"))
        first.line.value, second.line.value = "me", "pass"
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: app.screen is screen)
        await pilot.press("enter")
        await answered(app, pilot, "Repair the file?", "y")
        await told(app, pilot, "holds 5 entries")
    written = values_of(path)["basic.example"]
    assert written == {"BasicHTTP": {"username": "me", "password": "pass"}}


async def test_leaving_the_form_takes_nothing(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        await type_anew(app, pilot, "x")
        await pilot.press("escape")
        await wait_until(pilot, lambda: app.screen is screen)
        assert screen.choices[0] is Choice.FIX


async def test_what_was_typed_is_not_lost_by_one_key(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        await type_anew(app, pilot, "x")
        await pilot.press("enter")
        await wait_until(pilot, lambda: app.screen is screen)
        await pilot.press("escape")
        await answered(app, pilot, "Discard what you typed?", "n")
        assert app.screen is screen
        await pilot.press("escape")
        await answered(app, pilot, "Discard what you typed?", "y")
        await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
    assert text_of(path) == broken_text()


async def test_a_file_that_changes_meanwhile_stays_as_it_is(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, _):
        await pilot.press("enter")
        await asked(app, pilot, "Repair the file?")
        other = broken_text().replace("tok-0", "tok-9")
        put(path, other)
        await pilot.press("y")
        await told(app, pilot, "has changed since the repair was planned")
        await wait_until(pilot, lambda: isinstance(app.screen, AuditScreen))
    assert text_of(path) == other
    assert side_files(path) == []


async def test_a_file_that_is_whole_by_now_is_not_repaired(path: Path) -> None:
    app = app_at(path)
    async with app.run_test(size=(80, 24)) as pilot:
        audit = await in_audit(app, pilot)
        put(path, "{}")
        await pilot.press("f")
        await told(app, pilot, "rattler accepts")
        await wait_until(pilot, lambda: audit.report is not None and not audit.report.findings)
        assert app.screen is audit


async def test_a_run_that_changes_nothing_does_not_open_it(path: Path) -> None:
    app = app_at(path, read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        audit = await in_audit(app, pilot)
        await pilot.press("f")
        await told(app, pilot, "--read-only")
        assert app.screen is audit


async def test_a_file_without_a_bad_entry_is_written_anew(path: Path) -> None:
    put(path, "\ufeff" + json.dumps(GOOD))
    app = app_at(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_audit(app, pilot)
        await pilot.press("f")
        await wait_until(pilot, lambda: isinstance(app.screen, RepairScreen))
        await wait_until(pilot, lambda: "No entry is bad by itself" in screen_text(app))
        await pilot.press("e", "space", "down")
        await pilot.press("enter")
        await answered(app, pilot, "Repair the file?", "y")
        await told(app, pilot, "holds 4 entries")
    assert values_of(path) == GOOD
    assert side_files(path) == []


async def test_an_entry_without_a_host_cannot_be_typed_anew(path: Path) -> None:
    put(path, '{"a.example":{"BearerToken":"t"},\n' + CANARY + "}")
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        assert screen.check_action("edit", ()) is None
        await pilot.press("e")
        assert app.screen is screen
        assert "no host" in shown(app, "#detail")
        assert CANARY not in screen_text(app)


async def test_clicks_choose(path: Path) -> None:
    app = app_at(path)
    async with repairing(app) as (pilot, screen):
        await pilot.click(screen.rows, offset=(10, screen.rows._tops[1]))
        await wait_until(pilot, lambda: screen.rows.cursor == 1)
        await pilot.click(screen.rows, offset=(10, screen.rows._tops[0]))
        await wait_until(pilot, lambda: screen.rows.cursor == 0)
        await pilot.click(screen.rows, offset=(10, screen.rows._tops[0]))
        await wait_until(pilot, lambda: screen.choices[0] is Choice.SET_ASIDE)


async def test_help_tells_its_keys_and_words(path: Path) -> None:
    app = app_at(path)
    async with repairing(app, (120, 60)) as (pilot, _):
        await pilot.press("question_mark")
        await wait_until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = screen_text(app)
        assert "Type the credential anew in its place" in text
        assert "↓ set aside" in text


@pytest.mark.parametrize("size", [(40, 12), (60, 15), (80, 24), (100, 30), (200, 60)])
async def test_nothing_is_cut_at_any_size(path: Path, size: tuple[int, int]) -> None:
    app = app_at(path)
    async with repairing(app, size) as (_, screen):
        region = screen.region
        box, pane = screen.query_one("#repair-list"), screen.query_one("EntryDetail")
        assert region.contains_region(box.region)
        assert region.contains_region(pane.region)
        assert not box.region.overlaps(pane.region)
        keys = [key.region for key in screen.query(FooterKey)]
        assert keys
        assert all(key.right <= region.right and key.bottom == region.bottom for key in keys)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("what", ["entries", "typing"])
async def test_what_it_looks_like(
    what: str, size: tuple[int, int], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "authui.services.audit.repair.free_side_path",
        lambda _path, _now: "/home/demo/.rattler/credentials.json.set-aside-20260921-143000",
    )
    app = app_at(path)
    async with repairing(app, size) as (pilot, _):
        await pilot.press("down")
        if what == "typing":
            await type_anew(app, pilot, "secret")
        await pilot.pause()
        text = screen_text(app)
        assert CANARY not in text
        assert str(path) not in text  # it would not be the same in the next run
        check(app, f"repair {what} {size[0]}x{size[1]}")
