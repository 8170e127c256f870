"""A footer that is never cut: on a narrow screen it shows fewer keys."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

GO_FIRST = (
    "sort",
    "reload",
    "app.command_palette",
    "filter",
    "toggle_silenced",
    "screen.entries",
    "screen.pypi_requests",
    "copy",
    "pypi",
    "audit",
    "migrate",
    "swap",
    "keep",
    "target",
    "source",
    "unlock",
    "delete",
    "silence",
    "unsilence",
    "back",
    "help",
    "test",
    "edit",
    "next_choice(1)",
    "leave_out",
)
"""Actions whose keys give way, the first of them first; the help tells them all."""


class FittingFooter(Footer):
    """Textual's footer with as many keys as have room."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None

    def bindings_changed(self, screen: Screen[Any]) -> None:
        """Draw anew, but only where it makes a difference: it goes blank for a moment."""
        wanted = self._wanted(screen)
        if wanted != self._shown:
            self._shown = wanted
            super().bindings_changed(screen)

    def _wanted(self, screen: Screen[Any]) -> object:
        keys = [
            (binding.key, binding.action, binding.description, enabled)
            for _, binding, enabled, _ in screen.active_bindings.values()
            if binding.show
        ]
        return (self.app.size.width, keys)

    def compose(self) -> ComposeResult:
        """The keys that fit, in their order."""
        keys = list(super().compose())
        for action in GO_FIRST:
            if sum(_width(key) for key in keys) <= self.app.size.width:
                break
            keys = [key for key in keys if not _does(key, action)]
        yield from keys

    def on_resize(self) -> None:
        """Choose anew."""
        if self.is_mounted:
            self.bindings_changed(self.screen)


def _does(key: Widget, action: str) -> bool:
    return isinstance(key, FooterKey) and key.action == action


def _width(key: Widget) -> int:
    if not isinstance(key, FooterKey):
        return 0
    border = 1 if key.has_class("-command-palette") else 0
    return cell_len(key.key_display) + 2 + cell_len(key.description) + 1 + border
