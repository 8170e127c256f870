"""Where things lie on Windows, with real rattler as judge of what it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from authui.model.entry import Outcome
from authui.model.errors import StoreState
from authui.stores.base import Store
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.known_folders import KnownFolders, known_folders

HOME = Path(Environment.current().home() or "")
REPOSITORY = Path(__file__).parents[2]

ASK = """
import asyncio, json, os, sys, tempfile
from tests.support import judge_child
order = json.loads(sys.argv[1])
recorder = judge_child.Recorder()
os.environ.update(http_proxy=recorder.address, HTTP_PROXY=recorder.address)
judge_child.CLEARED = ()  # the variables are this process's own
print(json.dumps(asyncio.run(judge_child.send(recorder, order, tempfile.mkdtemp()))))
"""


def put(path: Path, token: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"h.test": {"BearerToken": token}}))
    return path


def run(code: str, *arguments: str, cwd: str | None = None, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY / 'app'};{REPOSITORY}", **variables},
        cwd=cwd,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def rattler_sends(cwd: Path, **variables: str) -> str | None:
    """The header that real rattler sends to `h.test`, started with these variables."""
    return rattler(cwd, **variables)["authorization"]


def rattler(cwd: Path, **variables: str) -> dict[str, str | None]:
    """What real rattler does when it is asked for a URL of `h.test`."""
    order: dict[str, object] = {
        "variables": {},
        "cwd": str(cwd),
        "token_answer": None,
        "mirrors": None,
        "s3": False,
        "url": "http://h.test/c",
    }
    answer: dict[str, str | None] = json.loads(
        run(ASK, json.dumps(order), cwd=str(cwd), **variables)
    )
    return answer


def authui_finds(cwd: Path, **variables: str) -> str | None:
    """The same by authui's stores, with the first that has the host."""
    code = (
        "from authui.stores.discover import discover\n"
        "from authui.stores.environment import Environment\n"
        "from authui.model.request import build_request\n"
        "from authui.model.url import parse_url\n"
        "for store in discover(Environment.current(), 'rattler').stores:\n"
        "    answer = store.get('h.test')\n"
        "    if answer.credential is not None:\n"
        "        made = build_request(parse_url('http://h.test/c'), answer.credential, 0.0)\n"
        "        print(made.authorization.reveal())\n"
        "        break\n"
    )
    return run(code, cwd=str(cwd), **variables).strip() or None


class TestHome:
    def test_it_is_what_windows_names(self) -> None:
        folders = known_folders()
        assert folders is not None
        assert folders.profile is not None
        assert folders.roaming is not None
        assert Path(folders.profile).is_dir()
        assert folders.roaming.startswith(folders.profile)
        current = Environment.current()
        assert (current.home(), current.config_home()) == (folders.profile, folders.roaming)

    @pytest.mark.parametrize("name", ["USERPROFILE", "HOME", "HOMEPATH", "APPDATA"])
    def test_no_variable_moves_it_for_rattler_or_authui(self, tmp_path: Path, name: str) -> None:
        put(HOME / ".rattler" / "credentials.json", "profile")
        put(tmp_path / ".rattler" / "credentials.json", "variable")
        moved = {name: str(tmp_path)}
        assert rattler_sends(tmp_path, **moved) == "Bearer profile"
        assert authui_finds(tmp_path, **moved) == "Bearer profile"

    def test_without_an_answer_of_windows_there_is_none(self) -> None:
        variables = {"USERPROFILE": "C:\\x", "APPDATA": "C:\\x"}
        nowhere = Environment(variables, "C:\\", "win32", KnownFolders(None, None))
        assert (nowhere.home(), nowhere.config_home()) == (None, None)
        file = next(s for s in discover(nowhere, "rattler").stores if s.info.id == "file")
        assert file.blocks is not None
        assert "profile folder" in (file.blocks.hint or "")


class TestVariables:
    def test_their_names_may_be_written_in_any_case(self, tmp_path: Path) -> None:
        file = put(tmp_path / "a.json", "t")
        variables = {"Rattler_Auth_File": str(file)}
        assert rattler_sends(tmp_path, **variables) == "Bearer t"
        assert authui_finds(tmp_path, **variables) == "Bearer t"

    @pytest.mark.parametrize(
        "value",
        [
            "{drive}\\{rest}\\a b ü.json",
            "{drive}/{rest}/a b ü.json",
            "a b ü.json",
            ".\\a b ü.json",
            "{drive}a b ü.json",
            "\\{rest}\\a b ü.json",
            "\\\\?\\{drive}\\{rest}\\a b ü.json",
            "A B Ü.JSON",
        ],
    )
    def test_a_path_of_any_form(self, tmp_path: Path, value: str) -> None:
        folder = tmp_path / "Ordner für alles"
        put(folder / "a b ü.json", "t")
        drive, rest = os.path.splitdrive(str(folder))
        given = value.format(drive=drive, rest=rest.strip("\\"))
        sent = rattler_sends(folder, RATTLER_AUTH_FILE=given)
        assert sent == "Bearer t"
        assert authui_finds(folder, RATTLER_AUTH_FILE=given) == sent

    def test_a_tilde_is_a_folder_of_that_name(self, tmp_path: Path) -> None:
        put(tmp_path / "~" / "a.json", "t")
        assert rattler_sends(tmp_path, RATTLER_AUTH_FILE="~\\a.json") == "Bearer t"
        assert authui_finds(tmp_path, RATTLER_AUTH_FILE="~\\a.json") == "Bearer t"

    def test_half_a_character_counts_as_unset(self, tmp_path: Path) -> None:
        put(HOME / ".rattler" / "credentials.json", "profile")
        assert rattler_sends(tmp_path, RATTLER_AUTH_FILE="a\udcff") == "Bearer profile"
        assert authui_finds(tmp_path, RATTLER_AUTH_FILE="a\udcff") == "Bearer profile"

    @pytest.mark.parametrize("two", ["upper", "link", "short path"])
    def test_two_names_of_one_file_are_one_store(self, tmp_path: Path, two: str) -> None:
        file = put(HOME / ".rattler" / "credentials.json", "t")
        other = {
            "upper": str(file).upper(),
            "link": str(tmp_path / "link.json"),
            "short path": str(file.parent / "." / ".." / ".rattler" / "credentials.json"),
        }[two]
        if two == "link":
            os.link(file, other)
        environment = Environment(
            {"RATTLER_AUTH_FILE": other}, str(tmp_path), "win32", known_folders()
        )
        files = [s for s in discover(environment, "rattler").stores if "file" in s.info.names]
        assert [s.info.names for s in files] == [("auth-file", "file")]


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("f.json", StoreState.OK),
        ("f.json.", StoreState.OK),
        ("f.json ", StoreState.OK),
        ("none.json", StoreState.ABSENT),
        ("f.json\\x", StoreState.ABSENT),
        ("f.json:stream", StoreState.ABSENT),
        ("Q:\\x.json", StoreState.ABSENT),
        ("\\\\nowhere\\share\\x", StoreState.ABSENT),
        ("folder", StoreState.UNREADABLE),
        ("f.json\\", StoreState.UNREADABLE),
        ("f.json/", StoreState.UNREADABLE),
        ("a<b>.json", StoreState.UNREADABLE),
        ("CON", StoreState.UNREADABLE),
        ("nul", StoreState.UNREADABLE),
    ],
)
def test_rattler_stops_at_what_authui_cannot_read_and_only_at_that(
    tmp_path: Path, path: str, state: StoreState
) -> None:
    put(tmp_path / "f.json", "t")
    (tmp_path / "folder").mkdir()
    asked = rattler(tmp_path, RATTLER_AUTH_FILE=path)
    environment = Environment({"RATTLER_AUTH_FILE": path}, str(tmp_path), "win32", known_folders())
    store = next(s for s in discover(environment, "rattler").stores if s.info.id == "auth-file")
    assert store.list().state is state
    assert (store.blocks is not None) == (asked["stage"] == "client")
    assert asked["authorization"] == ("Bearer t" if state is StoreState.OK else None)


class TestNetrc:
    def test_its_name_begins_with_an_underscore(self, tmp_path: Path) -> None:
        (HOME / "_netrc").write_text("machine h.test login under password p\n")
        (HOME / ".netrc").write_text("machine h.test login dot password p\n")
        sent = rattler_sends(tmp_path)
        assert sent == "Basic dW5kZXI6cA=="
        assert authui_finds(tmp_path) == sent

    def test_the_variable(self, tmp_path: Path) -> None:
        (HOME / "_netrc").write_text("machine h.test login under password p\n")
        file = tmp_path / "my netrc"
        file.write_bytes(b"machine h.test\r\n  login v\r\n  password p\r\n")
        for given in (str(file), "my netrc"):
            sent = rattler_sends(tmp_path, NETRC=given)
            assert sent == "Basic djpw"
            assert authui_finds(tmp_path, NETRC=given) == sent

    @pytest.mark.parametrize("name", ["NUL", "nul", "C:\\NUL"])
    def test_the_null_device_turns_it_off(self, tmp_path: Path, name: str) -> None:
        (HOME / "_netrc").write_text("machine h.test login under password p\n")
        assert rattler_sends(tmp_path, NETRC=name) is None
        environment = Environment({"NETRC": name}, str(tmp_path), "win32", known_folders())
        netrc = netrc_of(environment)
        assert netrc.list().failure is None
        assert netrc.get("h.test").outcome is Outcome.MISS


def netrc_of(environment: Environment) -> Store:
    return next(s for s in discover(environment, "rattler").stores if s.info.id == "netrc")


class TestPixi:
    def test_its_layers(self, tmp_path: Path) -> None:
        found = discover(Environment.current(), "pixi").pixi
        assert found is not None
        assert [file.path for file in found.files] == [
            "C:\\ProgramData\\pixi\\config.toml",
            str(HOME / "AppData" / "Roaming" / "pixi" / "config.toml"),
            str(HOME / ".pixi" / "config.toml"),
        ]

    def test_the_later_wins_and_its_path_is_taken_as_it_stands(self, tmp_path: Path) -> None:
        for place, name in ((HOME / "AppData" / "Roaming" / "pixi", "r"), (HOME / ".pixi", "h")):
            place.mkdir(parents=True, exist_ok=True)
            line = f"authentication-override-file = 'C:\\tmp\\{name}.json'\r\n"
            (place / "config.toml").write_bytes(line.encode())
        found = discover(Environment.current(), "pixi").pixi
        assert found is not None
        assert found.override_file == "C:\\tmp\\h.json"
        assert found.override_origin == str(HOME / ".pixi" / "config.toml")
