"""What is stored for PyPI indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Static

from authui.model.pypi import PypiEntry, PypiListing
from authui.ui.blocking import run_blocking
from authui.ui.index_words import about_index, about_stores, counts, index_of, key_of, lines_of
from authui.ui.one_change import OneChange
from authui.ui.title_line import title_line, titled
from authui.ui.toasts import tell
from authui.ui.widgets.entry_detail import EntryDetail
from authui.ui.widgets.fitting_footer import FittingFooter
from authui.ui.widgets.folded_rows import FoldedRows
from authui.ui.words import TOO_SMALL, copyable_service, shown
from authui.ui.writes import Writes

if TYPE_CHECKING:
    from authui.services.pypi_changes import PypiChanges
    from authui.stores.pypi.sources import PypiSources
    from authui.ui.index_editing import IndexEditing

_GAP = "  "
_ON_ENTRY = ("edit", "delete", "test", "copy")


class IndexRows(FoldedRows):
    """What is stored, under the names of the stores."""

    BINDING_GROUP_TITLE = "PyPI entries"


class PypiScreen(Screen[str | None]):
    """Ends with an index URL to be answered for, or with None."""

    CSS_PATH: ClassVar = ["audit.tcss", "pypi.tcss"]
    AUTO_FOCUS = "IndexRows"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (20, "-tall")]  # noqa: RUF012
    BINDING_GROUP_TITLE = "PyPI"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", tooltip="Store a password for an index", id="pypi.add"),
        Binding("e,enter", "edit", "Edit", tooltip="Change its password", id="pypi.edit"),
        Binding("d,delete", "delete", "Delete", tooltip="Delete the entry", id="pypi.delete"),
        Binding("t", "test", "Test", tooltip="See what pixi sends to it", id="pypi.test"),
        Binding("y", "copy", "Copy index", show=False, tooltip="Copy its URL", id="pypi.copy"),
        Binding("r", "reload", "Reload", tooltip="Read all of it again", id="pypi.reload"),
        Binding("question_mark", "help", "Help", key_display="?", id="pypi.help"),
        Binding("escape", "back", "Back", id="pypi.back"),
        Binding("p,q", "back", "Back", show=False, id="pypi.leave"),
    ]

    def __init__(self, sources: PypiSources, changes: PypiChanges, writes: Writes) -> None:
        super().__init__()
        self._sources = sources
        self._writes = writes
        self._changes = changes
        self._listing: PypiListing | None = None
        self._is_reading = False
        self._change = OneChange(self, self.reload)

    def compose(self) -> ComposeResult:
        """Numbers, the entries with the pane, keys."""
        yield Static(id="pypi-numbers", markup=False)
        with Container(id="pypi-body"):
            with Vertical(id="pypi-list", classes="rows-box") as box:
                box.border_title = "PyPI entries"
                yield IndexRows(id="index-rows")
                yield Static(id="pypi-words", markup=False)
            yield EntryDetail()
        yield FittingFooter()
        yield Static(TOO_SMALL, id="pypi-too-small", markup=False)

    def on_mount(self) -> None:
        """Begin to read; the first picture does not wait for it."""
        self.reload()

    def on_resize(self) -> None:
        """Fit the numbers into the new width."""
        self._count()

    @property
    def rows(self) -> IndexRows:
        """The entries."""
        return self.query_one(IndexRows)

    @property
    def pane(self) -> EntryDetail:
        """What tells about one of them."""
        return self.query_one(EntryDetail)

    @property
    def listing(self) -> PypiListing | None:
        """What is stored, None before that is known."""
        return self._listing

    @property
    def is_reading(self) -> bool:
        """Whether it is being read."""
        return self._is_reading

    @property
    def highlighted(self) -> PypiEntry | None:
        """The entry under the cursor."""
        line, listing = self.rows.highlighted, self._listing
        if line is None or listing is None:
            return None
        return next((one for one in listing.entries if key_of(one) == line.key), None)

    @property
    def _editing(self) -> IndexEditing:
        from authui.ui.index_editing import IndexEditing

        return IndexEditing(self, self._changes, self._writes)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what works now."""
        del parameters
        if not self.is_mounted or action not in (*_ON_ENTRY, "reload"):
            return True
        if action == "reload":
            return None if self._is_reading else True
        entry = self.highlighted
        if entry is None:
            return None
        if action in ("edit", "delete"):
            return True if self._is_writable(entry) else None
        return True

    def _is_writable(self, entry: PypiEntry) -> bool:
        stores = () if self._listing is None else self._listing.stores
        return any(one.writable for one in stores if one.id == entry.store)

    # What keys do

    def action_add(self) -> None:
        """Store a password for an index."""
        if self._listing is not None:
            self._change.begin(self._editing.add(self._listing))

    def action_edit(self) -> None:
        """Change the password of the highlighted entry."""
        if (entry := self.highlighted) is not None and self._listing is not None:
            self._change.begin(self._editing.edit(entry, self._listing))

    def action_delete(self) -> None:
        """Delete the highlighted entry."""
        if (entry := self.highlighted) is not None and self._listing is not None:
            self._change.begin(self._editing.delete(entry, self._listing))

    def action_test(self) -> None:
        """Go back, and see what pixi sends to this index."""
        from authui.services.pypi_entries import url_of

        entry = self.highlighted
        url = None if entry is None else url_of(entry)
        if url is None:
            tell(self, "This entry names no index", severity="warning")
        else:
            self.dismiss(url)

    async def action_copy(self) -> None:
        """Copy the index URL of the highlighted entry."""
        from authui.ui.clipboard import Copied, copy

        entry = self.highlighted
        text = None if entry is None else copyable_service(entry.service)
        if text is None:
            tell(self, "This is not copied: it may hold a secret", severity="warning")
            return
        way = await copy(self.app, text)
        native = way is Copied.NATIVE
        tell(self, "Copied index" if native else "Sent index to the terminal's clipboard")

    def action_reload(self) -> None:
        """Read all of it again."""
        self.reload()

    def action_help(self) -> None:
        """Show all keys and words."""
        from authui.ui.screens.help import HelpScreen, sections_of

        self.app.push_screen(HelpScreen(sections_of(self, self.rows, self.pane)))

    def action_back(self) -> None:
        """Out of the pane, then to the first screen."""
        if self.focused is self.pane:
            self.set_focus(self.rows)
        else:
            self.dismiss(None)

    @on(FoldedRows.Chosen)
    def _chosen(self) -> None:
        self.action_edit()

    @on(FoldedRows.Highlighted)
    def _highlighted(self) -> None:
        self._tell()
        self.refresh_bindings()

    # Reading

    def reload(self) -> None:
        """Read all of it; what was read stays on the screen so long."""
        if not self._is_reading:
            self._is_reading = True
            self._count()
            self.refresh_bindings()
            self.run_worker(self._read(), name="pypi", group="pypi")

    async def _read(self) -> None:
        listing = await run_blocking(self._list)
        if self.is_attached:
            self._is_reading = False
            self._listing = listing
            self._draw()

    def _list(self) -> PypiListing:
        from authui.services.pypi_entries import list_pypi
        from authui.stores.settings import Settings

        settings = None if self._sources.environment is None else Settings()
        return list_pypi(self._sources, settings=settings)

    def _draw(self) -> None:
        listing = self._listing
        if listing is None:
            return
        with self.app.batch_update():
            self._count()
            self.rows.show(lines_of(listing))
            self.query_one("#pypi-body").set_class(not listing.entries, "-empty")
            words = Text("Nothing is stored for PyPI indexes\n", style="bold")
            words.append("Press a to store a password for one", style="not bold")
            self.query_one("#pypi-words", Static).update(words)
            self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        listing, entry = self._listing, self.highlighted
        if listing is None:
            self.pane.show("", tuple)
        elif entry is None:
            self.pane.show("Where uv looks", lambda: about_stores(listing))
        else:
            title = index_of(entry)
            self.pane.show(title, lambda: (*about_index(entry, listing), *_rest(listing)))

    def _count(self) -> None:
        """The title on the left, the numbers on the right, as many as have room."""
        width = self.size.width - 2
        if width <= 0 or not self.is_mounted:
            return
        numbers = [] if self._listing is None else [*counts(self._listing)]
        if self._is_reading:
            numbers.append(("quiet", "reading…"))
        line = title_line(titled("PyPI"), numbers, width)
        self.query_one("#pypi-numbers", Static).update(line)


def _rest(listing: PypiListing) -> tuple[Any, ...]:
    """What should be known of all of it, below what is known of one."""
    from authui.ui.tones import Paragraph, paragraph

    if not listing.notes:
        return ()
    return (Paragraph(), *(paragraph(shown(note), "quiet") for note in listing.notes))
