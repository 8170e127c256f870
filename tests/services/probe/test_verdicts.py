"""What is asked for, and what each pair of answers means."""

from __future__ import annotations

import base64

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken
from authui.model.probe import Verdict
from authui.model.secret import Secret
from tests.services.probe.support import CANARY, answer, asked, serving, verdicts


@pytest.mark.parametrize(
    ("statuses", "expected", "said"),
    [
        ((200, 401), (Verdict.ACCEPTED, Verdict.REFUSED), "The server accepts the credential"),
        ((200, 200), (Verdict.ACCEPTED, Verdict.PUBLIC), "this channel is public"),
        ((401, 401), (Verdict.REFUSED, Verdict.REFUSED), "refuses the credential (401)"),
        ((401, 200), (Verdict.REFUSED, Verdict.PUBLIC), "the credential is what breaks it"),
        ((403, 401), (Verdict.FORBIDDEN, Verdict.REFUSED), "knows the credential, but it may not"),
        ((403, 403), (Verdict.FORBIDDEN, Verdict.FORBIDDEN), "with the credential and without"),
        ((403, 200), (Verdict.FORBIDDEN, Verdict.PUBLIC), "the credential is what breaks it"),
        ((404, 404), (Verdict.NOT_FOUND, Verdict.NOT_FOUND), "There is no such channel"),
        ((404, 401), (Verdict.NOT_FOUND, Verdict.REFUSED), "no such channel for this credential"),
        ((404, 200), (Verdict.NOT_FOUND, Verdict.PUBLIC), "the credential is what breaks it"),
        ((503, 503), (Verdict.UNREACHABLE, Verdict.UNREACHABLE), "trouble of its own (503)"),
        ((429, 429), (Verdict.UNREACHABLE, Verdict.UNREACHABLE), "come back later (429)"),
        ((418, 418), (Verdict.UNREACHABLE, Verdict.UNREACHABLE), "says nothing about"),
        ((400, 200), (Verdict.UNREACHABLE, Verdict.PUBLIC), "asked with the credential it does"),
        ((410, 410), (Verdict.NOT_FOUND, Verdict.NOT_FOUND), "at this address (410)"),
        ((200, 503), (Verdict.ACCEPTED, Verdict.UNREACHABLE), "The server accepts the credential"),
    ],
)
def test_each_pair_of_answers_means_something(
    statuses: tuple[int, int], expected: tuple[Verdict, Verdict], said: str
) -> None:
    with serving(lambda one: answer(statuses[one.authorization is None])) as server:
        result = asked(f"{server.url}/channel")
    assert verdicts(result) == expected
    assert said in result.conclusion
    assert [one.target for one in server.requests] == ["/channel/noarch/repodata.json"] * 2
    assert [one.authorization for one in server.requests] == [f"Bearer {CANARY}".encode(), None]
    assert result.host == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        (200, Verdict.PUBLIC, "works without a credential"),
        (401, Verdict.REFUSED, "wants a credential"),
        (403, Verdict.FORBIDDEN, "forbids it without"),
        (404, Verdict.NOT_FOUND, "finds no such channel"),
    ],
)
def test_without_a_credential_only_the_bare_request_is_made(
    status: int, verdict: Verdict, said: str
) -> None:
    with serving(lambda one: answer(status)) as server:
        result = asked(f"{server.url}/c", None)
    assert verdicts(result) == (None, verdict)
    assert said in result.conclusion
    assert len(server.requests) == 1


def test_a_conda_token_is_asked_about_in_its_path() -> None:
    with serving(lambda one: answer(404 if one.target.startswith("/t/") else 401)) as server:
        result = asked(f"{server.url}/c", CondaToken(Secret(CANARY)))
    assert [one.target for one in server.requests] == [
        f"/t/{CANARY}/c/noarch/repodata.json",
        "/c/noarch/repodata.json",
    ]
    assert [one.authorization for one in server.requests] == [None, None]
    assert "wrong or revoked token" in result.conclusion


def test_user_information_of_the_url_is_a_credential_too() -> None:
    with serving(lambda one: answer(200)) as server:
        url = f"http://me:{CANARY}@127.0.0.1:{server.port}/c"
        result = asked(url, None)
    value = base64.b64encode(f"me:{CANARY}".encode())
    assert [one.authorization for one in server.requests] == [b"Basic " + value, None]
    assert CANARY not in result.url


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", "/noarch/repodata.json"),
        ("/c/", "/c/noarch/repodata.json"),
        ("/c/noarch", "/c/noarch/repodata.json"),
        ("/c/linux-64/", "/c/linux-64/repodata.json"),
        ("/c/noarch/repodata.json.zst", "/c/noarch/repodata.json.zst"),
        ("/c/noarch/p-1-0.conda", "/c/noarch/p-1-0.conda"),
        ("/c?k=v#f", "/c/noarch/repodata.json"),
        ("/c//", "/c//noarch/repodata.json"),
        ("/c/noarch/repodata.json?k=v", "/c/noarch/repodata.json?k=v"),
        ("/c/^/%7e", "/c/^/%7e/noarch/repodata.json"),
    ],
)
def test_what_is_asked_for(path: str, target: str) -> None:
    with serving(lambda one: answer(200)) as server:
        asked(server.url + path, None)
    assert server.requests[0].target == target


def test_the_header_arrives_byte_for_byte() -> None:
    with serving(lambda one: answer(200)) as server:
        asked(server.url, BearerToken(Secret("é☃\t")))
        asked(server.url, BasicHTTP("ü", Secret("p:w")))
    assert server.requests[0].authorization == "Bearer é☃\t".encode()
    assert server.requests[2].authorization == b"Basic " + base64.b64encode("ü:p:w".encode())


def test_a_web_page_is_no_channel() -> None:
    with serving(lambda one: answer(200, body=b"\n<!doctype html>")) as server:
        result = asked(server.url)
    assert verdicts(result) == (Verdict.UNREACHABLE, Verdict.UNREACHABLE)
    assert "web page" in result.conclusion


def test_a_web_page_may_be_asked_for() -> None:
    with serving(lambda one: answer(200, body=b"<html>")) as server:
        assert verdicts(asked(f"{server.url}/c/index.html"))[0] is Verdict.ACCEPTED


def test_a_wrong_token_and_a_channel_that_is_not_there_look_the_same() -> None:
    with serving(lambda one: answer(404)) as server:
        result = asked(f"{server.url}/c", CondaToken(Secret(CANARY)))
    assert "and of a wrong token for a private one" in result.conclusion
