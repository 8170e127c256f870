from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from authui.cli import audit_command
from tests.cli.conftest import Here, tree
from tests.leaks.canary import CANARY, in_text

OLD = "A13:file:old.example:8080"
HINT = "A33:netrc"


@pytest.fixture
def store(own_home: Path) -> Path:
    """A store with a warning that has a fix, and a netrc file with one that has none."""
    path = own_home / ".rattler" / "credentials.json"
    path.parent.mkdir(mode=0o700)
    path.write_text(json.dumps({"old.example:8080": {"BearerToken": CANARY}}))
    path.chmod(0o600)
    netrc = own_home / ".netrc"
    netrc.write_text(f"machine n.example login u password {CANARY}2\n")
    netrc.chmod(0o600)
    return path


@pytest.fixture
def settings(own_home: Path) -> Path:
    return own_home / ".config" / "authui" / "settings.json"


@pytest.fixture
def broken(own_home: Path) -> Path:
    """A store at which rattler stops."""
    path = own_home / ".rattler" / "credentials.json"
    path.parent.mkdir(mode=0o700)
    path.write_text("nothing")
    path.chmod(0o600)
    return path


def ids(here: Here, *words: str) -> list[str]:
    return [finding["id"] for finding in here("audit", "--json", *words).object["findings"]]


def test_of_nothing_there_is_nothing(here: Here, own_home: Path) -> None:
    before = tree(own_home)
    done = here("audit")
    assert (done.out, done.err, done.status) == ("", "note: Nothing found\n", 0)
    done = here("audit", "--json")
    assert done.object == {"version": 1, "silenced": 0, "findings": [], "notes": []}
    assert done.status == 0
    assert tree(own_home) == before


def test_findings_are_told_by_severity(here: Here, store: Path) -> None:
    done = here("audit", RATTLER_AUTH_FILE=str(store))
    lines = done.out.splitlines()
    assert done.status == 0
    assert lines[0] == "2 warnings"
    assert "1 note" in lines
    assert lines.index("2 warnings") < lines.index("1 note")
    assert "    fix: rename to old.example" in lines
    assert "    A13:auth-file:old.example:8080" in lines
    assert any(line.startswith("    hint: Delete credentials with authui remove") for line in lines)
    assert not in_text(done.out + done.err)


def test_the_object_is_the_contract(here: Here, store: Path) -> None:
    done = here("audit", "--json")
    assert done.status == 0
    assert done.object["version"] == 1
    assert done.object["silenced"] == 0
    first, second = done.object["findings"]
    assert first == {
        "id": OLD,
        "rule": "A13",
        "severity": "warning",
        "host": "old.example:8080",
        "store": "file",
        "message": first["message"],
        "fix": "rename to old.example",
        "details": [],
        "hint": None,
    }
    assert (second["id"], second["host"], second["fix"]) == (HINT, None, None)
    assert second["hint"]


def test_an_error_gives_its_status_before_a_store_that_is_not_read(
    here: Here, broken: Path
) -> None:
    done = here("audit")
    assert done.status == 4
    assert done.out.startswith("1 error\n")
    assert "file could not be read, so the audit is not complete" in done.err
    assert here("audit", "--json").status == 4
    assert [one.partition(":")[0] for one in ids(here)] == ["A1"]


def test_a_store_that_is_not_read_gives_its_status(here: Here, broken: Path) -> None:
    for finding in ids(here):
        assert here("audit", "--silence", finding).status == 0
    done = here("audit")
    assert done.status == 5
    assert "note: Nothing found but what is silenced\nnote: 1 silenced\n" in done.err


def test_what_is_silenced_is_only_counted(here: Here, store: Path, settings: Path) -> None:
    done = here("audit", "--silence", HINT)
    assert done.out == f"{HINT} is silenced: audit only counts it from now on\n"
    assert done.err == f"note: To hear of it again, take it out of {settings}\n"
    assert json.loads(settings.read_text()) == {"silenced": [HINT]}
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert ids(here) == [OLD]
    assert here("audit", "--json").object["silenced"] == 1
    assert "note: 1 silenced\n" in here("audit").err
    again = here("audit", "--silence", HINT)
    assert (again.out, again.status) == (f"{HINT} is silenced already\n", 0)
    assert here("audit", "--silence", OLD, "--json").object == {
        "version": 1,
        "id": OLD,
        "silenced": True,
        "already": False,
    }
    assert here("audit").out == ""


def test_broken_settings_are_said_and_kept(here: Here, store: Path, settings: Path) -> None:
    settings.parent.mkdir(parents=True)
    settings.write_text(f'{{"silenced": "{CANARY}"}}')
    done = here("audit")
    assert done.status == 0
    assert f"note: Nothing is silenced: {settings} does not hold" in done.err
    assert len(here("audit", "--json").object["notes"]) == 1
    done = here("audit", "--silence", HINT)
    assert done.status == 1
    assert "hint: " in done.err
    assert CANARY in settings.read_text()
    assert not in_text(done.err)


def test_a_fix_is_shown_and_made(here: Here, store: Path) -> None:
    done = here("audit", "--fix", OLD, "--yes")
    assert done.status == 0
    assert list(json.loads(store.read_text())) == ["old.example"]
    assert "note: old.example:8080 becomes old.example in" in done.err
    assert done.out.startswith("old.example:8080 became old.example")
    assert ids(here) == [HINT]
    assert not in_text(done.out + done.err)


def test_a_fix_as_an_object(here: Here, store: Path) -> None:
    done = here("audit", "--fix", OLD, "--yes", "--json")
    assert {**done.object, "done": []} == {"version": 1, "id": OLD, "done": [], "fixed": True}
    assert done.object["done"]


def test_a_silenced_finding_can_be_mended(here: Here, store: Path) -> None:
    here("audit", "--silence", OLD)
    assert here("audit", "--fix", OLD, "--yes").status == 0
    assert list(json.loads(store.read_text())) == ["old.example"]


@pytest.mark.parametrize(("answer", "happens"), [("y\n", True), ("n\n", False), ("", False)])
def test_on_a_terminal_it_asks(
    here: Here, store: Path, monkeypatch: pytest.MonkeyPatch, answer: str, happens: bool
) -> None:
    monkeypatch.setattr(audit_command, "can_ask", lambda: True)
    done = here("audit", "--fix", OLD, given=answer)
    assert "Rename to old.example? [y/N] " in done.err
    assert done.status == (0 if happens else 1)
    assert list(json.loads(store.read_text())) == ["old.example" if happens else "old.example:8080"]
    if not happens:
        assert "error: Nothing was changed\n" in done.err


def test_nothing_is_asked_where_nothing_may_change(
    here: Here, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_command, "can_ask", lambda: True)
    done = here("audit", "--fix", OLD, "--read-only", given="y\n")
    assert done.status == 1
    assert done.err.startswith("error: ")
    assert "[y/N]" not in done.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--fix", OLD), 2, "There is no terminal to ask"),
        (("--fix", OLD, "--yes", "--silence", OLD), 2, "does not go with --silence"),
        (("--yes",), 2, "--yes goes with --fix only"),
        (("--fix", f"A13:{CANARY}", "--yes"), 2, "There is no finding of this name"),
        (("--silence", f"https://u:{CANARY}@a.example"), 2, "There is no finding of this name"),
        (("--fix", HINT, "--yes"), 1, f"{HINT} has no fix of its own"),
        (("--fix", OLD, "--yes", "--read-only"), 1, ""),
        (("--silence", OLD, "--read-only"), 1, ""),
        (("--project", "nowhere"), 2, "--project names no folder"),
        (("--project", f"https://u:{CANARY}@a.example"), 2, "--project names no folder"),
        (("--project", ""), 2, "--project names no folder"),
    ],
)
def test_what_is_refused_changes_nothing(
    here: Here, store: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    own_home = store.parent.parent
    before = tree(own_home)
    done = here("audit", *words)
    assert done.status == status
    assert said in done.err
    assert not in_text(done.err)
    assert tree(own_home) == before
    with_json = here("audit", *words, "--json")
    assert with_json.status == status
    assert with_json.object["error"]["message"]


def test_a_project_is_looked_through_only_where_it_is_named(here: Here, own_home: Path) -> None:
    folder = own_home / "project"
    folder.mkdir()
    (folder / "pixi.toml").write_text(f'\nurl = "https://u:{CANARY}@a.example/x"\n')
    assert ids(here) == []
    done = here("audit", "--project", str(folder))
    assert "Line 2: https://••••••@a.example/…" in done.out
    assert "A57:a.example:pixi.toml:2" in done.out
    assert done.status == 0
    assert ids(here, "--project", "project") == ["A57:a.example:pixi.toml:2"]
    (folder / ".git").mkdir()
    assert here("audit", "--project", "project").status == 4
    assert not in_text(done.out + done.err)


def test_the_demo_keeps_nothing(here: Here, own_home: Path) -> None:
    before = tree(own_home)
    done = here("--demo", "audit")
    assert done.status == 0
    assert "A33:netrc" in done.out
    done = here("--demo", "audit", "--silence", "A33:netrc")
    assert done.status == 0
    assert done.err == "note: These are sample stores: nothing of it is kept\n"
    assert here("--demo", "audit", "--fix", "A13:file:host.example:8080", "--yes").status == 0
    assert "A13" not in here("--demo", "audit").out
    assert tree(own_home) == before
