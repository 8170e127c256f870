from __future__ import annotations

import pytest

from authui.model.entry import EntryState
from authui.model.errors import StoreState
from authui.model.lookup import CLIENTS, Client, LookupResult
from authui.services.catalog import list_entries
from authui.services.lookup import lookup
from authui.stores.demo import demo_discovery

NOW = 1_800_000_000


def answer(url: str, client: Client = "pixi") -> LookupResult:
    demo = demo_discovery(client, NOW)
    return lookup(url, demo.stores, client=client, pixi=demo.pixi, now=NOW)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_state_and_every_kind_is_there(client: Client) -> None:
    demo = demo_discovery(client, NOW)
    assert demo.client == client
    listing = list_entries(demo.stores)
    assert {entry.state for entry in listing.entries} == set(EntryState)
    kinds = {entry.kind for entry in listing.entries}
    assert kinds == {None, "BearerToken", "BasicHTTP", "CondaToken", "S3Credentials", "OAuth"}
    assert listing.blocked_by == ()
    assert not listing.is_partial


def test_the_stores_are_those_of_the_client() -> None:
    rest = ["auth-file", "keychain", "file", "netrc"]
    for client in CLIENTS:
        ids = [store.info.id for store in demo_discovery(client, NOW).stores]
        assert ids == (["override-file", *rest] if client == "pixi" else rest)
    states = {store.list().state for store in demo_discovery("pixi", NOW).stores}
    assert states == {StoreState.OK, StoreState.ABSENT}


def test_what_is_ambiguous_has_two_items_to_tell_apart() -> None:
    entries = list_entries(demo_discovery("pixi", NOW).stores).entries
    (entry,) = (entry for entry in entries if entry.state is EntryState.AMBIGUOUS)
    assert len(entry.items) == 2
    assert len({item.written_by for item in entry.items}) == 2
    for item in entry.items:
        assert item.label
        assert item.created is not None
        assert item.modified is not None
        assert item.created <= item.modified < NOW


def test_a_wildcard_of_the_keychain_answers() -> None:
    found = answer("https://repo.prefix.dev/my-channel")
    assert found.match is not None
    assert (found.match.host, found.match.store) == ("*.prefix.dev", "keychain")
    assert found.request is not None
    assert found.request.masked_authorization == "Bearer pfx_••••••"


def test_an_exact_pattern_beats_the_wildcard() -> None:
    found = answer("https://conda.corp.example/x")
    assert found.match is not None
    assert (found.match.host, found.match.store) == ("conda.corp.example", "auth-file")


def test_one_oauth_token_is_about_to_expire_and_one_has() -> None:
    soon = answer("https://sso.example/x")
    assert soon.request is not None
    assert soon.request.refresh
    assert soon.request.authorization is not None
    gone = answer("https://gone.example/x")
    assert gone.match is not None
    assert gone.request is not None
    assert gone.request.authorization is None


def test_pixi_has_options_for_the_bucket() -> None:
    found = answer("s3://my-bucket/channel")
    assert found.match is not None
    assert found.match.kind == "S3Credentials"


@pytest.mark.parametrize("url", ["https://internal.example/", "https://old.example/"])
def test_what_rattler_cannot_use_sends_nothing(url: str) -> None:
    found = answer(url)
    assert found.match is None
    assert found.request is not None
    assert found.request.authorization is None


def test_a_locked_entry_makes_the_answer_partial() -> None:
    assert answer("https://vault.example/").partial


def test_every_secret_says_that_it_is_a_fake() -> None:
    from authui.model.credential import BasicHTTP, BearerToken, CondaToken, OAuth, S3Credentials

    for store in demo_discovery("pixi", NOW).stores:
        for entry in store.list().entries:
            credential = store.get(entry.host or "").credential
            match credential:
                case BearerToken(token=secret) | CondaToken(token=secret):
                    secrets = [secret]
                case BasicHTTP(password=secret) | S3Credentials(secret_access_key=secret):
                    secrets = [secret]
                case OAuth(access_token=secret, refresh_token=other):
                    secrets = [secret] if other is None else [secret, other]
                case None:
                    secrets = []
            assert all("fake" in each.reveal() for each in secrets)
