"""Adding, editing, deleting, undoing, unlocking and resolving, as a person does them."""

from __future__ import annotations

import pytest
from textual.widgets import Button, Select

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    Kind,
    OAuth,
    S3Credentials,
)
from authui.model.errors import StoreLocked, StoreState
from authui.model.secret import Secret
from authui.model.wire import decode_text
from authui.services import undo
from authui.services.undo import LastChange
from authui.stores.base import Stored
from authui.stores.memory import MemoryStore
from authui.ui.app import AuthuiApp
from authui.ui.screens.duplicates import DuplicatesScreen
from authui.ui.screens.entries import EntriesScreen
from authui.ui.widgets.entry_rows import EntryRows
from tests.ui.forms import (
    adding,
    answered,
    app_of,
    asked,
    at_home,
    choose,
    choose_store,
    editing,
    editor,
    fill,
    go_to,
    is_open,
    line_of,
    row_of,
    said_under,
    store_of,
    toasts,
    told,
)
from tests.ui.states import demo
from tests.ui.support import app_on, discovery, info, rows, screen_text, shown, token, wait_until
from tests.ui.test_home import ready, typed

VALUES: dict[Kind, tuple[str, dict[str, str], Credential]] = {
    "BearerToken": ("h.example", {"token": "t-1"}, BearerToken(Secret("t-1"))),
    "BasicHTTP": (
        "h.example",
        {"username": "me", "password": "p-1"},
        BasicHTTP("me", Secret("p-1")),
    ),
    "CondaToken": ("h.example", {"token": "c-1"}, CondaToken(Secret("c-1"))),
    "S3Credentials": (
        "s3://b",
        {"access_key_id": "AK", "secret_access_key": "s-1", "session_token": "x-1"},
        S3Credentials("AK", Secret("s-1"), Secret("x-1")),
    ),
}


def stored(store: MemoryStore, host: str) -> Credential | None:
    found = store.read(host)
    return None if found is None or found.text is None else decode_text(found.text)


def highlighted(app: AuthuiApp) -> tuple[str | None, str]:
    entry = app.screen.query_one(EntryRows).highlighted
    assert entry is not None
    return entry.host, entry.store


def two_stores(**credentials: Credential) -> tuple[AuthuiApp, MemoryStore, MemoryStore]:
    """A keychain with these, dots for underscores, and an empty file."""
    named = {name.replace("_", "."): one for name, one in credentials.items()}
    keychain = MemoryStore(info("keychain"), named)
    file = MemoryStore(info("file"), {})
    return app_of(discovery(keychain, file)), keychain, file


@pytest.mark.parametrize("kind", VALUES)
async def test_each_kind_is_added_to_the_encrypted_store(kind: Kind) -> None:
    host, values, expected = VALUES[kind]
    app, keychain, file = two_stores(a_example=token(), z_example=token())
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot, kind)
        await fill(app, pilot, host=host, **values)
        await pilot.press("enter")  # in the last line
        await told(app, pilot, f"Saved {host} in the keychain")
        await wait_until(pilot, lambda: at_home(app))
        assert stored(keychain, host) == expected
        assert file.list().entries == ()
        await wait_until(pilot, lambda: highlighted(app) == (host, "keychain"))
        for secret in ("t-1", "p-1", "c-1", "s-1", "x-1"):
            assert secret not in toasts(app) + screen_text(app)


async def test_a_new_oauth_token_is_explained() -> None:
    app, keychain, _ = two_stores()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot, "OAuth")
        await fill(app, pilot, host="sso.example")
        assert "pixi auth login sso.example --oauth" in screen_text(app)
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "not typed in" in shown(app, "#editor-error"))
        assert keychain.list().entries == ()
        await choose(app, pilot, "BearerToken")
        await wait_until(pilot, lambda: "pixi auth login sso" not in screen_text(app))


async def test_an_oauth_token_is_edited() -> None:
    old = OAuth(Secret("a-1"), "https://sso.example/token", "pixi", Secret("r-1"), 17)
    app, keychain, _ = two_stores(sso_example=old)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "sso.example", "keychain")
        await fill(app, pilot, client_id="other")
        await pilot.press("ctrl+s")
        await told(app, pilot, "Saved sso.example")
        expected = OAuth(Secret("a-1"), "https://sso.example/token", "other", Secret("r-1"), 17)
        assert stored(keychain, "sso.example") == expected


async def test_a_folded_field_that_is_wrong_unfolds() -> None:
    old = OAuth(Secret("a-1"), "https://sso.example/token", "pixi")
    app, _, _ = two_stores(sso_example=old)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "sso.example", "keychain")
        row_of(app, "expires_at").line.value = "soon"
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: said_under(app, "expires_at") != "")
        await wait_until(pilot, lambda: line_of(app, "expires_at").has_focus)


async def test_what_is_not_typed_stays() -> None:
    app, keychain, _ = two_stores(h_example=BasicHTTP("me", Secret("p-1")))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "h.example", "keychain")
        await fill(app, pilot, username="you")
        await pilot.press("ctrl+s")
        await told(app, pilot, "Saved h.example")
        assert stored(keychain, "h.example") == BasicHTTP("you", Secret("p-1"))


async def test_the_kind_is_changed() -> None:
    app, keychain, _ = two_stores(h_example=BasicHTTP("me", Secret("p-1")))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "h.example", "keychain")
        await choose(app, pilot, "CondaToken")
        await fill(app, pilot, token="c-2")
        await pilot.press("ctrl+s")
        await told(app, pilot, "Saved h.example")
        assert stored(keychain, "h.example") == CondaToken(Secret("c-2"))


async def test_another_pattern_and_another_store_move_it() -> None:
    app, keychain, file = two_stores(h_example=token("t-1"))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "h.example", "keychain")
        await fill(app, pilot, host="*.example.org")
        await choose_store(app, pilot, "file")
        await pilot.press("ctrl+s")
        text = await answered(app, pilot, "Write plain text?", "y")
        assert "/home/demo/file" in text
        await told(app, pilot, "Saved *.example.org in the credentials file")
        assert keychain.list().entries == ()
        assert stored(file, "*.example.org") == token("t-1")
        await wait_until(pilot, lambda: highlighted(app) == ("*.example.org", "file"))


async def test_plain_text_is_written_only_after_a_yes() -> None:
    app, _, file = two_stores()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        assert editor(app).form.store == "keychain"
        await choose_store(app, pilot, "file")
        await fill(app, pilot, host="h.example", token="t-1")
        await pilot.press("ctrl+s")
        await asked(app, pilot, "Write plain text?")
        assert isinstance(app.focused, Button)
        assert app.focused.id == "no"
        await pilot.press("enter")
        await is_open(app, pilot)
        assert file.list().entries == ()
        assert line_of(app, "token").value == "t-1"
        await pilot.press("ctrl+s")
        await answered(app, pilot, "Write plain text?", "y")
        await told(app, pilot, "Saved h.example in the credentials file")


async def test_without_an_encrypted_store_none_is_chosen() -> None:
    file = MemoryStore(info("file"), {})
    app = app_of(discovery(file))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        assert app.screen.query_one("#store", Select).value is Select.NULL
        await fill(app, pilot, host="h.example", token="t-1")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "No store is chosen" in shown(app, "#editor-error"))
        assert file.list().entries == ()


async def test_a_pattern_that_never_matches_is_a_question() -> None:
    app, keychain, _ = two_stores()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="h.example:8080", token="t-1")
        await pilot.press("ctrl+s")
        await answered(app, pilot, "This can never match", "n")
        await is_open(app, pilot)
        assert keychain.list().entries == ()
        await pilot.press("ctrl+y")
        await wait_until(pilot, lambda: line_of(app, "host").value == "h.example")
        await fill(app, pilot, host="h.example:8080")
        await pilot.press("ctrl+s")
        await answered(app, pilot, "This can never match", "y")
        await told(app, pilot, "Saved h.example:8080")
        assert stored(keychain, "h.example:8080") == token("t-1")


async def test_what_is_there_already_is_not_replaced() -> None:
    app, keychain, _ = two_stores(h_example=token("t-1"))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await fill(app, pilot, host="h.example", token="t-2")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "already" in shown(app, "#editor-error"))
        assert stored(keychain, "h.example") == token("t-1")


async def test_what_is_missing_is_said_and_gone_to() -> None:
    app, _, _ = two_stores()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot, "BasicHTTP")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "The host is missing" in shown(app, "#editor-error"))
        await wait_until(pilot, lambda: line_of(app, "host").has_focus)
        await fill(app, pilot, host="h.example")
        await pilot.press("ctrl+s")
        await wait_until(pilot, lambda: "empty" in said_under(app, "password"))
        await wait_until(pilot, lambda: line_of(app, "username").has_focus)
        await pilot.press(*"me")
        await wait_until(pilot, lambda: said_under(app, "username") == "")
        assert said_under(app, "password") != ""


async def test_what_was_typed_is_not_lost_without_a_question() -> None:
    app, keychain, _ = two_stores(h_example=token("t-1"))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "h.example", "keychain")
        await pilot.press("escape")  # nothing typed
        await wait_until(pilot, lambda: at_home(app))
        await editing(app, pilot, "h.example", "keychain")
        await pilot.press("x", "escape")
        await answered(app, pilot, "Discard what you typed?", "escape")
        await is_open(app, pilot)
        assert line_of(app, "token").value == "x"
        await pilot.press("escape")
        await answered(app, pilot, "Discard what you typed?", "y")
        await wait_until(pilot, lambda: at_home(app))
        assert stored(keychain, "h.example") == token("t-1")


async def test_the_url_above_gives_the_host() -> None:
    app, _, _ = two_stores()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await typed(app, pilot, "https://repo.nowhere.test/channel")
        await pilot.press("down", "a")
        await is_open(app, pilot)
        assert line_of(app, "host").value == "repo.nowhere.test"
        await wait_until(pilot, lambda: line_of(app, "token").has_focus)


async def test_buttons_are_clicked() -> None:
    app, keychain, _ = two_stores()
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await adding(app, pilot)
        await pilot.click("#cancel")
        await wait_until(pilot, lambda: at_home(app))
        await adding(app, pilot)
        await fill(app, pilot, host="h.example", token="t-1")
        await pilot.click("#save")
        await told(app, pilot, "Saved h.example")
        await wait_until(pilot, lambda: at_home(app))
        await wait_until(pilot, lambda: len(rows(app)) == 1)
        await pilot.press("d")
        await asked(app, pilot, "Delete h.example?")
        await pilot.click(offset=(0, 0))  # beside the box
        await wait_until(pilot, lambda: at_home(app))
        assert stored(keychain, "h.example") is not None
        await pilot.press("d")
        await asked(app, pilot, "Delete h.example?")
        await pilot.click("#yes")
        await told(app, pilot, "Deleted h.example")
        assert stored(keychain, "h.example") is None


# Deleting and taking back


async def test_deleting_says_what_answers_and_can_be_taken_back() -> None:
    found = demo()
    app = app_of(found)
    keychain = store_of(found, "keychain")
    before = stored(keychain, "*.prefix.dev")
    async with app.run_test() as pilot:
        await ready(app, pilot)
        assert app.screen.check_action("undo", ()) is False
        await go_to(app, pilot, "*.prefix.dev", "keychain")
        await pilot.press("d")
        text = await asked(app, pilot, "Delete *.prefix.dev?")
        for words in ("From the keychain", "Afterwards", "from the credentials"):
            assert words in text
        assert app.focused is not None
        assert app.focused.id == "no"
        await pilot.press("enter")
        await wait_until(pilot, lambda: at_home(app))
        assert stored(keychain, "*.prefix.dev") == before
        await pilot.press("d")
        await answered(app, pilot, "Delete *.prefix.dev?", "y")
        await told(app, pilot, "Deleted *.prefix.dev from the keychain")
        assert stored(keychain, "*.prefix.dev") is None
        await wait_until(pilot, lambda: len(rows(app)) == 13)
        await pilot.press("u")
        await told(app, pilot, "Took back the deletion of *.prefix.dev")
        assert "made a new item" in toasts(app)
        assert stored(keychain, "*.prefix.dev") == before
        await wait_until(pilot, lambda: highlighted(app) == ("*.prefix.dev", "keychain"))
        assert app.screen.check_action("undo", ()) is False


async def test_what_another_program_wrote_since_is_not_undone() -> None:
    app, keychain, _ = two_stores(h_example=token("t-1"))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await editing(app, pilot, "h.example", "keychain")
        await fill(app, pilot, token="t-2")
        await pilot.press("ctrl+s")
        await told(app, pilot, "Saved h.example")
        await wait_until(pilot, lambda: at_home(app))
        other = Secret('{"BearerToken":"t-3"}')
        keychain.write("h.example", other, before=keychain.read("h.example"))
        await pilot.press("u")
        await told(app, pilot, "has changed since, so nothing is put back")
        assert keychain.read("h.example") == Stored(other)


async def test_what_was_there_is_dropped_after_five_minutes() -> None:
    assert undo.KEPT_FOR == 300.0
    app, keychain, _ = two_stores(h_example=token("t-1"))
    now = 0.0
    async with app.run_test() as pilot:
        await ready(app, pilot)
        home = app.screen
        assert isinstance(home, EntriesScreen)
        home._editing.last = LastChange(lambda: now)
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await told(app, pilot, "Deleted h.example")
        await wait_until(pilot, lambda: at_home(app))
        now = 299.0
        assert home.check_action("undo", ()) is True
        now = 300.0
        assert home.check_action("undo", ()) is False
        await pilot.press("u")
        await pilot.pause(0.1)
        assert stored(keychain, "h.example") is None
        assert home._editing.last._steps == ()


async def test_quitting_drops_what_was_there() -> None:
    app, _, _ = two_stores(h_example=token("t-1"))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        home = app.screen
        assert isinstance(home, EntriesScreen)
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await told(app, pilot, "Deleted h.example")
        assert home._editing.last._steps
        await pilot.press("q")
        await wait_until(pilot, lambda: not app.is_running)
    assert home._editing.last._steps == ()


# Several items, locked ones


@pytest.mark.parametrize("key", ["r", "e", "enter", "d"])
async def test_one_of_several_items_is_kept(key: str) -> None:
    found = demo()
    app = app_of(found)
    keychain = store_of(found, "keychain")
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "internal.example", "keychain")
        await pilot.press(key)
        await wait_until(pilot, lambda: isinstance(app.screen, DuplicatesScreen))
        await wait_until(pilot, lambda: "another secret" in screen_text(app))
        assert "fake" not in screen_text(app)
        await pilot.press("up", "enter")
        text = await answered(app, pilot, "Keep item 1?", "y")
        assert "item 2 is deleted" in text
        await told(app, pilot, "Kept one item for internal.example")
        kept = stored(keychain, "internal.example")
        assert isinstance(kept, BasicHTTP)
        assert kept.password == Secret("fake-password-of-the-demo")
        await wait_until(pilot, lambda: highlighted(app) == ("internal.example", "keychain"))


async def test_no_item_is_deleted_without_a_yes() -> None:
    found = demo()
    app = app_of(found)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "internal.example", "keychain")
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, DuplicatesScreen))
        await pilot.press("enter")
        await answered(app, pilot, "Keep item 2?", "n")
        await wait_until(pilot, lambda: at_home(app))
        await pilot.press("r")
        await wait_until(pilot, lambda: isinstance(app.screen, DuplicatesScreen))
        await pilot.press("escape")
        await wait_until(pilot, lambda: at_home(app))
        assert len(store_of(found, "keychain").items("internal.example")) == 2


async def test_a_locked_keychain_is_unlocked() -> None:
    failure = StoreLocked("The keychain is locked", "Unlock it")
    keychain = MemoryStore(
        info("keychain"), {"h.example": token()}, failure=failure, state=StoreState.LOCKED
    )
    app = app_of(discovery(keychain))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        assert app.screen.check_action("unlock", ()) is True
        await pilot.press("o")
        await told(app, pilot, "The keychain is unlocked")
        await wait_until(pilot, lambda: app.screen.check_action("unlock", ()) is False)


@pytest.mark.parametrize("key", ["e", "d", "Y"])
async def test_what_is_locked_says_how_to_unlock(key: str) -> None:
    app = app_of(demo())
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "vault.example", "keychain")
        await pilot.press(key)
        await told(app, pilot, "press o to unlock")
        assert at_home(app)


async def test_what_nobody_writes_is_not_deleted() -> None:
    app = app_on(MemoryStore(info("netrc"), {"build.example": token()}))
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await go_to(app, pilot, "build.example", "netrc")
        assert app.screen.check_action("delete", ()) is None
        await pilot.press("d", "e")
        await wait_until(pilot, lambda: toasts(app) != "")
        assert at_home(app)


async def test_read_only_changes_nothing() -> None:
    keychain = MemoryStore(info("keychain"), {"h.example": token("t-1")})
    app = AuthuiApp(lambda: discovery(keychain), read_only=True)
    async with app.run_test() as pilot:
        await ready(app, pilot)
        await pilot.press("d")
        await answered(app, pilot, "Delete h.example?", "y")
        await told(app, pilot, "--read-only")
        assert stored(keychain, "h.example") == token("t-1")


async def test_a_host_that_holds_a_secret_is_not_put_into_the_form() -> None:
    host = "https://me:canary-4711@h.example/"
    app, _, _ = two_stores(**{host: token()})
    async with app.run_test(notifications=True) as pilot:
        await ready(app, pilot)
        await pilot.press("e")
        await wait_until(pilot, lambda: bool(app._notifications))
        assert isinstance(app.screen, EntriesScreen)
        assert "holds what may be a secret" in toasts(app)
        assert "canary" not in toasts(app) + screen_text(app)
