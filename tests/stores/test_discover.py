from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from authui.model.entry import Outcome
from authui.model.errors import BadInput, StoreState, WriteFailed
from authui.model.lookup import Client
from authui.model.secret import Secret
from authui.stores.base import Store
from authui.stores.discover import Discovery, discover
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore

CLIENTS: tuple[Client, ...] = ("pixi", "rattler", "rattler-build")


@pytest.fixture
def home(own_home: Path) -> Path:
    return own_home


def found(client: Client = "rattler", auth_file: str | None = None, **variables: str) -> Discovery:
    current = Environment.current()
    changed = replace(current, variables=dict(current.variables) | variables)
    return discover(changed, client, auth_file)


def ids(discovery: Discovery) -> list[str]:
    return ["+".join(store.info.names) for store in discovery.stores]


def store(discovery: Discovery, name: str) -> Store:
    return next(store for store in discovery.stores if name in store.info.names)


def put(path: Path, token: str = "t") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"h.test": {"BearerToken": token}}))
    return path


def default(home: Path) -> Path:
    return home / ".rattler" / "credentials.json"


def configure(home: Path, path: str) -> Path:
    config = home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text(f"authentication-override-file = {json.dumps(path)}")
    return config


class TestOrder:
    @pytest.mark.parametrize("client", CLIENTS)
    def test_without_settings(self, home: Path, client: Client) -> None:
        assert ids(found(client)) == ["keychain", "file", "netrc"]
        assert found(client).client == client
        assert (found(client).pixi is not None) == (client == "pixi")
        assert found(client).notes == ()

    @pytest.mark.parametrize("client", CLIENTS)
    def test_the_variable_comes_first(self, home: Path, client: Client) -> None:
        discovery = found(client, RATTLER_AUTH_FILE="/a.json")
        assert ids(discovery) == ["auth-file", "keychain", "file", "netrc"]
        assert store(discovery, "auth-file").info.origin == "RATTLER_AUTH_FILE"

    def test_pixi_asks_the_override_before_the_variable(self, home: Path) -> None:
        config = configure(home, "/o.json")
        discovery = found("pixi", RATTLER_AUTH_FILE="/a.json")
        assert ids(discovery) == ["override-file", "auth-file", "keychain", "file", "netrc"]
        info = store(discovery, "override-file").info
        assert (info.location, info.origin) == ("/o.json", str(config))

    def test_the_flag_wins_over_the_configuration(self, home: Path) -> None:
        configure(home, "/o.json")
        info = store(found("pixi", "/flag.json"), "override-file").info
        assert (info.location, info.origin) == ("/flag.json", "--auth-file")

    def test_only_pixi_reads_pixis_configuration(self, home: Path) -> None:
        configure(home, "/o.json")
        for client in ("rattler", "rattler-build"):
            assert ids(found(client)) == ["keychain", "file", "netrc"]

    def test_rattler_build_asks_the_flag_last(self, home: Path) -> None:
        discovery = found("rattler-build", "/flag.json", RATTLER_AUTH_FILE="/a.json")
        assert ids(discovery) == ["auth-file", "keychain", "file", "netrc", "override-file"]

    def test_rattler_has_no_flag(self, home: Path) -> None:
        with pytest.raises(BadInput, match="rattler has no --auth-file"):
            found("rattler", "/flag.json")

    @pytest.mark.parametrize("client", ["pixi", "rattler-build"])
    def test_an_empty_flag(self, home: Path, client: Client) -> None:
        with pytest.raises(BadInput, match="empty"):
            found(client, "")


class TestPaths:
    @pytest.mark.parametrize(
        ("value", "location"),
        [
            ("/a.json", "/a.json"),
            ("a.json", "{cwd}/a.json"),
            ("./a.json", "{cwd}/./a.json"),
            ("~/a.json", "{cwd}/~/a.json"),
            ("", ""),
        ],
    )
    def test_the_variable_is_taken_literally(self, home: Path, value: str, location: str) -> None:
        info = store(found(RATTLER_AUTH_FILE=value), "auth-file").info
        assert info.location == location.format(cwd=home)

    def test_a_variable_that_is_not_utf8(self, home: Path) -> None:
        value = os.fsdecode(b"/\xff.json")
        assert ids(found(RATTLER_AUTH_FILE=value)) == ["keychain", "file", "netrc"]
        discovery = found("rattler-build", RATTLER_AUTH_FILE=value)
        assert ids(discovery) == ["keychain", "file", "netrc", "override-file"]

    def test_an_empty_variable_is_an_empty_store(self, home: Path) -> None:
        (home / ".rattler").mkdir()
        empty = store(found(RATTLER_AUTH_FILE=""), "auth-file")
        assert empty.list().state is StoreState.ABSENT
        assert empty.get("h.test").outcome is Outcome.MISS

    def test_below_the_home_directory(self, home: Path) -> None:
        discovery = found(HOME="/h")
        assert store(discovery, "file").info.location == "/h/.rattler/credentials.json"
        assert store(discovery, "netrc").info.location == "/h/.netrc"
        assert store(found(HOME="h"), "file").info.location == f"{home}/h/.rattler/credentials.json"

    def test_netrc(self, home: Path) -> None:
        for value, location in {"n": f"{home}/n", "~/n": f"{home}/~/n", "/n": "/n", "": ""}.items():
            info = store(found(NETRC=value), "netrc").info
            assert (info.location, info.origin) == (location, "NETRC")
            assert not info.read_only
        info = store(found(NETRC=os.fsdecode(b"\xff")), "netrc").info
        assert (info.location, info.origin) == (f"{home}/.netrc", "default")

    def test_windows(self, home: Path) -> None:
        environment = Environment({"USERPROFILE": "C:\\Users\\x"}, None, "win32")
        discovery = discover(environment, "rattler")
        assert [s.info.location for s in discovery.stores[1:]] == [
            "C:\\Users\\x\\.rattler\\credentials.json",
            "C:\\Users\\x\\_netrc",
        ]

    def test_without_a_profile_rattler_stops_on_windows(self) -> None:
        discovery = discover(Environment({}, "C:\\", "win32"), "rattler")
        blocks = store(discovery, "file").blocks
        assert blocks is not None
        assert "profile folder" in (blocks.hint or "")

    @pytest.mark.parametrize("path", ["~\\a.json", "~/a.json", "~"])
    def test_a_tilde_on_windows_too(self, path: str) -> None:
        variables = {"USERPROFILE": "C:\\Users\\x", "RATTLER_AUTH_FILE": path}
        notes = discover(Environment(variables, "C:\\w", "win32"), "rattler").notes
        assert any("begins with ~" in note for note in notes)

    @pytest.mark.parametrize("path", ["a.json", "C:a.json", "\\a.json"])
    def test_a_path_that_depends_on_the_current_folder_on_windows(self, path: str) -> None:
        variables = {"USERPROFILE": "C:\\Users\\x", "RATTLER_AUTH_FILE": path}
        notes = discover(Environment(variables, "C:\\w", "win32"), "rattler").notes
        assert any("relative path" in note for note in notes)

    def test_without_a_home_rattler_stops(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Environment, "home", lambda _: None)
        discovery = found()
        file = store(discovery, "file")
        assert file.blocks is not None
        assert file.list().state is StoreState.UNREADABLE
        assert file.get("h.test").failure is file.blocks
        assert store(discovery, "netrc").info.location == str(home / ".netrc")

    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_deleted_current_directory(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Client
    ) -> None:
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        discovery = found(client, RATTLER_AUTH_FILE="a.json", NETRC="n")
        assert store(discovery, "auth-file").list().state is StoreState.ABSENT

    def test_a_path_that_no_system_opens(self, home: Path) -> None:
        configure(home, "a\0b")
        assert store(found("pixi"), "override-file").blocks is not None

    def test_what_is_known_of_a_file(self, home: Path) -> None:
        info = store(found(), "file").info
        assert (info.name, info.origin, info.encrypted) == ("credentials file", "default", False)
        assert not info.read_only


class TestOneFileUnderTwoNames:
    def test_by_path(self, home: Path) -> None:
        for spelling in (str(default(home)), f"{home}//.rattler/../.rattler/credentials.json"):
            put(default(home))
            discovery = found(RATTLER_AUTH_FILE=spelling)
            assert ids(discovery) == ["auth-file+file", "keychain", "netrc"]
            assert discovery.stores[0].info.origin == "RATTLER_AUTH_FILE"

    def test_by_symlink(self, home: Path) -> None:
        put(default(home))
        (home / "link.json").symlink_to(default(home))
        discovery = found(RATTLER_AUTH_FILE="link.json")
        assert ids(discovery) == ["auth-file+file", "keychain", "netrc"]

    def test_by_hard_link(self, home: Path) -> None:
        (home / "link.json").hardlink_to(put(default(home)))
        assert ids(found(RATTLER_AUTH_FILE="link.json")) == ["auth-file+file", "keychain", "netrc"]

    def test_before_it_exists(self, home: Path) -> None:
        (home / "folder").symlink_to(home)
        for spelling in (str(default(home)), "folder/.rattler/credentials.json"):
            discovery = found(RATTLER_AUTH_FILE=spelling)
            assert ids(discovery) == ["auth-file+file", "keychain", "netrc"]

    def test_equal_files_are_two(self, home: Path) -> None:
        put(default(home))
        put(home / "copy.json")
        discovery = found(RATTLER_AUTH_FILE="copy.json")
        assert ids(discovery) == ["auth-file", "keychain", "file", "netrc"]

    def test_all_three(self, home: Path) -> None:
        put(default(home))
        path = str(default(home))
        assert ids(found("pixi", path, RATTLER_AUTH_FILE=path)) == [
            "override-file+auth-file+file",
            "keychain",
            "netrc",
        ]

    def test_rattler_build_names_the_last_only_once(self, home: Path) -> None:
        discovery = found("rattler-build", str(default(home)))
        assert ids(discovery) == ["keychain", "file+override-file", "netrc"]
        assert store(discovery, "file").info.origin == "default"

    def test_two_empty_paths_are_two_stores(self, home: Path) -> None:
        configure(home, "")
        assert ids(found("pixi", RATTLER_AUTH_FILE=""))[:2] == ["override-file", "auth-file"]


class TestNotes:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("", "RATTLER_AUTH_FILE is set but empty"),
            ("~/a.json", "RATTLER_AUTH_FILE begins with ~"),
            ("a.json", "RATTLER_AUTH_FILE holds a relative path"),
            (os.fsdecode(b"/\xff"), "RATTLER_AUTH_FILE is not UTF-8"),
        ],
    )
    @pytest.mark.parametrize("client", CLIENTS)
    def test_on_the_variable(self, home: Path, client: Client, value: str, words: str) -> None:
        notes = found(client, RATTLER_AUTH_FILE=value).notes
        assert [note for note in notes if note.startswith(words)]
        assert not any(note.endswith(".") for note in notes)

    def test_rattler_build_does_not_start_with_an_empty_variable(self, home: Path) -> None:
        assert "refuses to start" in found("rattler-build", RATTLER_AUTH_FILE="").notes[0]

    def test_an_absolute_path_needs_no_note(self, home: Path) -> None:
        assert found(RATTLER_AUTH_FILE="/a.json").notes == ()

    def test_which_of_two_settings_wins_in_pixi(self, home: Path) -> None:
        put(home / "o.json")
        config = configure(home, str(home / "o.json"))
        assert found("pixi").notes == ()
        (note,) = found("pixi", RATTLER_AUTH_FILE="/a.json").notes
        assert note.startswith(
            f"authentication-override-file in {config} is asked before RATTLER_AUTH_FILE"
        )
        put(home / "f.json")
        (note,) = found("pixi", str(home / "f.json"), RATTLER_AUTH_FILE="/a.json").notes
        assert note.startswith("--auth-file is asked before RATTLER_AUTH_FILE")

    def test_an_override_that_is_missing(self, home: Path) -> None:
        config = configure(home, "/nowhere.json")
        (note,) = found("pixi").notes
        assert note.startswith(f"authentication-override-file in {config} names a file that does")

    def test_an_override_that_is_relative(self, home: Path) -> None:
        put(home / "o.json")
        configure(home, "o.json")
        (note,) = found("pixi").notes
        assert "holds a relative path" in note

    def test_a_netrc_that_is_missing(self, home: Path) -> None:
        (home / "n").touch()
        assert found(NETRC=str(home / "n")).notes == ()
        for value in ("/nowhere", ""):
            (note,) = found(NETRC=value).notes
            assert note.startswith("NETRC names a file that does not exist")

    def test_a_configuration_that_pixi_skips(self, home: Path) -> None:
        configure(home, "").write_text("x")
        assert found("pixi").notes[0].startswith(f"pixi skips {home}/.pixi/config.toml")
        assert found("rattler").notes == ()

    def test_no_note_shows_raw_text(self, home: Path) -> None:
        config = home / "e\x1b[2J" / "config.toml"
        config.parent.mkdir()
        config.write_text("authentication-override-file = 'x'")
        notes = found("pixi", PIXI_HOME=str(config.parent)).notes
        assert notes
        assert not any("\x1b" in note for note in notes)


def test_nothing_is_created(home: Path) -> None:
    before = sorted(home.rglob("*"))
    for client in CLIENTS:
        discovery = found(client, RATTLER_AUTH_FILE="~/a/b.json", NETRC="n/m")
        for each in discovery.stores:
            each.list()
            each.get("h.test")
    assert sorted(home.rglob("*")) == before


def test_a_file_with_two_hard_links_is_not_split(own_home: Path) -> None:
    default = own_home / ".rattler" / "credentials.json"
    default.parent.mkdir()
    default.write_text('{"h.test":{"BearerToken":"t"}}')
    other = own_home / "auth.json"
    other.hardlink_to(default)
    variables = {"HOME": str(own_home), "RATTLER_AUTH_FILE": str(other)}
    found = discover(Environment(variables, str(own_home), "linux"), "rattler")
    (store,) = (s for s in found.stores if isinstance(s, JsonFileStore))
    assert store.info.names == ("auth-file", "file")
    for attempt in (
        lambda: store.delete("h.test"),
        lambda: store.write("n.test", Secret('{"BearerToken":"n"}'), before=None),
    ):
        with pytest.raises(WriteFailed, match="one file with two names"):
            attempt()
    assert default.samefile(other)
    other.unlink()
    other.symlink_to(default)
    store.write("n.test", Secret('{"BearerToken":"n"}'), before=None)
    assert other.is_symlink()
    assert set(json.loads(default.read_text())) == {"h.test", "n.test"}
