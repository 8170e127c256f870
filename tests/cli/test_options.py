from __future__ import annotations

import pytest

from authui.cli.options import parse
from authui.model.errors import BadInput


def test_options_stand_before_or_after_the_command() -> None:
    before = parse(["--client", "rattler-build", "--auth-file", "/f", "--read-only", "list"])
    after = parse(["list", "--client", "rattler-build", "--auth-file", "/f", "--read-only"])
    for options in (before, after):
        assert options.command == "list"
        assert options.client == "rattler-build"
        assert options.auth_file == "/f"
        assert options.read_only
        assert not options.demo


def test_a_command_keeps_what_was_said_before_it() -> None:
    options = parse(["--demo", "--client", "rattler", "test", "--json", "https://a.example"])
    assert options.demo
    assert options.client == "rattler"
    assert options.json
    assert not options.reveal
    assert options.urls == ["https://a.example"]


def test_defaults() -> None:
    options = parse([])
    assert options.command is None
    assert options.client == "pixi"
    assert options.auth_file is None
    assert not options.demo
    assert not options.read_only
    assert not options.version
    assert not options.json


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["tset"],
            (
                "There is no such command: choose from "
                "list, test, stores, set, rename, remove, unlock, migrate, audit"
            ),
        ),
        (["test"], "The following arguments are required: URL"),
        (["list", "--sesame"], "Unknown option: --sesame"),
        (["list", "extra"], "Too many arguments"),
        (["--cli", "pixi", "list"], None),
        (["test", "--proof", "https://a.example"], "Unknown option: --proof"),
        (["--client", "conda", "list"], None),
        (["--auth-file", "/f", "--client", "rattler", "list"], None),
        (["list", "--client", "rattler", "--auth-file", "/f"], None),
        (["--auth-file", "/f", "--demo", "list"], None),
        (["--auth-file"], "Argument --auth-file: expected one argument"),
    ],
)
def test_usage_errors_say_what_is_wrong(argv: list[str], message: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        parse(argv)
    assert caught.value.hint
    assert not caught.value.message.endswith(".")
    if message is not None:
        assert caught.value.message == message


@pytest.mark.parametrize(
    "argv",
    [
        ["https://user:canary@host.example"],
        ["https://user:canary (choose from nothing)@host.example"],
        ["list", "https://user:canary@host.example"],
        ["list", "-canary"],
        ["list", "--canary-is=canary"],
        ["list", "--json=canary"],
        ["--client", "canary", "list"],
        ["--client=canary", "list"],
        ["--demo=canary\nargument x", "list"],
        ["test", "--reveal=canary", "https://a.example"],
        ["test", "--unknown", "https://user:canary@host.example", "https://a.example"],
    ],
)
def test_usage_errors_do_not_repeat_what_may_be_a_secret(argv: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        parse(argv)
    said = f"{caught.value.message} {caught.value.hint}".replace("--canary-is", "")
    assert "canary" not in said
