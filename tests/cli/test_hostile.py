"""What is stored is never trusted: no text of it acts on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Here
from tests.support.program import Run, run_on_terminal, without_colour, write_credentials

HOSTILE = {
    "markup": "[/x][bold red]a[/]",
    "link": "[link=https://evil.example]a[/link]",
    "ipv6": "[fe80::1]",
    "escape": "a\x1b[2J\x1b]0;title\x07\x1b]52;c;AAAA\x1b\\b",
    "c1": "a\x9b2J\x9d0;t\x9c\x85b",
    "newline": "a\nb\r\nc\x0b\x0c",
    "delete": "a\x7f\x08\x08b",
    "nul": "a\x00b",
    "direction": "a\u202ecba\u2066\u200f\u061c",
    "hidden": "a\u200b\ufeff\u00ad\u2028\u2029b",
    "tags": "a\U000e0041\U000e007f",
    "long": "a" * 10_000,
    "emoji": ":warning: a",
    "format": "{0} %s %(x)s ${x}",
}

FORBIDDEN = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
FORBIDDEN += [0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x061C, 0xFEFF, *range(0xE0000, 0xE0080)]
FORBIDDEN.remove(ord("\n"))


def check(done: Run) -> None:
    text = without_colour(done.out) + done.err
    assert not [hex(code) for code in FORBIDDEN if chr(code) in text]
    assert "Internal error" not in text
    assert "Traceback" not in text


def commands(text: str) -> list[list[str]]:
    usable = text.replace("\x00", "")
    return [
        ["list"],
        ["list", "--json"],
        ["stores"],
        ["stores", "--json"],
        ["test", "https://a.example/", f"https://{usable}/"],
        ["test", "--json", "--reveal", "https://a.example/", f"https://a.example/{usable}"],
    ]


@pytest.mark.parametrize("name", list(HOSTILE))
def test_in_a_credentials_file(name: str, own_home: Path, here: Here) -> None:
    text = HOSTILE[name]
    write_credentials(
        own_home,
        {
            text: {"BearerToken": text},
            f"*.{text}": {"CondaToken": text},
            "a.example": {"BasicHTTP": {"username": text, "password": text}},
            "s": {"S3Credentials": {"access_key_id": text, "secret_access_key": text}},
        },
    )
    for arguments in commands(text):
        done = here(*arguments)
        check(done)
        if "--json" in arguments:
            json.loads(done.out)
    hosts = {entry["host"] for entry in here("list", "--json").object["entries"]}
    assert "a.example" in hosts
    assert len(hosts) == 4


@pytest.mark.parametrize("command", ["list", "list --json", "test", "test --json --reveal"])
def test_on_a_terminal(command: str, own_home: Path) -> None:
    credentials: dict[str, object] = {text: {"BearerToken": text} for text in HOSTILE.values()}
    for number, text in enumerate(HOSTILE.values()):
        credentials[f"{number}.example"] = {"BasicHTTP": {"username": text, "password": text}}
    write_credentials(own_home, credentials)
    arguments = command.split()
    if arguments[0] == "test":
        usable = [text.replace("\x00", "") for text in HOSTILE.values()]
        arguments += [f"https://1.example/{text}" for text in usable]
        arguments += [f"https://{text}/" for text in usable]
    done = run_on_terminal(*arguments)
    check(done)
    assert len(done.out) > len(HOSTILE)


@pytest.mark.parametrize("name", ["markup", "ipv6", "escape", "c1", "direction", "delete", "long"])
def test_in_a_netrc(name: str, own_home: Path, here: Here) -> None:
    text = HOSTILE[name]
    (own_home / ".netrc").write_text(
        f"machine {text} login {text} password {text}\nmachine a.example login {text} password x\n"
        f"macdef {text}\n{text}\n\n"
    )
    for arguments in commands(text):
        check(here(*arguments))


@pytest.mark.parametrize("name", ["markup", "escape", "c1", "newline", "direction", "hidden"])
@pytest.mark.parametrize(
    "content", [None, "{}", '{"\x1b[2J": 1}', '{"a.example": {"\\u001b[2J": 1}}']
)
def test_in_the_name_of_a_file(name: str, content: str | None, own_home: Path, here: Here) -> None:
    path = own_home / HOSTILE[name].replace("/", "")
    if content is not None:
        path.write_text(content)
    for arguments in commands("b.example"):
        check(here(*arguments, RATTLER_AUTH_FILE=str(path), NETRC=str(path)))
        check(here("--auth-file", str(path), *arguments))


@pytest.mark.parametrize("name", list(HOSTILE))
def test_on_the_command_line(name: str, here: Here) -> None:
    text = HOSTILE[name].replace("\x00", "")
    for arguments in ([text], ["list", text], ["--client", text, "list"], [f"--{text}"]):
        done = here(*arguments)
        check(done)
        assert done.status == 2


def test_in_a_configuration_file(own_home: Path, here: Here) -> None:
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text('authentication-override-file = "/x\\u001b[2J\\u009b[/x]"\n')
    for arguments in commands("b.example"):
        check(here(*arguments))
    check(run_on_terminal("stores"))
