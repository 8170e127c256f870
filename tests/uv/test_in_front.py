"""Rattler's layer in front of uv: what it attaches, and what uv then makes of it.

Real rattler says the first, real uv the second. uv alone takes no header from elsewhere, so it is
given the user information that becomes the same header: what it does with a bearer token or a
path with a conda token is not seen here.
"""

from __future__ import annotations

import base64
import json
import os
import random
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pytest

from authui.model.pypi import PypiResult
from authui.model.url import parse_url
from authui.model.uv_url import page_of, services_of, without_userinfo
from authui.services.pypi import pypi_lookup
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.pixi_config import KeyringProvider
from authui.stores.pypi.sources import PypiSources
from tests.support.judge import Judge
from tests.uv.certificates import certificates
from tests.uv.index_proxy import IndexProxy
from tests.uv.real_uv import commands_in, commands_of, put_keyring, run_uv

pytestmark = pytest.mark.rattler

USERINFO = ("", "", "", "", "u@", "u:p@", ":p@", "u:@")
HOSTS = ("h.example", "a.b.example", "127.0.0.1", "[::1]")
PATHS = ("", "/simple", "/simple/", "/a/simple?x=1", "/x//")
KEYS = ("{host}", "{host}", "*.example", "*.{host}", "other.example", "m.example")
CREDENTIALS = (
    {"BearerToken": "token"},
    {"BearerToken": ""},
    {"CondaToken": "tok/en"},
    {"BasicHTTP": {"username": "u", "password": "p"}},
    {"BasicHTTP": {"username": "u", "password": ""}},
    {"BasicHTTP": {"username": "", "password": ""}},
    {"BasicHTTP": {"username": "", "password": "p"}},
    {"BasicHTTP": {"username": "u:x", "password": ""}},
    {"BasicHTTP": {"username": "ü", "password": "p:q"}},
    {"S3Credentials": {"access_key_id": "a", "secret_access_key": "b", "session_token": None}},
)
NETRCS = (
    None,
    None,
    "machine {host} login u password np",
    "machine {host} login u",
    "machine {host} login n password np",
    "# not for rattler\nmachine {host} login u password np",
    "default login u password dp",
)
MIRRORS = (None, None, "http://m.example/p/", "http://m:x@m.example/p/", "http://n@m.example/p")


@dataclass(frozen=True)
class Stored:
    """A home with stores, and what authui says of an index there."""

    url: str
    mirrors: Mapping[str, tuple[str, ...]]
    environment: Environment
    provider: KeyringProvider
    result: PypiResult

    @property
    def header(self) -> str | None:
        """What pixi sends in the end."""
        request = self.result.request
        if request is None or request.authorization is None:
            return None
        return request.authorization.reveal()


def _draw(rng: random.Random, folder: Path, *, with_mirrors: bool) -> Stored:
    host = rng.choice(HOSTS)
    url = f"http://{rng.choice(USERINFO)}{host}{rng.choice(('', ':8080'))}{rng.choice(PATHS)}"
    home = folder / secrets.token_hex(6)
    (home / ".rattler").mkdir(parents=True)
    entries = {
        rng.choice(KEYS).format(host=host): rng.choice(CREDENTIALS)
        for _ in range(rng.randint(0, 3))
    }
    (home / ".rattler" / "credentials.json").write_text(json.dumps(entries))
    netrc = rng.choice(NETRCS)
    if netrc is not None:
        (home / ".netrc").write_text(netrc.format(host=host))
    services = services_of(without_userinfo(parse_url(url)))
    variables = {
        "HOME": os.fspath(home),
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "KEYRING_LOG": os.fspath(home / "own.log"),
        "KEYRING_SERVICE": rng.choice((*services, "none")),
        "KEYRING_ANSWER": "kp\n",
    }
    environment = Environment(variables, os.fspath(home), "linux")
    mirror = rng.choice(MIRRORS) if with_mirrors else None
    page = page_of(without_userinfo(parse_url(url))).text.partition("?")[0]
    mirrors = {} if mirror is None else {page: (mirror,)}
    provider: KeyringProvider = rng.choice(("subprocess", "disabled"))
    found = discover(environment, "pixi")
    assert found.pixi is not None
    pixi = replace(found.pixi, keyring_provider=provider, mirrors=mirrors)
    result = pypi_lookup(url, found.stores, PypiSources(environment, pixi), now=0, run_keyring=True)
    return Stored(url, mirrors, environment, provider, result)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("front")
    put_keyring(found / "bin")
    return found


@pytest.fixture(scope="module")
def proxy(folder: Path) -> Iterator[IndexProxy]:
    with IndexProxy(certificates(folder, HOSTS[:2], ("127.0.0.1", "::1"))) as proxy:
        yield proxy


def test_real_rattler_attaches_the_same(folder: Path) -> None:
    """Asked for the page of the index; rattler adds the name of a channel's file to it."""
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    mirrored = 0
    with Judge() as judge:
        for _ in range(150):
            one = _draw(rng, folder, with_mirrors=True)
            request = one.result.rattler.request
            assert request is not None, (seed, one.url)
            assert request.url is not None
            slashed = {
                key: [page_of(parse_url(url)).text for url in urls]
                for key, urls in one.mirrors.items()
            }
            sent = judge.send(
                page_of(parse_url(one.url)).text,
                variables={"HOME": one.environment.variables["HOME"]},
                mirrors=slashed or None,
            )
            assert sent.url is not None, (seed, one.url, sent)
            mirrored += bool(slashed)
            said = parse_url(request.url.reveal())
            foretold = None if request.authorization is None else request.authorization.reveal()
            assert sent.authorization == foretold, (seed, one.url, one.mirrors)
            if not slashed and "?" not in one.url and not one.url.endswith("//"):
                name = "noarch/repodata.json"
                sent_page = without_userinfo(parse_url(sent.url)).text
                assert sent_page == said.text + name, (seed, one.url)
    assert mirrored > 40


def test_real_uv_makes_the_same_of_it(folder: Path, proxy: IndexProxy) -> None:
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    kinds = {"complete": 0, "name": 0, "found behind it": 0}
    for number in range(200):
        one = _draw(rng, folder, with_mirrors=False)
        first = one.result.rattler.request
        assert first is not None
        if first.authorization is None or one.result.partial:
            continue
        value = first.authorization.reveal()
        if not value.startswith("Basic") or value == "Basic Og==":
            continue
        name, _, password = base64.b64decode(value[6:]).decode().partition(":")
        said = quote(name, safe="") + (f":{quote(password, safe='')}" if password else "")
        index = without_userinfo(parse_url(one.url)).text
        home = Path(one.environment.variables["HOME"])
        proxy.expect(None, 401)
        ran = run_uv(
            proxy,
            index.replace("//", f"//{said}@", 1),
            f"pkg{number}",
            variables=dict(one.environment.variables),
            provider=one.provider,
            cache=folder / "cache",
            log=home / "uv.log",
        )
        assert {asked.authorization for asked in ran.asked} == {one.header}, (seed, one.url)
        told = commands_of(one.result.keyring_calls)
        assert ran.commands == commands_in(home / "own.log") == told, (seed, one.url)
        kinds["complete" if password else "name"] += 1
        kinds["found behind it"] += one.header != value
    assert min(kinds.values()) > 5, kinds
