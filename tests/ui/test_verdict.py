"""The answer to a URL, in words and with its symbol."""

from __future__ import annotations

import pytest

from authui.model.credential import CondaToken, Credential, OAuth, S3Credentials
from authui.model.errors import BadUrl, StoreCorrupt
from authui.model.lookup import Client, LookupResult
from authui.model.secret import Secret
from authui.services.lookup import lookup
from authui.stores.memory import MemoryStore
from authui.ui.verdict import verdict_of, verdict_of_error, waiting
from tests.ui.support import info, token

NOW = 1_000_000.0


def ask(url: str, credential: Credential | None = None, client: Client = "pixi") -> LookupResult:
    held = {} if credential is None else {"a.example": credential}
    return lookup(url, [MemoryStore(info("file"), held)], client=client, now=NOW)


def oauth(expires_at: int | None, *, refresh: bool = False) -> OAuth:
    return OAuth(
        Secret("x"), "https://i.example", "c", Secret("r") if refresh else None, expires_at
    )


@pytest.mark.parametrize(
    ("url", "credential", "tone", "begins"),
    [
        ("https://a.example/c", token(), "good", "✓ a.example from the credentials file"),
        ("https://a.example/c", CondaToken(Secret("t")), "good", "✓ a.example"),
        ("https://a.example/c", oauth(None), "good", "✓ a.example"),
        ("https://a.example/c", oauth(5, refresh=True), "good", "✓ a.example"),
        ("https://u:p@b.example/c", None, "good", "✓ The user name in the URL"),
        ("https://a.example/c", oauth(5), "warning", "○ Nothing is sent"),
        ("https://a.example/c", S3Credentials("k", Secret("s")), "warning", "○ Nothing is sent"),
        ("https://b.example/c", token(), "warning", "○ Nothing is sent"),
        ("https://a.example/c", token("a\nb"), "bad", "✗ The token holds a control character"),
        ("ftp://a.example/c", None, "bad", "✗ pixi makes no requests"),
    ],
)
def test_the_symbol_says_whether_a_credential_goes_out(
    url: str, credential: Credential | None, tone: str, begins: str
) -> None:
    verdict = verdict_of(ask(url, credential))
    assert verdict.tone == tone
    assert verdict.sentence.startswith(begins)


def test_what_signs_or_is_exchanged_goes_out_too() -> None:
    held: dict[str, Credential] = {
        "a.example": token(),
        "s3://bucket": S3Credentials("k", Secret("s")),
    }
    store = MemoryStore(info("file"), held)
    for url in ("s3://bucket/c", "oci://a.example/c"):
        assert verdict_of(lookup(url, [store], client="rattler", now=NOW)).tone == "good"


@pytest.mark.parametrize("credential", [CondaToken(Secret("t")), oauth(5)])
def test_what_no_registry_understands_does_not_go_out(credential: Credential) -> None:
    assert verdict_of(ask("oci://a.example/c", credential, "rattler")).tone == "warning"


def test_a_file_that_stops_rattler_is_said_with_what_to_do() -> None:
    broken = MemoryStore(info("file"), {}, failure=StoreCorrupt("line 1", "Mend it"), blocks=True)
    verdict = verdict_of(lookup("https://a.example", [broken], client="pixi", now=NOW))
    assert verdict.tone == "bad"
    assert verdict.sentence.startswith("✗ Rattler-based tools stop at /home/demo/file")
    assert verdict.more == ("Mend it",)


def test_notes_are_told() -> None:
    assert verdict_of(ask("http://a.example/c", token())).more[0].startswith("http:// is not")


def test_what_is_no_url_yet_is_said_quietly() -> None:
    verdict = verdict_of_error(BadUrl("x is not a URL", "Write it in full"))
    assert (verdict.tone, verdict.sentence) == ("quiet", "x is not a URL")
    assert verdict.more == ("Write it in full",)


def test_waiting_names_the_keychain_where_it_is_the_keychain() -> None:
    assert waiting(("keychain", "file")).sentence == "Waiting for the keychain to answer…"
    assert waiting(("file",)).sentence == "Waiting for the stores to answer…"
