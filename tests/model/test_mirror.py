from __future__ import annotations

import pytest

from authui.model.errors import BadUrl
from authui.model.mirror import Mirrored, find_mirror
from tests.support.mirror_cases import asked_first

CASES = [
    # url, {key: mirrors}, the URL asked
    ("https://a.test/c/x", {}, "https://a.test/c/x"),
    ("https://a.test/c/x", {"https://b.test/": ["https://m.test/"]}, "https://a.test/c/x"),
    ("https://a.test/c/x", {"https://a.test": ["https://m.test"]}, "https://m.test/c/x"),
    ("https://a.test/c/x", {"https://a.test/c": ["https://m.test/d"]}, "https://m.test/d/x"),
    ("https://a.test/c/x", {"https://a.test/c/": ["https://m.test/d/"]}, "https://m.test/d/x"),
    ("https://a.test/c/x", {"https://a.test/c": ["https://m.test/1", "x:y"]}, "https://m.test/1/x"),
    ("HTTPS://A.test/c/x", {"https://a.TEST/c": ["https://m.test"]}, "https://m.test/x"),
    # a key is a whole folder
    ("https://a.test/cc/x", {"https://a.test/c": ["https://m.test"]}, "https://a.test/cc/x"),
    ("https://a.test/c", {"https://a.test/c": ["https://m.test"]}, "https://a.test/c"),
    ("https://a.test/c/", {"https://a.test/c": ["https://m.test/d"]}, "https://m.test/d/"),
    # text decides, so port and user information count
    ("https://a.test:8/c/x", {"https://a.test/c": ["https://m.test"]}, "https://a.test:8/c/x"),
    ("https://u@a.test/c/x", {"https://a.test/c": ["https://m.test"]}, "https://u@a.test/c/x"),
    ("https://a.test:443/c/x", {"https://a.test/c": ["https://m.test"]}, "https://m.test/x"),
    ("http://a.test/c/x", {"https://a.test/c": ["https://m.test"]}, "http://a.test/c/x"),
    # slashes at the joint are one
    ("https://a.test/c///x", {"https://a.test/c": ["https://m.test/d//"]}, "https://m.test/d/x"),
    # the longest path wins, whatever the order
    (
        "https://a.test/c/d/x",
        {"https://a.test/": ["https://m1"], "https://a.test/c/d": ["https://m2"]},
        "https://m2/x",
    ),
    # a query becomes path, and is a path to every rule of paths
    ("https://a.test/c/x?q=1", {"https://a.test/c": ["https://m.test"]}, "https://m.test/x%3Fq=1"),
    ("https://a.test/c/x?a/../b", {"https://a.test": ["https://m.test"]}, "https://m.test/c/b"),
    ("https://a.test/c?q", {"https://a.test/c?q": ["https://m.test"]}, "https://a.test/c?q"),
    ("https://a.test/c?q/x", {"https://a.test/c?q": ["https://m.test"]}, "https://m.test/x"),
    # carets stay, as in every path of rattler
    ("https://a.test/c/^x", {"https://a.test": ["https://m.test/^"]}, "https://m.test/^/c/^x"),
    # a mirror keeps its own query and user information
    (
        "https://a.test/x",
        {"https://a.test": ["https://u:p@m.test/d/?q"]},
        "https://u:p@m.test/d/x?q",
    ),
    ("https://a.test/x", {"https://a.test": ["oci://m.test/d"]}, "oci://m.test/d/x"),
    ("https://a.test/x", {"https://a.test": ["mailto:m"]}, "mailto:m/x"),
    ("s3://bucket/c/x", {"s3://bucket": ["https://m.test"]}, "https://m.test/c/x"),
]


@pytest.mark.parametrize(("url", "mirrors", "asked"), CASES)
def test_where_a_request_goes(url: str, mirrors: dict[str, list[str]], asked: str) -> None:
    found = find_mirror(url, mirrors)
    assert asked_first(url, mirrors) == (url if found is None else asked)
    if found is None:
        assert url == asked


def test_later_mirrors_are_fallbacks() -> None:
    found = find_mirror("https://a/x", {"https://a": ["https://m1", "https://m2", "https://m3"]})
    assert found == Mirrored("https://m1/x", ("https://m2/x", "https://m3/x"))


def test_an_empty_list_leaves_nothing_to_ask() -> None:
    assert find_mirror("https://a/x", {"https://a": []}) == Mirrored(None)
    assert asked_first("https://a/x", {"https://a": []}) == "https://a/x"


def test_keys_that_differ_in_the_last_slash_are_one() -> None:
    both = {"https://a/c/": ["https://slash"], "https://a/c": ["https://none"]}
    assert asked_first("https://a/c/x", both) == "https://none/x"


def test_an_unparsable_url() -> None:
    with pytest.raises(BadUrl):
        asked_first("nonsense", {"https://a": ["https://b"]})


def test_urls_are_not_in_the_repr() -> None:
    assert "s3cret" not in repr(
        find_mirror("https://a/x", {"https://a": ["https://u:s3cret@b"] * 2})
    )
