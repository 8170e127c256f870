"""Everything that is stored for PyPI indexes, with the real keyring and a real gnome-keyring."""

from __future__ import annotations

from pathlib import Path

import pytest

from authui.model.errors import StoreState
from authui.model.pypi import PypiEntry, PypiListing
from authui.services.pypi_entries import list_pypi, url_of, url_to_change
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig, load
from authui.stores.pypi.sources import PypiSources
from authui.stores.settings import Settings
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.real_keyring import put_as_keyring, put_backends, use

__all__ = ["gnome_keyring", "shared_gnome_keyring"]

INDEX = "https://a.example/simple/"
ON = PixiConfig(keyring_provider="subprocess")


def listed(pixi: PixiConfig = ON, *indexes: str) -> PypiListing:
    return list_pypi(PypiSources(Environment.current(), pixi), indexes=indexes)


def rows(listing: PypiListing) -> list[tuple[str, str, str | None, str]]:
    return [(one.store, one.service, one.username, one.state) for one in listing.entries]


def states(listing: PypiListing) -> dict[str, StoreState]:
    return {store.id: store.state for store in listing.stores}


def write_uv(home: Path, text: str) -> None:
    folder = home / ".local" / "share" / "uv" / "credentials"
    folder.mkdir(parents=True)
    (folder / "credentials.toml").write_text(text)


def login(service: str, username: str) -> str:
    return (
        f'[[credential]]\nservice = "{service}"\nusername = "{username}"\n'
        'scheme = "basic"\npassword = "p"\n'
    )


def test_what_uv_finds_first_shadows_the_rest(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    (own_home / ".netrc").write_text(
        "machine a.example login old password p\n"
        "machine a.example login al password p\n"
        "machine c.example login cy password p\n"
    )
    write_uv(own_home, login("https://b.example/x", "bo") + login("https://c.example", "cy"))
    for service, username in (
        (INDEX, "al"),
        (INDEX, "old"),
        ("a.example", "al"),
        ("https://b.example/x/simple", "bo"),
        ("https://b.example/simple", "bo"),
    ):
        put_as_keyring(gnome_keyring, service, username, "p")
    listing = listed()
    assert set(rows(listing)) == {
        ("keyring", INDEX, "al", "shadowed"),
        ("keyring", INDEX, "old", "active"),
        ("keyring", "a.example", "al", "shadowed"),
        ("keyring", "https://b.example/simple", "bo", "active"),
        ("keyring", "https://b.example/x/simple", "bo", "shadowed"),
        ("netrc", "a.example", "al", "active"),
        ("netrc", "a.example", "old", "shadowed"),
        ("netrc", "c.example", "cy", "active"),
        ("uv", "https://b.example/x", "bo", "active"),
        ("uv", "https://c.example/", "cy", "shadowed"),
    }
    assert states(listing) == dict.fromkeys(("netrc", "uv", "keyring"), StoreState.OK)
    assert [(one.writable, one.encrypted) for one in listing.stores] == [
        (True, False),
        (False, False),
        (True, True),
    ]
    assert listing.notes == ()
    assert "does not enable it" in listed(PixiConfig()).notes[0]


def test_a_broken_store_hides_no_other(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    (own_home / ".netrc").write_text("nonsense\n")
    write_uv(own_home, "nothing = 1")
    put_as_keyring(gnome_keyring, INDEX, "al", "p")
    listing = listed()
    assert rows(listing) == [("keyring", INDEX, "al", "active")]
    assert states(listing)["uv"] is StoreState.CORRUPT
    assert listing.is_partial
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Backend")
    (own_home / ".netrc").write_text("machine a.example login al password p\n")
    listing = listed()
    assert rows(listing) == [("netrc", "a.example", "al", "active")]
    assert states(listing)["keyring"] is StoreState.UNREADABLE


def test_locked_entries_are_locked(
    gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    put_as_keyring(gnome_keyring, INDEX, "al", "p")
    gnome_keyring.lock()
    listing = listed()
    assert rows(listing) == [("keyring", INDEX, "al", "locked")]
    assert states(listing)["keyring"] is StoreState.LOCKED
    assert not listing.stores[2].writable


def test_nothing_at_all_is_an_answer(own_home: Path) -> None:
    listing = listed()
    assert listing.entries == ()
    assert set(states(listing).values()) == {StoreState.ABSENT}
    assert not listing.is_partial


def test_an_index_that_names_no_user_is_told(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    manifest = own_home / "pixi.toml"
    text = '[workspace]\nname = "x"\nchannels = []\nplatforms = []\n[pypi-options]\nindex-url = '
    put_as_keyring(gnome_keyring, INDEX, "al", "p")
    manifest.write_text(f'{text}"{INDEX}"\n')
    here = Environment.current()
    (entry,) = list_pypi(PypiSources(here, load(here))).entries
    assert entry.detail is not None
    assert "https://al@a.example/simple/" in entry.detail
    manifest.write_text(f'{text}"https://al@a.example/simple/"\n')
    (entry,) = list_pypi(PypiSources(here, load(here))).entries
    assert entry.detail is None


def test_what_cannot_be_listed_is_asked_for_added_indexes(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", put_backends(own_home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "odd_backends.Listless")
    (own_home / "kept.json").write_text(f'{{"{INDEX}\\nal": "p", "b.example\\nbo": "p"}}')
    assert rows(listed()) == []
    assert rows(listed(ON, "https://al@a.example/simple/")) == [("keyring", INDEX, "al", "active")]
    Settings().add_index("https://bo@b.example/x")
    sources = PypiSources(Environment.current(), ON)
    listing = list_pypi(sources, settings=Settings())
    assert rows(listing) == [("keyring", "b.example", "bo", "active")]
    assert not listing.stores[2].is_enumerated
    Path(Settings().path).write_text("[]")
    assert "not known" in list_pypi(sources, settings=Settings()).notes[0]


def test_a_secret_in_an_index_is_shown_nowhere(
    gnome_keyring: GnomeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(gnome_keyring, monkeypatch)
    put_as_keyring(gnome_keyring, "https://a.example/t/tk-4711/simple", "al", "p-4711")
    listing = listed()
    assert len(listing.entries) == 1
    assert "4711" not in repr(listing)


def test_the_samples_are_samples() -> None:
    listing = list_pypi(PypiSources(None, PixiConfig()))
    assert {entry.store for entry in listing.entries} == {"netrc", "uv", "keyring"}


@pytest.mark.parametrize(
    ("service", "store", "url", "change"),
    [
        (INDEX, "keyring", "https://u@a.example/simple/", INDEX),
        ("a.example:81", "keyring", "https://u@a.example:81/simple", None),
        ("a.example", "netrc", "https://u@a.example/simple", "https://a.example/simple"),
        ("default", "netrc", None, None),
    ],
)
def test_an_entry_leads_to_an_index(
    service: str, store: str, url: str | None, change: str | None
) -> None:
    entry = PypiEntry(service, "netrc" if store == "netrc" else "keyring", "u")
    assert url_of(entry) == url
    assert url_to_change(entry) == change
