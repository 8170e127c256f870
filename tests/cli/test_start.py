"""How the program starts: what it loads, and when it has no terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import LIMIT, run, run_on_terminal, write_credentials

UNWANTED = {
    "list": ("textual", "rich", "cryptography", "ada_url", "secretstorage", "keyring"),
    "stores": ("textual", "rich", "cryptography", "ada_url", "secretstorage", "keyring"),
    "test": ("textual", "rich", "cryptography", "secretstorage", "keyring"),
    "set": ("textual", "rich", "cryptography", "secretstorage", "keyring", "asyncio"),
    "rename": ("textual", "rich", "cryptography", "secretstorage", "keyring", "asyncio"),
    "remove": ("textual", "rich", "cryptography", "secretstorage", "keyring", "asyncio"),
}

MORE = {
    "test": ["https://h1.example/c"],
    "set": ["n.example", "--kind", "BearerToken", "--store", "file"],
    "rename": ["h1.example", "n.example"],
    "remove": ["h1.example", "--yes"],
}

PROGRAM = """
import sys
from authui.cli.main import main
status = main({arguments!r})
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & set({unwanted!r}))
print("loaded", loaded, status, file=sys.stderr)
"""


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("command", list(UNWANTED))
def test_a_command_loads_only_what_it_needs(command: str, form: str, own_home: Path) -> None:
    write_credentials(own_home, {f"h{n}.example": {"BearerToken": "t"} for n in range(20)})
    arguments = [command, *MORE.get(command, []), *["--json"] * (form == "json")]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(arguments=arguments, unwanted=UNWANTED[command])],
        input="t",
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == "loaded [] 0"


def test_reading_loads_nothing_that_writes(own_home: Path) -> None:
    write_credentials(own_home, {"h1.example": {"BearerToken": "t"}})
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys; from authui.cli.main import main; main(['list']); "
                "sys.exit(bool({'getpass', 'filelock', 'authui.services.changes', "
                "'authui.cli.change_view', 'authui.model.pattern'} & set(sys.modules)))"
            ),
        ],
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0


def test_the_screen_needs_a_terminal() -> None:
    done = run()
    assert (done.out, done.status) == ("", 1)
    assert done.err == (
        "error: The screen needs a terminal that can draw it\n"
        "hint: Use authui list, authui test URL or authui stores\n"
    )


def test_the_screen_needs_a_terminal_that_can_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    done = run_on_terminal()
    assert done.status == 1
    assert done.out.startswith("error: The screen needs a terminal")


def test_version() -> None:
    done = run("--version")
    assert (done.out, done.err, done.status) == ("authui 0.1.0\n", "", 0)


def test_help_names_every_command() -> None:
    done = run("--help")
    assert done.status == 0
    for word in (
        "list",
        "test",
        "stores",
        "set",
        "rename",
        "remove",
        "unlock",
        "--client",
        "--auth-file",
        "--demo",
        "--read-only",
    ):
        assert word in done.out


def test_a_deleted_directory_is_no_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    os.rmdir(gone)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("authui")), "stores", "--json"],
        capture_output=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b""
