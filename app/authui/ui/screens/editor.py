"""The screen in which a credential is added or edited."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer

from authui.model.errors import AuthuiError, ChangedMeanwhile, NotStored
from authui.services.change import Change, Place
from authui.services.changes import Changes
from authui.services.targets import cannot_hold
from authui.stores.base import Stored
from authui.ui.blocking import run_blocking
from authui.ui.editor_words import no_match_question, plaintext_question, stale
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.session import Snapshot
from authui.ui.storing import Opened, save
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.editor_form import EditorForm
from authui.ui.widgets.folded import Folded
from authui.ui.words import shown
from authui.ui.writes import Writes


class EditorScreen(ModalScreen[Change | None]):
    """Ends with the change that was made, or None. `opened` is None where one is added.

    What is stored stays out of the lines; what is typed leaves this screen as a credential only.
    """

    CSS_PATH = "editor.tcss"
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-tall"), (30, "-roomy")]  # noqa: RUF012  as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        # At once, for what is typed right behind them.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", priority=True, id="editor.save"),
        Binding("escape", "leave", "Cancel", id="editor.leave"),
        Binding("ctrl+r", "reveal", "Reveal", priority=True, id="editor.reveal"),
        Binding("ctrl+y", "take", "Take proposal", priority=True, id="editor.take"),
        Binding("ctrl+l", "look_again", "Read again", priority=True, id="editor.look"),
    ]

    def __init__(
        self,
        changes: Changes,
        writes: Writes,
        snapshot: Snapshot,
        opened: Opened | None = None,
        *,
        host: str = "",
    ) -> None:
        super().__init__()
        self._changes = changes
        self._writes = writes
        self._snapshot = snapshot
        self._opened = opened
        self._host = host
        self._is_stale = False
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """The form, what is wrong, and the buttons."""
        opened = self._opened
        with Vertical(id="editor") as box:
            box.border_title = Content("Add a credential" if opened is None else "Edit")
            yield Folded(id="editor-stale")
            yield EditorForm(
                self._snapshot.listing,
                None if opened is None else opened.place,
                None if opened is None else opened.credential,
                self._host,
            )
            yield Folded(id="editor-error")
            with Horizontal(id="editor-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Save", id="save", variant="primary", compact=True)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self._say("#editor-error", ())
        self._say("#editor-stale", ())

    def on_screen_suspend(self) -> None:
        """Nothing stays revealed behind a question."""
        self.form.fields.hide_secrets()

    def on_resize(self) -> None:
        """Share the lines anew."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Leave the form the lines that the rest of the box does not need: it scrolls in them."""
        if not self.is_attached:
            return
        box, form, size = self.query_one("#editor"), self.form, self.size
        rest = [part for part in box.children if part is not form and part.display]
        width = box.content_size.width
        # Asked for, not looked at: what was just said may not have been laid out yet.
        taken = sum(
            part.get_content_height(size, size, width) + part.styles.margin.height for part in rest
        )
        keys = self.query_one(Footer).region.height
        lines = self.size.height - keys - box.gutter.height - taken
        form.styles.max_height = max(lines, 3)
        if self.focused is not None:
            self.call_after_refresh(self.focused.scroll_visible, animate=False)

    @property
    def form(self) -> EditorForm:
        """What is typed and chosen."""
        return self.query_one(EditorForm)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to read again only where another program has changed the entry."""
        del parameters
        return self._is_stale if action == "look_again" else True

    @on(EditorForm.Edited)
    def _edited(self) -> None:
        self._say("#editor-error", ())

    @on(EditorForm.Finished)
    def _finished(self) -> None:
        self.action_save()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "save":
            self.action_save()
        else:
            self.action_leave()

    def action_take(self) -> None:
        """Take the pattern that is proposed."""
        self.form.host_field.take_proposal()

    def action_reveal(self) -> None:
        """Show the secret of the line with the focus for a while."""
        if not self.form.fields.toggle_secret():
            self._fail("Go to the secret first: one line is shown at a time")

    # Saving

    @work(name="save", group="save")
    async def action_save(self) -> None:
        """Store what was typed, after the questions that it raises."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            await self._save()
        finally:
            self._is_busy = False

    async def _save(self) -> None:
        form = self.form
        if not await self._is_sound() or not await self._is_meant():
            return
        if (target := form.target) is None or not self.is_attached:
            return
        place = Place(target.info.id, form.host)
        store = partial(save, self._changes, self._opened, place, form.credential())
        try:
            change = await self._writes.make(self.app, f"Saving {shown(place.host)}", store)
        except ChangedMeanwhile as error:
            self._fail(error.message, error.hint)
            await self.notice()
        except AuthuiError as error:
            self._fail(error.message, error.hint)
        else:
            self._end(change)

    async def _is_sound(self) -> bool:
        """Whether everything is there that is needed; what is not is said, and gone to."""
        form = self.form
        if form.is_new_oauth:
            self._fail("An OAuth token is not typed in: the lines above say how to log in")
            return False
        if not form.host:
            never = form.advice.never if form.advice.typed.strip() else None
            message = f"This host cannot be stored: {never}" if never else "The host is missing"
            self._fail(message, "It is the host of the channel's URL")
            form.host_field.line.focus()
            return False
        if not form.fields.judge():
            form.fields.focus_first(wrong=True)
            return False
        if form.target is None:
            self._fail("No store is chosen", "Choose where the credential is to be kept")
            return False
        unfit = cannot_hold(form.target.info.id, form.kind)
        if unfit is not None:
            self._fail(unfit, "Choose another store, or the kind BasicHTTP")
            return False
        return True

    async def _is_meant(self) -> bool:
        """Whether the person wants a pattern that matches nothing, and plain text."""
        form, opened = self.form, self._opened
        known = opened is not None and opened.place.host == form.host
        if form.advice.is_refused and not known:
            told = no_match_question(form.advice)
            question = ConfirmScreen("This can never match", told, yes="Store it anyway")
            if not await self.app.push_screen_wait(question):
                form.host_field.line.focus()
                return False
        target = form.target
        if target is not None and target.info.encrypted is False:
            told = plaintext_question(target.info)
            ask = ConfirmScreen("Write plain text?", told, yes="Write it")
            return await self.app.push_screen_wait(ask)
        return True

    # What others do meanwhile

    async def notice(self) -> None:
        """Look whether the entry is still what it was when the form was opened, and say if not."""
        opened = self._opened
        if opened is None:
            return
        try:
            now: Stored | None = await run_blocking(self._changes.find, opened.place)
        except AuthuiError:
            return  # saving will say it
        if self.is_attached and self._opened is opened:
            self._is_stale = now != opened.stored
            self._say("#editor-stale", stale(is_gone=now is None) if self._is_stale else ())
            self.refresh_bindings()

    @work(name="look-again", group="look-again", exclusive=True)
    async def action_look_again(self) -> None:
        """Take what stands there now for what is edited; what was typed stays."""
        opened = self._opened
        if opened is None:
            return
        try:
            now: Stored = await run_blocking(self._changes.read, opened.place)
        except NotStored:
            self._opened = None  # saving then adds it again
        except AuthuiError as error:
            self._fail(error.message, error.hint)
            return
        else:
            self._opened = Opened(opened.place, now)
        self._is_stale = False
        self._say("#editor-stale", ())
        self._say("#editor-error", ())
        self.refresh_bindings()
        await self.form.use_old(None if self._opened is None else self._opened.credential)

    def _say(self, where: str, told: tuple[Paragraph, ...]) -> None:
        folded = self.query_one(where, Folded)
        folded.display = bool(told)
        folded.show(lambda: told)
        self.call_after_refresh(self._fit)

    def _fail(self, message: str, hint: str | None = None) -> None:
        lines = [paragraph(shown(message), "bad")]
        if hint is not None:
            lines.append(paragraph(shown(hint), "quiet"))
        self._say("#editor-error", tuple(lines))

    # Leaving

    @work(name="leave", group="leave")
    async def action_leave(self) -> None:
        """End without a change; ask where something would be lost."""
        if self._is_busy:
            return
        if self.form.is_changed:
            question = ConfirmScreen(
                "Discard what you typed?",
                (paragraph("Nothing of it has been stored."),),
                yes="Discard",
                no="Go on typing",
            )
            if not await self.app.push_screen_wait(question):
                return
        self._end(None)

    def _end(self, change: Change | None) -> None:
        self.form.forget()
        self._opened = None
        self.dismiss(change)
