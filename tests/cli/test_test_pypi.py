"""`authui test --pypi`: both halves, and the keyring program that is run only as told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from authui.cli.test_command import status_of
from authui.model.lookup import Failure, LookupResult, Request
from authui.model.pypi import PypiResult, UvAnswer
from authui.model.secret import Secret
from authui.stores.pypi import keyring_program
from tests.cli.conftest import Here
from tests.support.program import run, write_credentials
from tests.support.pypi_home import put_program

CANARY = "canary-4711"
INDEX = "https://bob@h.example/simple"
ENABLED = '[pypi-config]\nkeyring-provider = "subprocess"\n'
# It answers the second question, writes down each, and says more than it should.
ANSWERS = (
    'echo "$*" >> "$HOME/asked"; echo "hunter2 $*" >&2\n'
    'if [ "$1" = --list-backends ]; then\n'
    "  echo 'keyring.backends.SecretService.Keyring (priority: 5)'; exit 0\n"
    "fi\n"
    f'test "$2" = h.example && echo {CANARY}'
)


@pytest.fixture
def home(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with the keyring enabled, and one that answers."""
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text(ENABLED)
    put_program(own_home, ANSWERS)
    monkeypatch.setenv("PATH", f"{own_home / 'bin'}:/usr/bin:/bin")
    return own_home


def asked(home: Path) -> list[str]:
    path = home / "asked"
    return path.read_text().splitlines() if path.exists() else []


def test_json_follows_the_contract(here: Here, home: Path) -> None:
    done = here("test", "--pypi", "--json", INDEX)
    (result,) = done.object["results"]
    assert list(result)[-1] == "pypi"
    assert result["match"] is None
    found = result["pypi"]
    assert list(found) == [
        *("rattler", "uv", "request", "failure", "winner", "reason", "steps", "keyring_calls"),
        *("program", "partial", "advice", "notes"),
    ]
    plain = {"url": "https://h.example/simple/", "authorization": "Basic ••••••"}
    assert found["rattler"] == found["request"] == plain
    assert found["uv"] == {
        "authorization": "Basic ••••••",
        "keyring_calls": [["https://h.example/simple", "bob"], ["h.example", "bob"]],
    }
    assert (found["winner"], found["failure"], found["partial"]) == ("keyring", None, False)
    assert found["keyring_calls"] == [
        {
            "command": ["keyring", "get", "https://h.example/simple", "bob"],
            "outcome": "miss",
            "detail": None,
        },
        {"command": ["keyring", "get", "h.example", "bob"], "outcome": "hit", "detail": None},
    ]
    assert found["steps"][-1] == {
        "source": "keyring",
        "name": "keyring get h.example bob",
        "outcome": "hit",
        "detail": None,
    }
    assert found["program"] == {
        "path": str(home / "bin" / "keyring"),
        "backends": ["keyring.backends.SecretService.Keyring (priority: 5)"],
    }
    assert done.status == 0
    assert CANARY not in done.out + done.err
    assert "hunter2" not in done.out + done.err


def test_without_pypi_there_is_nothing_of_it(here: Here, home: Path) -> None:
    done = here("test", "--json", INDEX)
    assert "pypi" not in done.object["results"][0]
    assert asked(home) == []


def test_the_program_is_named_before_it_is_run(here: Here, home: Path) -> None:
    done = here("test", "--pypi", INDEX)
    assert done.err == (
        f"note: Runs {home}/bin/keyring as pixi would, until it answers: "
        "get https://h.example/simple bob, get h.example bob\n"
    )
    assert asked(home) == [
        "get https://h.example/simple bob", "get h.example bob", "--list-backends",
    ]  # fmt: skip


def test_for_a_person_both_halves_stand_together(here: Here, home: Path) -> None:
    done = here("test", "--pypi", INDEX)
    lines = done.out.splitlines()
    assert lines[0] == "The keyring answers: Authorization: Basic ••••••"
    assert lines[2].startswith("  conda requests  The user name in the URL is sent")
    assert lines[3] == f"  PyPI requests   {lines[0]}"
    assert "  Authorization  Basic ••••••" in lines
    assert "    · keyring get https://h.example/simple bob  not there" in lines
    assert "    ✓ keyring get h.example bob                 answers" in lines
    assert f"  keyring program  {home}/bin/keyring" in lines
    assert "  its backends     keyring.backends.SecretService.Keyring (priority: 5)" in lines
    assert CANARY not in done.out


def test_no_keyring_only_shows_the_commands(here: Here, home: Path) -> None:
    done = here("test", "--pypi", "--no-keyring", INDEX)
    assert "    · keyring get https://h.example/simple bob  not run" in done.out.splitlines()
    assert done.out.startswith("What is sent is not known before the keyring is asked\n")
    assert (done.err, done.status) == ("", 5)
    assert asked(home) == []
    found = here("test", "--pypi", "--no-keyring", "--json", INDEX).object["results"][0]["pypi"]
    assert (found["request"], found["uv"]["authorization"]) == (None, None)
    assert len(found["uv"]["keyring_calls"]) == 2
    assert asked(home) == []


@pytest.mark.parametrize(
    "words",
    [(INDEX, "--demo"), ("https://h.example/simple",), ("https://bob:pw@h.example/simple",)],
)
def test_nothing_is_run_where_pixi_runs_nothing(
    here: Here, home: Path, words: tuple[str, ...]
) -> None:
    here("test", "--pypi", *words)
    assert asked(home) == []


def test_nothing_is_run_where_it_is_not_enabled(here: Here, home: Path) -> None:
    (home / ".pixi" / "config.toml").unlink()
    done = here("test", "--pypi", INDEX)
    assert asked(home) == []
    assert (
        "note: The keyring is not asked, since pixi's configuration does not enable it" in done.out
    )
    assert (done.err, done.status) == ("", 0)


def test_reveal_shows_what_is_sent(here: Here, home: Path) -> None:
    done = here("test", "--pypi", "--reveal", "--json", INDEX)
    header = "Basic Ym9iOmNhbmFyeS00NzEx"
    found = done.object["results"][0]["pypi"]
    assert found["request"]["authorization"] == found["uv"]["authorization"] == header
    assert f"  Authorization  {header}" in here("test", "--pypi", "--reveal", INDEX).out


def test_a_token_in_a_command_is_masked_unless_revealed(here: Here, home: Path) -> None:
    token = "ghp_0123456789abcdefghij"
    url = f"https://{token}@h.example/t/tok/simple"
    found = here("test", "--pypi", "--json", url).object["results"][0]["pypi"]
    assert found["uv"]["keyring_calls"][0] == ["https://h.example/t/••••••/simple", "••••••"]
    done = here("test", "--pypi", "--json", "--reveal", url)
    assert done.object["results"][0]["pypi"]["uv"]["keyring_calls"][0] == [
        "https://h.example/t/tok/simple", token,
    ]  # fmt: skip
    assert token not in done.err + here("test", "--pypi", url).out


def test_a_keyring_that_hangs_gives_a_partial_answer(
    here: Here, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_program, "TIME_LIMIT", 0.3)
    put_program(home, "exec sleep 600")
    done = here("test", "--pypi", INDEX)
    assert done.status == 5
    assert "keyring get https://h.example/simple bob  not usable: it did not end within" in done.out
    assert "its backends" not in done.out


def test_several_indexes(here: Here, home: Path) -> None:
    write_credentials(home, {"i.example": {"BearerToken": CANARY}})
    done = here("test", "--pypi", INDEX, "https://i.example/simple", "https://[bad")
    assert "https://••••••@h.example/simple\nThe keyring answers" in done.out
    assert "https://i.example/simple\ni.example from the credentials file" in done.out
    assert done.err.count("note: Runs") == 1
    assert done.status == 2
    done = here("test", "--pypi", "--json", INDEX, "https://[bad")
    first, second = done.object["results"]
    assert "pypi" in first
    assert "pypi" not in second


def test_an_index_without_a_host(here: Here, home: Path) -> None:
    done = here("test", "--pypi", "file:///srv/index")
    assert done.status == 1
    assert done.out.startswith("A file: URL names no host: no request is made\n")
    assert here("test", "--pypi", "simple").status == 2


def test_advice_on_a_registry(here: Here, home: Path) -> None:
    url = "https://europe-python.pkg.dev/p/r/simple/"
    done = here("test", "--pypi", url)
    assert "Google Artifact Registry" in done.out
    found = here("test", "--pypi", "--json", url).object["results"][0]["pypi"]
    assert any("oauth2accesstoken" in sentence for sentence in found["advice"])
    assert asked(home) == []
    named = url.replace("://", "://oauth2accesstoken@")
    assert "has no plugin for Google Artifact Registry" in here("test", "--pypi", named).out


def test_the_sample_stores_answer(here: Here, home: Path) -> None:
    """Nothing of this machine is looked at."""
    (home / ".netrc").write_text("default login d password dp")
    assert here("test", "--demo", "--pypi", "https://other.test/simple").status == 3
    done = here("test", "--demo", "--pypi", "--json", "https://repo.prefix.dev/simple")
    found = done.object["results"][0]["pypi"]
    assert (found["winner"], found["program"]) == ("rattler", None)
    assert done.status == 0


REQUEST = Request(Secret("u"), "u", None, None)
RATTLER = LookupResult("u", None, REQUEST, None, "r", ())
NOTHING = PypiResult("u", RATTLER, UvAnswer(None, None), REQUEST, None, None, "r", ())


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (NOTHING, 3),
        (PypiResult("u", RATTLER, NOTHING.uv, REQUEST, None, "netrc", "r", ()), 0),
        (PypiResult("u", RATTLER, NOTHING.uv, None, None, None, "r", (), partial=True), 5),
        (PypiResult("u", RATTLER, NOTHING.uv, None, Failure("file", "m"), None, "r", ()), 5),
        (PypiResult("u", RATTLER, NOTHING.uv, None, Failure(None, "m"), None, "r", ()), 1),
    ],
)
def test_exit_status(result: PypiResult, status: int) -> None:
    assert status_of([result]) == status


def test_the_real_program_is_run_as_a_program(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a process of its own, with the keyring library's own program, which has nothing."""
    (own_home / ".pixi").mkdir()
    (own_home / ".pixi" / "config.toml").write_text(ENABLED)
    folder = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    done = run("test", "--pypi", "--json", INDEX)
    found = done.object["results"][0]["pypi"]
    assert [call["outcome"] for call in found["keyring_calls"]] == ["miss", "miss"]
    assert found["program"]["path"] == str(folder / "keyring")
    assert done.status == 0


def test_nothing_of_it_is_loaded_before_it_is_asked_for(own_home: Path) -> None:
    code = (
        "import sys; from authui.cli.main import main; main(['test', 'https://h.example/x']); "
        "parts = ('services.pypi', 'stores.pypi', 'model.pypi', 'model.uv_', 'cli.pypi_asking'); "
        "sys.exit(any(name.startswith(f'authui.{part}') for name in sys.modules for part in parts))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
