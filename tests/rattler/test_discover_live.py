"""Where real rattler looks for its files, and which of them it uses.

Each file that could be meant holds a token that tells where it lies, so that a wrong turn shows.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from authui.services.lookup import lookup
from authui.stores.discover import discover
from authui.stores.environment import Environment
from tests.support.judge import Judge

pytestmark = pytest.mark.rattler

HOSTS = ("any.test", "netrc.test", "nowhere.test")


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


class Place:
    """A home and a current directory in which every file that could be meant is there."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.cwd = root / "work"
        self.default = self.home / ".rattler" / "credentials.json"
        self.cwd.mkdir(parents=True)
        for folder in (self.home, self.cwd, self.cwd / "~", self.cwd / "home"):
            self.put(folder / ".rattler" / "credentials.json")
            self.put(folder / "a.json")
            self.netrc(folder / ".netrc")
            self.netrc(folder / "_netrc")
            self.netrc(folder / "n")

    def put(self, path: Path) -> Path:
        """A credentials file whose token is its own place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"any.test": {"BearerToken": self.name(path)}}))
        return path

    def netrc(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "".join(
                f"machine {host} login u password {self.name(path)}\n"
                for host in ("any.test", "netrc.test")
            )
        )
        return path

    def name(self, path: Path) -> str:
        return os.fsencode(path.relative_to(self.home.parent)).hex()


Change = Callable[[Place], Mapping[str, str]]
"""Prepares a place and says which variables to set."""


def auth(value: str) -> Change:
    return lambda place: {"RATTLER_AUTH_FILE": value.format(home=place.home, cwd=place.cwd)}


def netrc(value: str) -> Change:
    return lambda place: {"NETRC": value.format(home=place.home, cwd=place.cwd)}


def home(value: str) -> Change:
    return lambda place: {"HOME": value.format(home=place.home, cwd=place.cwd)}


def symlink(place: Place) -> Mapping[str, str]:
    (place.cwd / "link").symlink_to(place.default)
    return {"RATTLER_AUTH_FILE": str(place.cwd / "link")}


def dangling_symlink(place: Place) -> Mapping[str, str]:
    (place.cwd / "link").symlink_to("nowhere")
    return {"RATTLER_AUTH_FILE": "link"}


def circle(place: Place) -> Mapping[str, str]:
    (place.cwd / "link").symlink_to("link")
    return {"RATTLER_AUTH_FILE": "link"}


def hard_link(place: Place) -> Mapping[str, str]:
    (place.cwd / "link").hardlink_to(place.default)
    return {"RATTLER_AUTH_FILE": "link"}


def not_utf8(place: Place) -> Mapping[str, str]:
    place.put(Path(os.fsdecode(bytes(place.cwd) + b"/\xff")))
    return {"RATTLER_AUTH_FILE": os.fsdecode(b"\xff")}


def netrc_not_utf8(place: Place) -> Mapping[str, str]:
    place.netrc(Path(os.fsdecode(bytes(place.cwd) + b"/\xff")))
    return {"NETRC": os.fsdecode(b"\xff")}


def home_not_utf8(place: Place) -> Mapping[str, str]:
    folder = Path(os.fsdecode(bytes(place.cwd) + b"/\xff"))
    place.put(folder / ".rattler" / "credentials.json")
    place.netrc(folder / ".netrc")
    return {"HOME": str(folder)}


def no_default(place: Place) -> Mapping[str, str]:
    place.default.unlink()
    return {}


def default_folder_is_a_file(place: Place) -> Mapping[str, str]:
    place.default.unlink()
    place.default.parent.rmdir()
    place.default.parent.touch()
    return {"RATTLER_AUTH_FILE": str(place.cwd / "a.json")}


def default_is_broken(place: Place) -> Mapping[str, str]:
    place.default.write_text("{")
    return {"RATTLER_AUTH_FILE": str(place.cwd / "a.json")}


PLACES: dict[str, Change] = {
    "nothing set": lambda _: {},
    "no default file": no_default,
    "auth file absolute": auth("{cwd}/a.json"),
    "auth file empty": auth(""),
    "auth file relative": auth("a.json"),
    "auth file relative to the parent": auth("../home/a.json"),
    "auth file with a tilde": auth("~/a.json"),
    "auth file with only a tilde": auth("~"),
    "auth file with a variable": auth("$HOME/a.json"),
    "auth file with a space": auth(" a.json"),
    "auth file missing": auth("{cwd}/nowhere.json"),
    "auth file in a missing folder": auth("{cwd}/no/where.json"),
    "auth file is a directory": auth("{cwd}"),
    "auth file ends in a slash": auth("a.json/"),
    "auth file below a file": auth("{cwd}/a.json/b.json"),
    "auth file with a long name": auth("x" * 300),
    "auth file is the default": auth("{home}/.rattler/credentials.json"),
    "auth file is the default in other words": auth(
        "{home}/./.rattler/../.rattler/credentials.json"
    ),
    "auth file is a symlink to the default": symlink,
    "auth file is a dangling symlink": dangling_symlink,
    "auth file is a symlink to itself": circle,
    "auth file is a hard link to the default": hard_link,
    "auth file is not UTF-8": not_utf8,
    "auth file is a netrc": auth("{home}/.netrc"),
    "default folder is a file": default_folder_is_a_file,
    "default is broken": default_is_broken,
    "home relative": home("home"),
    "home is a tilde": home("~"),
    "home with a slash": home("{home}/"),
    "home missing": home("{cwd}/nowhere"),
    "home is a file": home("{cwd}/a.json"),
    "home is not UTF-8": home_not_utf8,
    "netrc absolute": netrc("{cwd}/n"),
    "netrc empty": netrc(""),
    "netrc relative": netrc("n"),
    "netrc with a tilde": netrc("~/n"),
    "netrc missing": netrc("{cwd}/nowhere"),
    "netrc is a directory": netrc("{cwd}"),
    "netrc is not UTF-8": netrc_not_utf8,
    "netrc is a credentials file": netrc("a.json"),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_same_file_answers(judge: Judge, tmp_path: Path, name: str) -> None:
    place = Place(tmp_path / "place")
    variables = {"HOME": str(place.home), **PLACES[name](place)}
    stores = discover(Environment(variables, str(place.cwd), "linux"), "rattler").stores
    for host in HOSTS:
        url = f"http://{host}/c/noarch/repodata.json"
        said = lookup(url, stores, client="rattler", now=time.time())
        sent = judge.send(f"http://{host}/c", variables=variables, cwd=str(place.cwd))
        assert sent.stores_accepted == (said.failure is None), sent
        if said.request is not None:
            header = said.request.authorization
            assert sent.url == url
            assert sent.authorization == (None if header is None else header.reveal())


def test_the_places_differ(judge: Judge, tmp_path: Path) -> None:
    answers = set()
    for number, change in enumerate(PLACES.values()):
        place = Place(tmp_path / str(number))
        variables = {"HOME": str(place.home), **change(place)}
        sent = judge.send("http://any.test/c", variables=variables, cwd=str(place.cwd))
        answers.add(sent.authorization or sent.stage)
    assert len(answers) > 8
