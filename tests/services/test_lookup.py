from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
)
from authui.model.entry import Answer, Entry, EntryState, Outcome, StoreId
from authui.model.errors import (
    BadUrl,
    StoreAbsent,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreState,
    StoreTimeout,
)
from authui.model.lookup import Client, LookupResult
from authui.model.secret import DOTS, Secret
from authui.services.lookup import lookup
from authui.stores.base import Store, StoreInfo
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig, S3Bucket

NOW = 1_790_000_000.0
CANARY = "canary-4711"
BEARER = BearerToken(Secret(CANARY))
S3 = S3Credentials("KEY", Secret(CANARY))


def info(store: StoreId) -> StoreInfo:
    return StoreInfo(store, (store,), store, f"/{store}", "default", encrypted=None)


def memory(
    store: StoreId,
    credentials: Mapping[str, Credential] | None = None,
    *,
    failure: StoreError | None = None,
    blocks: bool = False,
    ambiguous: str | None = None,
) -> Store:
    special = {}
    if ambiguous is not None:
        entry = Entry(ambiguous, store, state=EntryState.AMBIGUOUS)
        special = {ambiguous: (entry, Answer(Outcome.AMBIGUOUS, detail="two items"))}
    return MemoryStore(
        info(store), credentials or {}, failure=failure, blocks=blocks, special=special
    )


def ask(
    url: str,
    *stores: Store,
    client: Client = "rattler",
    pixi: PixiConfig | None = None,
) -> LookupResult:
    result = lookup(url, stores, client=client, pixi=pixi, now=NOW)
    assert (result.request is None) != (result.failure is None)
    assert result.reason
    assert not result.reason.endswith(".")
    assert CANARY not in repr(result)
    return result


def steps(result: LookupResult) -> list[tuple[str, str, str]]:
    return [(step.host, step.store, step.outcome) for step in result.steps]


def test_goes_key_by_key_not_store_by_store() -> None:
    result = ask(
        "https://repo.prefix.dev/c",
        memory("auth-file", {"*.prefix.dev": BearerToken(Secret("wildcard"))}),
        memory("keychain"),
        memory("netrc", {"repo.prefix.dev": BasicHTTP("u", Secret("p"))}),
    )
    assert result.match is not None
    assert (result.match.host, result.match.store) == ("repo.prefix.dev", "netrc")
    assert steps(result) == [
        ("repo.prefix.dev", "auth-file", "miss"),
        ("repo.prefix.dev", "keychain", "miss"),
        ("repo.prefix.dev", "netrc", "hit"),
    ]
    assert result.reason == (
        f"repo.prefix.dev from the netrc file: Authorization: Basic {DOTS} (user name and password)"
    )


def test_after_a_hit_the_other_stores_are_not_asked_for_the_same_key() -> None:
    result = ask(
        "https://repo.prefix.dev/c",
        memory("auth-file"),
        memory("keychain", {"*.prefix.dev": BEARER}),
        memory("file", {"*.prefix.dev": BEARER}),
    )
    assert steps(result)[-3:] == [
        ("*.prefix.dev", "auth-file", "miss"),
        ("*.prefix.dev", "keychain", "hit"),
        ("*.prefix.dev", "file", "skipped"),
    ]
    assert result.request is not None
    assert result.request.authorization == Secret(f"Bearer {CANARY}")
    assert not result.partial


def test_nothing_applies() -> None:
    result = ask("https://h.test/c", memory("file", {"x.test": BEARER}))
    assert result.match is None
    assert result.request is not None
    assert result.request.authorization is None
    assert result.reason == "Nothing is sent: no store has a pattern for this host"


def test_userinfo_needs_no_store() -> None:
    result = ask(f"http://u:{CANARY}@h.test/c", memory("file", {"h.test": BEARER}))
    assert result.steps == ()
    assert result.match is None
    assert "no store is asked" in result.reason
    assert CANARY not in result.url


def test_a_broken_file_stops_every_request() -> None:
    corrupt = StoreCorrupt('host "x": unknown kind (line 1, column 42)', "Rename it")
    result = ask(
        "https://h.test/c",
        memory("auth-file", {"h.test": BEARER}),
        memory("file", failure=corrupt, blocks=True),
    )
    assert result.failure is not None
    assert result.failure.store == "file"
    assert "line 1, column 42" in result.failure.message
    assert result.failure.hint == "Rename it"
    assert result.steps == ()


def test_an_ambiguous_pattern_is_passed_over_and_said() -> None:
    keychain = memory("keychain", ambiguous="h.test")
    result = ask("https://h.test/c", keychain)
    assert "several items for h.test" in result.reason
    result = ask("https://h.test/c", keychain, memory("file", {"h.test": BEARER}))
    assert result.match is not None
    assert result.match.store == "file"
    assert any("several items for h.test" in note for note in result.notes)


@pytest.mark.parametrize(
    ("failure", "partial"),
    [
        (StoreLocked("locked"), True),
        (StoreTimeout("no answer"), True),
        (StoreAbsent("no keychain"), False),
    ],
)
def test_a_store_that_cannot_be_asked_makes_the_answer_partial(
    failure: StoreError, partial: bool
) -> None:
    stores = (memory("keychain", failure=failure), memory("file", {"*.test": BEARER}))
    result = ask("https://h.test/c", *stores)
    assert result.partial is partial
    assert result.match is not None
    assert {step.state for step in result.steps if step.store == "keychain"} == {failure.state}


def test_a_silent_keychain_costs_rattler_two_seconds_a_key() -> None:
    result = ask("https://a.b.test/c", memory("keychain", failure=StoreTimeout("no answer")))
    (note,) = result.notes
    assert "2 s for each of the 4 keys" in note
    assert "8 s in all" in note


def test_a_locked_keychain_is_named() -> None:
    result = ask("https://h.test/c", memory("keychain", failure=StoreLocked("locked")))
    assert "stays locked" in result.reason
    assert any("asks to unlock" in note for note in result.notes)


@pytest.mark.parametrize(
    ("credential", "part"),
    [
        (CondaToken(Secret(CANARY)), "conda token goes into the path"),
        (S3, "only sign s3:// requests"),
        (OAuth(Secret(CANARY), "https://i", "c", expires_at=1), "has expired"),
        (OAuth(Secret(CANARY), "https://i", "c", Secret("r"), int(NOW) + 60), "refreshed first"),
        (OAuth(Secret(CANARY), "https://i", "c", Secret("r"), 1), "the old one has expired"),
        (OAuth(Secret("\n"), "https://i", "c", Secret("r"), int(NOW) + 60), "no request is made"),
        (BearerToken(Secret(CANARY + "\n")), "control character"),
    ],
)
def test_reasons_of_each_kind(credential: Credential, part: str) -> None:
    assert part in ask("https://h.test/c", memory("file", {"h.test": credential})).reason


def test_http_is_not_encrypted() -> None:
    stores = (memory("file", {"h.test": BEARER}),)
    assert any("not encrypted" in note for note in ask("http://h.test/c", *stores).notes)
    assert not ask("https://h.test/c", *stores).notes


def test_s3_is_signed_by_s3_credentials_and_nothing_else() -> None:
    result = ask("s3://bucket/c", memory("file", {"s3://bucket": S3}))
    assert "signs the request" in result.reason
    assert result.request is not None
    assert result.request.url is None
    assert any("configures an endpoint" in note for note in result.notes)
    result = ask("s3://bucket/c", memory("file", {"bucket": BEARER}))
    assert result.failure is not None
    assert result.failure.store is None
    assert result.match is not None
    assert "AWS" in ask("s3://bucket/c", memory("file")).reason


def test_pixi_asks_for_s3_only_where_the_bucket_is_configured() -> None:
    stores = (memory("file", {"bucket": S3}),)
    plain = PixiConfig()
    result = ask("s3://bucket/c", *stores, client="pixi", pixi=plain)
    assert "[s3-options.bucket]" in result.reason
    assert result.match is None
    configured = replace(
        plain,
        s3_buckets={"bucket": S3Bucket("https://e.test", "r", force_path_style=True, origin="x")},
    )
    result = ask("s3://bucket/c", *stores, client="pixi", pixi=configured)
    assert result.match is not None


@pytest.mark.parametrize("url", ["oci://ghcr.io/x", "gcs://bucket/x"])
def test_pixi_asks_no_store_for_oci_and_gcs(url: str) -> None:
    stores = (memory("file", {"ghcr.io": BEARER, "bucket": BEARER}),)
    result = ask(url, *stores, client="pixi", pixi=PixiConfig())
    assert (result.match, result.steps) == (None, ())
    assert result.reason.startswith("No store is asked")


@pytest.mark.parametrize(
    ("credential", "part"),
    [
        (BEARER, "bearer token"),
        (BasicHTTP("u", Secret(CANARY)), "exchanged"),
        (CondaToken(Secret(CANARY)), "no registry understands"),
    ],
)
def test_rattler_asks_the_store_for_oci(credential: Credential, part: str) -> None:
    result = ask("oci://GHCR.io/x", memory("file", {"*.GHCR.io": credential}))
    assert part in result.reason
    assert result.match is not None


@pytest.mark.parametrize(
    ("url", "client"),
    [("file:///x", "pixi"), ("data:x", "rattler"), ("ftp://h.test/", "pixi"), ("oci://x/", "rattler-build"),
     ("prefix.dev:443", "pixi")],
)  # fmt: skip
def test_urls_that_are_never_requested(url: str, client: Client) -> None:
    result = ask(url, memory("file", {"h.test": BEARER}), client=client)
    assert result.failure is not None
    assert result.failure.store is None


def test_mirrors_come_first() -> None:
    pixi = replace(
        PixiConfig(),
        mirrors={"https://conda.anaconda.org/": ("https://m.test/conda/", "https://n.test/")},
    )
    stores = (memory("file", {"m.test": BEARER, "conda.anaconda.org": S3}),)
    result = ask("https://conda.anaconda.org/x", *stores, client="pixi", pixi=pixi)
    assert result.match is not None
    assert result.match.host == "m.test"
    assert result.request is not None
    assert result.request.url == Secret("https://m.test/conda/x")
    assert any("1 other mirror" in note for note in result.notes)
    assert result.url == "https://conda.anaconda.org/x"


def test_an_empty_list_of_mirrors_makes_no_request() -> None:
    pixi = PixiConfig(mirrors={"https://h.test/": ()})
    result = ask("https://h.test/x", memory("file", {"h.test": BEARER}), client="pixi", pixi=pixi)
    assert result.failure is not None
    assert "empty list" in result.reason


def test_an_unparsable_url_is_refused() -> None:
    with pytest.raises(BadUrl):
        ask("http://[", memory("file"))


def test_states_of_steps_are_states() -> None:
    result = ask("https://h.test/", memory("keychain", failure=StoreLocked("locked")))
    assert result.steps[0].state is StoreState.LOCKED


def test_offline_pixi_is_said() -> None:
    stores = (memory("file", {"h.test": BEARER}),)
    result = ask("https://h.test/", *stores, client="pixi", pixi=PixiConfig(offline=True))
    assert any("offline" in note for note in result.notes)
    result = ask("https://h.test/", *stores, client="rattler", pixi=PixiConfig(offline=True))
    assert not result.notes
