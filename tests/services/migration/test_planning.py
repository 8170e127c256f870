from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP
from authui.model.entry import Answer, Entry, EntryState, Item, Outcome
from authui.model.errors import (
    AuthuiError,
    BadInput,
    NoCollection,
    NotStored,
    ReadOnly,
    StoreAbsent,
    StoreCorrupt,
    StoreLocked,
    StoreTimeout,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.services.migration.migration import Migration
from authui.services.migration.plan import Choice
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from tests.services.migration.worlds import World, info, oauth, the, token, write_raw
from tests.support.json_files import needs_root, ordinary_user


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "credentials.json"


def unchanged(world: World) -> tuple[object, object]:
    return world.path.read_bytes() if world.path.exists() else None, world.in_keychain()


def test_each_action_has_its_reason(path: Path) -> None:
    held = {"a.test": token("a"), "b.test": token("b"), "c.test": token("c")}
    world = World(path, held, {"b.test": token("b"), "c.test": BasicHTTP("u", Secret("p"))})
    before = unchanged(world)
    plan = world.migration.plan()
    assert [(s.host, s.action) for s in plan.steps] == [
        ("a.test", "move"), ("b.test", "remove-duplicate"), ("c.test", "conflict"),
    ]  # fmt: skip
    assert the(plan, "a.test").detail is None
    assert "the same" in (the(plan, "b.test").detail or "")
    conflict = the(plan, "c.test")
    assert conflict.detail == "The keychain holds something else"
    assert conflict.here.kind == "BearerToken"
    assert conflict.there is not None
    assert (conflict.there.kind, conflict.there.username) == ("BasicHTTP", "u")
    assert conflict.choices == (Choice.SOURCE, Choice.TARGET, Choice.NEITHER)
    assert plan.counts == {"move": 1, "remove-duplicate": 1, "conflict": 1}
    assert unchanged(world) == before


def test_the_same_in_another_spelling_is_a_duplicate(path: Path) -> None:
    write_raw(path, [("a.test", '{ "BasicHTTP": ["u", "p"] }')])
    world = World(path, keychain={"a.test": BasicHTTP("u", Secret("p"))})
    assert the(world.migration.plan(), "a.test").action == "remove-duplicate"


def test_only_the_named_hosts(path: Path) -> None:
    world = World(path, {"a.test": token("a"), "b.test": token("b")})
    plan = world.migration.plan(hosts=["b.test"])
    assert [step.host for step in plan.steps] == ["b.test"]
    with pytest.raises(NotStored) as caught:
        world.migration.plan(hosts=["b.test", "https://u:pw@x.test"])
    assert "x.test" in caught.value.message
    assert "pw" not in caught.value.message


def test_the_newer_token_is_told_and_the_older_never_offered(path: Path) -> None:
    held = {"new.test": oauth("2", 2000), "old.test": oauth("1", 1000), "same.test": oauth("x", 5)}
    keychain = {"new.test": oauth("1", 1000), "old.test": oauth("2", 2000)}
    plan = World(path, held, {**keychain, "same.test": oauth("y", 5)}).migration.plan()
    assert the(plan, "new.test").choices == (Choice.SOURCE, Choice.NEITHER)
    assert the(plan, "old.test").choices == (Choice.TARGET, Choice.NEITHER)
    assert "the token in the keychain is the newer one" in (the(plan, "old.test").detail or "")
    assert len(the(plan, "same.test").choices) == 3


def test_an_entry_is_skipped_where_another_copy_would_win(path: Path) -> None:
    world = World(path, {}, {"a.test": token("second")}, earlier={"a.test": token("first")})
    plan = world.migration.plan("auth-file", "file")
    step = the(plan, "a.test")
    assert step.action == "skip"
    assert "the keychain would answer" in (step.detail or "")
    same = World(path, {}, {"a.test": token("first")}, earlier={"a.test": token("first")})
    assert the(same.migration.plan("auth-file", "file"), "a.test").action == "move"


def test_what_answers_before_and_after(path: Path) -> None:
    held = {"*.w.test": token("w"), "x.w.test": token("x")}
    plan = World(path, held, earlier={"*.w.test": token("w")}).migration.plan()
    (effect,) = [e for e in plan.effects if e.host == "x.w.test"]
    assert effect.before.endswith("x.w.test from the credentials file")
    assert effect.after.endswith("x.w.test from the keychain")
    assert not effect.is_other
    assert not any(effect.is_other for effect in plan.effects)


def test_a_host_that_stands_twice_stays(path: Path) -> None:
    write_raw(path, [("a.test", '{"BearerToken":"1"}'), ("a.test", '{"BearerToken":"2"}')])
    step = the(World(path).migration.plan(), "a.test")
    assert (step.action, step.detail) == (
        "skip", "It stands 2 times in the file: keep one of them first",
    )  # fmt: skip


def ambiguous() -> MemoryStore:
    items = tuple(Item(n, "label", "Login", 1, 2, None) for n in "12")
    entry = Entry("a.test", "keychain", state=EntryState.AMBIGUOUS, items=items)
    answer = Answer(Outcome.AMBIGUOUS, items=items)
    return MemoryStore(info("keychain", "m"), {}, special={"a.test": (entry, answer)})


def test_two_items_have_to_become_one_first(path: Path) -> None:
    world = World(path, {"a.test": token("a")}, kept=ambiguous())
    step = the(world.migration.plan(), "a.test")
    assert step.action == "skip"
    assert "keep one of them first" in (step.detail or "")
    step = the(world.migration.plan("keychain", "file"), "a.test")
    assert step.action == "skip"
    assert "keep one of them first" in (step.detail or "")


def test_what_the_keychain_holds_unread(path: Path) -> None:
    entry = Entry("a.test", "keychain", state=EntryState.UNREADABLE)
    special = {"a.test": (entry, Answer(Outcome.ERROR, detail="no JSON"))}
    kept = MemoryStore(info("keychain", "m"), {}, special=special)
    step = the(World(path, {"a.test": token("a")}, kept=kept).migration.plan(), "a.test")
    assert step.action == "skip"
    assert "delete that first" in (step.detail or "")


def test_a_locked_keychain_leaves_it_open(path: Path) -> None:
    kept = MemoryStore(info("keychain", "m"), {}, failure=StoreLocked("It is locked", "Unlock it"))
    plan = World(path, {"a.test": token("a")}, kept=kept).migration.plan()
    assert [step.action for step in plan.steps] == ["unknown"]
    entry = Entry("a.test", "keychain", state=EntryState.LOCKED)
    special = {"a.test": (entry, Answer(Outcome.LOCKED))}
    kept = MemoryStore(info("keychain", "m"), {}, special=special)
    plan = World(path, {"a.test": token("a"), "b.test": token("b")}, kept=kept).migration.plan()
    assert [step.action for step in plan.steps] == ["unknown", "move"]


def test_what_stays_in_the_source(path: Path) -> None:
    world = World(path, {"a.test": token("a"), "b.test": token("b")}, {"b.test": token("b")})
    plan = world.migration.plan(keep_source=True)
    assert the(plan, "a.test").keeps_source
    assert the(plan, "b.test").action == "skip"
    assert any("stay plain text" in note for note in plan.notes)
    plan = world.migration.plan(kept=["a.test"])
    assert the(plan, "b.test").action == "remove-duplicate"
    world = World(path, {}, earlier={"a.test": token("a")})
    notes = world.migration.plan("auth-file", "keychain", keep_source=True).notes
    assert any("are the ones that are used" in note for note in notes)


def test_who_will_not_find_it_any_more(path: Path) -> None:
    world = World(path, {"a.test": token("a")})
    path.chmod(0o644)
    said = "\n".join(world.migration.plan().notes)
    assert "cron" in said
    assert "Other users may read" in said
    assert "pixi 0.50.0" in said
    path.chmod(0o600)
    assert "Other users" not in "\n".join(world.migration.plan().notes)
    (note,) = World(path, {}, {"a.test": token("a")}).migration.plan("keychain", "file").notes
    assert note == f"{path} is plain text: whoever can read the file has the secrets"


@pytest.mark.parametrize(
    ("source", "target", "error"),
    [
        ("file", "file", BadInput),
        ("netrc", "keychain", ReadOnly),
        ("file", "netrc", ReadOnly),
        ("override-file", "keychain", BadInput),
    ],
)
def test_stores_that_cannot_be(
    path: Path, source: str, target: str, error: type[AuthuiError]
) -> None:
    world = World(path, {"a.test": token("a")})
    before = unchanged(world)
    with pytest.raises(error) as caught:
        world.migration.plan(source, target)  # type: ignore[arg-type]
    assert caught.value.hint
    assert unchanged(world) == before


def test_a_broken_source_is_not_touched(path: Path) -> None:
    path.write_text('{"a.test":{"BasicHttp":{}}}')
    with pytest.raises(StoreCorrupt) as caught:
        World(path).migration.plan()
    assert "authui audit" in (caught.value.hint or "")
    with pytest.raises(StoreCorrupt):
        World(path, keychain={"a.test": token("a")}).migration.plan("keychain", "file")


@pytest.mark.parametrize(
    "failure",
    [
        StoreAbsent("No keychain", "h"),
        NoCollection("No collection", "h"),
        StoreTimeout("Too late", "h"),
    ],
)
def test_a_target_that_takes_nothing(path: Path, failure: StoreTimeout) -> None:
    kept = MemoryStore(info("keychain", "m"), {}, failure=failure)
    with pytest.raises(type(failure)) as caught:
        World(path, {"a.test": token("a")}, kept=kept).migration.plan()
    assert caught.value is failure


def test_nothing_to_do(path: Path) -> None:
    for world in (World(path), World(path, {})):
        plan = world.migration.plan()
        assert (plan.steps, plan.effects, plan.notes) == ((), (), ())
        assert not plan.has_work


def tool(folder: Path, name: str, version: str) -> Environment:
    """A machine on whose path one tool lies, which says this version."""
    program = folder / "bin" / name
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho {name} {version}\n")
    program.chmod(0o755)
    return Environment({"PATH": str(program.parent), "HOME": str(folder)}, str(folder), "linux")


def test_what_an_older_tool_would_stop_at_stays_in_the_keychain(path: Path) -> None:
    world = World(path, {}, {"o.test": oauth("o", 1), "b.test": token("b")})
    machine = tool(path.parent, "pixi", "0.60.0")
    plan = Migration(world.discover, machine).plan("keychain", "file")
    step = the(plan, "o.test")
    assert step.action == "skip"
    assert "pixi 0.60.0" in (step.detail or "")
    assert the(plan, "b.test").action == "move"
    there = Migration(world.discover, machine).plan("keychain", "file", ["b.test"])
    assert there.counts == {"move": 1}


def test_which_tool_here_will_not_find_it_in_the_keychain(path: Path) -> None:
    world = World(path, {"a.test": token("a")})
    machine = tool(path.parent, "pixi", "0.50.1")
    notes = Migration(world.discover, machine).plan().notes
    assert any("pixi 0.50.1" in note and "without the keychain" in note for note in notes)


def test_a_file_that_cannot_be_changed_is_refused_before_a_copy_is_made(path: Path) -> None:
    needs_root()
    with ordinary_user() as own:
        mine = own / "credentials.json"
        world = World(mine, {"a.test": token("a")})
        own.chmod(0o500)
        try:
            with pytest.raises(WriteFailed) as caught:
                world.migration.plan()
            with pytest.raises(WriteFailed):
                world.migration.plan("keychain", "file")
        finally:
            own.chmod(0o700)
    assert "its folder does not let you" in caught.value.message
    assert str(own) in (caught.value.hint or "")


def test_one_file_with_two_names_is_refused_before_a_copy_is_made(path: Path) -> None:
    world = World(path, {"a.test": token("a")})
    path.with_name("other.json").hardlink_to(path)
    two = StoreInfo("file", ("file", "auth-file"), "f", str(path), "default", encrypted=False)
    found = Discovery("rattler", (world.keychain, JsonFileStore(str(path), two)), None, ())
    with pytest.raises(WriteFailed) as caught:
        Migration(lambda: found).plan()
    assert "two names" in caught.value.message
