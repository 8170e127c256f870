"""Filtering and sorting."""

from __future__ import annotations

import pytest

from authui.model.credential import BasicHTTP
from authui.model.secret import Secret
from authui.services.arrange import Arranger, Sorting
from authui.services.catalog import list_entries
from tests.services.test_lookup import BEARER, S3, memory

CANARY = "canary-4711"


def arranger() -> Arranger:
    return Arranger(
        list_entries(
            [
                memory("keychain", {"*.b.test": BEARER, "s3://x": S3}, ambiguous="c.test"),
                memory(
                    "file",
                    {
                        "*.b.test": BEARER,
                        "a.test:1": BasicHTTP("Ärger", Secret(CANARY)),
                        f"https://u:{CANARY}@h": BEARER,
                    },
                ),
            ]
        )
    )


def hosts(words: str = "", sorting: Sorting | None = None) -> list[str]:
    entries = arranger().arranged(words, sorting or Sorting())
    return [f"{entry.host} {entry.store}" for entry in entries]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("", 6),
        ("  ", 6),
        ("b.test", 2),
        ("B.TEST keychain", 1),
        ("bearer", 3),
        ("shadowed", 1),
        ("never", 2),
        ("ambiguous not", 1),
        ("ärger", 1),
        ("b.test nothing", 0),
    ],
)
def test_every_word_must_stand_in_what_the_table_says(words: str, number: int) -> None:
    assert len(hosts(words)) == number


def test_what_is_masked_cannot_be_searched() -> None:
    assert hosts(CANARY) == []


def test_sorting() -> None:
    assert hosts(sorting=Sorting("state"))[:2] == ["c.test keychain", "a.test:1 file"]
    assert hosts(sorting=Sorting("store"))[0] == "*.b.test keychain"
    assert hosts(sorting=Sorting("store", is_reversed=True))[0] == "*.b.test file"
    assert hosts(sorting=Sorting("kind"))[0] == "a.test:1 file"
    assert hosts(sorting=Sorting("kind"))[-1] == "c.test keychain"
    backwards = hosts(sorting=Sorting(is_reversed=True))
    assert sorted(backwards) == sorted(hosts())
    assert [host.split()[0] for host in backwards] == [h.split()[0] for h in reversed(hosts())]
    # Equal hosts stay in the order in which the stores are asked.
    assert backwards[-2:] == ["*.b.test keychain", "*.b.test file"]


def test_the_next_sorting() -> None:
    one = Sorting()
    seen = [one.key]
    while (one := one.next()) != Sorting():
        seen.append(one.key)
    assert seen == ["host", "kind", "store", "state"]
    assert Sorting("kind").by("kind") == Sorting("kind", is_reversed=True)
    assert Sorting("kind", is_reversed=True).by("kind") == Sorting("kind")
    assert Sorting("kind").by("host") == Sorting("host")
