"""Whatever the audit finds, it tells no secret: not in a text, an id, a fix, a repr or an error."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from authui.model.errors import AuthuiError
from authui.services.audit.finding import Finding
from tests.leaks.canary import CANARY, LONG, in_text
from tests.leaks.stored import IN_FILE, fill_files, fill_keychain
from tests.services.audit.scenes import audit
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring

__all__ = ["gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = pytest.mark.keychain

PART = base64.urlsafe_b64encode(json.dumps({"exp": 1, "sub": CANARY}).encode()).decode()
JWT = f"{CANARY}.{PART.rstrip('=')}.{CANARY}"
OAUTH = {
    "access_token": JWT,
    "refresh_token": CANARY,
    "expires_at": None,
    "token_endpoint": f"http://user:{CANARY}@id.example/?t={CANARY}",
    "revocation_endpoint": f"http://id.example/t/{CANARY}/?t={CANARY}",
    "client_id": "c",
}
MORE = {
    "jwt.example": {"BearerToken": JWT},
    "strays.example": {"BearerToken": f"{CANARY}\r\n"},
    "oauth-1.example": {"OAuth": OAUTH},
    "oauth-2.example": {"OAuth": OAUTH},
    "ended.example": {"OAuth": {**OAUTH, "expires_at": 1, "refresh_token": None}},
    "h.example:80": {"BearerToken": CANARY},
    "*.github.io": {"BearerToken": CANARY},
    "*.prefix.dev": {"BearerToken": LONG},
    "repo.prefix.dev": {"BearerToken": CANARY},
    "anaconda.org": {"OAuth": {**OAUTH, "access_token": CANARY}},
    "*.netrc.example": {"BearerToken": CANARY},
    f"https://{CANARY}@host.example/": {"BearerToken": CANARY},
}
MIRRORS = f"""[mirrors]
"https://conda.test/" = ["http://jwt.example/t/{CANARY}/x?token={CANARY}"]
[s3-options.bucket]
endpoint-url = "http://s3.example/x?k={CANARY}"
region = "r"
force-path-style = true
"""


@pytest.fixture
def found(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> list[Finding]:
    """What pixi's stores give rise to where every secret in them is the canary."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    fill_files(own_home)
    fill_keychain(gnome_keyring.client)
    gnome_keyring.client.put("current", "no-text.example", CANARY.encode() + b"\xff")
    path = own_home / "auth.json"
    path.write_text(json.dumps({**IN_FILE, **MORE}))
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(path))
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text(MIRRORS)
    return list(audit("pixi").all())


def texts(finding: Finding) -> dict[str, str]:
    """Everything of a finding that can reach a person, a log or a crash report."""
    told = {
        "id": finding.id,
        "message": finding.message,
        "subject": str(finding.subject),
        "details": "\n".join(finding.details),
        "hint": str(finding.hint),
        "repr": repr(finding),
        "str": str(finding),
    }
    if finding.fix is not None:
        told["fix"] = "\n".join((finding.fix.words, *finding.fix.preview))
        told["repr of the fix"] = repr(finding.fix)
    return told


def test_no_finding_tells_a_secret(found: list[Finding]) -> None:
    rules = {one.rule for one in found}
    assert rules >= {
        "A6", "A10", "A11", "A12", "A13", "A19", "A21", "A22", "A23", "A24", "A25", "A27", "A45",
        "A54", "A56",
    }  # fmt: skip
    shown = [
        (one.rule, name) for one in found for name, text in texts(one).items() if in_text(text)
    ]
    assert shown == []
    assert len({one.id for one in found}) == len(found)


def test_nor_does_what_a_fix_says_it_did(found: list[Finding]) -> None:
    told: list[str] = []
    for rule in dict.fromkeys(one.rule for one in found if one.fix is not None):
        now = [one for one in audit("pixi").all() if one.rule == rule and one.fix is not None]
        try:
            told += [words for one in now[:1] for words in audit("pixi").mend(one)]
        except AuthuiError as error:
            told.append(f"{error!r} {error.hint}")
    assert len(told) > 8
    assert [text for text in told if in_text(text)] == []
