"""The form in which the credential of a bad entry is typed anew."""

from __future__ import annotations

from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Label, Select

from authui.model.credential import KINDS, Kind
from authui.model.fields import to_model
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.ui.editor_words import kind_label
from authui.ui.widgets.credential_fields import CredentialFields


class RetypeScreen(ModalScreen[Secret | None]):
    """Ends with the credential as rattler writes it, or with None. `name` is of the entry."""

    CSS_PATH: ClassVar = ["editor.tcss", "repair.tcss"]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        # At once, for what is typed right behind them.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("ctrl+s", "take", "Take it", priority=True, id="retype.take"),
        Binding("escape", "leave", "Cancel", id="retype.leave"),
        Binding("ctrl+r", "reveal", "Reveal", priority=True, id="retype.reveal"),
    ]

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def compose(self) -> ComposeResult:
        """The kind, its fields, and the buttons."""
        with Vertical(id="retype") as box:
            box.border_title = Content(f"Type {self._host} anew")
            box.border_subtitle = Content("stored when the file is repaired")
            with VerticalScroll(id="retype-form", can_focus=False):
                with Horizontal(classes="field-line"):
                    yield Label("Kind", classes="field-label")
                    yield Select[Kind](
                        # Nobody types an OAuth token: pixi auth login brings it.
                        [(kind_label(kind), kind) for kind in KINDS if kind != "OAuth"],
                        value="BearerToken",
                        allow_blank=False,
                        compact=True,
                        id="retype-kind",
                    )
                yield CredentialFields()
            with Horizontal(id="retype-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Take it", id="take", variant="primary", compact=True)
        yield Footer(show_command_palette=False, compact=True)

    async def on_mount(self) -> None:
        """Go to the first field."""
        await self.fields.use("BearerToken", None)
        self.fields.focus_first()

    def on_screen_suspend(self) -> None:
        """Nothing stays revealed behind another screen."""
        self.fields.hide_secrets()

    @property
    def fields(self) -> CredentialFields:
        """What is typed."""
        return self.query_one(CredentialFields)

    @on(Select.Changed, "#retype-kind")
    async def _kind_chosen(self, event: Select.Changed) -> None:
        event.stop()
        kind = cast("Kind", event.value)
        if kind != self.fields.kind:
            await self.fields.use(kind, None)

    @on(CredentialFields.Last)
    def _finished(self) -> None:
        self.action_take()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "take":
            self.action_take()
        else:
            self.action_leave()

    def action_reveal(self) -> None:
        """Show the secret of the line with the focus for a while."""
        self.fields.toggle_secret()

    def action_take(self) -> None:
        """End with what was typed, if rattler can use it."""
        fields = self.fields
        if not fields.judge():
            fields.focus_first(wrong=True)
            return
        self._end(encode_text(to_model(fields.kind, fields.values, old=None)))

    def action_leave(self) -> None:
        """End without."""
        self._end(None)

    def _end(self, text: Secret | None) -> None:
        self.fields.forget()
        self.dismiss(text)
