"""What can be written on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

from authui.cli.parser import QuietParser
from authui.cli.pypi_options import add_flag, add_store, add_to_list, check
from authui.model.credential import KINDS, Kind
from authui.model.entry import StoreId
from authui.model.errors import BadInput
from authui.model.lookup import CLIENTS, Client

OnConflict: TypeAlias = Literal["ask", "skip", "overwrite"]
"""What `migrate` does where the target holds another credential."""

_EPILOG = """\
Without a command authui opens its screen. Options before the command may also follow it.

exit status: 0 done, 1 error, 2 usage or an unparsable URL, 3 nothing applies to a URL, or the
host to remove is nowhere, 4 audit findings at error severity, 5 a store could not be read,
130 interrupted
"""

_SET_EPILOG = """\
The secret is asked for on a terminal, and otherwise read from standard input: it is no option,
since every program could see it there. What is certainly no part of it, such as the line break at
its end, is left out and said.

  BearerToken    a token
  CondaToken     a token that goes into the path of the URL
  BasicHTTP      --username and a password
  S3Credentials  --username is the access key ID, and the secret access key is asked for; a session
                 token only through --json-stdin
  OAuth          only through --json-stdin; pixi auth login HOST --oauth logs in
"""


class Options(argparse.Namespace):
    """The command line, parsed.

    `auth_file` is the path as it was given, `urls` the URLs of `test`, `old` and `new` the patterns
    of `rename`, `source` and `target` the stores of `migrate`. `command` is None where the screen
    is asked for.
    """

    command: str | None = None
    client: Client = CLIENTS[0]
    auth_file: str | None = None
    demo: bool = False
    read_only: bool = False
    version: bool = False
    json: bool = False
    reveal: bool = False
    probe: bool = False
    pypi: bool = False
    no_keyring: bool = False
    urls: list[str]
    host: str
    old: str
    new: str
    kind: Kind | None = None
    username: str | None = None
    json_stdin: bool = False
    store: StoreId | None = None
    pypi_store: Literal["keyring", "netrc"] | None = None
    add_index: str | None = None
    forget_index: str | None = None
    all_stores: bool = False
    item: str | None = None
    force: bool = False
    yes: bool = False
    hosts: list[str]
    source: StoreId = "file"
    target: StoreId = "keychain"
    apply: bool = False
    on_conflict: OnConflict | None = None
    keep_source: bool = False
    fix: str | None = None
    silence: str | None = None
    project: str | None = None


def parse(argv: list[str]) -> Options:
    """The options in `argv`.

    Raises `BadInput` where they cannot be understood, and `SystemExit` after showing the help.
    """
    options = _parser(argv).parse_args(argv, Options())
    if options.auth_file is not None and options.client == "rattler":
        raise BadInput(
            "--auth-file does not go with --client rattler, which has no such option",
            "Set RATTLER_AUTH_FILE to the path instead",
        )
    if options.auth_file is not None and options.demo:
        raise BadInput("--auth-file does not go with --demo", "The demo has stores of its own")
    if options.pypi and options.client != "pixi":
        raise BadInput(
            f"--pypi does not go with --client {options.client}, which installs nothing from PyPI",
            "Only pixi does; leave --client out",
        )
    if options.no_keyring and not options.pypi:
        raise BadInput(
            "--no-keyring goes with --pypi only", "Without --pypi no keyring program is run"
        )
    check(options)
    return options


def _parser(argv: list[str]) -> QuietParser:
    """The parser; commands that are not named in `argv` stay without their options, to save time."""
    parser = QuietParser(
        prog="authui",
        description="Shows, explains, checks and changes the credentials that rattler-based tools "
        "send.",
        epilog=_EPILOG,
    )
    _add_global(parser)
    parser.add_argument("--version", action="store_true", help="show the version")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=QuietParser, prog="authui"
    )
    for name, (text, fill) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name in argv:
            fill(command)
            command.add_argument(
                "--json", action="store_true", help="for programs: one JSON object"
            )
            _add_global(command, again=True)
    return parser


def _fill_nothing(command: QuietParser) -> None:
    del command


def _fill_test(command: QuietParser) -> None:
    command.add_argument("urls", metavar="URL", nargs="+", help="for example a channel's URL")
    command.add_argument("--reveal", action="store_true", help="show secrets in full")
    command.add_argument(
        "--probe",
        action="store_true",
        help="ask the server, with the credential and without; nothing is sent otherwise",
    )
    command.add_argument(
        "--pypi",
        action="store_true",
        help="the URL is that of a PyPI index: follow pixi's rules for these",
    )
    command.add_argument(
        "--no-keyring",
        action="store_true",
        help="with --pypi: show the keyring commands, and run none",
    )


def _fill_set(command: QuietParser) -> None:
    command.epilog = _SET_EPILOG
    command.add_argument("host", metavar="HOST", help="a host pattern, such as *.prefix.dev")
    add_flag(command, "HOST is the URL of a PyPI index; needs --username")
    command.add_argument("--kind", help="what it is: %(choices)s", choices=KINDS, metavar="KIND")
    command.add_argument("--username", help="the user name, or the access key ID", metavar="NAME")
    command.add_argument(
        "--json-stdin",
        help="read rattler's own JSON for one credential, taken literally",
        action="store_true",
    )
    add_store(command, "where to store it (default: keychain, with --pypi keyring): %(choices)s")
    command.add_argument("--item", help="which of several keychain items to replace", metavar="ID")
    _add_force(command)


def _fill_rename(command: QuietParser) -> None:
    command.add_argument("old", metavar="OLD", help="the pattern it is stored under")
    command.add_argument("new", metavar="NEW", help="the pattern it is to have")
    _add_store(command, "which store, if several hold it: %(choices)s")
    _add_force(command)


def _fill_remove(command: QuietParser) -> None:
    command.add_argument("host", metavar="HOST", help="the host pattern, as authui list shows it")
    add_flag(command, "HOST is the URL of a PyPI index, as authui list --pypi shows it")
    command.add_argument("--username", help="with --pypi: whose, if there are several")
    where = command.add_mutually_exclusive_group()
    add_store(where, "which store, if several hold it: %(choices)s")
    where.add_argument("--all-stores", help="every copy that can be deleted", action="store_true")
    command.add_argument("--item", help="which of several keychain items to delete", metavar="ID")
    command.add_argument("--yes", help="do not ask", action="store_true")


def _fill_migrate(command: QuietParser) -> None:
    stores = get_args(StoreId)
    command.add_argument("hosts", metavar="HOST", nargs="*", help="only these (default: all)")
    for name, to, text in (("--from", "source", "file"), ("--to", "target", "keychain")):
        command.add_argument(
            name,
            dest=to,
            help=f"the store to move {name[2:]} (default: {text}): %(choices)s",
            choices=stores,
            default=text,
            metavar="STORE",
        )
    command.add_argument("--apply", action="store_true", help="do it; without, only the plan shows")
    command.add_argument(
        "--on-conflict",
        help="where the other store holds something else: %(choices)s (default: ask on a terminal)",
        choices=get_args(OnConflict),
        metavar="HOW",
    )
    command.add_argument(
        "--keep-source", action="store_true", help="leave the copies in the first store"
    )


def _fill_audit(command: QuietParser) -> None:
    command.add_argument("--fix", help="mend this finding", metavar="ID")
    command.add_argument("--yes", help="do not ask", action="store_true")
    command.add_argument("--silence", help="do not report this finding again", metavar="ID")
    command.add_argument(
        "--project", help="also look for credentials in this project's files", metavar="DIR"
    )


def _add_force(command: QuietParser) -> None:
    command.add_argument(
        "--force", help="store a pattern that can never match", action="store_true"
    )


def _add_store(parser: argparse._ActionsContainer, text: str) -> None:
    stores = get_args(StoreId)
    parser.add_argument("--store", help=text, choices=stores, metavar="STORE")


def _add_global(parser: QuietParser, *, again: bool = False) -> None:
    """The options of every command; where they are given again they have no default to undo it."""

    def add(name: str, text: str, **settings: Any) -> None:
        if again:
            settings["default"] = argparse.SUPPRESS
        parser.add_argument(name, help=argparse.SUPPRESS if again else text, **settings)

    add(
        "--client",
        "the program whose rules are followed: %(choices)s (default: pixi)",
        choices=CLIENTS,
        default=CLIENTS[0],
        metavar="NAME",
    )
    add("--auth-file", "the client's own option of this name", metavar="PATH")
    add("--demo", "show sample stores instead of this machine's", action="store_true")
    add("--read-only", "change nothing", action="store_true")


_COMMANDS: dict[str, tuple[str, Callable[[QuietParser], None]]] = {
    "list": ("every entry of every store", add_to_list),
    "test": ("which credential applies to a URL, and why", _fill_test),
    "stores": ("every store the client asks, in order", _fill_nothing),
    "set": ("add or replace a credential", _fill_set),
    "rename": ("give a credential another host pattern", _fill_rename),
    "remove": ("delete one copy of a credential, or all", _fill_remove),
    "unlock": ("unlock the keychain: one window of its own", _fill_nothing),
    "migrate": ("move credentials to the keychain, or to another store", _fill_migrate),
    "audit": ("what is wrong or unsafe, and what mends it", _fill_audit),
}
