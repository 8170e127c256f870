"""What the migration's screen says: before, in the question, and of what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, Credential, OAuth
from authui.model.entry import StoreId
from authui.model.errors import StoreCorrupt, WriteFailed
from authui.model.secret import Secret
from authui.services.migration.migration import Migration
from authui.services.migration.plan import (
    Choice,
    MigrationResult,
    Plan,
    PlannedEffect,
    Status,
    StepResult,
)
from authui.stores.base import Stored
from authui.stores.discover import Discovery
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.plan_words import about_plan, about_step, failed_words, numbers, questions_before
from authui.ui.result_words import about_result
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.tones import Paragraph
from tests.ui.forms import store_of, toasts
from tests.ui.support import discovery, info, screen_text, shown, token, wait_until
from tests.ui.test_migration import (
    ABC,
    apply,
    file,
    go_to,
    hosts,
    keychain,
    lines,
    opened,
    planned,
    question,
    screen,
)


def text(paragraphs: Iterable[Paragraph]) -> str:
    return "\n".join("".join(piece for _, piece in one.pieces) for one in paragraphs)


def planned_for(
    here: Mapping[str, Credential],
    there: Mapping[str, Credential],
    target: StoreId = "keychain",
    **how: object,
) -> Plan:
    source: StoreId = "file" if target == "keychain" else "keychain"
    found = discovery(MemoryStore(info(source), here), MemoryStore(info(target), there))
    return Migration(lambda: found).plan(source, target, **how)  # type: ignore[arg-type]


def oauth(expires_at: int | None) -> OAuth:
    return OAuth(Secret(f"t{expires_at}"), "http://idp.test/t", "c", None, expires_at)


BOTH: dict[str, tuple[Credential, Credential, str]] = {
    "only the secret": (token("a"), token("b"), "Kind the same, only what is secret differs"),
    "the kind": (token("a"), BasicHTTP("u", Secret("p")), "Kind different, user name different"),
    "the user": (
        BasicHTTP("u", Secret("p")),
        BasicHTTP("v", Secret("p")),
        "Kind the same, user name different",
    ),
    "the end": (oauth(1), oauth(2), "Kind the same, expiry different"),
}


@pytest.mark.parametrize("case", BOTH)
def test_two_copies_are_compared(case: str) -> None:
    here, there, said = BOTH[case]
    plan = planned_for({"a.test": here}, {"a.test": there})
    (step,) = plan.steps
    told = text(about_step(plan, step, Choice.NEITHER, "keychain"))
    assert said in told.splitlines()
    assert "sent now" in next(line for line in told.splitlines() if "In the keychain" in line)
    assert "sent now" not in next(line for line in told.splitlines() if "credentials file" in line)


def test_an_older_token_is_not_offered() -> None:
    plan = planned_for({"a.test": oauth(1)}, {"a.test": oauth(2)})
    (step,) = plan.steps
    told = text(about_step(plan, step, Choice.NEITHER))
    assert "The one in the keychain is the newer one" in told
    assert "○ 1" not in told
    assert "○ 2" in told
    assert "● 3" in told


def test_what_is_sent_elsewhere_afterwards_is_told_with_each_entry_and_in_the_question() -> None:
    plan = planned_for({"a.test": token("a")}, {})
    other = PlannedEffect("x.test", "http://x.test/: old", "http://x.test/: new", is_other=True)
    same = PlannedEffect("y.test", "http://y.test/: old", "http://y.test/: new", is_other=False)
    plan = Plan(plan.source, plan.target, plan.steps, (other, same), plan.notes)
    for told in (
        text(about_plan(plan)),
        text(about_step(plan, plan.steps[0], Choice.NEITHER)),
        text(questions_before(plan, {})),
    ):
        assert "then http://x.test/: new" in told
        assert "y.test" not in told


def test_the_question_counts() -> None:
    here = {f"{name}.test": token(name) for name in "abcdef"}
    there = {"b.test": token("b"), "c.test": token("z"), "d.test": token("z"), "e.test": token("z")}
    plan = planned_for(here, there)
    told = text(questions_before(plan, {"c.test": Choice.SOURCE, "d.test": Choice.TARGET}))
    assert told.splitlines()[:5] == [
        "· 2 credentials from the credentials file to the keychain, one by one, each looked at",
        "· 1 copy deleted from the credentials file, for the keychain holds the same",
        "· 1 conflict: use the file's",
        "· 1 conflict: use the keychain's",
        "· 1 conflict: leave both",
    ]
    assert "Their secrets leave the plain text of /home/demo/file. Deleting is not revoking" in told
    assert "backups and snapshots" in told


def test_the_question_names_the_file_that_will_hold_plain_text() -> None:
    told = text(questions_before(planned_for({"a.test": token("a")}, {}, "file"), {}))
    assert "They will lie in plain text in /home/demo/file" in told
    assert "leave the plain text" not in told


def test_copies_that_all_stay_leave_no_plain_text() -> None:
    plan = planned_for({"a.test": token("a")}, {}, keep_source=True)
    told = text(questions_before(plan, {}))
    assert "· 1 credential copied to the keychain; the first copy stays" in told
    assert "leave the plain text" not in told


def test_only_what_is_in_the_plan_is_counted_as_left_out() -> None:
    plan = planned_for({"a.test": token("a"), "b.test": token("b")}, {})
    assert numbers(plan, {"b.test", "gone.test"}) == (
        ("good", "1 to move"),
        ("quiet", "1 left alone"),
    )


def test_a_broken_file_names_the_way_to_the_audit() -> None:
    words = failed_words(StoreCorrupt("It is broken", "authui audit mends it"))
    assert words.next_step == "authui audit mends it; esc, then v opens the audit"


def result_of(one: StepResult, stopped: WriteFailed | None = None) -> MigrationResult:
    plan = planned_for({"a.test": token("a")}, {})
    return MigrationResult(plan, (one,), stopped)


@pytest.mark.parametrize(
    ("choice", "leaves", "said"),
    [
        (None, None, "It is in the keychain and was looked at there; the credentials file no"),
        (None, Secret("x"), "looked at there; the credentials file keeps a copy"),
        (Choice.SOURCE, None, "It took the place of the one in the keychain; the credentials file"),
        (Choice.TARGET, None, "The one in the keychain counts; the credentials file no longer"),
    ],
)
def test_what_was_done(choice: Choice | None, leaves: Secret | None, said: str) -> None:
    (step,) = planned_for({"a.test": token("a")}, {}).steps
    one = StepResult(step, "move", Status.DONE, "why", choice, Secret("t"), leaves)
    told = text(about_result(result_of(one), one))
    assert said in told
    assert "why" not in told


def test_what_stopped_it_is_told_once() -> None:
    (step,) = planned_for({"a.test": token("a")}, {}).steps
    one = StepResult(step, "move", Status.FAILED, "It broke")
    result = result_of(one, WriteFailed("It broke", "Mend it"))
    assert text(about_result(result, one)).count("It broke") == 1
    told = text(about_result(result, None))
    assert "It stopped: It broke\nMend it" in told


async def test_what_was_decided_about_other_credentials_is_forgotten() -> None:
    found = discovery(file(**ABC), keychain(a=token("y")))
    async with opened(found) as (app, pilot):
        await go_to(app, pilot, "a.test")
        await pilot.press("1")
        before = Stored(Secret('{"BearerToken":"y"}'))
        store_of(found, "keychain").write("a.test", Secret('{"BearerToken":"z"}'), before=before)
        await apply(app, pilot)
        await wait_until(pilot, lambda: "has changed since the plan" in toasts(app))
        assert lines(app)["a.test"] == ("≠", "leave both")
        assert hosts(found, "file") == {"a.test", "b.test", "c.test"}
        await apply(app, pilot)
        assert store_of(found, "keychain").read("a.test") == Stored(Secret('{"BearerToken":"z"}'))


async def test_m_plans_again() -> None:
    found = discovery(file(**ABC), keychain())
    async with opened(found) as (app, pilot):
        await apply(app, pilot)
        await pilot.press("m")
        await planned(app, pilot)
        assert "Nothing to move" in screen_text(app)


async def test_each_leftover_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text('{"a.test":{"BearerToken":"t"}}')
    first, second = tmp_path / "credentials.json.bak", tmp_path / "credentials.json~"
    for one in (first, second):
        one.write_text('{"a.test":{"BearerToken":"t"}}')
    kept = keychain()

    def stores() -> Discovery:
        plain = info("file", encrypted=False)
        real = type(plain)("file", ("file",), "file", str(path), "default", encrypted=False)
        return discovery(JsonFileStore(str(path), real), kept)

    async with opened(stores(), app=AuthuiApp(stores)) as (app, pilot):
        await apply(app, pilot)
        for name, key in ((first, "n"), (second, "y")):
            if name is first:
                await pilot.press("D")
            await wait_until(
                pilot,
                lambda it=name: (  # type: ignore[misc]
                    isinstance(app.screen, ConfirmScreen)
                    and it.name in "".join(question(app).split())
                ),
            )
            assert "holds secrets" in question(app)
            await pilot.press(key)
        await planned(app, pilot)
        assert first.exists()
        assert not second.exists()
        result = screen(app)._work.result
        assert result is not None
        assert [left.path for left in result.leftovers] == [str(first)]
        told = "".join(shown(app, "#detail").split())
        assert first.name in told
        assert second.name not in told
