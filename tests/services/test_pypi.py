"""The PyPI lookup where neither real uv nor real rattler can be asked; the rest is in tests/uv."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken, OAuth
from authui.model.entry import Outcome
from authui.model.errors import BadUrl, StoreCorrupt, StoreLocked
from authui.model.secret import Secret
from authui.services.pypi import pypi_lookup
from authui.stores.pixi_config import PixiConfig
from authui.stores.pypi.sources import PypiSources
from tests.support.pypi_home import KEYRING, NOW, Home, memory, on_wire, put_program, sent

CANARY = "canary-4711"
BEARER = BearerToken(Secret(CANARY))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_rattler_comes_first_and_unasked(home: Home) -> None:
    (home.folder / ".netrc").write_text("machine h.example login n password np")
    result = home.ask("https://h.example/simple", [memory({"*.example": BEARER})], KEYRING)
    assert (sent(result), result.winner) == (f"Bearer {CANARY}", "rattler")
    assert on_wire(result) == "https://h.example/simple/"
    assert result.rattler.match is not None
    assert result.keyring_calls == ()
    assert result.uv.masked_authorization == "Basic ••••••"
    assert result.reason == result.rattler.reason
    assert CANARY not in repr(result)


def test_a_user_name_in_the_url_keeps_rattler_out(home: Home) -> None:
    result = home.ask("https://bob@h.example/simple", [memory({"h.example": BEARER})])
    assert (sent(result), result.winner) == ("bob:", "url")
    assert [(s.source, s.outcome) for s in result.steps if s.source == "rattler"] == [
        ("rattler", Outcome.SKIPPED)
    ]


def test_a_name_without_a_password_from_rattler_goes_on_to_the_keyring(home: Home) -> None:
    put_program(home.folder, 'test "$2" = https://h.example/simple && echo kp')
    stores = [memory({"h.example": BasicHTTP("bob", Secret(""))})]
    result = home.ask("https://h.example/simple", stores, KEYRING)
    assert (sent(result), result.winner) == ("bob:kp", "keyring")
    assert [call.outcome for call in result.keyring_calls] == [Outcome.HIT]
    assert result.uv.keyring_calls == ()
    assert result.uv.authorization is None


def test_an_empty_bearer_token_is_replaced_by_what_uv_finds(home: Home) -> None:
    stores = [memory({"h.example": BearerToken(Secret(""))})]
    assert sent(home.ask("https://h.example/simple", stores)) == "Bearer "
    (home.folder / ".netrc").write_text("machine h.example login n password np")
    result = home.ask("https://h.example/simple", stores)
    assert (sent(result), result.winner) == ("n:np", "netrc")


def test_a_conda_token_goes_into_the_path_and_uv_goes_on_from_there(home: Home) -> None:
    stores = [memory({"h.example": CondaToken(Secret(CANARY))})]
    result = home.ask("https://h.example/x/simple", stores, KEYRING)
    assert on_wire(result) == f"https://h.example/t/{CANARY}/x/simple/"
    assert (sent(result), result.winner) == (None, "rattler")
    assert result.request is not None
    assert CANARY not in str(result.request.masked_url)
    folder = home.folder / "uv"
    folder.mkdir()
    (folder / "credentials.toml").write_text(
        '[[credential]]\nservice = "https://h.example/x"\nusername = "u"\npassword = "x"\n'
        f'[[credential]]\nservice = "https://h.example/t/{CANARY}"\nusername = "u"\npassword = "t"\n'
    )
    result = home.ask(
        "https://h.example/x/simple", stores, variables={"UV_CREDENTIALS_DIR": str(folder)}
    )
    assert (sent(result), result.winner) == ("u:t", "uv")
    assert result.uv.authorization == Secret("Basic " + base64.b64encode(b"u:x").decode())


OAUTH = OAuth(Secret(CANARY), "https://id.example", "c", Secret("r"), int(NOW) - 1)


def test_an_expired_token_is_refreshed_first_and_uv_stands_by(home: Home) -> None:
    result = home.ask("https://h.example/simple", [memory({"h.example": OAUTH})])
    assert result.request is not None
    assert result.request.refresh
    assert (sent(result), result.winner) == (None, "rattler")
    (home.folder / ".netrc").write_text("machine h.example login n password np")
    result = home.ask("https://h.example/simple", [memory({"h.example": OAUTH})])
    assert result.request is not None
    assert result.request.refresh
    assert (sent(result), result.winner) == ("n:np", "rattler")
    assert result.reason == (
        "h.example from the credentials file: the OAuth token is refreshed first; if that fails: "
        "the netrc file answers: Authorization: Basic ••••••"
    )


def test_an_expired_token_that_nothing_refreshes_leaves_it_to_uv(home: Home) -> None:
    (home.folder / ".netrc").write_text("machine h.example login n password np")
    expired = OAuth(Secret(CANARY), "https://id.example", "c", None, int(NOW) - 1)
    result = home.ask("https://h.example/simple", [memory({"h.example": expired})])
    assert (sent(result), result.winner) == ("n:np", "netrc")


def test_a_file_at_which_rattler_stops_stops_pixi(home: Home) -> None:
    broken = memory(failure=StoreCorrupt("It is no JSON"), blocks=True)
    result = home.ask("https://u:p@h.example/simple", [broken])
    assert result.request is None
    assert result.failure is not None
    assert result.failure.store == "file"
    assert result.uv.masked_authorization == "Basic ••••••"


def test_a_token_that_no_header_can_hold(home: Home) -> None:
    result = home.ask("https://h.example/", [memory({"h.example": BearerToken(Secret("a\nb"))})])
    assert result.failure is not None
    assert result.request is None
    folder = home.folder / "uv"
    folder.mkdir()
    (folder / "credentials.toml").write_text(
        '[[credential]]\nservice = "https://h.example/"\nscheme = "bearer"\ntoken = "a\\nb"\n'
    )
    result = home.ask("https://h.example/", variables={"UV_CREDENTIALS_DIR": str(folder)})
    assert result.failure is not None
    assert "control character" in result.reason
    assert result.uv.authorization is None


def test_a_locked_store_makes_the_answer_partial(home: Home) -> None:
    locked = memory(store="keychain", failure=StoreLocked("It is locked"))
    result = home.ask("https://h.example/simple", [locked])
    assert result.partial
    assert result.winner is None


def test_what_is_not_read_yet_is_not_foretold(home: Home) -> None:
    result = home.ask("https://h.example/simple", [memory(unread="h.example")])
    assert (result.request, result.winner, result.partial) == (None, "rattler", True)
    assert result.rattler.is_unread


def test_offline_is_said(home: Home) -> None:
    result = home.ask("https://h.example/simple", (), PixiConfig(offline=True))
    assert any("offline = true" in note for note in result.notes)


@pytest.mark.parametrize("url", ["", "h.example/simple", "https://", "https://h.example:99999/"])
def test_what_is_no_url(home: Home, url: str) -> None:
    with pytest.raises(BadUrl):
        home.ask(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///srv/index", "A file: URL names no host: no request is made"),
        ("mailto:x", "names no host"),
        ("s3://bucket/simple", "pixi makes no requests to s3: URLs for PyPI packages"),
        ("oci://ghcr.io/x", "pixi makes no requests to oci: URLs for PyPI packages"),
        ("https://%FF:hunter2@h.example/", "pixi stops at this index URL"),
        ("https://u:%FFhunter2@h.example/", "pixi stops at this index URL"),
    ],
)
def test_urls_to_which_nothing_is_sent(home: Home, url: str, message: str) -> None:
    result = home.ask(url, [memory({"h.example": BEARER})])
    assert result.failure is not None
    assert message in result.reason
    assert result.failure.message == result.reason
    assert (result.request, result.winner) == (None, None)
    assert "hunter2" not in repr(result)


def test_the_environment_signs_for_storage(home: Home) -> None:
    variables = {"UV_S3_ENDPOINT_URL": "https://s3.example/b"}
    result = home.ask("https://x.s3.example/b/simple", variables=variables)
    assert (result.winner, sent(result)) == ("provider", None)
    assert "UV_S3_ENDPOINT_URL" in result.reason
    for other in ("https://s3.example/bc", "https://xs3.example/b", "http://s3.example/b"):
        assert home.ask(other, variables=variables).winner is None
    assert home.ask("https://u:p@s3.example/b", variables=variables).winner == "url"
    result = home.ask("https://h.example/", variables={"UV_S3_ENDPOINT_URL": "s3.example"})
    assert result.failure is not None
    assert "UV_S3_ENDPOINT_URL" in result.reason


@pytest.mark.parametrize(
    ("url", "variables", "is_known"),
    [
        ("https://api.pyx.dev/simple/x", {}, False),
        ("https://files.astralhosted.com/x", {}, False),
        ("https://pyx.dev/simple", {}, True),
        ("http://files.astralhosted.com/x", {}, True),
        ("https://api.pyx.dev/x", {"PYX_API_URL": "https://h.example"}, True),
        ("https://h.example/x", {"PYX_API_URL": "https://h.example"}, False),
        ("https://a.h.example/x", {"PYX_CDN_DOMAIN": "h.example"}, False),
    ],
)
def test_uvs_own_registry_has_a_login_that_is_not_read(
    home: Home, url: str, variables: dict[str, str], is_known: bool
) -> None:
    result = home.ask(url, variables=variables)
    assert result.partial is not is_known
    assert (result.request is not None) is is_known


def test_the_sample_stores_run_and_read_nothing() -> None:
    sources = PypiSources(None, KEYRING)
    stores = [memory({"h.example": BEARER})]
    result = pypi_lookup("https://h.example/x", stores, sources, now=NOW, run_keyring=True)
    assert sent(result) == f"Bearer {CANARY}"
    result = pypi_lookup("https://u@h.example/x", stores, sources, now=NOW, run_keyring=True)
    assert (sent(result), result.keyring_calls, result.program) == ("u:", (), None)
