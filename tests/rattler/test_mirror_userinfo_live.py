"""User information on its way to a mirror, against real rattler."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from authui.model.credential import BearerToken
from authui.model.secret import Secret
from authui.model.url import parse_url
from authui.model.uv_url import without_userinfo
from authui.model.wire import encode_file
from authui.services.lookup import lookup
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig
from tests.support.judge import Judge

pytestmark = pytest.mark.rattler

MIRROR = "http://m.example/x/"


def bare(text: str) -> str:
    return without_userinfo(parse_url(text)).text


@pytest.fixture
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


@pytest.mark.parametrize("mirror", [MIRROR, "http://a:b@m.example/x/", "http://a@m.example/x/"])
@pytest.mark.parametrize("userinfo", ["", "u:p@", "u@", ":p@", "%FF:p@", "u:%FF@"])
def test_it_goes_to_the_mirror(
    judge: Judge, environment: Environment, mirror: str, userinfo: str
) -> None:
    home = environment.home() or ""
    stored = encode_file(
        {"m.example": BearerToken(Secret("mirror")), "o.example": BearerToken(Secret("own"))}
    )
    path = f"{home}/auth.json"
    with open(path, "wb") as file:
        file.write(stored)
    variables = {"HOME": home, "RATTLER_AUTH_FILE": path}
    url = f"http://{userinfo}o.example/c/noarch/repodata.json"
    channel = url.removesuffix("/noarch/repodata.json")
    sent = judge.send(channel, variables=variables, mirrors={"http://o.example/": [mirror]})
    discovery = discover(Environment(variables, home, "linux"), "pixi")
    pixi = PixiConfig(mirrors={"http://o.example/": (mirror,)})
    found = lookup(url, discovery.stores, pixi=pixi, now=0)
    assert found.request is not None
    assert found.request.url is not None
    header = found.request.authorization
    # Only what goes to a proxy, as here, holds the user information of a mirror.
    assert sent.url is not None
    assert (bare(sent.url), sent.authorization) == (
        bare(found.request.url.reveal()),
        None if header is None else header.reveal(),
    ), sent.error
