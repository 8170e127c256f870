"""Text from elsewhere, made harmless to look at."""

from __future__ import annotations

import re

from authui.model.secret import DOTS

# Control characters (C0, DEL, C1), everything that reorders or hides text (bidirectional marks,
# zero-width and invisible characters, tags), line and paragraph separators, lone surrogates.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202f\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def printable(text: str) -> str:
    """The text with every character that could act on a terminal or hide itself written out.

    `printable("a\\x1b[2J") == "a\\\\x1b[2J"`. Apply it to all text that a store, a file or the
    environment supplied before it reaches a screen.
    """
    if text.isascii() and text.isprintable():
        return text  # nearly always, and the pattern need not be compiled for it
    return re.sub(_UNSAFE, _escape, text)


def json_safe(text: str) -> str:
    """JSON text with the same characters as `\\u` escapes; it stays the same JSON.

    Characters below U+0020 are left to the encoder: in JSON they are only layout.
    """
    if text.isascii() and "\x7f" not in text:
        return text

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        if code < 0x20:
            return match[0]
        if code < 0x10000:
            return f"\\u{code:04x}"
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"

    return re.sub(_UNSAFE, escape, text)


_SCHEME = r"\s*[A-Za-z][A-Za-z0-9+.\-]*:"
_CONDA = r"(?i)((?:^|[/\\])(?:t|%74)[/\\])[^/\\?#]+"
_MASKABLE = r"[/\\?#@]"
_QUERY = r"(?<=[?&;])([^=&;#]*)=([^&;#]*)"


def mask_url(text: str) -> str:
    """A URL, parsable or not, with its user information, conda token and query values as dots.

    Works on the text, so that an error message about a URL that does not parse is masked too, and
    so is a host pattern that somebody made of a whole URL. It rather hides too much than too
    little.
    """
    if not re.search(_MASKABLE, text):
        return text  # a plain host name, as nearly all patterns are
    scheme = re.match(_SCHEME, text)
    start = scheme.end() if scheme else 0
    end = start
    while end < len(text) and text[end] in "/\\":
        end += 1
    authority_end = min((i for c in "/\\?#" if (i := text.find(c, end)) >= 0), default=len(text))
    at = text.rfind("@", end, authority_end)
    head = text[:end]
    if at >= 0:
        head += DOTS
        end = at
    rest, hash_mark, fragment = text[end:].partition("#")
    path, question, query = rest.partition("?")
    path = re.sub(_CONDA, lambda m: m[1] + DOTS, path)
    if question:
        query = re.sub(_QUERY, lambda m: f"{m[1]}={DOTS}", "?" + query)
        if query != "?" and "=" not in query:
            query = "?" + DOTS
    return head + path + query + (hash_mark + DOTS if fragment else hash_mark)


def upper_first(clause: str) -> str:
    """A clause to begin a sentence; the case of all else stays."""
    return clause[:1].upper() + clause[1:]


def lower_first(sentence: str) -> str:
    """A sentence to follow a colon."""
    return sentence[:1].lower() + sentence[1:]
