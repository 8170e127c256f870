from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from authui.cli.test_command import Unparsable, status_of
from authui.model.errors import BadUrl
from authui.model.lookup import Failure, LookupResult, Match, Request
from authui.model.secret import Secret
from tests.support.program import run, run_on_terminal, without_colour, write_credentials

EMPTY = Request(Secret("u"), "u", None, None)
FOUND = LookupResult("u", Match("h", "file", "BearerToken"), EMPTY, None, "r", ())
NOTHING = replace(FOUND, match=None)
OWN = replace(NOTHING, request=replace(EMPTY, authorization=Secret("x")))
ELSEWHERE = replace(NOTHING, request=Request(None, None, None, None))
PARTIAL = replace(NOTHING, partial=True)
STOPPED = replace(NOTHING, request=None, failure=Failure("file", "m"))
NO_REQUEST = replace(FOUND, request=None, failure=Failure(None, "m"))
BAD = Unparsable("u", BadUrl("m"))


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([FOUND], 0),
        ([OWN], 0),
        ([FOUND, OWN], 0),
        ([NOTHING], 3),
        ([ELSEWHERE], 3),
        ([FOUND, NOTHING], 3),
        ([PARTIAL], 5),
        ([replace(FOUND, partial=True)], 5),
        ([STOPPED, NOTHING], 5),
        ([NO_REQUEST], 1),
        ([NO_REQUEST, STOPPED], 1),
        ([BAD, NO_REQUEST, STOPPED, NOTHING, FOUND], 2),
    ],
)
def test_exit_status(answers: list[LookupResult | Unparsable], status: int) -> None:
    assert status_of(answers) == status
    assert status_of(answers[::-1]) == status


def test_json_follows_the_contract(own_home: Path) -> None:
    write_credentials(own_home, {"*.prefix.dev": {"BearerToken": "pfx_canary0123456789"}})
    done = run("test", "--json", "https://repo.prefix.dev/my-channel")
    assert (done.err, done.status) == ("", 0)
    value = done.object
    assert value["version"] == 1
    (result,) = value["results"]
    assert list(result) == [
        *("url", "match", "request", "failure", "reason", "steps", "notes"),
    ]
    assert result["url"] == "https://repo.prefix.dev/my-channel"
    assert result["match"] == {"host": "*.prefix.dev", "store": "file", "kind": "BearerToken"}
    assert result["request"] == {
        "url": "https://repo.prefix.dev/my-channel",
        "authorization": "Bearer pfx_••••••",
    }
    assert result["failure"] is None
    assert result["reason"].startswith("*.prefix.dev from the credentials file")
    steps = [(step["host"], step["store"], step["outcome"]) for step in result["steps"]]
    assert ("*.prefix.dev", "file", "hit") in steps
    assert ("repo.prefix.dev", "file", "miss") in steps
    assert ("*.prefix.dev", "netrc", "skipped") in steps


def test_reveal_shows_header_and_url(own_home: Path) -> None:
    write_credentials(
        own_home,
        {"a.example": {"BearerToken": "canary-"}, "b.example": {"CondaToken": "tok/en"}},
    )
    urls = ["https://a.example/x", "https://b.example/x", "https://u:p@c.example/"]
    hidden = run("test", "--json", *urls)
    assert "canary-" not in hidden.out
    assert "tok/en" not in hidden.out
    assert "u:p@" not in hidden.out
    a, b, c = run("test", "--json", "--reveal", *urls).object["results"]
    assert a["request"]["authorization"] == "Bearer canary-"
    assert b["request"] == {"url": "https://b.example/t/tok/en/x", "authorization": None}
    assert c["url"] == "https://u:p@c.example/"
    assert c["request"] == {"url": "https://c.example/", "authorization": "Basic dTpw"}
    text = run("test", "--reveal", urls[0])
    assert "  URL            https://a.example/x\n" in text.out
    assert "  Authorization  Bearer canary-\n" in text.out


def test_text_says_the_reason_first_then_the_request_then_the_steps(own_home: Path) -> None:
    write_credentials(own_home, {"*.example": {"BearerToken": "canary"}})
    done = run("test", "https://a.example/x")
    assert (done.err, done.status) == ("", 0)
    assert done.out == (
        "*.example from the credentials file: Authorization: Bearer •••••• (bearer token)\n"
        "\n"
        "  URL            https://a.example/x\n"
        "  Authorization  Bearer ••••••\n"
        "\n"
        "  a.example\n"
        "    keychain  not there: No D-Bus session bus listens at its address\n"
        "    file      not there\n"
        "    netrc     not there\n"
        "  *.a.example\n"
        "    keychain  not there\n"
        "    file      not there\n"
        "    netrc     not there\n"
        "  *.example\n"
        "    keychain  not there\n"
        "    file      used\n"
        "    netrc     not asked\n"
    )
    assert without_colour(run_on_terminal("test", "https://a.example/x").out) == done.out


def test_nothing_applies() -> None:
    done = run("test", "https://a.example/x")
    assert done.status == 3
    assert done.out.startswith("Nothing is sent: no store has a pattern for this host\n")


def test_an_unparsable_url_leaves_the_others_answered(own_home: Path) -> None:
    write_credentials(own_home, {"a.example": {"BearerToken": "x"}})
    urls = ["https://u:canary@[bad/", "https://a.example/"]
    done = run("test", *urls)
    assert done.status == 2
    assert done.err.startswith("error: ")
    assert "a.example from the credentials file" in done.out
    assert "canary" not in done.out + done.err
    done = run("test", "--json", *urls)
    assert done.status == 2
    bad, good = done.object["results"]
    assert good["match"]["store"] == "file"
    assert bad["match"] is None
    assert bad["request"] is None
    assert bad["steps"] == []
    assert bad["failure"]["store"] is None
    assert bad["failure"]["message"] == bad["reason"]
    assert "canary" not in done.out + done.err


def test_a_file_that_does_not_decode_answers_every_url(own_home: Path) -> None:
    write_credentials(own_home, "{]")
    done = run("test", "--json", "https://a.example/", "https://b.example/")
    assert done.status == 5
    for result in done.object["results"]:
        assert result["request"] is None
        assert result["failure"]["store"] == "file"
        assert "line 1" in result["failure"]["message"]


def test_an_oauth_token_that_is_refreshed_first(own_home: Path) -> None:
    fields = {
        "access_token": "canary",
        "refresh_token": "canary",
        "expires_at": 1,
        "token_endpoint": "https://a.example/token",
        "revocation_endpoint": None,
        "client_id": "c",
    }
    write_credentials(own_home, {"a.example": {"OAuth": fields}})
    (result,) = run("test", "--json", "https://a.example/").object["results"]
    assert result["request"] == {
        "url": "https://a.example/",
        "authorization": None,
        "refresh": "first",
    }


def test_a_byte_that_is_not_utf_8_is_an_escape(own_home: Path) -> None:
    done = run("test", "--json", "https://a.example/\udcff")
    assert done.status in (2, 3)
    assert "canary" not in done.err
