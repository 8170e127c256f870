"""Lines to type into that take a paste as it is or not at all, and one for secrets."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, runtime_checkable

from rich.repr import Result
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from authui.ui.widgets.harmless import Harmless


@runtime_checkable
class HasLines(Protocol):
    """A form that knows which line comes after another."""

    def line_after(self, line: OneLine) -> OneLine | None:
        """The next one; None after the last."""
        ...


class OneLine(Input):
    """An input of one line. Textual's would cut a paste of several lines without a word."""

    # Taken before it reaches the line, and the focus moves at once: what is typed right behind it,
    # in one burst, belongs to the next line, and may be a secret.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", show=False, priority=True),
        Binding("enter", "submit", show=False),
    ]

    class Pasted(Message):
        """Something was pasted that could not be taken as it is; `said` says what was done."""

        def __init__(self, line: OneLine, said: str, *, is_refused: bool) -> None:
            super().__init__()
            self.line = line
            self.said = said
            self.is_refused = is_refused

        @property
        def control(self) -> OneLine:
            """The line."""
            return self.line

    def __init__(self, **settings: Any) -> None:
        super().__init__(compact=True, **settings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter in the last line is for whoever listens, once all before it is typed."""
        if action == "go_on":
            return self._next is not None
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        """Go to the next line at once."""
        if self._next is not None:
            self.screen.set_focus(self._next)

    @property
    def _next(self) -> OneLine | None:
        form = next((part for part in self.ancestors if isinstance(part, HasLines)), None)
        return None if form is None else form.line_after(self)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = event.text.rstrip("\r\n")
        if len(text.splitlines()) > 1:
            said = "Nothing was pasted: it has several lines, and a value has one"
            self.post_message(self.Pasted(self, said, is_refused=True))
            return
        self.replace(text, *self.selection)
        if text != event.text:
            said = "The line break at the end was left out"
            self.post_message(self.Pasted(self, said, is_refused=False))


class PlainLine(OneLine):
    """A line whose text may be seen."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(highlighter=Harmless(), **settings)


class SecretInput(OneLine):
    """A line that shows dots. Its text is in no message and is not copied by the usual keys."""

    class Changed(Input.Changed):
        """The text has changed."""

        def __repr__(self) -> str:
            return "SecretInput.Changed()"

        def __rich_repr__(self) -> Result:
            yield "input", self.input

    class Submitted(Input.Submitted):
        """Enter was pressed."""

        def __repr__(self) -> str:
            return "SecretInput.Submitted()"

        def __rich_repr__(self) -> Result:
            yield "input", self.input

    class Blurred(Input.Blurred):
        """The focus went elsewhere."""

        def __repr__(self) -> str:
            return "SecretInput.Blurred()"

        def __rich_repr__(self) -> Result:
            yield "input", self.input

    def __init__(self, **settings: Any) -> None:
        super().__init__(password=True, **settings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Everything but what would put the text on the clipboard."""
        if action in ("copy", "cut"):
            return False
        return super().check_action(action, parameters)

    def mask(self) -> None:
        """Show dots."""
        self.password = True

    def unmask(self) -> None:
        """Show the text, and what in it could act on the terminal as a stand-in."""
        self.highlighter = Harmless()
        self.password = False
