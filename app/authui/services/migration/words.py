"""Words for what a migration moves, the same on the screen and the command line."""

from __future__ import annotations

from authui.services.migration.plan import Copy
from authui.services.words import KIND_WORDS, time_left


def kind_words(copy: Copy) -> str:
    """What a copy is: "bearer token"."""
    if copy.kind is None:
        return "not read yet" if copy.is_unread else "unreadable"
    return KIND_WORDS[copy.kind]


def copy_words(copy: Copy, now: float) -> str:
    """One copy: "bearer token, expires in 3 days". `now` is in seconds since 1970."""
    words = [kind_words(copy)]
    if copy.username:
        words.append(copy.username)
    if copy.expires_at is not None:
        words.append(time_left(copy.expires_at, now)[1].lower())
    return ", ".join(words)
