"""What the audit finds on Windows, and that real rattler sends it once it is mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends.Windows import WinVaultKeyring

from authui.model.errors import BadInput
from authui.model.secret import Secret
from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.keychain.windows import CredentialManagerStore
from tests.windows.judge import WindowsJudge

TOKEN = '{"BearerToken":"canary-4711"}'


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(WinVaultKeyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def audit() -> Audit:
    return Audit(lambda: discover(Environment.current(), "rattler"), Environment.current())


def found(rule: str) -> list[Finding]:
    return [one for one in audit().all() if one.rule == rule]


def test_what_pythons_keyring_stored_is_sent_once_it_is_mended(judge: WindowsJudge) -> None:
    keyring.set_password("rattler", "h.test", TOKEN)
    assert judge.ask("http://h.test/c").authorization is None
    (finding,) = found("A29")
    assert finding.id == "A29:keychain:h.test:rattler"
    made = audit().mend(finding)
    assert "canary-4711" not in repr((finding, made))
    assert judge.ask("http://h.test/c").authorization == "Bearer canary-4711"
    assert keyring.get_password("rattler", "h.test") is None
    assert found("A29") == []


def test_a_bare_secret_is_left_to_the_person(judge: WindowsJudge) -> None:
    keyring.set_password("rattler", "h.test", "canary-4711")
    (finding,) = found("A29")
    with pytest.raises(BadInput):
        audit().mend(finding)
    assert keyring.get_password("rattler", "h.test") == "canary-4711"


def test_what_is_too_long_stays_in_the_file_and_is_said(
    own_home: Path, judge: WindowsJudge
) -> None:
    long = "x" * 1300
    path = own_home / ".rattler" / "credentials.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"h.test": {"BearerToken": long}}))
    (finding,) = found("A28")
    assert finding.id == "A28:file:h.test"
    assert "2,560" in " ".join(finding.details)
    assert judge.ask("http://h.test/c").authorization == f"Bearer {long}"
    CredentialManagerStore().write("h.test", Secret(TOKEN), before=None)
    (finding,) = found("A28")
    assert "An older credential for h.test is still there" in finding.details[1]
    assert judge.ask("http://h.test/c").authorization == "Bearer canary-4711"
