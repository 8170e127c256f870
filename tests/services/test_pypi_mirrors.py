"""PyPI indexes behind pixi's mirrors, by the source of pixi and uv: neither can be run here."""

from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken
from authui.model.entry import Outcome
from authui.model.secret import Secret
from authui.stores.pixi_config import PixiConfig
from tests.support.pypi_home import Home, memory, on_wire, put_program, sent

CANARY = "canary-4711"
BEARER = BearerToken(Secret(CANARY))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


MIRRORS = {"https://h.example/simple/": ("https://m.example/p/", "https://n.example/")}


def test_a_mirror_is_asked_with_its_own_credentials(home: Home) -> None:
    stores = [memory({"h.example": BEARER, "m.example": BasicHTTP("m", Secret("mp"))})]
    result = home.ask("https://h.example/simple", stores, PixiConfig(mirrors=MIRRORS))
    assert (on_wire(result), sent(result)) == ("https://m.example/p/", "m:mp")
    assert result.url == "https://h.example/simple"
    assert result.notes[0] == (
        "pixi's [mirrors] send this request for https://h.example/simple/ to https://m.example/p/; "
        "if that fails, to 1 other mirror: https://n.example/"
    )


def test_user_information_of_the_index_goes_to_the_mirror(home: Home) -> None:
    stores = [memory({"m.example": BEARER})]
    pixi = PixiConfig(mirrors=MIRRORS)
    result = home.ask("https://u:p@h.example/simple", stores, pixi)
    assert (on_wire(result), sent(result), result.winner) == (
        "https://m.example/p/", "u:p", "url",
    )  # fmt: skip


def test_behind_a_mirror_the_keyring_is_asked_for_each_package(home: Home) -> None:
    put_program(home.folder, "exit 1")
    pixi = PixiConfig(mirrors=MIRRORS, keyring_provider="subprocess")
    result = home.ask("https://u@h.example/simple", (), pixi)
    assert [(c.service, c.outcome) for c in result.keyring_calls] == [
        ("https://m.example/p/PACKAGE/", Outcome.SKIPPED),
        ("m.example", Outcome.MISS),
    ]
    assert [call.outcome for call in result.uv.keyring_calls] == [Outcome.SKIPPED] * 2
    assert result.partial
    assert result.request is None


def test_user_information_of_a_mirror_is_all_that_uv_looks_at(home: Home) -> None:
    (home.folder / ".netrc").write_text("default login a password np")
    pixi = PixiConfig(mirrors={"https://h.example/": ("https://a:b@m.example/",)})
    result = home.ask("https://h.example/", (), pixi)
    assert (sent(result), result.winner) == (None, None)
    pixi = PixiConfig(mirrors={"https://h.example/": ("https://a@m.example/",)})
    assert sent(home.ask("https://h.example/", (), pixi)) == "a:np"


def test_no_mirror_at_all(home: Home) -> None:
    pixi = PixiConfig(mirrors={"https://h.example/simple/": ()})
    result = home.ask("https://h.example/simple", (), pixi)
    assert result.request is None
    assert result.failure is not None
    assert "[mirrors]" in result.reason


def test_a_mirror_of_a_mirror_is_not_asked(home: Home) -> None:
    mirrors = {**MIRRORS, "https://m.example/": ("https://n.example/",)}
    result = home.ask("https://h.example/simple", (), PixiConfig(mirrors=mirrors))
    assert on_wire(result) == "https://m.example/p/"
