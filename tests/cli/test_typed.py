"""What comes from a console of Windows; the real one is asked in tests/windows."""

from __future__ import annotations

import pytest

from authui.cli.typed import as_text
from authui.model.errors import BadInput


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("secret", "secret"),
        ("", ""),
        ("voilà Hà", "voilà Hà"),
        ("\ud83d\udd11 ü", "🔑 ü"),
        ("\x1a", None),
        ("a\x1a", "a\x1a"),
        ("\x16", "\x16"),
    ],
)
def test_what_was_typed(typed: str, text: str | None) -> None:
    assert as_text(typed) == text


@pytest.mark.parametrize("typed", ["canary\0;", "\xe0Hcanary", "canary\xe0K", "canary\ud83d"])
def test_a_key_that_is_no_character_is_not_stored(typed: str) -> None:
    with pytest.raises(BadInput, match="no character") as raised:
        as_text(typed)
    assert raised.value.__context__ is None
    assert "canary" not in f"{raised.value!r} {raised.value.hint}"
