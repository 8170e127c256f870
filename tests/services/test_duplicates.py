"""Several items for one pattern, told apart."""

from __future__ import annotations

from authui.model.credential import BearerToken
from authui.model.entry import Item
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.services.duplicates import candidates
from authui.stores.abilities import HeldItem
from authui.stores.base import Stored


def held(number: int, stored: Stored | None) -> HeldItem:
    return HeldItem(Item(str(number), "label", "Login", None, None, None), stored)


def test_equal_secrets_are_told_by_the_first_that_keeps_the_same() -> None:
    one, two = (Stored(encode_text(BearerToken(Secret(text)))) for text in ("a", "b"))
    found = candidates([held(1, one), held(2, two), held(3, one), held(4, two), held(5, one)])
    assert [(c.number, c.same_as) for c in found] == [(1, None), (2, None), (3, 1), (4, 2), (5, 1)]
    assert found[0].credential == BearerToken(Secret("a"))
    assert not any(c.is_hidden for c in found)


def test_what_is_not_handed_out_or_no_text_is_equal_to_nothing() -> None:
    found = candidates([held(1, None), held(2, None), held(3, Stored(None)), held(4, Stored(None))])
    assert [c.same_as for c in found] == [None] * 4
    assert [c.is_hidden for c in found] == [True, True, False, False]
    assert [c.credential for c in found] == [None] * 4


def test_what_rattler_cannot_read_can_still_be_equal() -> None:
    odd = Stored(Secret("no json"))
    assert [c.same_as for c in candidates([held(1, odd), held(2, odd)])] == [None, 1]
