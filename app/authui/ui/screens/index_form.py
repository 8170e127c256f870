"""The form in which a user name and a password for a PyPI index are typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, NamedTuple, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Label, Select

from authui.model.errors import AuthuiError
from authui.model.pypi import PypiStoreId
from authui.model.secret import Secret
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.one_line import OneLine, PlainLine, SecretInput
from authui.ui.words import shown


class TypedIndex(NamedTuple):
    """What was typed. `password` is None where the stored one is to stay."""

    url: str
    username: str
    password: Secret | None
    store: PypiStoreId


Save = Callable[[TypedIndex], Awaitable[bool]]
"""Stores what was typed; whether that was done. Raises `AuthuiError`, which the form shows."""


class IndexForm(ModalScreen[bool]):
    """Ends with whether something was stored. What cannot be stored is said in the form.

    `url` and `username` are those of the entry that is edited, which stay as they are; without
    them a new one is made. `stores` are the names and ids of the places to choose among.
    """

    CSS_PATH: ClassVar = ["editor.tcss", "pypi.tcss"]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        # At once, for what is typed right behind them.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", priority=True, id="index.save"),
        Binding("escape", "leave", "Cancel", id="index.leave"),
    ]

    def __init__(
        self,
        save: Save,
        stores: tuple[tuple[str, PypiStoreId], ...],
        *,
        url: str = "",
        username: str = "",
        is_new: bool = True,
    ) -> None:
        super().__init__()
        self._save = save
        self._stores = stores
        self._url, self._username = url, username
        self._is_new = is_new
        self._is_saving = False

    def compose(self) -> ComposeResult:
        """The lines, and the buttons."""
        with Vertical(id="index-form") as box:
            box.border_title = Content(
                "Store a password for an index" if self._is_new else "Change the password"
            )
            with VerticalScroll(id="index-lines", can_focus=False):
                with Horizontal(classes="field-line"):
                    yield Label("Index URL", classes="field-label")
                    yield PlainLine(
                        value=self._url,
                        placeholder="https://index.example/simple",
                        id="index-url",
                        disabled=not self._is_new,
                    )
                with Horizontal(classes="field-line"):
                    yield Label("User name", classes="field-label")
                    yield PlainLine(
                        value=self._username, id="index-user", disabled=not self._is_new
                    )
                with Horizontal(classes="field-line"):
                    yield Label("Password", classes="field-label")
                    yield SecretInput(
                        placeholder="" if self._is_new else "unchanged", id="index-password"
                    )
                with Horizontal(classes="field-line"):
                    yield Label("Store", classes="field-label")
                    yield Select[PypiStoreId](
                        self._stores,
                        value=self._stores[0][1],
                        allow_blank=False,
                        compact=True,
                        disabled=not self._is_new or len(self._stores) < 2,
                        id="index-store",
                    )
            yield Folded(id="index-said")
            with Horizontal(id="index-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Save", id="save", variant="primary", compact=True)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Go to the first line to be typed into."""
        self._say()
        first = "#index-url" if self._is_new else "#index-password"
        self.query_one(first, OneLine).focus()

    def line_after(self, line: OneLine) -> OneLine | None:
        """Where `enter` goes from a line; None from the last."""
        lines = [one for one in self.query(OneLine) if not one.disabled]
        at = lines.index(line)
        return lines[at + 1] if at + 1 < len(lines) else None

    @on(OneLine.Submitted, "#index-password")
    def _finished(self) -> None:
        self.action_save()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_leave()

    @on(OneLine.Pasted)
    def _pasted(self, event: OneLine.Pasted) -> None:
        self._say(event.said)

    def action_save(self) -> None:
        """Store what was typed."""
        if not self._is_saving:
            self._is_saving = True
            self.run_worker(self._until_saved(), name="save", group="save")

    def action_leave(self) -> None:
        """End without, but not while it is stored: what came of it would be said to nobody."""
        if not self._is_saving:
            self._end(False)

    async def _until_saved(self) -> None:
        try:
            done = await self._save(self._typed())
        except AuthuiError as error:
            if self.is_attached:
                self._say(error.message, error.hint)
            return
        finally:
            self._is_saving = False
        if done and self.is_attached:
            self._end(True)

    def _typed(self) -> TypedIndex:
        password = self.query_one("#index-password", SecretInput).value
        return TypedIndex(
            self.query_one("#index-url", PlainLine).value.strip(),
            self.query_one("#index-user", PlainLine).value.strip(),
            None if not password and not self._is_new else Secret(password),
            cast("PypiStoreId", self.query_one("#index-store", Select).value),
        )

    def _say(self, message: str = "", hint: str | None = None) -> None:
        told: tuple[Paragraph, ...] = ()
        if message:
            told = (paragraph(shown(message), "bad"),)
        if hint is not None:
            told = (*told, paragraph(shown(hint)))
        said = self.query_one("#index-said", Folded)
        said.display = bool(told)
        said.show(lambda: told)

    def _end(self, stored: bool) -> None:
        line = self.query_one("#index-password", SecretInput)
        with self.prevent(OneLine.Changed):
            line.value = ""
        self.dismiss(stored)
