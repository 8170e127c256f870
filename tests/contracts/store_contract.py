"""What every store must do, whatever keeps it. A store's tests subclass both contracts."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
    expiry_of,
    username_of,
)
from authui.model.entry import EntryState, Outcome
from authui.model.errors import StoreState
from authui.model.secret import Secret
from authui.stores.base import Store

CANARY = "canary-4711"

PASSWORDS: Mapping[str, Credential] = {
    "h.test": BasicHTTP("user", Secret(CANARY)),
    "*.h.test": BasicHTTP("ü", Secret("é☃\U0001f600" + CANARY)),
    "H.test": BasicHTTP("a:b", Secret("'\"\\{}" + CANARY)),
    "h.test.": BasicHTTP("[/x]", Secret("[bold]" + CANARY)),
    "h.test:8080": BasicHTTP("u", Secret(CANARY)),
    "bücher.test": BasicHTTP("u", Secret(CANARY)),
    "[fe80::1]": BasicHTTP("u", Secret("x" * 5000 + CANARY)),
}
ALL_KINDS: Mapping[str, Credential] = {
    **PASSWORDS,
    "bearer.test": BearerToken(Secret(CANARY)),
    "spaces.test": BearerToken(Secret(" a\tb\n" + CANARY)),
    "empty.test": BearerToken(Secret("")),
    "conda.test": CondaToken(Secret(CANARY)),
    "s3://bucket/a": S3Credentials("KEY", Secret(CANARY), Secret(CANARY)),
    "bucket": S3Credentials("KEY", Secret(CANARY)),
    "oauth.test": OAuth(
        Secret(CANARY),
        "https://idp.test/token",
        "client",
        refresh_token=Secret(CANARY),
        expires_at=1_790_000_000,
        revocation_endpoint="https://idp.test/revoke",
        audience="audience",
    ),
    "short.test": OAuth(Secret(CANARY), "", "", expires_at=-1),
}
SHORT_KINDS: Mapping[str, Credential] = {
    **{host: credential for host, credential in ALL_KINDS.items() if host != "H.test"},
    "[fe80::1]": BasicHTTP("u", Secret("x" * 1000 + CANARY)),
}
"""The same for a store that takes `H.test` for `h.test`, and no secret over 2,560 bytes."""


class StoreContract:
    """The contract. `make` builds a store that holds these credentials and nothing else.

    `folds_case` is for a store that takes upper and lower case for the same, as does rattler there:
    to it `H.test` is `h.test`, in all other things it is as exact as any. `reads_kinds` is off for
    a store whose system asks the person before it hands out a secret: there `list` reads none, and
    knows of an entry what `get` was told.
    """

    credentials: Mapping[str, Credential] = ALL_KINDS
    folds_case = False
    reads_kinds = True

    def make(self, credentials: Mapping[str, Credential]) -> Store:
        raise NotImplementedError

    def test_gets_exactly_what_it_holds(self) -> None:
        store = self.make(self.credentials)
        for host, credential in self.credentials.items():
            answer = store.get(host)
            assert answer.outcome is Outcome.HIT, host
            assert answer.credential == credential, host

    def test_lists_what_it_holds_and_shows_no_secret(self) -> None:
        store = self.make(self.credentials)
        if not self.reads_kinds:
            unread = store.list().entries
            assert {entry.host for entry in unread} == set(self.credentials)
            assert {(entry.kind, entry.state) for entry in unread} == {(None, EntryState.ACTIVE)}
            for host in self.credentials:
                store.get(host)
        listing = store.list()
        assert listing.state is StoreState.OK
        assert listing.failure is None
        assert listing.locked == 0
        assert {entry.host for entry in listing.entries} == set(self.credentials)
        for entry in listing.entries:
            assert entry.host is not None
            credential = self.credentials[entry.host]
            assert entry.kind == credential.kind
            assert entry.username == username_of(credential)
            assert entry.expires_at == expiry_of(credential)
            assert entry.state is EntryState.ACTIVE

    def test_a_key_is_taken_exactly(self) -> None:
        store = self.make({"h.test": PASSWORDS["h.test"]})
        for host in ("", "*", "h.tes", "h.test.", "H.test", "*.h.test", "h.test:80", "h.test/", " h.test",
                     "http://h.test", "\ud800", "h.test\0", "h" * 10_000):  # fmt: skip
            answer = store.get(host)
            if self.folds_case and host == "H.test":
                assert (answer.outcome, answer.credential) == (Outcome.HIT, PASSWORDS["h.test"])
            else:
                assert (answer.outcome, answer.credential) == (Outcome.MISS, None), host

    def test_answers_the_same_again(self) -> None:
        store = self.make(self.credentials)
        assert store.get("h.test") == store.get("h.test")
        assert store.get("none.test") == store.get("none.test")
        assert store.list() == store.list()

    def test_an_empty_store_is_fine(self) -> None:
        store = self.make({})
        assert store.list().entries == ()
        assert store.get("h.test").outcome is Outcome.MISS
        assert store.blocks is None

    def test_shows_no_secret(self) -> None:
        store = self.make(self.credentials)
        shown = [repr(store), repr(store.list()), repr(store.info), repr(store.notes)]
        shown += [repr(store.get(host)) for host in self.credentials]
        assert CANARY not in "".join(shown)


class BrokenStoreContract:
    """The contract of a store that cannot be read. `make_broken` builds one, with `CANARY` in it."""

    def make_broken(self) -> Store:
        raise NotImplementedError

    def test_says_what_is_wrong_instead_of_being_empty(self) -> None:
        store = self.make_broken()
        listing = store.list()
        assert not listing.state.is_answer
        assert listing.entries == ()
        assert listing.failure is not None
        assert listing.failure.state is listing.state
        assert listing.failure.message
        assert listing.failure.hint

    def test_answers_each_key_with_the_failure(self) -> None:
        for host in ("h.test", "", "*", "\ud800", "h.test\0"):
            store = self.make_broken()
            answer = store.get(host)
            assert answer.outcome in (Outcome.ERROR, Outcome.LOCKED)
            assert answer.credential is None
            assert answer.failure is not None
            assert answer.detail == answer.failure.message
            assert store.get(host) == answer

    def test_stops_rattler_by_the_failure_it_lists_or_not_at_all(self) -> None:
        store = self.make_broken()
        assert store.blocks in (None, store.list().failure)

    def test_a_failure_shows_no_secret(self) -> None:
        store = self.make_broken()
        failure = store.list().failure
        assert failure is not None
        shown = [repr(store), repr(store.list()), repr(store.get("h.test")), repr(store.notes)]
        shown += [*map(str, failure.args), failure.message, failure.hint or ""]
        shown += traceback.format_exception(failure)
        assert CANARY not in "".join(shown)
