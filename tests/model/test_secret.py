from __future__ import annotations

import copy
import json
import pickle
import pprint

import pytest

from authui.model.credential import BasicHTTP, BearerToken, OAuth
from authui.model.secret import DOTS, Secret

CANARY = "canary-4711"


@pytest.mark.parametrize(
    "show",
    [repr, str, format, "{}".format, "{!r}".format, pprint.pformat, lambda s: f"{s}"],
)
def test_a_secret_shows_itself_as_dots(show: object) -> None:
    assert callable(show)
    for value in (
        Secret(CANARY),
        BearerToken(Secret(CANARY)),
        BasicHTTP("u", Secret(CANARY)),
        OAuth(Secret(CANARY), "https://idp", "c", refresh_token=Secret(CANARY)),
    ):
        assert CANARY not in show(value)


@pytest.mark.parametrize("leak", [pickle.dumps, json.dumps, copy.copy, copy.deepcopy, hash])
def test_a_secret_refuses_to_leave(leak: object) -> None:
    assert callable(leak)
    with pytest.raises(TypeError) as failure:
        leak(Secret(CANARY))
    assert CANARY not in str(failure.value)


def test_a_secret_takes_no_format_specification() -> None:
    with pytest.raises(TypeError):
        f"{Secret(CANARY):>40}"


def test_secrets_compare_by_value() -> None:
    assert Secret("a\ud800é") == Secret("a\ud800é")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")


def test_masked_tells_the_issuer_and_nothing_else() -> None:
    assert Secret("pfx_" + "x" * 40).masked() == "pfx_" + DOTS
    assert Secret("pfx_short").masked() == DOTS
    assert Secret(CANARY).masked() == DOTS
