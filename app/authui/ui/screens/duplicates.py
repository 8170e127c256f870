"""The chooser for a pattern that the keychain holds several items for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import time
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList
from textual.widgets.option_list import Option

from authui.model.credential import expiry_of, username_of
from authui.services.duplicates import Candidate
from authui.services.words import KIND_WORDS, time_left
from authui.ui.tones import Paragraph, Tone, laid_out, paragraph
from authui.ui.widgets.folded import Folded
from authui.ui.words import shown


class DuplicatesScreen(ModalScreen[Candidate | None]):
    """Ends with the item to keep, or None."""

    CSS_PATH = "duplicates.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "keep", "Keep this one", id="duplicates.keep", show=False),
        Binding("escape,q", "dismiss(None)", "Cancel", key_display="esc", id="duplicates.cancel"),
    ]

    def __init__(self, host: str, found: Sequence[Candidate]) -> None:
        super().__init__()
        self._host = host
        self._found = tuple(found)

    def compose(self) -> ComposeResult:
        """What is wrong, and the items to choose among."""
        with VerticalScroll(id="duplicates", can_focus=False) as box:
            box.border_title = Content(f"{len(self._found)} items for {self._host}")
            box.border_subtitle = Content("enter keeps one and deletes the others")
            yield Folded(id="duplicates-text")
            yield OptionList(id="duplicates-items", compact=True)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show the items, the cursor on the one that was written last."""
        self.query_one(Folded).show(
            lambda: (
                paragraph(
                    "rattler finds several items for this name and uses none of them. Keep the one "
                    "that is right"
                ),
            )
        )
        self._fill()
        newest = max(self._found, key=lambda one: one.item.modified or 0, default=None)
        items = self.query_one(OptionList)
        items.highlighted = None if newest is None else newest.number - 1
        items.focus()

    def on_resize(self) -> None:
        """Fold the texts to the new width."""
        self._fill()

    def _fill(self) -> None:
        items = self.query_one(OptionList)
        width = max(min(self.app.size.width - 12, 80), 20)
        highlighted = items.highlighted
        items.clear_options()
        items.add_options(
            Option(Content("\n").join(laid_out(about(one, time()), width)), id=str(one.number))
            for one in self._found
        )
        items.highlighted = highlighted

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._found[event.option_index])

    def action_keep(self) -> None:
        """Keep the highlighted one."""
        self.query_one(OptionList).action_select()


def about(one: Candidate, now: float) -> Iterator[Paragraph]:
    """An item as a person tells it from the others. `now` is in seconds since 1970."""
    item = one.item
    writer = f"written by {shown(item.written_by)}" if item.written_by else "writer not known"
    yield Paragraph(
        (("strong", f"{one.number}  {writer}"), ("quiet", f"  {_changed(one)}")), hang=3
    )
    yield paragraph(f"“{shown(item.label)}” in {shown(item.collection)}", indent=3)
    tone, words = _holds(one)
    yield paragraph(words, tone, indent=3)
    expires = None if one.credential is None else expiry_of(one.credential)
    if expires is not None:
        tone, words = time_left(expires, now)
        yield paragraph(words, tone, indent=3)
    if one.same_as is not None:
        yield paragraph(f"the same secret as {one.same_as}", "good", indent=3)
    elif one.number > 1 and not one.is_hidden:
        yield paragraph("another secret", "warning", indent=3)
    yield Paragraph()


def _changed(one: Candidate) -> str:
    moment = one.item.modified or one.item.created
    if moment is None:
        return ""
    return f"changed {datetime.fromtimestamp(moment, UTC).strftime('%Y-%m-%d %H:%M UTC')}"


def _holds(one: Candidate) -> tuple[Tone, str]:
    if one.is_hidden:
        return "warning", "locked: what it holds is not known"
    if one.credential is None:
        return "bad", "rattler cannot read what it holds"
    name = username_of(one.credential)
    kind = KIND_WORDS[one.credential.kind]
    return "plain", f"{kind}, {shown(name)}" if name else kind
