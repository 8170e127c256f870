from __future__ import annotations

import json

import pytest

from authui.cli import main as entry
from authui.cli.crash import internal_error

CANARY = "canary-5e0f"


def _fail(*_: object) -> None:
    password = CANARY
    raise KeyError(password)


@pytest.mark.parametrize("command", [["list"], ["stores"], ["test", "https://a.example"]])
def test_a_mistake_is_one_line_without_data(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"authui.cli.{command[0]}_command.open_stores", _fail)
    assert entry.main(command) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: Internal error: KeyError at cli/")
    assert CANARY not in err
    assert "Traceback" not in err
    assert entry.main([*command, "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["message"].startswith("Internal error: KeyError")
    assert CANARY not in out + err


def test_developers_get_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUTHUI_DEV", "1")
    monkeypatch.setattr("authui.cli.list_command.open_stores", _fail)
    assert entry.main(["list"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_place_is_the_innermost_of_ours() -> None:
    with pytest.raises(ValueError, match="property name") as caught:
        json.loads("{")
    assert "at decoder.py:" in internal_error(caught.value).message
    assert internal_error(ValueError()).message.endswith("at an unknown place")


def test_ctrl_c_is_130_and_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("authui.cli.list_command.open_stores", interrupt)
    assert entry.main(["list"]) == 130
    assert capsys.readouterr() == ("", "")
