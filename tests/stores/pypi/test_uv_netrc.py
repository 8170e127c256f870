from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.errors import StoreState
from authui.stores.environment import Environment
from authui.stores.pypi.uv_netrc import UvNetrc
from authui.stores.pypi.uv_netrc_grammar import UvNetrcSyntaxError, parse_uv_netrc

CANARY = "canary-4711"


def netrc(home: Path, content: str | bytes) -> UvNetrc:
    path = home / ".netrc"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return UvNetrc(Environment.current())


def pair(found: UvNetrc, host: str, user: str | None = None) -> tuple[str, str] | None:
    machine = found.find(host, user)
    return None if machine is None else (machine.login, machine.password.reveal())


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("machine h login u password p", ("u", "p")),
        ("machine h user u password p", ("u", "p")),
        ("machine h login u", ("u", "")),
        ("machine h", ("", "")),
        ('machine h login "u v" password "p\\"q"', ("u v", 'p"q')),
        ('machine "h" login u password p"q', ("u", 'p"q')),
        ("machine h login u password p\\ q\\\\", ("u", "p q\\")),
        ("machine h login u password p\\", ("u", "p ")),
        ('machine h login "" password "p', ("", "p")),
        ("machine h login u password #p", ("u", "#p")),
        ("# a comment\nmachine h login u password p", ("u", "p")),
        ("machine h # why\n  login u # so\n  password p", ("u", "p")),
        ("machine h login u password p\n# below\nmachine x", ("u", "p")),
        ("machine h login u login v password p", ("v", "p")),
        ("machine h login u password p machine h login v", ("v", "")),
        ("machine h login u password p default login d password e", ("u", "p")),
        ("default login d password e", ("d", "e")),
        ("machine x login u password p\ndefault login d password e", ("d", "e")),
        ("macdef m\nmachine h login m\n\nmachine h login u password p", ("u", "p")),
        ("macdef m\nmachine h login m\n \nmachine h login u password p", ("u", "p")),
        ("machine h login u password p\u00a0q", ("u", "p\u00a0q")),
        ("machine h:80 login u password p", None),
        ("machine H login u password p", None),
        ("machine *.h login u password p", None),
        ("", None),
    ],
)
def test_what_is_sent(own_home: Path, text: str, sent: tuple[str, str] | None) -> None:
    assert pair(netrc(own_home, text), "h") == sent


def test_the_user_of_the_url_must_be_the_login(own_home: Path) -> None:
    found = netrc(own_home, "machine h login u password p\ndefault login d password e")
    assert pair(found, "h", "u") == ("u", "p")
    assert pair(found, "h", "d") is None
    assert pair(found, "x", "d") == ("d", "e")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#a comment\nmachine h", 1),
        ("\n# a comment\nmachine h", 2),
        ("machine h login u password p\n\n# a comment\nmachine x", 3),
        ("machine h\n  login u\n  port 80", 3),
        ("machine h password p q", 1),
        ("login u", 1),
        ("machine", 1),
        ('\nmachine ""', 2),
        ("Machine h", 1),
        ("\ufeffmachine h", 1),
    ],
)
def test_what_makes_uv_ignore_the_file(own_home: Path, text: str, line: int) -> None:
    with pytest.raises(UvNetrcSyntaxError) as caught:
        parse_uv_netrc(text)
    assert caught.value.line == line
    assert caught.value.hint
    found = netrc(own_home, text)
    assert found.machines() == ()
    assert found.failure is not None
    assert found.failure.state is StoreState.CORRUPT
    assert f"(line {line})" in found.failure.message


def test_no_message_shows_a_password(own_home: Path) -> None:
    for text in (f'machine h password "a {CANARY}" {CANARY}', CANARY, f"machine h {CANARY}"):
        found = netrc(own_home, text)
        assert found.failure is not None
        assert CANARY not in repr(found.failure) + str(found.failure) + repr(found.failure.hint)
    found = netrc(own_home, f"machine h login u password {CANARY}")
    assert CANARY not in repr(found.machines()) + repr(found)


def test_bytes_that_are_no_utf8_are_replaced(own_home: Path) -> None:
    assert pair(netrc(own_home, b"machine h login u password p\xe9"), "h") == ("u", "p\ufffd")


def test_each_machine_is_told_with_its_line(own_home: Path) -> None:
    found = netrc(own_home, "machine a login u password p\n\nmachine b\ndefault login d\nmachine a")
    assert [(one.name, one.login, one.line) for one in found.machines()] == [
        ("a", "u", 1),
        ("b", "", 3),
        ("default", "d", 4),
        ("a", "", 5),
    ]


def test_the_tokens_of_a_machine_are_known() -> None:
    text = 'machine x\n machine "a b"\n\tuser u # c\n\tpassword "p\\"q" account z\ndefault login d'
    _, machine, default = parse_uv_netrc(text)
    assert [(span.role, text[span.start : span.end]) for span in machine.spans] == [
        ("machine", "machine"),
        ("name", '"a b"'),
        ("user", "user"),
        ("login value", "u"),
        ("password", "password"),
        ("password value", '"p\\"q"'),
        ("account", "account"),
        ("account value", "z"),
    ]
    assert [text[span.start : span.end] for span in default.spans] == ["default", "login", "d"]


def test_states(own_home: Path) -> None:
    assert (UvNetrc(Environment.current()).path, UvNetrc(Environment.current()).failure) == (
        None,
        None,
    )
    (own_home / ".netrc").mkdir()
    found = UvNetrc(Environment.current())
    assert found.machines() == ()
    assert found.failure is not None
    assert found.failure.state is StoreState.UNREADABLE
    assert found.find("h", None) is None


def windows(home: Path, **variables: str) -> UvNetrc:
    """As on Windows; the files lie here, as Windows takes either slash."""
    return UvNetrc(Environment({"USERPROFILE": str(home), **variables}, str(home), "win32"))


def test_on_windows_the_file_with_the_dot_is_first(own_home: Path) -> None:
    assert windows(own_home).candidates == tuple(
        f"{own_home}\\{name}" for name in (".netrc", "_netrc")
    )


def test_on_windows_the_home_directory_may_be_followed_by_either_slash(own_home: Path) -> None:
    for slash in ("/", "\\"):
        found = windows(own_home, NETRC=f"~{slash}own").candidates
        assert found[0] == f"{own_home}{slash}own"
    assert windows(own_home, NETRC="~own").candidates[0] == f"{own_home}\\~own"


def test_a_store_is_one_look(own_home: Path) -> None:
    found = netrc(own_home, "machine h login u password p")
    assert pair(found, "h") == ("u", "p")
    os.remove(own_home / ".netrc")
    assert pair(found, "h") == ("u", "p")
