from __future__ import annotations

import pytest

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
)
from authui.model.lookup import Failure, Request
from authui.model.request import build_request
from authui.model.secret import DOTS, Secret
from authui.model.url import parse_url

NOW = 1_790_000_000.7
CANARY = "canary-4711"


def oauth(left: int | None, *, refresh: bool, token: str = "tok") -> OAuth:
    return OAuth(
        Secret(token),
        "https://idp.test/token",
        "c",
        refresh_token=Secret("again") if refresh else None,
        expires_at=None if left is None else int(NOW) + left,
    )


def sent(url: str, credential: Credential | None) -> tuple[str | None, str | None, bool]:
    answer = build_request(parse_url(url), credential, NOW)
    assert isinstance(answer, Request)
    return (
        answer.url.reveal() if answer.url is not None else None,
        answer.authorization.reveal() if answer.authorization is not None else None,
        answer.refresh,
    )


@pytest.mark.parametrize(
    ("credential", "url", "authorization"),
    [
        (None, "http://h/c", None),
        (BearerToken(Secret("t")), "http://h/c", "Bearer t"),
        (BearerToken(Secret("")), "http://h/c", "Bearer "),
        (BearerToken(Secret("é\t☃")), "http://h/c", "Bearer é\t☃"),
        (BasicHTTP("u", Secret("p")), "http://h/c", "Basic dTpw"),
        (BasicHTTP("a:ü", Secret("")), "http://h/c", "Basic YTrDvDo="),
        (CondaToken(Secret("tok")), "http://h/t/tok/c", None),
        (CondaToken(Secret("a b/?")), "http://h/t/a%20b/%3F/c", None),
        (CondaToken(Secret("..")), "http://h/c", None),
        (S3Credentials("k", Secret("s")), "http://h/c", None),
    ],
)
def test_each_kind(credential: Credential | None, url: str, authorization: str | None) -> None:
    assert sent("http://h/c#fragment", credential) == (url, authorization, False)


@pytest.mark.parametrize(
    ("left", "refresh", "authorization", "refreshed"),
    [
        (None, True, "Bearer tok", False),
        (300, True, "Bearer tok", False),
        (299, True, "Bearer tok", True),
        (299, False, "Bearer tok", False),
        (1, True, "Bearer tok", True),
        (0, True, None, True),
        (0, False, None, False),
        (-(2**62), False, None, False),
        (2**62, True, "Bearer tok", False),
    ],
)
def test_each_row_of_oauth(
    left: int | None, refresh: bool, authorization: str | None, refreshed: bool
) -> None:
    credential = oauth(left, refresh=refresh)
    assert sent("http://h/c", credential) == ("http://h/c", authorization, refreshed)


def test_userinfo_wins_and_no_credential_is_added() -> None:
    assert sent("http://u:p@h/c", BearerToken(Secret("t"))) == ("http://h/c", "Basic dTpw", False)
    url, authorization, _ = sent("http://%FF:p@h/c", CondaToken(Secret("t")))
    assert (url, authorization) == ("http://%FF:p@h/t/t/c", None)


@pytest.mark.parametrize("bad", ["a\nb", "a\x00", "\x7f", "\x1f"])
def test_a_token_that_no_header_can_hold_makes_no_request(bad: str) -> None:
    for credential in (BearerToken(Secret(bad)), oauth(None, refresh=True, token=bad)):
        answer = build_request(parse_url("http://h/c"), credential, NOW)
        assert isinstance(answer, Failure)
        assert answer.hint
    # A refresh may bring one that can be sent.
    answer = build_request(parse_url("http://h/c"), oauth(60, refresh=True, token=bad), NOW)
    assert isinstance(answer, Request)
    assert (answer.authorization, answer.refresh, answer.only_refreshed) == (None, True, True)


def test_a_host_that_no_client_can_send() -> None:
    assert isinstance(build_request(parse_url("http://a{b/"), None, NOW), Failure)


def test_other_schemes_are_not_foretold() -> None:
    assert sent("oci://ghcr.io/x", BearerToken(Secret("t"))) == (None, "Bearer t", False)


@pytest.mark.parametrize(
    "credential",
    [
        BearerToken(Secret(CANARY)),
        BasicHTTP("u", Secret(CANARY)),
        oauth(None, refresh=True, token=CANARY),
        *(CondaToken(Secret(t)) for t in (CANARY, f"a/{CANARY}", f"../{CANARY}", f"{CANARY}/../{CANARY}",
                                          f"?{CANARY}", f"#{CANARY}", f"\\{CANARY}", f"x/t/{CANARY}")),
    ],
)  # fmt: skip
def test_masked_forms_show_no_secret(credential: Credential) -> None:
    answer = build_request(parse_url(f"http://h/c?x={CANARY}"), credential, NOW)
    assert isinstance(answer, Request)
    shown = f"{answer!r} {answer.masked_url} {answer.masked_authorization}"
    assert CANARY not in shown
    assert DOTS in shown
