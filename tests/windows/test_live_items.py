"""One keychain, two programs: what rattler stores authui changes, and the other way round."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keyring
import pytest

from authui.model.credential import BearerToken, OAuth
from authui.model.entry import EntryState, Outcome
from authui.model.errors import ChangedMeanwhile, WriteFailed
from authui.model.secret import Secret
from authui.model.wire import decode_text, encode_text
from authui.stores.keychain.windows import CredentialManagerStore
from tests.support.credential_manager import Kept, everything, put
from tests.windows.judge import WindowsJudge, kept

URL = "http://h.test/c"
EXPIRING = {
    "access_token": "old",
    "refresh_token": "again",
    "expires_at": 1,
    "token_endpoint": "http://idp.test/t",
    "revocation_endpoint": None,
    "client_id": "c",
}
LIMIT = 1280
"""What Windows takes: units of UTF-16, of two bytes each."""


def answer(token: str = "new") -> str:
    return json.dumps({"access_token": token, "refresh_token": "next", "expires_in": 3600})


def oauth(**changed: Any) -> Secret:
    value = {"OAuth": {**EXPIRING, **changed}}
    return Secret(json.dumps(value, separators=(",", ":"), ensure_ascii=False))


def test_what_rattler_stored_is_listed_read_changed_and_deleted(judge: WindowsJudge) -> None:
    put(kept("*.h.test", oauth().reveal()))
    assert judge.ask(URL, answer()).authorization == "Bearer new"
    store = CredentialManagerStore()
    (entry,) = store.list().entries
    assert (entry.host, entry.kind, entry.state) == ("*.h.test", "OAuth", EntryState.ACTIVE)
    credential = store.get("*.h.test").credential
    assert isinstance(credential, OAuth)
    assert credential.access_token == Secret("new")
    assert entry.expires_at == credential.expires_at
    before = store.read("*.h.test")
    text = encode_text(BearerToken(Secret("mine")))
    store.write("*.h.test", text, before=before)
    assert judge.ask(URL).authorization == "Bearer mine"
    store.delete("*.h.test", before=store.read("*.h.test"))
    assert everything() == []
    assert judge.ask(URL).authorization is None


def test_both_keep_what_they_do_not_need(judge: WindowsJudge) -> None:
    """An item as older releases of rattler made it, and another user name."""
    comment = "keyring-rs v2.3.3 for service 'rattler', user 'h.test'"
    blob = oauth().reveal().encode("utf-16-le")
    put(Kept("h.test.rattler", blob, "zzz", comment, "al", persist=2))
    assert judge.ask(URL, answer()).authorization == "Bearer new"
    (theirs,) = everything()
    store = CredentialManagerStore()
    text = encode_text(BearerToken(Secret("mine")))
    store.write("h.test", text, before=store.read("h.test"))
    (ours,) = everything()
    assert ours == theirs._replace(blob=text.reveal().encode("utf-16-le"))
    assert (ours.user, ours.comment, ours.alias, ours.persist) == ("zzz", comment, "al", 3)
    assert judge.ask(URL).authorization == "Bearer mine"


def test_a_token_that_rattler_refreshed_meanwhile_is_not_replaced(judge: WindowsJudge) -> None:
    store = CredentialManagerStore()
    before = store.write("h.test", oauth(), before=None)
    assert judge.ask(URL, answer()).authorization == "Bearer new"
    with pytest.raises(ChangedMeanwhile):
        store.write("h.test", encode_text(BearerToken(Secret("mine"))), before=before)
    with pytest.raises(ChangedMeanwhile):
        store.delete("h.test", before=before)
    now = store.read("h.test")
    assert now is not None
    assert now.text is not None
    credential = decode_text(now.text)
    assert isinstance(credential, OAuth)
    assert credential.refresh_token == Secret("next")


def test_a_new_item_is_as_rattler_makes_it(judge: WindowsJudge, own_home: Path) -> None:
    """rattler moves a token that it refreshes from the file into Credential Manager."""
    path = own_home / ".rattler" / "credentials.json"
    path.parent.mkdir()
    path.write_text('{"h.test":' + oauth().reveal() + "}", encoding="utf-8")
    assert judge.ask(URL, answer()).authorization == "Bearer new"
    (theirs,) = everything()
    store = CredentialManagerStore()
    now = store.read("h.test")
    assert now is not None
    assert now.text is not None
    store.delete("h.test", before=now)
    store.write("h.test", now.text, before=None)
    assert everything() == [theirs]


@pytest.mark.parametrize("over", [0, 1])
def test_both_take_exactly_2560_bytes(judge: WindowsJudge, own_home: Path, over: int) -> None:
    path = own_home / ".rattler" / "credentials.json"
    store = CredentialManagerStore()
    small = oauth(access_token="\N{SNOWMAN}")
    before = store.write("h.test", small, before=None)
    fresh = oauth(access_token="", refresh_token="next", expires_at=1_900_000_000)
    token = "\N{SNOWMAN}" * (LIMIT + over - len(fresh.reveal()))
    text = oauth(access_token=token, refresh_token="next", expires_at=1_900_000_000)
    assert len(text.reveal().encode("utf-16-le")) == 2560 + 2 * over
    # authui
    if over:
        with pytest.raises(WriteFailed, match=r"2,562 bytes.*2,560.*rattler goes on using it"):
            store.write("h.test", text, before=before)
        assert store.read("h.test") == before
        assert judge.ask(URL, None).authorization != f"Bearer {token}"
    else:
        store.write("h.test", text, before=before)
        assert judge.ask(URL).authorization == f"Bearer {token}"
        store.write("h.test", small, before=store.read("h.test"))
    # rattler
    assert judge.ask(URL, answer(token)).authorization == f"Bearer {token}"
    (item,) = everything()
    assert item.blob is not None
    if over:
        assert item == kept("h.test", small.reveal())
        assert path.read_text(encoding="utf-8").startswith('{"h.test":')
        # The older one still wins, and its refresh token is sent once more.
        again = judge.ask(URL, answer("shorter"))
        assert again.refreshes[0]["refresh_token"] == "again"
    else:
        assert len(item.blob) == 2560
        assert not path.exists()


def test_what_python_keyring_stores_is_not_what_rattler_reads(judge: WindowsJudge) -> None:
    text = encode_text(BearerToken(Secret("t"))).reveal()
    keyring.set_password("rattler", "h.test", text)
    keyring.set_password("rattler", "other.test", text)
    assert sorted(str(item.target) for item in everything()) == ["h.test@rattler", "rattler"]
    assert judge.ask(URL).authorization is None
    assert judge.ask("http://other.test/c").authorization is None
    store = CredentialManagerStore()
    assert store.list().entries == ()
    assert store.get("h.test").outcome is Outcome.MISS
    found = store.misplaced()
    assert {(one.host, one.item) for one in found} == {
        ("h.test", "h.test@rattler"),
        ("other.test", "rattler"),
    }
    for one in found:
        assert one.stored.text == Secret(text)
        store.write(one.host, Secret(text), before=None)
        store.drop_misplaced(one)
    assert judge.ask(URL).authorization == "Bearer t"
    assert judge.ask("http://other.test/c").authorization == "Bearer t"
    assert len(everything()) == 2
    assert keyring.get_password("rattler", "h.test") is None


def test_upper_case_is_found_by_both(judge: WindowsJudge) -> None:
    store = CredentialManagerStore()
    store.write("H.Test", encode_text(BearerToken(Secret("t"))), before=None)
    assert judge.ask(URL).authorization == "Bearer t"
    assert store.get("h.test").credential == BearerToken(Secret("t"))
