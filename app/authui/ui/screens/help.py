"""All keys of a screen, taken from its bindings, and what the words on it mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer

from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.entry_table import EntryTable
from authui.ui.widgets.folded import Folded
from authui.ui.widgets.url_tester import UrlTester


class Section(NamedTuple):
    """A title, and keys with what each does."""

    title: str
    keys: tuple[tuple[str, str], ...]


def sections(screen: Screen[None]) -> tuple[Section, ...]:
    """The keys of a screen and of its parts."""
    table = screen.query_one(EntryTable)
    parts: tuple[DOMNode, ...] = (
        screen, table.rows, screen.query_one(UrlTester), screen.query_one(EntryDetail),
    )  # fmt: skip
    return sections_of(*parts)


def sections_of(*parts: DOMNode) -> tuple[Section, ...]:
    """The keys of these parts, each under its own title."""
    return tuple(Section(str(part.BINDING_GROUP_TITLE), tuple(_keys(part))) for part in parts)


def _keys(part: DOMNode) -> Iterator[tuple[str, str]]:
    told: dict[str, list[str]] = {}
    for declared in _declared(part):
        binding = declared if isinstance(declared, Binding) else Binding(*declared)
        shown = [part.app.get_key_display(one) for one in Binding.make_bindings([binding])]
        told.setdefault(binding.tooltip or binding.description, []).extend(shown)
    for description, keys in told.items():
        yield " ".join(keys), description


def _declared(part: DOMNode) -> Iterator[BindingType]:
    """What the part's own classes declare, the most general first; not what Textual's do."""
    for one in reversed(type(part).__mro__):
        if one.__module__.startswith("authui."):
            yield from one.__dict__.get("BINDINGS", ())


WORDS: tuple[tuple[str, str], ...] = (
    ("active", "The first of its pattern in the order of the stores: the one rattler asks for"),
    ("shadowed", "An earlier store has the same pattern, so this one is never sent"),
    ("ambiguous", "Several keychain items answer to one name: rattler uses none of them"),
    ("never matches", "No URL is ever looked up under such a pattern"),
    ("unreadable", "rattler cannot read what is stored there"),
    ("locked", "Not to be seen before the keychain is unlocked"),
    ("plaintext", "Lies in a file as it is: whoever can read the file can use it"),
    ("used", "Of the URL above: this entry answers it"),
    ("loses to", "The same pattern stands in a store that is asked earlier"),
    ("less specific", "Another entry's pattern is closer to the URL"),
)
"""The words of the table."""


class HelpScreen(ModalScreen[None]):
    """Everything that can be pressed, and what the words mean."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Close", key_display="esc", id="help.close"),
    ]

    def __init__(self, keys: Sequence[Section], words: Sequence[tuple[str, str]] = WORDS) -> None:
        super().__init__()
        self._sections = keys
        self._words = tuple(words)

    def compose(self) -> ComposeResult:
        """One text to scroll."""
        with VerticalScroll(id="help") as scroll:
            scroll.border_title = "Help"
            yield Folded(id="help-text")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Let the keys scroll at once."""
        self.query_one("#help").focus()
        self.query_one(Folded).show(self._told)

    def _told(self) -> Iterator[Paragraph]:
        for section in self._sections:
            yield paragraph(section.title, "strong")
            wide = max((len(keys) for keys, _ in section.keys), default=0)
            for keys, description in section.keys:
                yield Paragraph(
                    (("good", f"{keys:<{wide}}  "), ("plain", description)), 2, wide + 2
                )
            yield Paragraph()
        yield paragraph("Words", "strong")
        wide = max(len(word) for word, _ in self._words)
        for word, meaning in self._words:
            yield Paragraph((("good", f"{word:<{wide}}  "), ("plain", meaning)), 2, wide + 2)
        yield Paragraph()
        yield paragraph(
            "Nothing is changed before you have seen what will be, and nothing goes over the "
            "network. Everything is also a command for the terminal: authui list, test, stores, "
            "set, rename, remove, unlock, migrate, audit",
            "quiet",
        )
