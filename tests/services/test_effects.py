"""What a change will be worth, told before it is made."""

from __future__ import annotations

from dataclasses import replace

from authui.model.credential import BearerToken, Credential, S3Credentials
from authui.model.errors import NoCollection, StoreAbsent, StoreCorrupt, StoreLocked
from authui.model.secret import Secret
from authui.services.catalog import Listing, list_entries
from authui.services.effects import Effect, answers_after_removal, effect_of, foreseen
from authui.services.targets import default_target, targets, why_no_keychain
from authui.stores.base import Store
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from tests.contracts.test_stores import FILE, NETRC

AUTH_FILE = replace(FILE, id="auth-file", names=("auth-file",))
KEYCHAIN = replace(FILE, id="keychain", names=("keychain",), encrypted=True)
BEARER = BearerToken(Secret("t"))
S3 = S3Credentials("k", Secret("s"))


def listing(
    auth_file: dict[str, Credential] | None = None,
    keychain: dict[str, Credential] | None = None,
    file: dict[str, Credential] | None = None,
) -> Listing:
    return list_entries(
        [
            MemoryStore(AUTH_FILE, auth_file or {}),
            MemoryStore(KEYCHAIN, keychain or {}),
            MemoryStore(FILE, file or {}),
        ]
    )


def test_nothing_is_foreseen_where_nothing_is_in_the_way() -> None:
    assert foreseen(listing(), "h.test", "keychain") == Effect(None, ())


def test_an_earlier_store_shadows_it() -> None:
    found = listing(auth_file={"h.test": BEARER}, file={"h.test": BEARER})
    effect = foreseen(found, "h.test", "keychain")
    assert effect.shadowed_by == "auth-file"
    assert effect.sentences == (
        (
            "It would not be sent: the file of RATTLER_AUTH_FILE holds the same pattern and is asked "
            "first"
        ),
    )


def test_it_leaves_a_copy_in_a_later_store() -> None:
    effect = foreseen(listing(file={"h.test": BEARER}), "h.test", "keychain")
    assert effect == Effect(
        None, ("It would be sent instead of the one in the credentials file, which stays there",)
    )


def test_the_entry_that_is_replaced_or_moved_is_not_in_its_own_way() -> None:
    found = listing(auth_file={"h.test": BEARER})
    assert foreseen(found, "h.test", "auth-file") == Effect(None, ())
    moved = foreseen(found, "h.test", "file", replaces=("auth-file", "h.test"))
    assert moved == Effect(None, ())


def test_exact_patterns_below_a_wildcard_are_named_and_the_rest_counted() -> None:
    inside: dict[str, Credential] = {f"{n}.h.test": BEARER for n in "abcde"}
    effect = foreseen(listing(file=inside), "*.h.test", "keychain")
    assert len(effect.sentences) == 4
    assert effect.sentences[0] == (
        "a.h.test from the credentials file still answers for its own host"
    )
    assert effect.sentences[-1] == "and 2 more hosts have entries of their own"


def test_a_bare_bucket_name_beats_a_path_in_it() -> None:
    found = listing(file={"bucket": S3})
    effect = foreseen(found, "s3://bucket/path", "keychain", kind="S3Credentials")
    assert effect.sentences == (
        "The pattern bucket is asked first and answers for the whole bucket",
    )


def test_a_broken_file_stops_everything() -> None:
    broken = MemoryStore(FILE, {}, failure=StoreCorrupt("broken"), blocks=True)
    effect = foreseen(list_entries([MemoryStore(KEYCHAIN, {}), broken]), "h.test", "keychain")
    assert effect.sentences == (
        "Rattler-based tools stop at the credentials file: nothing is sent before it is mended",
    )


def test_what_answers_once_a_copy_is_gone() -> None:
    found = listing(keychain={"a.h.test": BEARER}, file={"*.h.test": BEARER, "a.h.test": BEARER})
    for stores, answer in (
        (("keychain",), "a.h.test from the credentials file answers it"),
        (("keychain", "file"), "*.h.test from the credentials file answers it"),
        (("file",), "a.h.test from the keychain answers it"),
    ):
        said = answers_after_removal(found, "a.h.test", stores, "pixi", None)  # type: ignore[arg-type]
        assert said == (f"https://a.h.test/channel: {answer}",)
    assert answers_after_removal(found, "*.h.test", ["file"], "pixi", None) == (
        "https://h.test/channel: nothing is sent, no store has a pattern for it",
    )
    never = listing(file={"h.test:80": BEARER})
    assert answers_after_removal(never, "h.test:80", ["file"], "pixi", None) == (
        "Nothing changes for rattler: no URL is ever looked up under it",
    )


def test_what_never_matches_is_said_after_it_was_stored() -> None:
    store = MemoryStore(FILE, {"h.test:80": BEARER})
    effect = effect_of(Discovery("pixi", (store,), None, ()), "h.test:80", "file")
    assert effect.sentences == (
        (
            "No URL is ever looked up under h.test:80: rattler ignores the port of a URL, so a "
            "pattern with a port is never asked for"
        ),
    )


class TestTargets:
    def places(self, *stores: Store) -> Listing:
        return list_entries(stores)

    def test_what_encrypts_comes_first_and_is_the_default(self) -> None:
        found = self.places(
            MemoryStore(AUTH_FILE, {}), MemoryStore(KEYCHAIN, {}), MemoryStore(NETRC, {})
        )
        assert [r.info.id for r in targets(found)] == ["keychain", "auth-file", "netrc"]
        assert default_target(found) == "keychain"
        assert why_no_keychain(found) is None

    def test_plain_text_is_never_the_default(self) -> None:
        for failure in (StoreLocked("locked"), NoCollection("none"), StoreAbsent("no service")):
            found = self.places(MemoryStore(KEYCHAIN, {}, failure=failure), MemoryStore(FILE, {}))
            assert [report.info.id for report in targets(found)] == ["file"]
            assert default_target(found) is None
            assert why_no_keychain(found) == failure.message

    def test_a_file_that_is_not_there_yet_can_be_made_and_a_broken_one_not_written(self) -> None:
        absent = MemoryStore(FILE, {}, failure=StoreAbsent("not there"))
        broken = MemoryStore(AUTH_FILE, {}, failure=StoreCorrupt("broken"), blocks=True)
        found = self.places(broken, absent)
        assert [report.info.id for report in targets(found)] == ["file"]
