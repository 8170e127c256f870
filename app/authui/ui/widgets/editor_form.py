"""The form of a credential: its host, kind and store, and the fields of that kind."""

from __future__ import annotations

from typing import cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Label, Select

from authui.model.credential import KINDS, Credential, Kind
from authui.model.entry import StoreId
from authui.model.fields import to_model
from authui.model.pattern import Advice
from authui.services.catalog import Listing, StoreReport
from authui.services.change import Place
from authui.services.effects import foreseen
from authui.services.targets import default_target, targets, why_no_keychain
from authui.ui.editor_words import kind_label, new_oauth, store_label, target_note
from authui.ui.tones import Paragraph, Tone, paragraph
from authui.ui.widgets.credential_fields import CredentialFields
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.host_field import HostField
from authui.ui.widgets.one_line import OneLine
from authui.ui.words import shown


class EditorForm(VerticalScroll, can_focus=False):
    """What is typed and chosen. `place` and `old` are what is edited, None where one is added."""

    class Edited(Message):
        """Something was typed or chosen."""

    class Finished(Message):
        """Enter was pressed in the last line."""

    def __init__(
        self, listing: Listing, place: Place | None, old: Credential | None, host: str
    ) -> None:
        super().__init__()
        self._listing = listing
        self._place = place
        self._old = old
        self._host = host if place is None else place.host
        self.kind: Kind = "BearerToken" if old is None else old.kind
        self.store: StoreId | None = default_target(listing) if place is None else place.store
        self._first = (self.kind, self.store)

    def compose(self) -> ComposeResult:
        """Host, kind, store, what that means, and the kind's fields."""
        yield HostField(self._host, self.kind)
        with Horizontal(classes="field-line", id="kind-line"):
            yield Label("Kind", classes="field-label")
            yield Select[Kind](
                [(kind_label(kind), kind) for kind in KINDS],
                value=self.kind,
                allow_blank=False,
                compact=True,
                id="kind",
            )
        with Horizontal(classes="field-line", id="store-line"):
            yield Label("Store", classes="field-label")
            yield self._store_picker()
        yield Folded(id="editor-effect")
        yield CredentialFields()
        yield Folded(id="editor-oauth")

    def _store_picker(self) -> Select[StoreId]:
        reports = targets(self._listing)
        options = [(Content(store_label(report.info)), report.info.id) for report in reports]
        known = self.store is not None and self.store in [store for _, store in options]
        return Select[StoreId](
            options,
            value=self.store if known and self.store is not None else Select.NULL,
            prompt="choose a store",
            compact=True,
            id="store",
        )

    async def on_mount(self) -> None:
        """Show the fields and go to the first that is blank."""
        await self.show_kind()
        if not self._host:
            self.host_field.line.focus()
        else:
            self.fields.focus_first()

    @property
    def host_field(self) -> HostField:
        """The pattern."""
        return self.query_one(HostField)

    @property
    def fields(self) -> CredentialFields:
        """The fields of the kind."""
        return self.query_one(CredentialFields)

    @property
    def host(self) -> str:
        """The pattern to store."""
        return self.host_field.pattern

    @property
    def advice(self) -> Advice:
        """What is to be said about the pattern."""
        return self.host_field.advice

    @property
    def target(self) -> StoreReport | None:
        """The store that was chosen; None where none is."""
        return next((r for r in targets(self._listing) if r.info.id == self.store), None)

    @property
    def is_new_oauth(self) -> bool:
        """Whether the kind is one that nobody types."""
        return self.kind == "OAuth" and (self._old is None or self._old.kind != "OAuth")

    @property
    def is_changed(self) -> bool:
        """Whether leaving would lose something."""
        return (
            self.host_field.line.value != self._host
            or (self.kind, self.store) != self._first
            or self.fields.is_changed
        )

    def line_after(self, line: OneLine) -> OneLine | None:
        """The next line that can be reached; after the host the first blank one."""
        lines = self.fields.reachable if self.fields.display else []
        if line is self.host_field.line:
            blank = [one for one in lines if not one.value]
            return next(iter(blank or lines), None)
        after = lines.index(line) + 1 if line in lines else len(lines)
        return lines[after] if after < len(lines) else None

    def credential(self) -> Credential:
        """The credential that the form describes. Raises `FieldProblem`."""
        return to_model(self.kind, self.fields.values, old=self._old)

    async def use_old(self, old: Credential | None) -> None:
        """Take another credential for the one that is edited; what was typed stays."""
        self._old = old
        await self.show_kind()

    async def show_kind(self) -> None:
        """Show the fields of the kind."""
        fields = self.fields
        await fields.use(self.kind, self._old)
        fields.display = not self.is_new_oauth
        self.host_field.use(self.kind)
        self._say_effect()
        self._say_oauth()

    def forget(self) -> None:
        """Let go of everything that was typed and read."""
        self.fields.forget()
        self._old = None

    @on(Select.Changed, "#kind")
    async def _kind_chosen(self, event: Select.Changed) -> None:
        event.stop()
        if event.value != self.kind:
            self.kind = cast("Kind", event.value)
            await self.show_kind()
            self.post_message(self.Edited())

    @on(Select.Changed, "#store")
    def _store_chosen(self, event: Select.Changed) -> None:
        event.stop()
        chosen = None if event.value is Select.NULL else cast("StoreId", event.value)
        if chosen != self.store:
            self.store = chosen
            self._say_effect()
            self.post_message(self.Edited())

    @on(HostField.Edited)
    def _host_edited(self, event: HostField.Edited) -> None:
        event.stop()
        self._say_effect()
        self._say_oauth()
        self.post_message(self.Edited())

    @on(HostField.Done)
    def _host_done(self, event: HostField.Done) -> None:
        event.stop()
        self.fields.focus_first()

    @on(CredentialFields.Edited)
    def _field_edited(self, event: CredentialFields.Edited) -> None:
        event.stop()
        self.post_message(self.Edited())

    @on(CredentialFields.Last)
    def _last_field(self, event: CredentialFields.Last) -> None:
        event.stop()
        self.post_message(self.Finished())

    def _say_oauth(self) -> None:
        told = new_oauth(self.host_field.line.value) if self.is_new_oauth else ()
        self._say("#editor-oauth", told)

    def _say_effect(self) -> None:
        told = list(target_note(self.target, why_no_keychain(self._listing)))
        if self.host and self.store is not None:
            place = self._place
            replaces = None if place is None else (place.store, place.host)
            effect = foreseen(
                self._listing, self.host, self.store, kind=self.kind, replaces=replaces
            )
            tone: Tone = "warning" if effect.shadowed_by is not None else "quiet"
            told += [paragraph(f"· {shown(one)}", tone, hang=2) for one in effect.sentences]
        self._say("#editor-effect", tuple(told))

    def _say(self, where: str, told: tuple[Paragraph, ...]) -> None:
        folded = self.query_one(where, Folded)
        folded.display = bool(told)
        folded.show(lambda: told)
