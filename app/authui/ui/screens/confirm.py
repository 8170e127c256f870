"""A question with two answers, of which the harmless one is where the focus is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Button

from authui.ui.tones import Paragraph
from authui.ui.widgets.folded import Folded

_AROUND = 6
"""Lines of the box that are no text: its border, its space above, and the answers."""


class ConfirmScreen(ModalScreen[bool]):
    """Asks before something that cannot be seen to be harmless. Ends with the answer.

    `told` is what the person should know, `yes` names what happens then: "Delete".
    """

    CSS_PATH = "confirm.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False, id="confirm.yes"),
        Binding("n,escape", "answer(False)", "No", show=False, id="confirm.no"),
        Binding("left,right", "app.focus_next", "Other answer", show=False, id="confirm.other"),
        Binding("up", "scroll(-1)", "Up", show=False, id="confirm.up"),
        Binding("down", "scroll(1)", "Down", show=False, id="confirm.down"),
        Binding("pageup", "scroll(-8)", "Page up", show=False, id="confirm.page-up"),
        Binding("pagedown", "scroll(8)", "Page down", show=False, id="confirm.page-down"),
    ]

    def __init__(
        self, title: str, told: Sequence[Paragraph], *, yes: str, no: str = "Cancel"
    ) -> None:
        super().__init__()
        self._title = title
        self._told = tuple(told)
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """The text, and the two answers."""
        with Vertical(id="confirm") as box:
            box.border_title = Content(self._title)
            with VerticalScroll(id="confirm-told", can_focus=False):
                yield Folded(id="confirm-text")
            with Horizontal(id="confirm-answers"):
                yield Button(Content(self._no), id="no", compact=True)
                yield Button(Content(self._yes), id="yes", variant="error", compact=True)

    def on_mount(self) -> None:
        """Nothing happens by a key pressed too quickly."""
        self.query_one(Folded).show(lambda: self._told)
        self.query_one("#no", Button).focus()
        self._fit()

    def on_resize(self) -> None:
        """Keep the answers in view below a text that is longer than the screen."""
        self._fit()

    def _fit(self) -> None:
        told = self.query_one("#confirm-told", VerticalScroll)
        told.styles.max_height = max(int(self.app.size.height * 0.9) - _AROUND, 1)
        self.call_after_refresh(self._tell_keys)

    def _tell_keys(self) -> None:
        is_long = self.query_one("#confirm-told", VerticalScroll).max_scroll_y > 0
        keys = "y / n   ↑ ↓ all of it" if is_long else "y / n"
        self.query_one("#confirm", Vertical).border_subtitle = Content(keys)

    def on_click(self, event: Click) -> None:
        """Beside the box means no."""
        if event.widget is self:
            self.dismiss(False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_scroll(self, lines: int) -> None:
        """Move a text that is longer than the screen."""
        self.query_one("#confirm-told").scroll_relative(y=lines, animate=False)

    def action_answer(self, answer: bool) -> None:
        """End with it."""
        self.dismiss(answer)
