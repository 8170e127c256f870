from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from authui.model.errors import AuthuiError, StoreError, WriteFailed
from authui.stores.settings import Settings

ONE, TWO = "A13:file:host.example:8080", "A35:RATTLER_AUTH_FILE"


@pytest.fixture
def path(own_home: Path) -> Path:
    return own_home / ".config" / "authui" / "settings.json"


def test_they_lie_where_the_system_keeps_settings(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().path == str(path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert Settings().path == str(tmp_path / "xdg" / "authui" / "settings.json")


def test_without_a_file_nothing_is_silenced_and_none_is_made(path: Path) -> None:
    assert Settings().load() == frozenset()
    Settings().remove(ONE)
    assert not path.exists()


def test_what_is_silenced_stays_so(path: Path) -> None:
    Settings().add(ONE)
    Settings().add(TWO)
    Settings().add(ONE)
    assert Settings().load() == {ONE, TWO}
    assert json.loads(path.read_text()) == {"silenced": [ONE, TWO]}
    Settings().remove(ONE)
    assert Settings().load() == {TWO}


def test_indexes_are_kept_beside_what_is_silenced(path: Path) -> None:
    Settings().add(ONE)
    for url in ("https://b.example/", "https://a.example/", "https://b.example/"):
        Settings().add_index(url)
    assert Settings().indexes() == ("https://b.example/", "https://a.example/")
    Settings().forget_index("https://b.example/")
    assert json.loads(path.read_text()) == {"silenced": [ONE], "indexes": ["https://a.example/"]}


def test_only_its_owner_may_read_it(path: Path) -> None:
    Settings().add(ONE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == ["settings.json"]


def test_unknown_keys_are_kept(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text('{"theme": {"é": [1, 2.5, null]}, "silenced": ["x"], "odd": "\\ud800"}')
    Settings().add(ONE)
    assert json.loads(path.read_text()) == {
        "theme": {"é": [1, 2.5, None]},
        "silenced": ["x", ONE],
        "odd": "\ud800",
    }


def test_nothing_is_written_where_nothing_changes(path: Path) -> None:
    path.parent.mkdir(parents=True)
    text = json.dumps({"silenced": [ONE]}) + "   "
    path.write_text(text)
    Settings().add(ONE)
    Settings().remove(TWO)
    assert path.read_text() == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"silenced": "A13"}',
        b'{"silenced": [1]}',
        b'{"indexes": [1]}',
        b'{"silenced": null}',
        b'{"other": NaN}',
        b'{"other": 1e999}',
        b"\xff",
        b"[" * 200_000,
        b'{"n": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda data: data[:20],
)
def test_a_broken_file_is_an_error_and_stays_as_it_is(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    for call in (Settings().load, lambda: Settings().add(ONE), lambda: Settings().remove(ONE)):
        with pytest.raises(StoreError) as caught:
            call()
        assert str(path) in caught.value.message
        assert caught.value.hint
    assert path.read_bytes() == data


def test_without_a_place_for_them_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(*args: object, **named: object) -> None:
        raise RuntimeError("no home")

    monkeypatch.setattr("platformdirs.user_config_path", no_home)
    for call in (Settings().load, lambda: Settings().add(ONE)):
        with pytest.raises(AuthuiError) as caught:
            call()
        assert "home directory" in caught.value.message


def test_a_folder_in_its_place_is_an_error(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError):
        Settings().load()
    with pytest.raises(AuthuiError):
        Settings().add(ONE)


def test_a_file_in_the_place_of_its_folder_is_an_error(path: Path) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("")
    with pytest.raises(StoreError):
        Settings().load()
    with pytest.raises((WriteFailed, StoreError)):
        Settings().add(ONE)
    assert path.parent.read_text() == ""


def test_none_is_lost_where_several_are_silenced_at_once(path: Path) -> None:
    ids = [f"A13:file:{number}" for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: Settings().add(one), ids))
    assert Settings().load() == set(ids)
