from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from authui.model.errors import AuthuiError, ReadOnly, StoreTimeout, WriteFailed
from authui.model.secret import Secret
from authui.services.migration.plan import (
    Choice,
    MigrationResult,
    PlanOutdated,
    Progress,
    Status,
)
from authui.stores.base import Stored
from authui.stores.json_file import JsonFileStore
from authui.stores.memory import MemoryStore
from authui.stores.patience import Patience
from tests.services.migration.worlds import (
    World,
    ends,
    info,
    oauth,
    outcome,
    texts,
    the,
    token,
)

ABC = {f"{name}.test": token(name) for name in "abc"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "credentials.json"


def move(world: World, **more: Any) -> MigrationResult:
    return world.migration.apply(world.migration.plan(), **more)


def test_all_of_it_moves(path: Path) -> None:
    world = World(path, ABC)
    told: list[Progress] = []
    result = move(world, tell=told.append)
    assert path.read_bytes() == b"{}"
    assert world.in_keychain() == texts(a=token("a"), b=token("b"), c=token("c"))
    assert set(ends(result).values()) == {("move", "done")}
    assert told == [Progress(n + 1, 3, host) for n, host in enumerate(ABC)]
    assert result.stopped is None
    assert result.can_be_undone
    assert any("{}" in note for note in result.notes)
    assert any("not revoking" in note for note in result.notes)


def test_a_second_run_has_nothing_to_do(path: Path) -> None:
    world = World(path, ABC)
    move(world)
    plan = world.migration.plan()
    assert not plan.has_work
    result = world.migration.apply(plan)
    assert result.results == ()
    assert result.notes == ()
    assert path.read_bytes() == b"{}"


def test_the_text_is_carried_over_as_it_stands(path: Path) -> None:
    text = '{ "BasicHTTP" : {"username":"u","password":"p","later":[1.50]} }'
    path.write_text('{"a.test":' + text + "}")
    kept = JsonFileStore(str(path.parent / "other.json"), info("keychain", "other"))
    world = World(path, kept=kept)  # type: ignore[arg-type]
    move(world)
    assert kept.read("a.test") == Stored(Secret(text))
    world.migration.apply(world.migration.plan("keychain", "file"))
    assert world.in_file() == {"a.test": text}


@pytest.mark.parametrize(
    ("choice", "file", "keychain"),
    [
        (Choice.SOURCE, {}, "a"),
        (Choice.TARGET, {}, "z"),
        (Choice.NEITHER, texts(a=token("a")), "z"),
    ],
)
def test_a_conflict_each_way(
    path: Path, choice: Choice, file: dict[str, str], keychain: str
) -> None:
    world = World(path, {"a.test": token("a")}, {"a.test": token("z")})
    result = move(world, choices={"a.test": choice})
    assert world.in_file() == file
    assert world.in_keychain() == texts(a=token(keychain))
    status = "kept" if choice is Choice.NEITHER else "done"
    assert ends(result) == {"a.test": ("conflict", status)}


def test_an_older_token_never_replaces_a_newer_one(path: Path) -> None:
    world = World(path, {"a.test": oauth("1", 1000)}, {"a.test": oauth("2", 2000)})
    result = move(world, default=Choice.SOURCE)
    assert ends(result) == {"a.test": ("conflict", "kept")}
    assert world.in_keychain() == texts(a=oauth("2", 2000))
    assert world.in_file() == texts(a=oauth("1", 1000))


def test_a_copy_that_is_to_stay(path: Path) -> None:
    world = World(path, ABC)
    result = world.migration.apply(world.migration.plan(kept=["b.test"]))
    assert world.in_file() == texts(b=token("b"))
    assert len(world.in_keychain()) == 3
    assert set(ends(result).values()) == {("move", "done")}


def test_cancelled_between_two_entries(path: Path) -> None:
    world = World(path, ABC)
    patience = Patience()

    def tell(progress: Progress) -> None:
        if progress.number == 2:
            patience.cancel()

    result = move(world, patience=patience, tell=tell)
    assert result.is_cancelled
    assert sorted(one.status.value for one in result.results).count("planned") >= 1
    assert {**world.in_file(), **world.in_keychain()} == texts(
        a=token("a"), b=token("b"), c=token("c")
    )
    assert move(world).stopped is None
    assert path.read_bytes() == b"{}"


def test_a_read_only_run_moves_nothing(path: Path) -> None:
    world = World(path, ABC, read_only=True)
    with pytest.raises(ReadOnly):
        move(world)
    assert len(world.in_file()) == 3


@pytest.mark.parametrize("where", ["source", "target", "more", "gone"])
def test_what_has_changed_since_the_plan_is_shown_first(path: Path, where: str) -> None:
    world = World(path, ABC)
    plan = world.migration.plan()
    file = JsonFileStore(str(path), info("file", str(path)))
    other = Secret('{"BearerToken":"other"}')
    match where:
        case "source":
            file.write("a.test", other, before=file.read("a.test"))
        case "target":
            world.keychain.write("a.test", other, before=None)
        case "more":
            file.write("d.test", other, before=None)
        case "gone":
            file.delete("a.test")
    before = world.in_file(), world.in_keychain()
    with pytest.raises(PlanOutdated) as caught:
        world.migration.apply(plan)
    assert (world.in_file(), world.in_keychain()) == before
    result = world.migration.apply(caught.value.plan)
    assert result.stopped is None
    assert set(world.in_file()) == ({"a.test"} if where == "target" else set())


class Failing(MemoryStore):
    """A keychain that fails at the n-th write, counted from 1, in one of several ways."""

    def __init__(self, at: int, how: str) -> None:
        super().__init__(info("keychain", "m"), {})
        self.left, self.how = at, how

    def write(self, host: str, text: Secret, **more: Any) -> Stored:
        self.left -= 1
        if self.left:
            return super().write(host, text, **more)
        if self.how == "refuses":
            raise WriteFailed("It does not store this", "h")
        if self.how == "hangs":
            raise StoreTimeout("It does not answer", "h")
        if self.how == "another":
            return super().write(host, Secret('{"BearerToken":"another"}'), **more)
        return super().write(host, text, **more)

    def read(self, host: str, *, item: str | None = None) -> Stored | None:
        if self.how == "garbles" and self.left == 0 and host == "b.test":
            found = super().read(host, item=item)
            return None if found is None else Stored(Secret("garbage"))
        return super().read(host, item=item)

    def delete(self, host: str, **more: Any) -> None:
        super().delete(host)


@pytest.mark.parametrize("how", ["refuses", "hangs", "another", "garbles"])
def test_a_keychain_that_fails_at_the_second_write(path: Path, how: str) -> None:
    world = World(path, ABC, kept=Failing(2, how))
    result = move(world)
    assert outcome(result, "a.test").status is Status.DONE
    failed = outcome(result, "b.test")
    assert failed.status is Status.FAILED
    assert failed.detail
    assert "b.test" in world.in_file()
    if how == "another":
        assert failed.action == "conflict"
        assert result.stopped is None
        assert outcome(result, "c.test").status is Status.DONE
    else:
        assert isinstance(result.stopped, AuthuiError)
        assert outcome(result, "c.test").status is Status.PLANNED
        assert set(world.in_file()) == {"b.test", "c.test"}
        assert set(world.in_keychain()) == {"a.test"}


class Changing(MemoryStore):
    """A keychain during whose first write something else happens."""

    def __init__(self, then: Any) -> None:
        super().__init__(info("keychain", "m"), {})
        self.then = then

    def write(self, host: str, text: Secret, **more: Any) -> Stored:
        done = super().write(host, text, **more)
        then, self.then = self.then, None
        if then is not None:
            then()
        return done


def test_a_source_that_changes_after_the_copy_takes_the_copy_back(path: Path) -> None:
    newer = Secret('{"BearerToken":"newer"}')

    def refresh() -> None:
        file = JsonFileStore(str(path), info("file", str(path)))
        file.write("a.test", newer, before=file.read("a.test"))

    world = World(path, ABC, kept=Changing(refresh))
    result = move(world)
    assert ends(result)["a.test"] == ("conflict", "failed")
    assert world.in_file() == {"a.test": newer.reveal()}
    assert set(world.in_keychain()) == {"b.test", "c.test"}


def test_a_source_that_cannot_be_written_keeps_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise WriteFailed("The disk is full", "Make room")

    world = World(path, ABC)
    with monkeypatch.context() as patch:
        patch.setattr("authui.stores.change_file.replace", refuse)
        result = move(world)
    assert len(world.in_file()) == 3
    assert result.stopped is not None
    assert result.stopped.message == "The disk is full"
    assert ends(result)["a.test"] == ("move", "failed")
    assert ends(move(world))["a.test"] == ("remove-duplicate", "done")
    assert path.read_bytes() == b"{}"


HELD = {"a.test": token("a"), "b.test": token("b"), "c.test": token("c"), "d.test": token("d")}
KEPT = {"b.test": token("b"), "c.test": token("z"), "d.test": token("y")}
CHOICES = {"c.test": Choice.SOURCE, "d.test": Choice.TARGET}


def test_undone_both_stores_hold_what_they_held(path: Path) -> None:
    world = World(path, HELD, KEPT)
    before = world.in_file(), world.in_keychain()
    result = move(world, choices=CHOICES)
    assert {status for _, status in ends(result).values()} == {"done"}
    assert world.in_file() == {}
    plan = world.migration.reverse(result)
    assert plan.is_undo
    back = world.migration.apply(plan)
    assert {status for _, status in ends(back).values()} == {"done"}
    assert (world.in_file(), world.in_keychain()) == before


def test_undo_leaves_alone_what_has_changed_since(path: Path) -> None:
    world = World(path, ABC)
    plan = world.migration.reverse(move(world))
    world.keychain.write(
        "a.test", Secret('{"BearerToken":"new"}'), before=world.keychain.read("a.test")
    )
    with pytest.raises(PlanOutdated) as caught:
        world.migration.apply(plan)
    assert the(caught.value.plan, "a.test").action == "skip"
    world.migration.apply(caught.value.plan)
    assert world.in_file() == texts(b=token("b"), c=token("c"))
    assert world.in_keychain() == texts(a=token("new"))


def test_undo_of_a_run_that_kept_the_copies(path: Path) -> None:
    world = World(path, ABC)
    result = world.migration.apply(world.migration.plan(keep_source=True))
    world.migration.apply(world.migration.reverse(result))
    assert len(world.in_file()) == 3
    assert world.in_keychain() == {}
