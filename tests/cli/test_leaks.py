"""No secret leaves without `--reveal`."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Here
from tests.support.program import Run, run_on_terminal, write_credentials

CANARY = "canary7f3a9c"
LONG = f"pfx_{CANARY}{CANARY}"

URLS = (
    "https://bearer.example/x",
    "https://basic.example/x",
    "https://conda.example/x",
    "https://oauth.example/x",
    "https://stale.example/x",
    "https://control.example/x",
    "https://netrc.example/x",
    "s3://bucket/x",
    "https://s3.example/x",
    f"https://user:{CANARY}@own.example/t/{CANARY}/x?token={CANARY}#{CANARY}",
    f"https://{CANARY}@own.example/",
    f"http://conda.example/t/{CANARY}/x",
    f"https://user:{CANARY}@[bad/x",
    f"https://user:{CANARY}@own.example:99999/",
    f"s3://user:{CANARY}@bucket/t/{CANARY}/x?k={CANARY}",
    f"s3://user:{CANARY}@other/t/{CANARY}/x?k={CANARY}",
    f"oci://user:{CANARY}@ghcr.io/x",
)


@pytest.fixture(autouse=True)
def stores(own_home: Path) -> None:
    oauth = {
        "access_token": LONG,
        "refresh_token": CANARY,
        "expires_at": 4_000_000_000,
        "token_endpoint": f"https://user:{CANARY}@id.example/?t={CANARY}",
        "revocation_endpoint": None,
        "client_id": "c",
        "new": CANARY,
    }
    s3 = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": CANARY, "session_token": CANARY}
    write_credentials(
        own_home,
        {
            "bearer.example": {"BearerToken": LONG},
            "basic.example": {"BasicHTTP": {"username": "user", "password": CANARY}},
            "conda.example": {"CondaToken": CANARY},
            "oauth.example": {"OAuth": oauth},
            "stale.example": {"OAuth": {**oauth, "expires_at": 1}},
            "control.example": {"BearerToken": f"{CANARY}\n"},
            "bucket": {"S3Credentials": s3},
            "s3.example": {"S3Credentials": s3},
        },
    )
    (own_home / ".netrc").write_text(f"machine netrc.example login user password {CANARY}\n")


def check(done: Run) -> None:
    text = done.out + done.err
    assert CANARY not in text
    assert CANARY[::-1] not in text
    for word in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", text):
        for start in range(4):
            part = word[start:].rstrip("=")
            part = part[:-1] if len(part) % 4 == 1 else part
            decoded = base64.b64decode(part + "=" * (-len(part) % 4))
            assert CANARY.encode() not in decoded


@pytest.mark.parametrize("client", ["pixi", "rattler", "rattler-build"])
@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.parametrize("command", [["list"], ["stores"], ["test", *URLS]])
def test_no_command_shows_a_secret(
    client: str, form: list[str], command: list[str], here: Here
) -> None:
    check(here("--client", client, *command, *form))


def test_nor_does_it_on_a_terminal() -> None:
    check(run_on_terminal("list"))
    check(run_on_terminal("test", *URLS))


BROKEN = (
    f'{{"a.example": {{"BearerToken": "{CANARY}" "{CANARY}"}}}}',
    f'{{"a.example": "{CANARY}"}}',
    f'{{"a.example": {{"{CANARY}": "x"}}}}',
    f'{{"a.example": {{"BearerToken": "{CANARY}\n"}}}}',
    f'{{"a.example": {{"BearerToken": ["{CANARY}"]}}}}',
    f'{{"a.example": {{"BasicHTTP": {{"username": "u", "{CANARY}": 1}}}}}}',
    f"{CANARY}",
    f'"{CANARY}"',
)


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("command", [["list"], ["stores"], ["test", "https://a.example/"]])
def test_a_broken_file_leaks_nothing(
    text: str, command: list[str], own_home: Path, here: Here
) -> None:
    write_credentials(own_home, text)
    for form in ([], ["--json"]):
        done = here(*command, *form)
        assert done.status == 5
        check(done)


@pytest.mark.parametrize(
    "text",
    [
        f"machine a.example login u password x {CANARY}\n",
        f"machine a.example login u password\t{CANARY}\n{CANARY} x\n",
        f"{CANARY} machine a.example\n",
        f"machine a.example password {CANARY} port {CANARY}\n",
    ],
)
def test_a_broken_netrc_leaks_nothing(text: str, own_home: Path, here: Here) -> None:
    (own_home / ".netrc").write_text(text)
    for command in (["list"], ["stores"], ["test", "https://a.example/"]):
        for form in ([], ["--json"]):
            check(here(*command, *form))


def test_reveal_reveals(here: Here) -> None:
    """The canary itself is sound: it is there to be found."""
    assert CANARY in here("test", "--reveal", "https://bearer.example/x").out
