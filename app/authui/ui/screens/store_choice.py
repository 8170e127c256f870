"""The chooser for one of the stores."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList
from textual.widgets.option_list import Option

from authui.model.entry import StoreId
from authui.model.errors import StoreState
from authui.services.catalog import Listing, StoreReport
from authui.services.words import count, store_words
from authui.ui.tones import Paragraph, laid_out, paragraph
from authui.ui.words import shown


class StoreChoiceScreen(ModalScreen[StoreId | None]):
    """Ends with a store, or None. `other` is the one at the other end, which cannot be taken."""

    CSS_PATH = "store_choice.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Cancel", key_display="esc", id="choice.cancel"),
    ]

    def __init__(self, title: str, listing: Listing, *, chosen: StoreId, other: StoreId) -> None:
        super().__init__()
        self._title = title
        self._reports = listing.stores
        self._chosen, self._other = chosen, other

    def compose(self) -> ComposeResult:
        """The stores in the order in which the client asks them."""
        with VerticalScroll(id="store-choice", can_focus=False) as box:
            box.border_title = Content(self._title)
            yield OptionList(id="store-choices", compact=True)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """The cursor on the one that is taken now."""
        options = self.query_one(OptionList)
        width = max(min(self.app.size.width - 8, 76), 20)
        for report in self._reports:
            why_not = self._why_not(report)
            text = Content("\n").join(laid_out(_about(report, why_not), width))
            options.add_option(Option(text, id=report.info.id, disabled=why_not is not None))
        ids = [report.info.id for report in self._reports]
        options.highlighted = ids.index(self._chosen) if self._chosen in ids else None
        options.focus()

    def _why_not(self, report: StoreReport) -> str | None:
        """Why a store cannot be taken, None where it can."""
        if self._other in report.info.names:
            return "the other end"
        return "authui does not write it" if report.info.read_only else None

    @on(OptionList.OptionSelected)
    def _chosen_one(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._reports[event.option_index].info.id)


def _about(report: StoreReport, why_not: str | None) -> list[Paragraph]:
    told = count(report.entries, "entry", "entries")
    if why_not is not None:
        told = why_not
    elif report.failure is not None and not report.state.is_answer:
        told = f"not read: {report.failure.message}"
    elif not report.entries and report.state is StoreState.NO_COLLECTION:
        told = "keeps nothing that lasts"
    elif not report.entries and report.state is not StoreState.OK:
        told = "not there"
    return [
        Paragraph((("strong", store_words(report.info)), ("quiet", f"  {shown(told)}"))),
        paragraph(shown(report.info.location), "quiet", indent=2),
    ]
