"""Asking the server of a URL from the screen: what is named before, sent, shown, and abandoned."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from authui.model.credential import Credential
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig
from authui.ui.app import AuthuiApp
from authui.ui.screens.confirm import ConfirmScreen
from tests.support.loopback import ForwardProxy, Loopback, always, by_credential
from tests.support.pypi_home import KEYRING, put_program
from tests.ui.forms import answered, asked, at_home, toasts, told
from tests.ui.states import demo
from tests.ui.support import GUARD, info, screen_text, sentence, shown, token, wait_until
from tests.ui.test_home import app_in, ready
from tests.ui.test_pypi_tester import home, tried, words

SECRET = "secret-4711"
SIZE = (100, 30)


def app_on(pixi: PixiConfig | None = None, **credentials: Credential) -> AuthuiApp:
    """An app for pixi with a file that holds a token for this machine."""
    store = MemoryStore(info("file"), {"127.0.0.1": token(SECRET), **credentials})
    return AuthuiApp(lambda: Discovery("pixi", (store,), pixi or PixiConfig(), ()))


def says(app: AuthuiApp, text: str, selector: str = "#verdict") -> bool:
    """Whether this stands there; a long word may be broken too."""
    return "".join(text.split()) in "".join(shown(app, selector).split())


async def question(app: AuthuiApp, pilot: Pilot[None], url: str) -> str:
    """What is named before anything is sent to this URL's server."""
    await tried(app, pilot, url)
    await pilot.press("enter")
    await asked(app, pilot, "Ask ")
    return words(app, "#confirm-text")


def nothing_shows_it(app: AuthuiApp) -> None:
    """The secret is in no text, no widget's or worker's description, no toast."""
    seen = [screen_text(app), toasts(app), words(app, "#verdict"), words(app, "#detail")]
    seen += [repr(one) for screen in app.screen_stack for one in screen.walk_children()]
    for worker in app.workers:
        seen += [repr(worker), worker.description, worker.name]
    assert not [text for text in seen if "4711" in text]


async def test_no_sends_nothing_and_yes_sends_two_requests() -> None:
    app = app_on()
    with Loopback(by_credential(200, 401)) as server:
        url = f"{server.url}/channel"
        async with app.run_test(size=SIZE) as pilot:
            await ready(app, pilot)
            for no in ("n", "escape", "enter"):
                named = await question(app, pilot, url)
                assert f"Ask {server.address}?" in screen_text(app)
                assert f"Asks for {server.url}/channel/noarch/repodata.json" in named
                assert "Once with Authorization: Bearer •••••• (from the file)" in named
                assert "and once without. Nothing else is sent" in named
                await pilot.press(no)
                await wait_until(pilot, lambda: at_home(app))
            await pilot.pause(0.05)
            assert server.connections == 0
            before = sentence(app)
            for _ in range(3):  # as in a burst, and asked once
                home(app).tester.action_probe()
            await asked(app, pilot, "Ask ")
            assert sum(isinstance(one, ConfirmScreen) for one in app.screen_stack) == 1
            await pilot.press("y")
            await wait_until(pilot, lambda: says(app, "The server accepts the credential"))
            assert sentence(app) == before
            await wait_until(pilot, lambda: says(app, "said with it 200, accepted", "#detail"))
            assert words(app, "#detail").startswith(f"{server.address} said with it 200, accepted")
            assert says(app, "without 401, refused", "#detail")
            assert says(app, f"to {server.url}/channel/noarch/repodata.json", "#detail")
            assert [one.authorization for one in server.requests] == [
                f"Bearer {SECRET}".encode(),
                None,
            ]
            nothing_shows_it(app)
            # What was said belongs to that URL only.
            await tried(app, pilot, f"{server.url}/other")
            assert not says(app, "The server")
            await wait_until(pilot, lambda: not says(app, " said ", "#detail"))
            assert len(server.requests) == 2


async def test_what_to_do_stands_under_the_verdict() -> None:
    app = app_on()
    with Loopback(always(401)) as server:
        async with app.run_test(size=SIZE) as pilot:
            await ready(app, pilot)
            await question(app, pilot, f"{server.url}/c")
            await pilot.press("y")
            refused = (
                "The server refuses the credential (401): it is wrong, has ended or was revoked"
            )
            await wait_until(pilot, lambda: says(app, f"{refused} Store a new one"))
            assert words(app, "#verdict").startswith("✓ 127.0.0.1 from the credentials file")
            server.answer = by_credential(401, 200)
            await pilot.press("enter")  # once more, and what was said is no more
            await answered(app, pilot, "Ask ", "y")
            breaks = "This channel is public, and the credential is what breaks it"
            await wait_until(pilot, lambda: says(app, f"{breaks} Delete or replace the credential"))
            assert not says(app, refused)
            said = "with it 401, refused without 200, open to everyone"
            await wait_until(pilot, lambda: says(app, said, "#detail"))


async def test_an_index_through_a_proxy_with_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(by_credential(200, 401)) as server, ForwardProxy(server.port) as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://me:4711@{proxy.address}")
        app = app_on()
        async with app.run_test(size=SIZE) as pilot:
            await ready(app, pilot)
            await pilot.press("P")
            named = await question(app, pilot, "http://bob:pw-4711@index.example/simple")
            assert "Ask index.example?" in screen_text(app)
            assert "Asks for http://index.example/simple/" in named
            assert "Once with Authorization: Basic ••••••, and once without" in named
            assert proxy.address in named
            assert "4711" not in named
            await pilot.press("y")
            await wait_until(pilot, lambda: says(app, "The server accepts the credential"))
            assert [one.target for one in server.requests] == ["/simple/", "/simple/"]
            assert [one.authorization is None for one in server.requests] == [False, True]
            # An index that wants no credential is asked once.
            named = await question(app, pilot, "http://open.example/simple")
            assert "Once without a credential." in named
            await pilot.press("y")
            await wait_until(pilot, lambda: says(app, "The server wants a credential (401)"))
            assert len(server.requests) == 3


async def test_a_server_that_never_answers_is_not_waited_for() -> None:
    def never(_asked: object, _socket: object) -> None:
        server.closing.wait(GUARD)

    app = app_on()
    with Loopback(never) as server:
        async with app.run_test(size=SIZE) as pilot:
            await ready(app, pilot)

            async def asking(path: str) -> None:
                number = len(server.requests)
                await question(app, pilot, f"{server.url}/{path}")
                await pilot.press("y")
                await wait_until(pilot, lambda: len(server.requests) > number)
                assert says(app, f"Asking {server.address}… esc does not wait for it")
                assert home(app).asking.is_asking
                nothing_shows_it(app)

            await asking("one")
            await pilot.press("escape")
            await wait_until(pilot, lambda: not says(app, "Asking"))
            assert not home(app).asking.is_asking
            assert app.focused is home(app).tester.input  # one step at a time
            await asking("two")
            await pilot.press("down")
            await wait_until(pilot, lambda: app.focused is home(app).table.rows)
            assert home(app).asking.is_asking  # on the entries it is still waited for
            await pilot.press("escape")
            await wait_until(pilot, lambda: not says(app, "Asking"))
            assert home(app).tester.input.value.endswith("/two")
            await asking("three")
            home(app).tester.action_probe()  # the same once more: nothing
            await pilot.pause(0.05)
            assert at_home(app)
            await asking("four")  # another takes its place
            began = time.monotonic()
            await pilot.press("ctrl+q")
        # The guard: the server would be waited for at least 10 s.
        assert time.monotonic() - began < 5
        assert app.return_code == 0


async def test_what_cannot_be_asked_is_a_toast(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(own_home, "exit 1")
    monkeypatch.setenv("PATH", f"{own_home / 'bin'}:/usr/bin:/bin")
    app = app_on(KEYRING)
    async with app.run_test(size=SIZE) as pilot:
        await ready(app, pilot)
        await pilot.press("t", "enter")
        await told(app, pilot, "Type the URL of a channel or an index")
        await tried(app, pilot, "not a url")
        await pilot.press("enter")
        await wait_until(pilot, lambda: toasts(app).count("Type the URL") == 2)
        for url, refusal in {
            "s3://bucket/c": "S3 requests are signed, and authui signs none",
            "oci://h.example/c": "An OCI registry exchanges the credential for a token first",
        }.items():
            await tried(app, pilot, url)
            await pilot.press("enter")
            await told(app, pilot, refusal)
        await pilot.press("ctrl+t")
        await tried(app, pilot, "https://bob@pypi.example/simple")
        await pilot.press("enter")
        await told(app, pilot, "What the keyring program says is not known: run it first")
        assert at_home(app)


async def test_the_samples_are_of_no_server() -> None:
    app = app_in(demo, is_demo=True)
    async with app.run_test(size=SIZE) as pilot:
        await ready(app, pilot)
        await tried(app, pilot, "https://build.example/c")
        await pilot.press("enter")
        await told(app, pilot, "The samples are of no server: there is nothing to ask")
        assert at_home(app)
