"""uv's credentials file. What uv takes from it is judged in tests/uv; here is the rest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.model.errors import StoreState
from authui.model.url import parse_url
from authui.stores.environment import Environment
from authui.stores.pypi.uv_credentials import AmbiguousLogin, UvCredentials

ENTRY = '[[credential]]\nservice = "{}"\nusername = "{}"\npassword = "{}"\n'


def credentials(folder: Path, text: str | bytes) -> UvCredentials:
    data = text.encode() if isinstance(text, str) else text
    (folder / "credentials.toml").write_bytes(data)
    variables = {"HOME": os.fspath(folder), "UV_CREDENTIALS_DIR": os.fspath(folder)}
    return UvCredentials(Environment(variables, "/", "linux"))


def sent(store: UvCredentials, url: str, username: str | None = None) -> str | None:
    found = store.find(parse_url(url), username)
    if found is None or found.credential.password is None:
        return None
    return found.credential.password.reveal()


@pytest.mark.parametrize(
    ("platform", "variables", "path"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share/uv/credentials/credentials.toml"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/uv/credentials/credentials.toml"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "d"}, "/h/.local/share/uv/credentials/{}"),
        ("linux", {"HOME": "/h", "UV_CREDENTIALS_DIR": "/c"}, "/c/credentials.toml"),
        ("linux", {"HOME": "/h", "UV_CREDENTIALS_DIR": "c"}, "/cwd/c/credentials.toml"),
        ("linux", {"HOME": "/h", "UV_CREDENTIALS_DIR": ""}, "/h/.local/share/uv/credentials/{}"),
        ("darwin", {"HOME": "/h"}, "/h/.local/share/uv/credentials/credentials.toml"),
        ("win32", {"APPDATA": "C:\\r"}, "C:\\r\\uv\\credentials\\credentials.toml"),
    ],
)
def test_where_it_lies(platform: str, variables: dict[str, str], path: str) -> None:
    store = UvCredentials(Environment(variables, "/cwd", platform))
    assert store.path == path.format("credentials.toml")
    assert (store.entries(), store.failure) == ((), None)


def test_the_older_place_of_a_mac_counts_where_it_exists(tmp_path: Path) -> None:
    environment = Environment({"HOME": os.fspath(tmp_path)}, "/", "darwin")
    old = tmp_path / "Library" / "Application Support" / "uv"
    old.mkdir(parents=True)
    assert UvCredentials(environment).path == str(old / "credentials" / "credentials.toml")


def test_the_longest_path_counts(tmp_path: Path) -> None:
    store = credentials(
        tmp_path,
        ENTRY.format("https://h.example/", "u", "root")
        + ENTRY.format("https://h.example/a", "u", "a")
        + ENTRY.format("https://h.example/a/b/", "v", "b"),
    )
    assert sent(store, "https://h.example/") == "root"
    assert sent(store, "https://h.example/ab/") == "root"
    assert sent(store, "https://h.example/a/") == "a"
    assert sent(store, "https://h.example/a/b/c/") == "b"
    assert sent(store, "https://h.example/a/b/c/", "u") == "a"
    assert sent(store, "https://h.example/a/b/c/", "w") is None
    assert sent(store, "https://h.example:8443/a/") is None
    assert sent(store, "http://h.example/a/") is None


def test_two_that_fit_equally_well_are_none(tmp_path: Path) -> None:
    two = ENTRY.format("https://h.example/a", "u", "1") + ENTRY.format(
        "https://h.example/a", "v", "2"
    )
    store = credentials(tmp_path, two)
    with pytest.raises(AmbiguousLogin) as caught:
        store.find(parse_url("https://h.example/a/"), None)
    assert caught.value.is_certain
    assert sent(store, "https://h.example/a/", "v") == "2"
    store = credentials(tmp_path, two + ENTRY.format("https://h.example/a/b", "u", "3"))
    with pytest.raises(AmbiguousLogin) as caught:
        store.find(parse_url("https://h.example/a/b/"), None)
    assert not caught.value.is_certain


def test_the_later_of_two_entries_counts(tmp_path: Path) -> None:
    store = credentials(
        tmp_path,
        ENTRY.format("https://H.example:443/a", "u", "1")
        + ENTRY.format("https://h.example/a", "u", "2"),
    )
    assert [sent(store, "https://h.example/a/")] == ["2"]
    assert len(store.entries()) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff", "it is not UTF-8"),
        ("[[credential]\n", "it is not TOML (line 1, column 13)"),
        ("", "it has no list of credentials"),
        ("credential = [1]", "its entry 1 is no table"),
        (ENTRY.format("x", "u", "hunter2"), "its entry 1 has a service that is no URL"),
        ("[[credential]]\nusername='u'\n", "its entry 1 has no service"),
        (ENTRY.format("https://h/", "u", "hunter2") + "scheme='x'", "a scheme that uv does not"),
        (ENTRY.format("https://h/", "u", "hunter2") + "token='x'", "needs a user name, and no"),
        (ENTRY.format("https://h/", "u", "x") + "scheme='bearer'", "needs a token and nothing"),
    ],
)
def test_what_uv_ignores_as_a_whole(tmp_path: Path, text: str | bytes, message: str) -> None:
    store = credentials(tmp_path, text)
    assert store.entries() == ()
    assert store.failure is not None
    assert store.failure.state is StoreState.CORRUPT
    assert message in store.failure.message
    assert "hunter2" not in store.failure.message
    assert store.failure.__context__ is None


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "credentials.toml").mkdir()
    variables = {"HOME": os.fspath(tmp_path), "UV_CREDENTIALS_DIR": os.fspath(tmp_path)}
    store = UvCredentials(Environment(variables, "/", "linux"))
    assert store.failure is not None
    assert store.failure.state is StoreState.UNREADABLE
