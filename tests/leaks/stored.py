"""Stores that hold the canary in every kind, field and place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from authui.stores.project_files import NAMES, PATTERNS
from tests.leaks.canary import CANARY, LONG
from tests.support.program import write_credentials
from tests.support.secret_service_client import SecretServiceClient

OAUTH = {
    "access_token": LONG,
    "refresh_token": CANARY,
    "expires_at": 4_000_000_000,
    "token_endpoint": f"https://user:{CANARY}@id.example/?t={CANARY}",
    "revocation_endpoint": f"https://id.example/t/{CANARY}/",
    "client_id": "c",
    "new": CANARY,
}
S3 = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": CANARY, "session_token": CANARY}

IN_FILE: dict[str, dict[str, Any]] = {
    "bearer.example": {"BearerToken": LONG},
    "basic.example": {"BasicHTTP": {"username": "user", "password": CANARY, "new": CANARY}},
    "conda.example": {"CondaToken": CANARY},
    "oauth.example": {"OAuth": OAUTH},
    "stale.example": {"OAuth": {**OAUTH, "expires_at": 1}},
    "control.example": {"BearerToken": f"{CANARY}\n{CANARY}\x1b]0;{CANARY}\x07"},
    "bucket": {"S3Credentials": S3},
    "s3.example": {"S3Credentials": S3},
    f"https://user:{CANARY}@url.example/t/{CANARY}/x?k={CANARY}": {"BearerToken": CANARY},
    f"user:{CANARY}@named.example": {"BearerToken": CANARY},
}

URLS = (
    *(f"https://{host}/x" for host in IN_FILE if host.endswith("example") and ":" not in host),
    "https://netrc.example/x",
    "https://twice.example/x",
    "https://kept.example/x",
    "s3://bucket/x",
    f"https://user:{CANARY}@own.example/t/{CANARY}/x?token={CANARY}#{CANARY}",
    f"https://{CANARY}@own.example/",
    f"http://conda.example/t/{CANARY}/x",
    f"https://user:{CANARY}@[bad/x",
    f"https://user:{CANARY}@own.example:99999/",
    f"s3://user:{CANARY}@bucket/t/{CANARY}/x?k={CANARY}",
    f"oci://user:{CANARY}@ghcr.io/x",
)


IN_PROJECT = (
    *URLS[-7:],
    f"http://bearer.example/{CANARY}",
    f"https://user:{CANARY}@{CANARY}.example.:99999999/",
    f"https://user:{CANARY}/x@own.example/",
    f"https://{LONG}@own.example/",
    f"https://{LONG}:@own.example:8443/x?sig={CANARY}&x={CANARY}",
    f"git+https://{CANARY}:{LONG}@own.example/x.git@main#{CANARY}",
    f"//user:{CANARY}@own.example/",
)


def fill_files(home: Path) -> tuple[Path, ...]:
    """Write a credentials file, a netrc and one more; their paths."""
    credentials = write_credentials(home, IN_FILE)
    netrc, own = home / ".netrc", home / "own.json"
    netrc.write_text(f"machine netrc.example login user password {CANARY}\n")
    netrc.chmod(0o600)
    own.write_text(json.dumps(IN_FILE))
    return credentials, netrc, own


def fill_project(folder: Path) -> tuple[Path, ...]:
    """Write URLs with secrets into every file of a project that is looked through; their paths."""
    written = []
    for name in (*NAMES, *(pattern.replace("*", "-x") for pattern in PATTERNS)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"# {url} {CANARY}\nurl: '{url}'\n" for url in IN_PROJECT))
        written.append(path)
    return tuple(written)


def fill_keychain(client: SecretServiceClient) -> None:
    """Three names in the keychain, of which one stands there twice."""
    bearer = json.dumps(IN_FILE["bearer.example"])
    for host in ("bearer.example", "kept.example", "twice.example"):
        client.put("current", host, bearer)
    client.put("python-keyring", "twice.example", bearer)
    client.put("current", "broken.example", f'{{"BearerToken": {CANARY}}}')
