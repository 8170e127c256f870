"""One secret through every command and every option of the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest

from authui.cli.options import _COMMANDS, _parser
from authui.model.credential import KINDS
from authui.model.entry import StoreId
from authui.model.lookup import CLIENTS
from tests.cli.conftest import Here
from tests.leaks.canary import CANARY, below, in_text
from tests.leaks.conftest import Watched
from tests.leaks.stored import IN_FILE, URLS, fill_files, fill_keychain, fill_project
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.program import Run

HOSTS = (
    "bearer.example",
    "twice.example",
    f"https://user:{CANARY}@url.example/t/{CANARY}/x?k={CANARY}",
    f"user:{CANARY}@named.example",
    f"new.example/t/{CANARY}/x",
    f"https://{CANARY}@new.example?token={CANARY}#{CANARY}",
)
STORES: tuple[str, ...] = get_args(StoreId)


class Case(NamedTuple):
    """A command line and what is on its standard input."""

    words: tuple[str, ...]
    given: str = ""


def _set(*words: str, given: str = CANARY) -> list[Case]:
    return [Case(("set", host, *words), given) for host in HOSTS]


def _json(kind: str) -> str:
    return json.dumps(next(one for one in IN_FILE.values() if kind in one))


def _each(option: str, *values: str) -> list[tuple[str, ...]]:
    return [(option, value) for value in (*values, CANARY)]


INDEX = ("--pypi", "--username", "me")
INDEXES = (*HOSTS, "netrc.example", f"https://index.example/t/{CANARY}/x?k={CANARY}")

FILE = ("--kind", "BearerToken", "--store", "file")

OWN_FILES = ("own.json", "missing.json")
"""A file that --auth-file can name, and one that is not there before."""

TO_OWN = ("migrate", "--to", "override-file", "--auth-file")

PLAIN: dict[str, list[Case]] = {
    "": [Case(()), Case((CANARY,)), Case((f"--{CANARY}",)), Case((f"--json={CANARY}",))],
    "list": [Case(("list",)), Case(("list", CANARY))],
    "stores": [Case(("stores",)), Case(("stores", f"--client={CANARY}"))],
    "test": [Case(("test", *URLS)), *(Case(("test", url)) for url in URLS[-3:])],
    "set": [*_set(*FILE), *_set("--kind", "BearerToken")],
    "rename": [
        *(Case(("rename", host, f"x{host}")) for host in HOSTS),
        *(Case(("rename", "conda.example", host, "--force")) for host in HOSTS),
    ],
    "remove": [
        *(Case(("remove", host, "--yes")) for host in HOSTS),
        Case(("remove", "conda.example"), CANARY),
    ],
    "unlock": [Case(("unlock",)), Case(("unlock", CANARY))],
    "migrate": [Case(("migrate",)), Case(("migrate", *HOSTS))],
    "audit": [Case(("audit",)), Case(("audit", CANARY)), Case(("audit", "--project", "project"))],
}
"""Each command without options."""

EVERYWHERE: dict[str, list[tuple[str, ...]]] = {
    "--json": [("--json",)],
    "--client": _each("--client", *CLIENTS),
    "--auth-file": [("--auth-file", name) for name in OWN_FILES],
    "--demo": [("--demo",)],
    "--read-only": [("--read-only",)],
}
"""The options of every command, behind each of its plain runs."""

OWN: dict[tuple[str, str], list[Case]] = {
    ("", "COMMAND"): PLAIN[""],
    ("", "--version"): [Case(("--version",)), Case(("--version", CANARY))],
    ("test", "URL"): PLAIN["test"],
    ("test", "--reveal"): [Case(("test", "--reveal", url)) for url in URLS],
    ("test", "--probe"): [
        # Nothing listens there: no test sends anything beyond this machine.
        Case(("test", "--probe", f"http://user:{CANARY}@127.0.0.1:9/t/{CANARY}/x?k={CANARY}")),
    ],
    ("test", "--pypi"): [Case(("test", "--pypi", url)) for url in URLS],
    ("test", "--no-keyring"): [Case(("test", "--pypi", "--no-keyring", url)) for url in URLS],
    ("list", "--pypi"): [Case(("list", "--pypi")), Case(("list", "--pypi", "--json"))],
    ("list", "--add-index"): [Case(("list", "--pypi", "--add-index", host)) for host in HOSTS],
    ("list", "--forget-index"): [
        Case(("list", "--pypi", "--forget-index", host)) for host in HOSTS
    ],
    ("set", "--pypi"): [*_set(*INDEX), *_set(*INDEX, "--store", "netrc")],
    ("remove", "--pypi"): [Case(("remove", "--pypi", host, "--yes")) for host in INDEXES],
    ("remove", "--username"): [
        Case(("remove", "--pypi", host, "--username", name, "--yes"))
        for host, name in product(INDEXES, ("user", CANARY))
    ],
    ("set", "HOST"): PLAIN["set"],
    ("set", "--kind"): [
        *(case for kind in (*KINDS, CANARY) for case in _set("--kind", kind, "--store", "file")),
        *_set(*FILE, given=f"{CANARY}\n{CANARY}"),
        *_set(*FILE, given=f"\x1b[2J{CANARY}\x00"),
        *_set(*FILE, given=f"Bearer {CANARY}\r\n"),
        *_set(*FILE, given=f"pfx_{CANARY * 100_000}"),
    ],
    ("set", "--username"): _set("--kind", "BasicHTTP", "--username", "me", "--store", "file"),
    ("set", "--json-stdin"): [
        *(c for k in KINDS for c in _set("--json-stdin", "--store", "file", given=_json(k))),
        *_set("--json-stdin", given=CANARY),
        *_set("--json-stdin", given=f'{{"{CANARY}": "{CANARY}"}}'),
        *_set("--json-stdin", given=f'{{"BearerToken": "{CANARY}" "{CANARY}"}}'),
        *_set("--json-stdin", given=f'{{"BasicHTTP": {{"username": "u", "{CANARY}": 1}}}}'),
        *_set("--json-stdin", "--kind", CANARY, given=CANARY),
    ],
    ("set", "--store"): [case for _, name in _each("", *STORES) for case in _set(*FILE[:3], name)],
    ("set", "--item"): _set("--kind", "BearerToken", "--item", CANARY),
    ("set", "--force"): _set(*FILE, "--force"),
    ("rename", "OLD"): PLAIN["rename"],
    ("rename", "NEW"): PLAIN["rename"],
    ("rename", "--store"): [
        Case(("rename", host, "moved.example", *named))
        for host, named in product(HOSTS, _each("--store", *STORES))
    ],
    ("rename", "--force"): [Case(("rename", host, f"{host}:x", "--force")) for host in HOSTS],
    ("remove", "HOST"): PLAIN["remove"],
    ("remove", "--store"): [
        Case(("remove", host, "--yes", *named))
        for host, named in product(HOSTS, _each("--store", *STORES))
    ],
    ("remove", "--all-stores"): [Case(("remove", h, "--yes", "--all-stores")) for h in HOSTS],
    ("remove", "--item"): [Case(("remove", h, "--yes", "--item", CANARY)) for h in HOSTS],
    ("remove", "--yes"): PLAIN["remove"],
    ("migrate", "HOST"): [
        *PLAIN["migrate"],
        *(Case((*TO_OWN, "missing.json", "--apply", host)) for host in HOSTS),
    ],
    ("migrate", "--from"): [Case(("migrate", *named)) for named in _each("--from", *STORES)],
    ("migrate", "--to"): [Case(("migrate", *named)) for named in _each("--to", *STORES)],
    ("migrate", "--apply"): [
        Case(("migrate", "--apply")),
        Case(("migrate", "--apply", "--json")),
        *(
            Case((*TO_OWN, name, "--apply", *json_or_not))
            for name in OWN_FILES
            for json_or_not in ((), ("--json",))
        ),
    ],
    ("migrate", "--on-conflict"): [
        Case((*words, "--apply", *named), CANARY)
        for words in (("migrate",), (*TO_OWN, "own.json"))
        for named in _each("--on-conflict", "ask", "skip", "overwrite")
    ],
    ("migrate", "--keep-source"): [
        Case((*TO_OWN, name, "--keep-source", "--apply")) for name in OWN_FILES
    ],
    ("audit", "--fix"): [
        *(Case(("audit", "--fix", f"A13:file:{host}", "--yes")) for host in HOSTS),
        Case(("audit", "--fix", CANARY)),
    ],
    ("audit", "--yes"): [Case(("audit", "--yes")), Case(("audit", "--fix", CANARY, "--yes"))],
    ("audit", "--silence"): [Case(("audit", "--silence", f"A13:file:{host}")) for host in HOSTS],
    ("audit", "--project"): [
        Case(("audit", *json_or_not, "--project", folder))
        for folder in ("project", CANARY, f"https://user:{CANARY}@a.example/t/{CANARY}")
        for json_or_not in ((), ("--json",))
    ],
}
"""What only one command has."""


IN_THE_KEYCHAIN = ("--json", "--store", "--item", "--yes", "--apply", "--on-conflict")
"""Those that matter to a keychain too."""


def _cases(command: str, option: str) -> list[Case]:
    """The runs for one option; none where nobody has thought of it."""
    if option in EVERYWHERE:
        return [
            Case((*case.words, *words), case.given)
            for case, words in product(PLAIN.get(command, ()), EVERYWHERE[option])
        ]
    return OWN.get((command, option), [])


def _options() -> Iterator[tuple[str, str]]:
    """Every command with every option, as the parser knows them."""
    root = _parser([])
    commands = next(a for a in root._actions if isinstance(a, argparse._SubParsersAction))
    yield from (("", _name(action)) for action in _of(root))
    for command in commands.choices:
        filled: Any = next(
            a for a in _parser([command])._actions if isinstance(a, argparse._SubParsersAction)
        )
        yield from ((command, _name(action)) for action in _of(filled.choices[command]))


def _of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]


def _name(action: argparse.Action) -> str:
    return action.option_strings[0] if action.option_strings else str(action.metavar)


OPTIONS = tuple(_options())


def test_every_command_and_option_has_a_run() -> None:
    assert set(PLAIN) == {"", *_COMMANDS}
    assert [option for option in OPTIONS if not _cases(*option)] == []
    assert set(OWN) <= set(OPTIONS)
    assert len(OPTIONS) > 50


def check(done: Run) -> None:
    assert not in_text(done.out)
    assert not in_text(done.err)
    assert "Internal error" not in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("option", OPTIONS, ids=" ".join)
def test_files_and_standard_input(
    option: tuple[str, str], here: Here, own_home: Path, temporary: Path, watched: Watched
) -> None:
    runtime = own_home.parent / "run"
    for case in _cases(*option):
        new = own_home / OWN_FILES[1]
        meant = (*fill_files(own_home), *fill_project(own_home / "project"), new)
        new.unlink(missing_ok=True)
        watched.written.clear()
        done = here(*case.words, given=case.given)
        if "--reveal" not in case.words:
            check(done)
        else:
            assert "Internal error" not in done.err
        assert not below(own_home, runtime, temporary, besides=meant)
        watched.must_be_clean()
        # The store with its temporary file, and locks: nothing else is even opened to be written.
        beside = [f"{hidden}{name}" for name in OWN_FILES for hidden in ("", ".authui-")]
        files = [str(own_home / name) for name in (".rattler", ".authui-.netrc", *beside)]
        places = (*files, str(runtime), "/dev/")
        assert [path for path in watched.written if not path.startswith(places)] == []


@pytest.mark.keychain
@pytest.mark.parametrize("option", [o for o in OPTIONS if o[1] in IN_THE_KEYCHAIN], ids=" ".join)
def test_the_keychain(
    option: tuple[str, str],
    here: Here,
    own_home: Path,
    gnome_keyring: GnomeKeyring,
    watched: Watched,
) -> None:
    fill_keychain(gnome_keyring.client)
    bus = {"DBUS_SESSION_BUS_ADDRESS": gnome_keyring.address}
    for case in _cases(*option):
        new = own_home / OWN_FILES[1]
        meant = (*fill_files(own_home), new)
        new.unlink(missing_ok=True)
        check(here(*case.words, given=case.given, **bus))
        assert not below(own_home, own_home.parent / "run", besides=meant)
    watched.must_be_clean()


def test_every_finding(here: Here, own_home: Path, watched: Watched) -> None:
    """Mended and silenced, each by itself."""
    project = own_home / "project"
    meant = (*fill_files(own_home), *fill_project(project))
    words = ("audit", "--project", "project")
    found = here(*words, "--json").object["findings"]
    assert {"A13", "A22", "A57"} <= {finding["rule"] for finding in found}
    for path in meant[3:]:
        name = f":{path.relative_to(project)}:"
        assert any(name in finding["id"] for finding in found if finding["rule"] == "A57")
    for finding in found:
        # What a project's file holds has no fix, and there are many.
        if finding["rule"] != "A57":
            fill_files(own_home)
            check(here(*words, "--fix", finding["id"], "--yes"))
            check(here(*words, "--silence", finding["id"], "--json"))
        # A repair sets bad entries aside, and says where.
        aside = tuple((own_home / ".rattler").iterdir())
        assert not below(own_home, own_home.parent / "run", besides=(*meant, *aside))
    watched.must_be_clean()


def test_only_reveal_reveals(here: Here, own_home: Path) -> None:
    """So there was something to find."""
    fill_files(own_home)
    assert in_text(here("test", "--reveal", "https://basic.example/x", "--client", "pixi").out)
    assert in_text(here("test", "--reveal", "https://bearer.example/x", "--json").out)
