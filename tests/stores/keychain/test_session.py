"""The encrypted session: what both sides make of a secret, and sessions that cannot be trusted."""

from __future__ import annotations

import pytest
from secretstorage import dhcrypto

from authui.model.secret import Secret
from authui.stores.keychain.session import Session, is_text

BYTES = 128
TOP = 8 * BYTES


def pair() -> tuple[Session, Session]:
    ours, theirs = Session(), Session()
    for one, other in ((ours, theirs), (theirs, ours)):
        one.agree(other.offer[1][1], "/session")
    return ours, theirs


@pytest.mark.parametrize(
    "text", ["", "a", "x" * 15, "x" * 16, "x" * 17, "é☃\U0001f600", "\x10", "x" * 100_000]
)
def test_a_secret_is_the_same_on_the_other_side(text: str) -> None:
    ours, theirs = pair()
    encrypted = ours.encrypt(Secret(text))
    assert len(text) < 15 or text.encode() not in encrypted[1]
    assert theirs.decrypt(*encrypted) == Secret(text)
    assert encrypted != ours.encrypt(Secret(text))


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    ours, theirs = pair()
    data = bytes(range(256))
    kept = Secret(data.decode("utf-8", "surrogateescape"))
    encrypted = theirs.encrypt(kept)
    assert ours.decrypt(*encrypted) is None
    assert ours.decrypt_any(*encrypted) == kept
    assert not is_text(kept)


def test_what_is_not_of_the_session_is_refused() -> None:
    ours, _ = pair()
    for salt, cipher in ((b"", b""), (b"x" * 16, b""), (b"x" * 16, b"x" * 15), (b"x", b"x" * 16)):
        with pytest.raises(ValueError, match="no ciphertext"):
            ours.decrypt_any(salt, cipher)
    with pytest.raises(ValueError, match="no session"):
        Session().encrypt(Secret("x"))


@pytest.mark.parametrize(("bits", "doubtful"), [(TOP, False), (TOP - 7, False), (TOP - 8, True)])
def test_a_shared_number_that_begins_with_a_zero_byte_is_doubtful(
    bits: int, doubtful: bool
) -> None:
    session = Session()
    session._exchange.my_private_key = 1  # then the other side's key is the shared number
    session.agree((1 << (bits - 1)).to_bytes(BYTES, "big"), "/")
    assert session.is_doubtful == doubtful


def test_a_key_that_kdes_wallet_misreads_is_never_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = [0b1_1111_1111 << (TOP - 9), (1 << TOP) - 1, 0b1_1111_1110 << (TOP - 9)]
    made = iter(keys)

    class Exchange(dhcrypto.Session):
        def __init__(self) -> None:
            super().__init__()
            self.my_public_key = next(made)

    monkeypatch.setattr(dhcrypto, "Session", Exchange)
    assert Session().offer[1][1] == keys[2].to_bytes(BYTES, "big")
