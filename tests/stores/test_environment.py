from __future__ import annotations

import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import pytest

from authui.stores.environment import Environment
from authui.stores.known_folders import KnownFolders, known_folders


def env(platform: str = "linux", cwd: str | None = "/cwd", **variables: str) -> Environment:
    return Environment(variables, cwd, platform)


def test_the_current_process(own_home: Path) -> None:
    current = Environment.current()
    assert current.home() == str(own_home)
    assert current.cwd == str(own_home)


def test_a_deleted_current_directory_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    current = Environment.current()
    assert current.cwd is None
    assert current.resolve("a/b") == "a/b"


def test_variables_are_not_in_the_repr() -> None:
    assert "s3cret" not in repr(env(TOKEN="s3cret"))


def test_a_variable_that_is_not_utf8_counts_as_unset() -> None:
    found = env(GOOD="é", EMPTY="", BAD=os.fsdecode(b"\xff"))
    assert [found.utf8(name) for name in ("GOOD", "EMPTY", "BAD", "NONE")] == ["é", "", None, None]


@pytest.mark.parametrize(
    ("platform", "variables", "home"),
    [
        ("linux", {"HOME": "/h"}, "/h"),
        ("linux", {"HOME": "relative"}, "relative"),
        ("darwin", {"HOME": "/Users/x"}, "/Users/x"),
        ("win32", {"USERPROFILE": "C:\\Users\\x", "HOME": "/h"}, "C:\\Users\\x"),
        ("win32", {"HOME": "/h"}, None),
        ("win32", {"USERPROFILE": ""}, None),
    ],
)
def test_home(platform: str, variables: dict[str, str], home: str | None) -> None:
    assert env(platform, **variables).home() == home


def test_what_windows_names_goes_before_the_variables() -> None:
    variables = {"USERPROFILE": "C:\\variable", "APPDATA": "C:\\variable"}
    folders = KnownFolders("C:\\Users\\x", "D:\\Roaming")
    named = Environment(variables, "C:\\", "win32", folders)
    assert (named.home(), named.config_home()) == ("C:\\Users\\x", "D:\\Roaming")
    none = Environment(variables, "C:\\", "win32", KnownFolders(None, None))
    assert (none.home(), none.config_home()) == (None, None)


def test_this_system_names_no_folders() -> None:
    assert known_folders() is None
    assert Environment.current().folders is None


def test_without_home_the_password_database_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: SimpleNamespace(pw_dir=f"/people/{uid}"))
    for variables in ({}, {"HOME": ""}):
        assert env(**variables).home() == f"/people/{os.getuid()}"
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: SimpleNamespace(pw_dir=""))
    assert env().home() is None

    def unknown(uid: int) -> SimpleNamespace:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    assert env().home() is None


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {"HOME": "/h"}, "/h/.config"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": "relative"}, "/h/.config"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": ""}, "/h/.config"),
        ("darwin", {"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/h/Library/Application Support"),
        ("win32", {"APPDATA": "C:\\A"}, "C:\\A"),
        ("win32", {}, None),
    ],
)
def test_config_home(platform: str, variables: dict[str, str], folder: str | None) -> None:
    assert env(platform, **variables).config_home() == folder


@pytest.mark.parametrize(
    ("platform", "path", "resolved"),
    [
        ("linux", "a", "/cwd/a"),
        ("linux", "/a", "/a"),
        ("linux", "~/a", "/cwd/~/a"),
        ("linux", "../a", "/cwd/../a"),
        ("win32", "a", "/cwd\\a"),
        ("win32", "D:\\a", "D:\\a"),
    ],
)
def test_resolve(platform: str, path: str, resolved: str) -> None:
    assert env(platform).resolve(path) == resolved


@pytest.mark.parametrize(
    ("platform", "path", "absolute"),
    [
        ("linux", "/a", True),
        ("linux", "a", False),
        ("linux", "", False),
        ("linux", "C:\\a", False),
        ("win32", "C:\\a", True),
        ("win32", "C:/a", True),
        ("win32", "C:a", False),
        ("win32", "\\a", False),
        ("win32", "\\\\server\\share\\a", True),
        ("win32", "\\\\server\\share", True),
        ("win32", "\\\\?\\C:\\a", True),
    ],
)
def test_is_absolute(platform: str, path: str, absolute: bool) -> None:
    assert env(platform).is_absolute(path) is absolute
