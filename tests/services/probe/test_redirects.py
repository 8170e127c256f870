"""Where a redirect leads, the credential goes only if it was meant for that host."""

from __future__ import annotations

import pytest

from authui.model.probe import Verdict
from tests.services.probe.support import CANARY, answer, asked, serving, verdicts
from tests.support.loopback import Arrived


def test_a_redirect_to_another_port_never_gets_the_credential() -> None:
    with serving(lambda one: answer(401)) as other:
        to = f"Location: http://x:y@127.0.0.1:{other.port}/there?t=1"
        with serving(lambda one: answer(302, to)) as server:
            result = asked(server.url)
    assert [one.authorization for one in other.requests] == [None, None]
    assert [one.target for one in other.requests] == ["/there?t=1"] * 2
    assert f"redirects to 127.0.0.1:{other.port}" in result.conclusion
    assert all(CANARY.encode() not in one.everything for one in other.requests)


def test_a_redirect_to_another_name_of_the_host_never_gets_it() -> None:
    with serving(lambda one: answer(200)) as server:
        to = f"Location: http://localhost:{server.port}/b"
        server.answer = lambda one, _: answer(200) if one.target == "/b" else answer(307, to)
        asked(server.url)
    bare = [one for one in server.requests if one.target == "/b"]
    assert [one.authorization for one in bare] == [None, None]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_keeps_it(status: int) -> None:
    def reply(one: Arrived) -> bytes:
        if one.target == "/b/c":
            return answer(200 if one.authorization else 401)
        return answer(status, "Location: ../../b/c", "Set-Cookie: s=1")

    with serving(reply) as server:
        result = asked(f"{server.url}/a")
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.REFUSED)
    assert len(server.requests) == 4
    assert not any(one.header("cookie") for one in server.requests)


def test_redirects_in_a_circle_end() -> None:
    with serving(lambda one: answer(302, "Location: /again")) as server:
        result = asked(server.url)
    assert verdicts(result) == (Verdict.UNREACHABLE, Verdict.UNREACHABLE)
    assert "again and again" in result.conclusion
    assert len(server.requests) == 2 * 11


def test_a_redirect_to_nowhere() -> None:
    with serving(lambda one: answer(302, "Location: ftp://x/")) as server:
        assert verdicts(asked(server.url))[0] is Verdict.UNREACHABLE


def test_an_answer_from_another_host_is_an_answer() -> None:
    """Many servers send people on to where their files lie, with a signature in the URL."""
    with serving(lambda one: answer(200)) as other:
        to = f"Location: {other.url}/file?signature=s"

        def reply(one: Arrived) -> bytes:
            return answer(302, to) if one.authorization else answer(401)

        with serving(reply) as server:
            result = asked(server.url)
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.REFUSED)
    assert result.conclusion == "The server accepts the credential"
    assert result.with_ is not None
    assert (
        result.with_.detail == f"It redirects to {other.address}, where the credential is not sent"
    )
    assert other.requests[0].authorization is None


def test_what_redirects_everyone_to_a_public_place_is_public() -> None:
    with serving(lambda one: answer(200)) as other:
        to = f"Location: {other.url}/file"
        with serving(lambda one: answer(302, to)) as server:
            result = asked(server.url)
    assert verdicts(result) == (Verdict.ACCEPTED, Verdict.PUBLIC)
    assert "this channel is public" in result.conclusion
