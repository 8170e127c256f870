"""The program on a terminal, made to crash while it holds a secret: `crash_child SCENARIO`.

Everything but the stores, and what a scenario breaks, is the program as it is.
"""

from __future__ import annotations

import sys
import time
from typing import Any, NoReturn

from authui.cli import main as command_line
from authui.cli import sources
from authui.model.credential import BearerToken
from authui.model.entry import StoreId
from authui.model.errors import StoreLocked
from authui.model.secret import Secret
from authui.stores.base import StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from tests.leaks.canary import CANARY


class Drawn(Exception):
    """An exception that draws itself, which Textual would print as it is."""

    def __rich__(self) -> str:
        return CANARY


def fail(*values: object, **named: object) -> NoReturn:
    """Raise with the canary in the message, the cause, the context, the notes and the locals."""
    token, held = CANARY, [values, named, Secret(CANARY)]
    error = ValueError(f"with {token}", held)
    error.add_note(f"note {token}")
    error.__context__ = KeyError(token)
    raise error from OSError(5, token, token)


def fail_drawn(*values: object, **named: object) -> NoReturn:
    del values, named
    raise Drawn(CANARY)


def fail_slowly(*values: object, **named: object) -> NoReturn:
    time.sleep(0.5)
    fail(*values, **named)


async def fail_later(*values: object, **named: object) -> NoReturn:
    fail(*values, **named)


class Broken(MemoryStore):
    """A keychain of which one method fails."""

    breaks = ""

    def __getattribute__(self, name: str) -> Any:
        return fail if name == type(self).breaks else super().__getattribute__(name)


def patch(scenario: str) -> None:
    """Break one thing."""
    from authui.ui import copying, editing
    from authui.ui.app import AuthuiApp
    from authui.ui.screens.editor import EditorScreen
    from authui.ui.screens.entries import EntriesScreen
    from authui.ui.session import Session
    from authui.ui.widgets import credential_fields
    from authui.ui.widgets.credential_fields import FieldRow
    from authui.ui.widgets.one_line import OneLine

    places: dict[str, tuple[object, str, Any]] = {
        "handler": (EntriesScreen, "action_help", fail),
        "drawn": (EntriesScreen, "action_help", fail_drawn),
        "worker": (Session, "lookup", fail_later),
        "action in the editor": (EditorScreen, "action_take", fail),
        "drawn in the editor": (EditorScreen, "action_take", fail_drawn),
        "typing": (credential_fields, "_row_of", fail),
        "pasting": (OneLine, "_on_paste", fail),
        "revealing": (FieldRow, "_show_stored", fail),
        "hiding": (FieldRow, "hide", fail),
        "judging": (credential_fields, "problems", fail),
        "saving": (EditorScreen, "_is_sound", fail_later),
        "after saving": (EditorScreen, "_end", fail),
        "toast": (AuthuiApp, "notify", fail),
        "copying": (copying, "secret_of", fail),
        "telling": (editing, "answers_after_removal", fail),
    }
    if scenario in places:
        where, name, what = places[scenario]
        setattr(where, name, what)


def info(store: StoreId) -> StoreInfo:
    """Nothing here may load Textual: authui has to be the first, as it is where people use it."""
    return StoreInfo(store, (store,), store, store, "default", encrypted=store == "keychain")


def run(scenario: str) -> int:
    """The exit status."""
    keychain = Broken(
        info("keychain"),
        {"a.example": BearerToken(Secret(CANARY))},
        failure=StoreLocked("It is locked", "Unlock it") if scenario == "unlock" else None,
    )
    file = MemoryStore(info("file"), {"b.example": BearerToken(Secret(CANARY))})
    if scenario in ("write", "delete", "unlock", "list", "get", "read"):
        Broken.breaks = scenario
    else:
        patch(scenario)
    if scenario == "undo":  # and it takes so long that this is shown
        keychain.write = fail_slowly  # type: ignore[method-assign]
    found = Discovery("pixi", (keychain, file), None, ())
    sources.open_stores = lambda options, *, hosts=(): found
    return command_line.main([])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
