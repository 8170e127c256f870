"""The fields of one kind of credential, each with what is wrong with it below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Collapsible, Input, Label, Static

from authui.model.credential import Credential, Kind
from authui.model.fields import FieldSpec, fields_of, problems, remarks, text_of
from authui.model.secret import Secret
from authui.ui.tones import Tone, paragraph
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.one_line import OneLine, PlainLine, SecretInput
from authui.ui.words import shown

SEEN_FOR: Final = 15.0
"""Seconds after which a revealed secret shows dots again."""

UNCHANGED: Final = "unchanged"


class FieldRow(Vertical):
    """A label, a line to type into, and under it what is to be said about it."""

    def __init__(self, spec: FieldSpec, text: str, stored: Secret | None, *, kept: bool) -> None:
        super().__init__(classes="field")
        self.spec = spec
        self._text = text
        self._stored = stored
        self._kept = kept
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line, and room below."""
        spec = self.spec
        with Horizontal(classes="field-line"):
            yield Label(spec.label, classes="field-label", markup=False)
            if spec.is_secret:
                hint = UNCHANGED if self._kept else spec.placeholder
                yield SecretInput(value=self._text, placeholder=hint, select_on_focus=False)
            else:
                yield PlainLine(value=self._text, placeholder=spec.placeholder)
        yield Static("", classes="field-stored", markup=False)
        yield Folded(id=f"said-{spec.name}")

    @property
    def line(self) -> OneLine:
        """Where it is typed."""
        return self.query_one(OneLine)

    @property
    def value(self) -> str | Secret:
        """What was typed; a secret stays one."""
        return Secret(self.line.value) if self.spec.is_secret else self.line.value

    def say(self, text: str, tone: Tone) -> None:
        """Say something under the line, or nothing."""
        folded = self.query_one(Folded)
        folded.display = bool(text)
        folded.show(lambda: (paragraph(shown(text), tone),) if text else ())
        self.set_class(tone == "bad" and bool(text), "-wrong")

    def toggle(self) -> None:
        """Show the secret for a while: what was typed, else what is stored."""
        if self._timer is not None:
            self.hide()
            return
        line = self.line
        if not isinstance(line, SecretInput):
            return
        if line.value:
            line.unmask()
        elif self._stored is not None:
            self._show_stored(shown(self._stored.reveal()))
        else:
            return
        self._timer = self.set_timer(SEEN_FOR, self.hide)

    def hide(self) -> None:
        """Show dots again."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        line = self.line
        if isinstance(line, SecretInput):
            line.mask()
        self._show_stored("")

    def forget(self) -> None:
        """Let go of what was typed and what is stored."""
        self.hide()
        self._text, self._stored = "", None
        with self.prevent(Input.Changed):
            self.line.value = ""

    def _show_stored(self, text: str) -> None:
        label = self.query_one(".field-stored", Static)
        label.display = bool(text)
        label.update(text)

    @on(Input.Changed)
    def _typed(self) -> None:
        self._show_stored("")


class CredentialFields(Vertical):
    """A form made from what the kind's fields are. What is stored never stands in a line."""

    class Edited(Message):
        """Something was typed."""

    class Last(Message):
        """Enter was pressed in the last line."""

    def __init__(self) -> None:
        super().__init__()
        self.kind: Kind = "BearerToken"
        self._old: Credential | None = None
        self._typed: dict[str, str] = {}
        self._judged: set[str] = set()

    def compose(self) -> ComposeResult:
        """A row for each field, the rarely typed ones folded away."""
        simple = [spec for spec in fields_of(self.kind) if not spec.is_advanced]
        advanced = [spec for spec in fields_of(self.kind) if spec.is_advanced]
        for spec in simple:
            yield self._row(spec)
        if advanced:
            with Collapsible(title="Advanced", collapsed=True):
                for spec in advanced:
                    yield self._row(spec)

    def _row(self, spec: FieldSpec) -> FieldRow:
        same = self._same
        typed = self._typed.get(spec.name)
        text = typed if typed is not None else ("" if same is None else text_of(same, spec))
        stored = getattr(same, spec.name, None) if spec.is_secret and same is not None else None
        return FieldRow(spec, text, stored, kept=stored is not None)

    @property
    def _same(self) -> Credential | None:
        """What is stored, where it is of the kind that is shown."""
        return self._old if self._old is not None and self._old.kind == self.kind else None

    async def use(self, kind: Kind, old: Credential | None) -> None:
        """Show the fields of a kind; what was typed stays where the new kind has the field too."""
        self._typed.update({row.spec.name: row.line.value for row in self.rows if row.line.value})
        self.kind, self._old = kind, old
        self._judged.clear()
        await self.recompose()

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """Every field."""
        return tuple(self.query(FieldRow))

    @property
    def values(self) -> Mapping[str, str | Secret]:
        """What stands in the lines."""
        return {row.spec.name: row.value for row in self.rows}

    @property
    def is_changed(self) -> bool:
        """Whether anything stands there that is not what is stored."""
        same = self._same
        return any(
            bool(row.line.value)
            if row.spec.is_secret
            else row.line.value != ("" if same is None else text_of(same, row.spec))
            for row in self.rows
        )

    def judge(self, only: FieldRow | None = None) -> bool:
        """Say under each line what is wrong with it, or under one; whether all is well."""
        wrong = problems(self.kind, self.values, old=self._old)
        said = remarks(self.kind, self.values, old=self._old)
        for row in self.rows if only is None else (only,):
            name = row.spec.name
            self._judged.add(name)
            row.say(*_words(wrong.get(name), said.get(name, ())))
            if name in wrong and row.spec.is_advanced and only is None:
                self.query_one(Collapsible).collapsed = False
        return not wrong

    def focus_first(self, *, wrong: bool = False) -> None:
        """Go to the first line that is blank, or to the first that is wrong."""
        rows = [row for row in self.rows if row.has_class("-wrong")] if wrong else list(self.rows)
        for row in rows or list(self.rows):
            if wrong or not row.line.value:
                row.line.focus()
                return
        if rows:
            rows[0].line.focus()

    def toggle_secret(self) -> bool:
        """Show or hide the secret of the line with the focus, or the only one; whether there is."""
        secret = [row for row in self.rows if row.spec.is_secret]
        wanted = [row for row in secret if row.line.has_focus] or (
            secret if len(secret) == 1 else []
        )
        for row in wanted:
            row.toggle()
        return bool(wanted)

    def hide_secrets(self) -> None:
        """Show dots everywhere."""
        for row in self.rows:
            row.hide()

    def forget(self) -> None:
        """Let go of everything that was typed and read."""
        self._typed.clear()
        self._old = None
        for row in self.rows:
            row.forget()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        row = _row_of(event.input)
        if row is not None and row.spec.name in self._judged:
            self.judge(row)
        self.post_message(self.Edited())

    @on(Input.Blurred)
    def _blurred(self, event: Input.Blurred) -> None:
        event.stop()
        row = _row_of(event.input)
        if row is None:
            return
        row.hide()
        if event.input.value:
            self.judge(row)

    @on(OneLine.Pasted)
    def _pasted(self, event: OneLine.Pasted) -> None:
        event.stop()
        row = _row_of(event.line)
        if row is not None:
            row.say(event.said, "bad" if event.is_refused else "quiet")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Last())

    @property
    def reachable(self) -> list[OneLine]:
        """The lines that the focus can go to."""
        folded = any(one.collapsed for one in self.query(Collapsible))
        return [row.line for row in self.rows if not (folded and row.spec.is_advanced)]

    def on_hide(self, event: events.Hide) -> None:
        """Nothing stays revealed where nobody looks."""
        del event
        self.hide_secrets()


def _words(problem: str | None, said: tuple[str, ...]) -> tuple[str, Tone]:
    if problem is not None:
        return problem, "bad"
    return ". ".join(said), "quiet"


def _row_of(line: Input) -> FieldRow | None:
    return next((part for part in line.ancestors if isinstance(part, FieldRow)), None)
