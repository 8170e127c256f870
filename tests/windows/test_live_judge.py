"""The judge itself: what real rattler finds here, where nothing of authui has been."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.credential_manager import Kept, everything, put
from tests.windows.judge import WindowsJudge, kept

URL = "http://h.test/c"


def test_nothing_is_sent_where_nothing_is_stored(judge: WindowsJudge) -> None:
    sent = judge.ask(URL)
    assert (sent.url, sent.authorization) == (f"{URL}/noarch/repodata.json", None)


def test_it_reads_credential_manager(judge: WindowsJudge) -> None:
    put(kept("h.test", '{"BearerToken":"é☃"}'))
    assert judge.ask(URL).authorization == "Bearer é☃"


def test_the_file_and_netrc_of_the_profile(judge: WindowsJudge, own_home: Path) -> None:
    (own_home / "_netrc").write_text("machine h.test login u password p\n")
    assert judge.ask(URL).authorization == "Basic dTpw"
    (own_home / ".rattler").mkdir()
    (own_home / ".rattler" / "credentials.json").write_text('{"h.test":{"BearerToken":"file"}}')
    assert judge.ask(URL).authorization == "Bearer file"
    auth_file = own_home / "aüth file.json"
    auth_file.write_text('{"h.test":{"BearerToken":"own"}}')
    assert judge.ask(URL, RATTLER_AUTH_FILE=str(auth_file)).authorization == "Bearer own"
    auth_file.unlink()


@pytest.mark.parametrize("case", ["utf-8", "mark", "end", "odd", "other type", "keyring", "user@"])
def test_what_it_takes_for_nothing(judge: WindowsJudge, case: str) -> None:
    text = '{"BearerToken":"t"}'
    blob = text.encode("utf-16-le")
    item = {
        "utf-8": Kept("h.test.rattler", text.encode() + b" "),
        "mark": Kept("h.test.rattler", b"\xff\xfe" + blob),
        "end": Kept("h.test.rattler", blob + b"\0\0"),
        "odd": Kept("h.test.rattler", blob + b"x"),
        "other type": Kept("h.test.rattler", blob, "d\\u", kind=2),
        "keyring": Kept("rattler", blob, "h.test"),
        "user@": Kept("h.test@rattler", blob, "h.test"),
    }[case]
    put(item)
    assert judge.ask(URL).authorization is None


@pytest.mark.parametrize("target", ["H.Test.rattler", "h.test.RATTLER"])
def test_letter_case_of_a_target_is_nothing_to_it(judge: WindowsJudge, target: str) -> None:
    put(Kept(target, '{"BearerToken":"t"}'.encode("utf-16-le")))
    assert judge.ask(URL).authorization == "Bearer t"


@pytest.mark.parametrize("host", ["localhost", "*.h.test"])
def test_what_it_writes_when_it_refreshes(judge: WindowsJudge, host: str) -> None:
    old = {
        "access_token": "old",
        "refresh_token": "again",
        "expires_at": 1,
        "token_endpoint": "http://idp.test/t",
        "revocation_endpoint": None,
        "client_id": "c",
    }
    put(kept(host, json.dumps({"OAuth": old})))
    url = f"http://{host.removeprefix('*.')}/c"
    answer = '{"access_token":"new","refresh_token":"next","expires_in":3600}'
    assert judge.ask(url, answer).authorization == "Bearer new"
    (item,) = everything()
    text = (item.blob or b"").decode("utf-16-le")
    assert json.loads(text)["OAuth"]["refresh_token"] == "next"
    assert text == json.dumps(json.loads(text), separators=(",", ":"))
    assert item == kept(host, text)
