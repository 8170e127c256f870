"""Where secrets come from; a terminal never shows one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from authui.cli.secret_source import read_json
from authui.model.errors import BadInput
from tests.cli.conftest import Here, tree
from tests.support.program import LIMIT, run
from tests.support.prompt import Typist

CANARY = "canary7f3a9c"
WORDS = ("set", "a.example", "--kind", "BearerToken", "--store", "file")
PROMPT = "Token for a.example: "


def stored(home: Path) -> object:
    return json.loads((home / ".rattler" / "credentials.json").read_text())


def test_a_prompt_shows_nothing(own_home: Path) -> None:
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        assert not typist.echoes
        typist.type(CANARY + "\n")
        done = typist.end()
    assert done.status == 0
    assert CANARY not in done.out
    assert "Stored a.example" in done.out
    assert stored(own_home) == {"a.example": {"BearerToken": CANARY}}


def test_the_prompt_is_seen_where_messages_go_to_a_file(own_home: Path, tmp_path: Path) -> None:
    with Typist(*WORDS, err=tmp_path / "log") as typist:
        typist.wait_for(PROMPT)
        typist.type(CANARY + "\n")
        assert typist.end().status == 0
    assert CANARY not in (tmp_path / "log").read_text()


def test_hostile_text_in_the_prompt_is_written_out() -> None:
    words = ("--demo", "set", "a\x1b[2J.example", "--kind", "BearerToken", "--force")
    with Typist(*words) as typist:
        typist.wait_for("Token for a\\x1b[2J.example: ")
        assert "\x1b[2J" not in typist.seen


@pytest.mark.parametrize(
    ("key", "status", "said"),
    [(b"\x03", 130, ""), (b"\x04", 2, "No secret was given"), (b"\n", 2, "The token is empty")],
)
def test_nothing_is_stored_without_an_answer(
    key: bytes, status: int, said: str, own_home: Path
) -> None:
    before = tree(own_home)
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        typist.type(CANARY.encode() * (key == b"\x03") + key)
        done = typist.end()
        assert typist.echoes
    assert done.status == status
    assert said in done.out
    assert done.out.endswith("\n")
    assert CANARY not in done.out
    assert "Traceback" not in done.out
    assert tree(own_home) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals, own_home: Path) -> None:
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        assert not typist.echoes
        typist.signal(number)
        assert typist.end().status == 128 + number
        assert typist.echoes


def test_it_cannot_be_suspended_and_go_on_with_the_echo_turned_on(own_home: Path) -> None:
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        status = Path(f"/proc/{typist.process.pid}/status").read_text()
        ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
        assert ignored >> (signal.SIGTSTP - 1) & 1
        typist.type(b"\x1a" + CANARY.encode() + b"\n")
        done = typist.end()
    assert done.status == 0
    assert CANARY not in done.out


def test_what_is_longer_than_a_terminal_passes_on_is_refused(own_home: Path) -> None:
    before = tree(own_home)
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        text = "x" * 5000
        for start in range(0, len(text), 500):
            typist.type(text[start : start + 500])
            time.sleep(0.01)
        typist.type("\n")
        done = typist.end()
    assert done.status == 2
    assert "may have been cut" in done.out
    assert "xxx" not in done.out
    assert tree(own_home) == before


def test_the_longest_line_that_a_terminal_passes_on_is_taken(own_home: Path) -> None:
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        for _ in range(8):
            typist.type("x" * 500)
            time.sleep(0.01)
        typist.type("\n")
        assert typist.end().status == 0
    assert stored(own_home) == {"a.example": {"BearerToken": "x" * 4000}}


def test_control_v_is_explained(own_home: Path) -> None:
    with Typist(*WORDS) as typist:
        typist.wait_for(PROMPT)
        typist.type(b"\x16\x16\n")
        done = typist.end()
    assert done.status == 2
    assert "Ctrl+V does not paste here" in done.out


HIDES_NOTHING = """
import sys, termios
def refuse(*_):
    raise termios.error(25, "no")
termios.tcsetattr = refuse
from authui.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_terminal_that_cannot_hide_is_no_place_for_a_secret(own_home: Path) -> None:
    before = tree(own_home)
    with Typist(*WORDS, program=HIDES_NOTHING) as typist:
        done = typist.end()
    assert done.status == 2
    assert "This terminal cannot hide what is typed" in done.out
    assert tree(own_home) == before


def test_json_may_begin_with_the_mark_of_utf_8(here: Here, own_home: Path) -> None:
    words = ("set", "a.example", "--json-stdin", "--store", "file")
    done = here(*words, given=b'\xef\xbb\xbf{"BearerToken":"\xc3\xbc"}\r\n')
    assert done.status == 0
    assert stored(own_home) == {"a.example": {"BearerToken": "ü"}}


def test_json_is_not_typed(own_home: Path) -> None:
    with Typist("--demo", "set", "a.example", "--json-stdin") as typist:
        done = typist.end()
    assert done.status == 2
    assert "--json-stdin reads no terminal" in done.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"\xff\xfe", "Standard input is no UTF-8 text but UTF-16"),
        (b"\xfe\xff\0a", "Standard input is no UTF-8 text but UTF-16"),
        ("canary".encode("utf-16-le"), "Standard input is no UTF-8 text but UTF-16"),
        ("canary".encode("utf-16-be"), "Standard input is no UTF-8 text but UTF-16"),
        (b"\xfcber", "Standard input is no UTF-8 text\n"),
        (b"x" * (1 << 20) + b"x", "Standard input is too long for a secret"),
        (b"", "The token is empty"),
    ],
)
def test_standard_input_that_is_no_secret(
    given: bytes, said: str, here: Here, own_home: Path
) -> None:
    done = here(*WORDS, given=given)
    assert (done.status, said in done.err) == (2, True)
    assert not (own_home / ".rattler").exists()


def test_no_exception_keeps_what_was_read(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    data = CANARY.encode() + b"\xff"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
    with pytest.raises(BadInput) as caught:
        read_json()
    assert caught.value.__context__ is None


def test_standard_input_that_cannot_be_read(own_home: Path) -> None:
    for redirection, said in (("<&-", "it is closed"), ("0> /dev/null", "bad file descriptor")):
        line = f"exec {sys.executable} -m authui {' '.join(WORDS)} {redirection}"
        done = subprocess.run(
            ["sh", "-c", line], capture_output=True, text=True, timeout=LIMIT, check=False
        )
        assert done.returncode == 2
        assert said in done.stderr.lower(), done.stderr


def test_without_a_terminal_nothing_prompts(own_home: Path) -> None:
    done = run(*WORDS)  # standard input is empty
    assert done.status == 2
    assert PROMPT not in done.err
    assert os.listdir(own_home) == []
