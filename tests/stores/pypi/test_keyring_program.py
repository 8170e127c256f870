"""The keyring program: a script of the test's own, and the real one of the keyring library."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from authui.stores import child_process
from authui.stores.environment import Environment
from authui.stores.pypi import keyring_program
from authui.stores.pypi.keyring_program import KeyringAnswer, KeyringProgram, find_keyring

ON_WINDOWS = {"SYSTEMROOT": "/win"}


def put(folder: Path, script: str, name: str = "keyring") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def here(tmp_path: Path, *folders: Path | str, platform: str = "linux", **more: str) -> Environment:
    separator = ";" if platform == "win32" else ":"
    path = separator.join(str(folder) for folder in folders)
    return Environment({"PATH": path, **more}, os.fspath(tmp_path), platform)


def get(tmp_path: Path, script: str, service: str = "s", username: str = "u") -> KeyringAnswer:
    put(tmp_path / "bin", script)
    environment = here(tmp_path, tmp_path / "bin", "/usr/bin", "/bin")
    return KeyringProgram(environment).get(service, username)


def password(answer: KeyringAnswer) -> str | None:
    return None if answer.password is None else answer.password.reveal()


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("echo pw", "pw"),
        ("printf pw", "pw"),
        ("printf ' p w \\t\\r\\n\\n'", " p w"),
        ("printf 'pw\\302\\240\\343\\200\\200\\n'", "pw"),
        ("printf 'pw\\034\\n'", "pw\x1c"),
        ("true", ""),
        ("echo; echo", ""),
        ("printf 'a\\nb\\n'", "a\nb"),
        ("echo no >&2; echo pé", "pé"),
    ],
)
def test_an_answer_loses_the_white_space_at_its_end(
    tmp_path: Path, script: str, wanted: str
) -> None:
    answer = get(tmp_path, script)
    assert (answer.told, password(answer), answer.status) == ("hit", wanted, 0)


@pytest.mark.parametrize(
    ("script", "told", "status"),
    [
        ("echo pw; exit 1", "miss", 1),
        ("exit 77", "miss", 77),
        ("kill -9 $$", "miss", -9),
        ("printf '\\377\\n'", "no-text", 0),
        ("head -c 65537 /dev/zero | tr '\\0' x", "too-long", None),
        ("yes", "too-long", None),
    ],
)
def test_what_is_no_answer(tmp_path: Path, script: str, told: str, status: int | None) -> None:
    answer = get(tmp_path, script)
    assert (answer.told, answer.password, answer.status) == (told, None, status)


def test_as_much_as_is_taken_is_no_more_than_too_long(tmp_path: Path) -> None:
    answer = get(tmp_path, "head -c 65536 /dev/zero | tr '\\0' x")
    assert password(answer) == "x" * 65_536


def test_it_gets_its_words_one_by_one_no_input_and_the_environment(tmp_path: Path) -> None:
    script = 'printf "%s|" "$#" "$@" "$OWN" "$(cat)"; pwd'
    put(tmp_path / "bin", script)
    environment = here(tmp_path, tmp_path / "bin", "/usr/bin", "/bin", OWN="it's")
    answer = KeyringProgram(environment).get("https://h/a b'c\"$(x)", "-u; *")
    assert password(answer) == f"3|get|https://h/a b'c\"$(x)|-u; *|it's||{tmp_path}"


def test_what_is_typed_here_does_not_reach_it(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"typed\n")
    os.close(writing)
    kept = os.dup(0)
    os.dup2(reading, 0)
    try:
        assert password(get(tmp_path, "cat")) == ""
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(reading)


def test_one_that_hangs_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_program, "TIME_LIMIT", 0.3)
    pids = tmp_path / "pids"
    answer = get(tmp_path, f"echo $$ > {pids}; sleep 600 & echo $! >> {pids}; wait")
    assert (answer.told, answer.password) == ("timeout", None)
    deadline = time.monotonic() + 30
    while any(_lives(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_child_that_keeps_the_output_open_is_waited_for_as_uv_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_program, "TIME_LIMIT", 0.3)
    assert get(tmp_path, "echo pw; sleep 600 &").told == "timeout"


def test_one_that_asks_the_person_finds_no_terminal(tmp_path: Path) -> None:
    script = "if read x < /dev/tty; then echo asked; else exit 3; fi 2>/dev/null"
    answer = get(tmp_path, script)
    assert answer.told == "miss"
    assert answer.status != 0


def test_ctrl_c_ends_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids = tmp_path / "pids"

    def interrupt(*_: object) -> None:
        deadline = time.monotonic() + 30
        while not pids.exists() or not pids.read_text().endswith("\n"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr(child_process, "_wait_for", interrupt)
    with pytest.raises(KeyboardInterrupt):
        get(tmp_path, f"echo $$ > {pids}; exec sleep 600")
    assert not _lives(int(pids.read_text()))


def _lives(pid: int) -> bool:
    """A zombie, which only its new parent can take away, does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_first_that_can_be_run_is_found(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    (first / "keyring").mkdir(parents=True)
    put(second, "true").chmod(0o644)
    wanted = put(third, "true")
    put(tmp_path / "d", "true")
    environment = here(tmp_path, "/nonexistent", first, second, third, tmp_path / "d")
    assert find_keyring(environment) == str(wanted)
    assert find_keyring(here(tmp_path, first, second)) is None
    assert find_keyring(here(tmp_path, "a\0b", third)) == str(wanted)
    assert KeyringProgram(here(tmp_path, first)).get("s", "u") == KeyringAnswer("no-program")
    assert KeyringProgram(here(tmp_path, first)).backends() is None


def test_an_empty_part_of_the_path_is_the_current_directory(tmp_path: Path) -> None:
    wanted = put(tmp_path, "echo here")
    for path in ("", ":/nonexistent", "/nonexistent:", "."):
        environment = Environment({"PATH": path}, os.fspath(tmp_path), "linux")
        found = find_keyring(environment)
        assert found is not None
        assert os.path.samefile(found, wanted)
    program = KeyringProgram(here(tmp_path, "."))
    assert password(program.get("s", "u")) == "here"
    assert find_keyring(Environment({}, os.fspath(tmp_path), "linux")) is None


def test_windows_looks_for_the_exe_and_not_in_the_current_directory(tmp_path: Path) -> None:
    """Only the choice of the path: nothing of Windows runs here."""
    put(tmp_path, "true", "keyring.exe")
    put(tmp_path / "a", "true", "keyring")
    wanted = put(tmp_path / "b", "true", "keyring.exe")

    def find(*folders: Path | str) -> str | None:
        found = find_keyring(here(tmp_path, *folders, platform="win32", **ON_WINDOWS))
        return None if found is None else found.replace("\\", "/")

    # A backslash is part of a name here, so that only a folder that ends in a slash works.
    assert find(f"{tmp_path}/a/", "", f'"{tmp_path}/b/"') == str(wanted)
    assert find(f"{tmp_path}/a/", "") is None


def test_what_is_no_program_is_none(tmp_path: Path) -> None:
    path = put(tmp_path / "bin", "")
    path.write_bytes(b"\x7fELF nothing")
    assert KeyringProgram(here(tmp_path, path.parent)).get("s", "u").told == "no-program"
    path.write_text("echo without a first line\n")
    assert KeyringProgram(here(tmp_path, path.parent)).get("s", "u").told == "no-program"


def test_backends_are_names_only(tmp_path: Path) -> None:
    script = (
        'test "$*" = --list-backends || exit 9\n'
        "echo 'keyring.backends.SecretService.Keyring (priority: 5)'\n"
        "echo\n"
        "echo 'keyrings.gauth.GooglePythonAuth (priority: 9)'\n"
        "printf '\\033[2Jevil\\n'\n"
        "echo 'Traceback: password=hunter2'\n"
        "echo 'keyring.backends.chainer.ChainerBackend (priority: -1)'\n"
    )
    put(tmp_path / "bin", script)
    program = KeyringProgram(here(tmp_path, tmp_path / "bin"))
    assert program.backends() == (
        "keyring.backends.SecretService.Keyring (priority: 5)",
        "keyring.backends.chainer.ChainerBackend (priority: -1)",
        "keyrings.gauth.GooglePythonAuth (priority: 9)",
    )
    put(tmp_path / "bin", "exit 2")
    assert program.backends() is None


def test_the_real_program_tells_its_backends_and_finds_nothing(tmp_path: Path) -> None:
    program = KeyringProgram(here(tmp_path, Path(sys.executable).parent, HOME=os.fspath(tmp_path)))
    assert program.path == str(Path(sys.executable).with_name("keyring"))
    backends = program.backends()
    assert backends is not None
    assert any(name.startswith("keyring.backends.fail.Keyring") for name in backends)
    environment = here(
        tmp_path,
        Path(sys.executable).parent,
        HOME=os.fspath(tmp_path),
        PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
    )
    assert KeyringProgram(environment).get("https://h.example/simple", "u").told == "miss"
