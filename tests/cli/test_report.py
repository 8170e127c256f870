from __future__ import annotations

import itertools
import json
import subprocess
import sys

import pytest

from authui.cli.report import ExitStatus, Report, first_of, has_colour
from authui.model.errors import AuthuiError
from tests.support.program import LIMIT, command, run


@pytest.mark.parametrize(
    ("held", "status"),
    [
        ([], 0),
        ([0, 0], 0),
        ([0, 3], 3),
        ([3, 5], 5),
        ([5, 4], 4),
        ([3, 4, 5, 1], 1),
        ([1, 2], 2),
        ([0, 1, 2, 3, 4, 5, 130], 130),
    ],
)
def test_the_first_status_of_the_contract_wins(held: list[int], status: int) -> None:
    for order in itertools.permutations(held):
        assert first_of(ExitStatus(each) for each in order) == status


def test_an_error_is_a_message_and_a_hint_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = AuthuiError("It \x1b[2J broke", "Mend it")
    assert Report().error(error, ExitStatus.ERROR) is ExitStatus.ERROR
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "error: It \\x1b[2J broke\nhint: Mend it\n"


def test_with_json_an_error_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    Report(as_json=True).error(AuthuiError("It broke"), ExitStatus.ERROR)
    out, err = capsys.readouterr()
    assert json.loads(out) == {"version": 1, "error": {"message": "It broke", "hint": None}}
    assert err == "error: It broke\n"


def test_json_writes_out_what_could_act_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"text": "é \x9b \x7f \u202e \udcff \U000e0041"}
    Report(as_json=True).json(value)
    out = capsys.readouterr().out
    assert "é \\u009b \\u007f \\u202e \\udcff \\udb40\\udc41" in out
    assert json.loads(out) == {"version": 1, **value}


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_output_is_utf_8_whatever_the_locale(locale: str, encoding: str) -> None:
    done = run("--demo", "list", LC_ALL=locale, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.status == 0
    assert "Host" in done.out


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        command("--demo", "list"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(LIMIT) == 0
    assert b"Traceback" not in err
    assert b"Exception" not in err
    assert b"BrokenPipe" not in err


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_into_a_closed_pipe_is_quiet(option: str) -> None:
    with subprocess.Popen(
        command(option), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(LIMIT) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_is_an_error(as_json: bool) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command("--demo", "list", *(["--json"] if as_json else [])),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LIMIT,
            check=False,
        )
    assert done.returncode == 1
    assert b"error: The output could not be written: No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_closed_streams_are_no_crash() -> None:
    shell = 'exec "$0" -m authui --demo list >&- 2>&-'
    done = subprocess.run(["sh", "-c", shell, sys.executable], timeout=LIMIT, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_and_can_be_refused(
    variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert has_colour(Terminal()) is expected  # type: ignore[arg-type]  # all that is asked of it
    assert not has_colour(None)
