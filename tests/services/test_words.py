"""Times in words."""

from __future__ import annotations

import pytest

from authui.services.words import time_left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "Expires in 1 second"),
        (59, "Expires in 59 seconds"),
        (3600, "Expires in 1 hour"),
        (86_400 * 3 + 5, "Expires in 3 days"),
        (0, "Expires now"),
        (-61, "Expired 1 minute ago"),
        (-86_400, "Expired 1 day ago"),
    ],
)
def test_when_a_token_expires(seconds: int, words: str) -> None:
    assert time_left(1_790_000_000 + seconds, 1_790_000_000)[1] == words
