"""The peers that the screen is measured against: `python -P bare_screen.py screen|tester`.

Plain Textual with the widgets of authui's screen, written as its tutorial would, nothing of authui.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import DataTable, Footer, Input, Static

ROWS = 50
KINDS = ("BearerToken", "BasicHTTP", "CondaToken", "OAuth")
STORES = ("keychain", "file plaintext", "keychain", "netrc plaintext")


class Screen(App[None]):
    """A line of numbers, a URL and its verdict, a table with a pane beside it, keys."""

    CSS = """
    #url { margin-top: 1; }
    #verdict { height: 2; padding-left: 5; }
    #entries { width: 2fr; border: round $primary; }
    #pane { width: 1fr; border: round $surface-lighten-2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [  # as many as authui's footer shows
        ("a", "add", "Add"),
        ("e", "edit", "Edit"),
        ("d", "delete", "Delete"),
        ("m", "migrate", "Migrate"),
        ("v", "audit", "Audit"),
        ("t", "test", "Test URL"),
        ("slash", "filter", "Filter"),
        ("s", "sort", "Sort"),
        ("r", "reload", "Reload"),
        ("question_mark", "help", "Help"),
        ("q", "quit", "Quit"),
    ]
    AUTO_FOCUS = "DataTable"

    def compose(self) -> ComposeResult:
        yield Static(f"bare  5 stores  {ROWS} entries  31 in plaintext  1 problem")
        yield Input(placeholder="https://repo.prefix.dev/my-channel", compact=True, id="url")
        yield Static("Type a URL to see which credential is sent there, and why", id="verdict")
        with Horizontal():
            yield DataTable[str](id="entries", cursor_type="row")
            with VerticalScroll(id="pane"):
                yield Static("*.w0.test\n\nkeychain\nBearerToken\nactive", id="why")
        yield Footer()

    def on_mount(self) -> None:
        self.query_one("#pane").border_title = "Why"
        table = self.query_one("#entries", DataTable)
        table.border_title = "Entries"
        table.add_columns("Host", "Kind", "Store", "State")
        for number, host in enumerate(sorted(f"h{number}.example" for number in range(ROWS))):
            kind, store = KINDS[number % len(KINDS)], STORES[number % len(STORES)]
            table.add_row(host, kind, store, "● active")


class Tester(App[None]):
    """A URL and what is said of it."""

    def compose(self) -> ComposeResult:
        yield Input()
        yield Static(id="verdict")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#verdict", Static).update(f"✓ {event.value}")


if __name__ == "__main__":
    {"screen": Screen, "tester": Tester}[sys.argv[1]]().run()
