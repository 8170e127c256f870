from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.support.judge import Judge

pytestmark = pytest.mark.rattler


def write(path: Path, entries: object) -> str:
    path.write_text(json.dumps(entries))
    return str(path)


def test_the_judge_is_real(own_home: Path) -> None:
    file = write(
        own_home / "a.json",
        {
            "h.test": {"BearerToken": "t"},
            "bucket": {
                "S3Credentials": {
                    "access_key_id": "KEY",
                    "secret_access_key": "s",
                    "session_token": None,
                }
            },
            "o.test": {
                "OAuth": {
                    "access_token": "old",
                    "refresh_token": "again",
                    "expires_at": int(time.time()) - 5,
                    "token_endpoint": "http://idp.test/token",
                    "revocation_endpoint": None,
                    "client_id": "c",
                }
            },
        },
    )
    variables = {"HOME": str(own_home), "RATTLER_AUTH_FILE": file}
    with Judge() as judge:
        sent = judge.send("http://h.test/c", variables=variables)
        assert sent.url == "http://h.test/c/noarch/repodata.json"
        assert sent.authorization == "Bearer t"

        sent = judge.send(
            "http://x.test/c",
            variables=variables,
            mirrors={"http://x.test/": ["http://h.test/m/"]},
        )
        assert sent.url == "http://h.test/m/c/noarch/repodata.json"

        sent = judge.send("s3://bucket/c", variables=variables, s3=True)
        assert sent.url is not None
        assert "X-Amz-Credential=KEY%2F" in sent.url
        sent = judge.send("s3://other/c", variables=variables, s3=True)
        assert sent.url is not None
        assert "X-Amz-Credential=AWSCHAIN%2F" in sent.url

        sent = judge.send("http://o.test/c", variables=variables)
        assert sent.authorization is None
        assert sent.refreshes == (
            {"grant_type": "refresh_token", "refresh_token": "again", "client_id": "c"},
        )
        answer = json.dumps({"access_token": "new", "expires_in": 3600})
        sent = judge.send("http://o.test/c", variables=variables, token_answer=answer)
        assert sent.authorization == "Bearer new"

        Path(file).write_text("{")
        sent = judge.send("http://h.test/c", variables=variables)
        assert (sent.url, sent.stage) == (None, "client")
        assert not sent.stores_accepted
        sent = judge.send("http://[", variables={"HOME": str(own_home)})
        assert sent.stage == "channel"


def test_the_judge_never_reads_a_home_it_was_not_given() -> None:
    with Judge() as judge, pytest.raises(ValueError, match="HOME"):
        judge.send("http://h.test/c", variables={})
