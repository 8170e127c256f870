"""Forms as a person opens and fills them."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Collapsible, Select

from authui.model.credential import Kind
from authui.model.entry import StoreId
from authui.stores.base import Store
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from authui.ui.screens.editor import EditorScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.widgets.credential_fields import FieldRow
from authui.ui.widgets.entry_rows import EntryRows
from authui.ui.widgets.one_line import OneLine
from tests.ui.support import screen_text, wait_until


def app_of(found: Discovery) -> AuthuiApp:
    """An app that meets the same stores again at each reload."""
    return AuthuiApp(lambda: found)


def store_of(found: Discovery, store: StoreId) -> MemoryStore:
    one: Store = next(one for one in found.stores if one.info.id == store)
    assert isinstance(one, MemoryStore)
    return one


def at_home(app: AuthuiApp) -> bool:
    return isinstance(app.screen, EntriesScreen)


async def go_to(app: AuthuiApp, pilot: Pilot[None], host: str, store: StoreId) -> None:
    """Put the cursor on an entry."""
    rows = app.screen.query_one(EntryRows)
    (entry,) = [one for one in rows.entries if (one.host, one.store) == (host, store)]
    home = app.screen
    assert isinstance(home, EntriesScreen)
    home.go_to(entry)
    await wait_until(pilot, lambda: rows.highlighted == entry)


def editor(app: AuthuiApp) -> EditorScreen:
    assert isinstance(app.screen, EditorScreen), app.screen
    return app.screen


async def is_open(app: AuthuiApp, pilot: Pilot[None]) -> EditorScreen:
    """The editor, once its fields stand."""
    await wait_until(pilot, lambda: isinstance(app.screen, EditorScreen))
    screen = editor(app)
    await wait_until(pilot, lambda: bool(screen.query(FieldRow)))
    await wait_until(pilot, lambda: "Save" in screen_text(app).splitlines()[-1])
    return screen


async def adding(app: AuthuiApp, pilot: Pilot[None], kind: Kind | None = None) -> EditorScreen:
    """The editor for a new credential of a kind."""
    await pilot.press("a")
    screen = await is_open(app, pilot)
    if kind is not None:
        await choose(app, pilot, kind)
    return screen


async def editing(app: AuthuiApp, pilot: Pilot[None], host: str, store: StoreId) -> EditorScreen:
    """The editor for an entry."""
    await go_to(app, pilot, host, store)
    await pilot.press("e")
    return await is_open(app, pilot)


async def choose(app: AuthuiApp, pilot: Pilot[None], kind: Kind) -> None:
    """Choose the kind, as the picker does."""
    screen = editor(app)
    screen.query_one("#kind", Select).value = kind
    await wait_until(pilot, lambda: screen.form.fields.kind == kind)


async def choose_store(app: AuthuiApp, pilot: Pilot[None], store: StoreId) -> None:
    screen = editor(app)
    screen.query_one("#store", Select).value = store
    await wait_until(pilot, lambda: screen.form.store == store)


def row_of(app: AuthuiApp, name: str) -> FieldRow:
    return next(row for row in editor(app).form.fields.rows if row.spec.name == name)


def line_of(app: AuthuiApp, name: str) -> OneLine:
    return editor(app).form.host_field.line if name == "host" else row_of(app, name).line


async def fill(app: AuthuiApp, pilot: Pilot[None], **values: str) -> None:
    """Type into lines; what stood there is replaced."""
    for name, value in values.items():
        if name != "host" and row_of(app, name).spec.is_advanced:
            editor(app).query_one(Collapsible).collapsed = False
        line = line_of(app, name)
        line.focus()
        await pilot.pause()
        line.value = ""
        line.insert_text_at_cursor(value)
        await pilot.pause()


def said_under(app: AuthuiApp, name: str) -> str:
    """What stands under a line; nothing where it is folded away."""
    from authui.ui.widgets.folded import Folded

    folded = row_of(app, name).query_one(Folded)
    return str(folded.render()) if folded.display else ""


async def asked(app: AuthuiApp, pilot: Pilot[None], title: str) -> str:
    """What a question says, once it is there."""
    await wait_until(
        pilot, lambda: isinstance(app.screen, ConfirmScreen) and title in screen_text(app)
    )
    await wait_until(pilot, lambda: app.focused is not None)
    return screen_text(app)


async def answered(app: AuthuiApp, pilot: Pilot[None], title: str, key: str) -> str:
    """What a question said, once it is answered with a key."""
    text = await asked(app, pilot, title)
    question = app.screen
    await pilot.press(key)
    await wait_until(pilot, lambda: app.screen is not question)
    return text


def toasts(app: AuthuiApp) -> str:
    """What was notified, the oldest first."""
    return "\n".join(str(one.message) for one in app._notifications)


async def told(app: AuthuiApp, pilot: Pilot[None], words: str) -> None:
    """Wait for a notification."""
    await wait_until(pilot, lambda: words in toasts(app))
