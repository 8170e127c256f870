"""The traps of PyPI indexes, each in a sentence."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken
from authui.model.pypi import PypiResult
from authui.model.secret import Secret
from authui.services.pypi import pypi_lookup
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.sources import PypiSources
from tests.support.pypi_home import KEYRING, NOW, Home, memory, put_program, sent

BEARER = BearerToken(Secret("canary-4711"))
COMMENTED = "machine h.example login n password np # a comment\n"
NOT_FOR_UV = "machine a login b password c\\\nmachine h.example login n password np\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def with_netrc(home: Home, text: str, url: str = "https://h.example/simple") -> PypiResult:
    """The answer with rattler's own stores, netrc among them."""
    (home.folder / ".netrc").write_text(text)
    environment = Environment(home.variables, os.fspath(home.folder), "linux")
    found = discover(environment, "pixi")
    assert found.pixi is not None
    return pypi_lookup(url, found.stores, PypiSources(environment, found.pixi), now=NOW)


def one(result: PypiResult, beginning: str) -> str:
    """The one note that begins like this."""
    (found,) = [note for note in result.notes if note.startswith(beginning)]
    assert not found.endswith(".")
    return found


def test_nothing_to_say(home: Home) -> None:
    assert home.ask("https://h.example/simple").notes == ()
    assert home.ask("https://u:p@h.example/simple", pixi=KEYRING).notes == ()
    exact = [memory({"h.example": BEARER})]
    assert home.ask("https://h.example/simple", exact, KEYRING).notes == ()


def test_a_conda_token_rewrites_the_path(home: Home) -> None:
    stores = [memory({"*.example": CondaToken(Secret("canary-4711"))})]
    note = one(home.ask("https://h.example/simple", stores), "*.example from the credentials file")
    assert "goes into the path of this index too" in note


def test_a_wildcard_covers_the_index(home: Home) -> None:
    stores = [memory({"*.example": BEARER})]
    result = home.ask("https://h.example/simple", stores)
    assert "covers this PyPI index as well" in one(result, "The pattern *.example")


def test_a_user_in_the_url_hides_what_is_stored(home: Home) -> None:
    stores = [memory({"*.example": BEARER})]
    for url in ("https://u@h.example/simple", "https://u:p@h.example/simple"):
        note = one(home.ask(url, stores), "The user name in the URL keeps rattler's stores")
        assert note.endswith("without it, *.example from the credentials file would answer")
    assert home.ask("https://u:p@other.test/simple", stores).notes == ()


def test_a_user_in_the_url_of_a_mirrored_index_hides_what_the_mirror_has(home: Home) -> None:
    stores = [memory({"m.example": BEARER})]
    pixi = PixiConfig(mirrors={"https://h.example/": ("https://m.example/",)})
    one(home.ask("https://u:p@h.example/simple", stores, pixi), "The user name in the URL keeps")


def test_no_user_for_the_keyring(home: Home) -> None:
    put_program(home.folder, "echo kp")
    result = home.ask("https://h.example:8443/simple", pixi=KEYRING)
    note = one(result, "The keyring is not asked, since the index URL names no user")
    assert note.endswith("write https://USER@h.example:8443/simple")
    google = home.ask("https://europe-python.pkg.dev/p/r/simple/", pixi=KEYRING)
    assert "https://oauth2accesstoken@europe-python.pkg.dev/p/r/simple/" in one(
        google, "The keyring"
    )
    assert sent(home.ask("https://USER@h.example:8443/simple", pixi=KEYRING)) == "USER:kp"
    (home.folder / ".netrc").write_text("machine h.example login n password np")
    assert home.ask("https://h.example/simple", pixi=KEYRING).notes == ()


def test_the_keyring_is_not_enabled(home: Home) -> None:
    result = home.ask("https://u@h.example/simple")
    note = one(result, "The keyring is not asked, since pixi's configuration does not enable it")
    assert "pixi config set --global pypi-config.keyring-provider subprocess" in note
    assert home.ask("https://h.example/simple").notes == ()


def test_there_is_no_keyring_program(home: Home) -> None:
    result = home.ask("https://u@h.example/simple", pixi=KEYRING)
    assert "pixi global install keyring" in one(result, "pixi's configuration enables the keyring")
    put_program(home.folder, "exit 1")
    assert home.ask("https://u@h.example/simple", pixi=KEYRING).notes == ()


def test_a_user_name_that_looks_like_an_option(home: Home) -> None:
    put_program(home.folder, "exit 1")
    result = home.ask("https://-u@h.example/simple", pixi=KEYRING)
    one(result, "The user name begins with a hyphen")


def test_netrc_that_only_pypi_requests_read(home: Home) -> None:
    result = with_netrc(home, COMMENTED)
    assert (sent(result), result.winner) == ("n:np", "netrc")
    note = one(result, "PyPI requests read the netrc file, conda requests do not")
    assert "rattler ignores this file" in note


def test_netrc_that_only_conda_requests_read(home: Home) -> None:
    result = with_netrc(home, NOT_FOR_UV)
    assert (sent(result), result.winner) == ("n:np", "rattler")
    note = one(result, "Conda requests read the netrc file, uv does not")
    assert "uv ignores this netrc file" in note
    result = with_netrc(home, NOT_FOR_UV, "https://n@h.example/simple")
    one(result, "Conda requests read the netrc file, uv does not")
    for text in (NOT_FOR_UV, COMMENTED):
        assert with_netrc(home, text, "https://other.example/simple").notes == ()


def test_a_default_entry_answers_for_every_index(home: Home) -> None:
    result = with_netrc(home, "machine a login b password c\ndefault login d password dp")
    assert sent(result) == "d:dp"
    note = one(result, "The default entry in line 2")
    assert "conda requests never use it" in note


def test_clear_text_is_said_once(home: Home) -> None:
    for stores in ((), [memory({"h.example": BasicHTTP("u", Secret(""))})]):
        (home.folder / ".netrc").write_text("machine h.example login u password np")
        one(home.ask("http://h.example/simple", stores), "http:// is not encrypted")
    assert home.ask("http://other.example/simple").notes == ()


def test_notes_of_rattler_come_first(home: Home) -> None:
    result = home.ask("https://h.example/simple", pixi=replace(KEYRING, offline=True))
    first, second = result.notes[:2]
    assert "offline = true" in first
    assert "The keyring is not asked" in second
