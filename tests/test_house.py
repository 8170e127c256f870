"""Rules of the house that no other tool checks."""

from __future__ import annotations

import ast
from pathlib import Path

import authui

HOUSE = Path(authui.__file__).parent

MAY_REVEAL = {
    "cli/request_view.py",  # `test --reveal`
    "cli/test_command.py",  # passes that option on
    "model/pasted.py",  # what was pasted, to clean and to judge it
    "model/request.py",  # what goes over the wire
    "model/set_aside.py",  # bad entries, for the private file that keeps them
    "model/token_text.py",  # stray characters around a token, and the end that a JWT names
    "model/uv_credential.py",  # what goes over the wire to a PyPI index
    "model/wire.py",  # the text that is stored
    "services/pypi_input.py",  # the end of a password that was typed
    "stores/pypi/python_keyring_call.py",  # what Python's keyring is to store, through a pipe
    "services/pypi.py",  # the URL with a conda token, which uv then goes on with
    "services/probe/asking.py",  # what goes over the wire to a server that is asked
    "services/probe/connecting.py",  # what goes to the proxy of the system
    "services/probe/planning.py",  # the URL of that, to find its page
    "stores/keychain/reading.py",  # keychain secrets, to decode them
    "stores/keychain/asking.py",  # likewise
    "stores/keychain/session.py",  # to encrypt them for the keychain
    "stores/keychain/macos_items.py",  # the bytes that macOS keeps
    "stores/keychain/windows_items.py",  # the bytes that Windows keeps
    "stores/netrc_edit.py",  # the tokens of a netrc file
    "ui/app.py",  # the terminal's clipboard, after a question
    "ui/copying.py",  # the system's clipboard, likewise
    "ui/widgets/credential_fields.py",  # a deliberate key shows one for a moment
}


def test_secrets_are_revealed_only_where_it_is_their_purpose() -> None:
    found = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "reveal":
                found.add(path.relative_to(HOUSE).as_posix())
    assert found == MAY_REVEAL
