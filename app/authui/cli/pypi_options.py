"""What the commands take together with `--pypi`, and what does not go with it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, get_args

from authui.model.entry import StoreId
from authui.model.errors import BadInput

if TYPE_CHECKING:
    from authui.cli.options import Options

_TARGETS = ("keyring", "netrc")


def add_to_list(command: argparse.ArgumentParser) -> None:
    """The options of `list`."""
    command.add_argument(
        "--pypi", action="store_true", help="what is stored for PyPI indexes instead"
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--add-index",
        metavar="URL",
        help="with --pypi: from now on look for what a keyring holds for this index",
    )
    which.add_argument("--forget-index", metavar="URL", help="with --pypi: look for it no longer")


def add_flag(command: argparse.ArgumentParser, text: str) -> None:
    """The option of `set` and `remove`."""
    command.add_argument("--pypi", action="store_true", help=text)


def add_store(parser: argparse._ActionsContainer, text: str) -> None:
    """`--store`, for both halves."""
    choices = (*get_args(StoreId), "keyring")
    parser.add_argument("--store", help=text, choices=choices, metavar="STORE")


def check(options: Options) -> None:
    """Raise `BadInput` where options do not go together; sort the store into its half."""
    store: str | None = options.store
    if not options.pypi:
        if store == "keyring":
            raise BadInput(
                "--store keyring goes with --pypi only",
                "The keychain that rattler uses is --store keychain",
            )
        only = ("add_index", "forget_index", *(["username"] if options.command == "remove" else []))
        for name in only:
            if getattr(options, name) is not None:
                raise BadInput(f"{_option(name)} goes with --pypi only", "Add --pypi")
        return
    if options.command not in ("set", "remove"):
        return
    for name in ("kind", "json_stdin", "item", "force", "all_stores"):
        if getattr(options, name):
            raise BadInput(f"{_option(name)} does not go with --pypi", "Leave it out")
    if store is not None and store not in _TARGETS:
        raise BadInput(
            f"--store {store} does not go with --pypi", f"Choose from {', '.join(_TARGETS)}"
        )
    if options.command == "set" and options.username is None:
        raise BadInput(
            "--username is missing: uv asks only where it knows a user name",
            "Give it with --username NAME",
        )
    options.pypi_store = "netrc" if store == "netrc" else "keyring" if store else None
    options.store = None


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
