"""Stores that a test fills, and what the audit makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, Credential, OAuth, S3Credentials
from authui.model.secret import Secret
from authui.model.wire import decode_file, encode_file
from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding
from tests.services.audit.scenes import audit, default_file

FUTURE = 4_000_000_000


def bearer(text: str) -> BearerToken:
    return BearerToken(Secret(text))


def basic(text: str) -> BasicHTTP:
    return BasicHTTP("u", Secret(text))


def s3(text: str) -> S3Credentials:
    return S3Credentials("AKIA", Secret(text))


def oauth(text: str, *, refresh: str | None = None, expires_at: int | None = FUTURE) -> OAuth:
    again = None if refresh is None else Secret(refresh)
    return OAuth(Secret(text), "https://idp.test/t", "c", again, expires_at)


class Stores:
    """The credentials file, the file of RATTLER_AUTH_FILE and a netrc file of one home."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self._home = home
        self._patch = patch

    @property
    def variables(self) -> dict[str, str]:
        """What real rattler has to see to find them."""
        told = {"HOME": str(self._home)}
        if self.auth_path.exists():
            told["RATTLER_AUTH_FILE"] = str(self.auth_path)
        return told

    @property
    def auth_path(self) -> Path:
        """What RATTLER_AUTH_FILE names, once something was put there."""
        return self._home / "auth.json"

    @property
    def path(self) -> Path:
        """The default file."""
        return self._home / ".rattler" / "credentials.json"

    def file(self, entries: Mapping[str, Credential]) -> None:
        """Fill the default file."""
        default_file(self._home, encode_file(dict(entries)))

    def auth(self, entries: Mapping[str, Credential]) -> None:
        """Fill the file that RATTLER_AUTH_FILE then names."""
        self.auth_path.write_bytes(encode_file(dict(entries)))
        self.auth_path.chmod(0o600)
        self._patch.setenv("RATTLER_AUTH_FILE", str(self.auth_path))

    def netrc(self, text: str) -> None:
        """Write a netrc file."""
        path = self._home / ".netrc"
        path.write_text(text)
        path.chmod(0o600)

    def netrc_text(self) -> str:
        """What stands in the netrc file now."""
        return (self._home / ".netrc").read_text()

    @property
    def audit(self) -> Audit:
        """The audit of what stands there now."""
        return audit()

    def found(self, *rules: str) -> list[Finding]:
        """What these rules find now."""
        return [one for one in self.audit.all() if one.rule in rules]

    def only(self, rule: str) -> Finding:
        """The one thing that the rule finds."""
        (finding,) = self.found(rule)
        return finding

    def mend(self, finding: Finding) -> tuple[str, ...]:
        """Have it fixed."""
        return self.audit.mend(finding)

    def held(self, path: Path | None = None) -> dict[str, Credential]:
        """What a file holds now, the default one unless another is named."""
        return {e.host: e.credential for e in decode_file((path or self.path).read_bytes())}


def texts(findings: Iterable[Finding]) -> str:
    """Everything of them that can reach a person, a log or a crash report."""
    told: list[str] = []
    for one in findings:
        told += [one.id, one.message, *one.details, str(one.hint), repr(one), str(one.subject)]
        if one.fix is not None:
            told += [one.fix.words, *one.fix.preview, repr(one.fix)]
    return "\n".join(told)
