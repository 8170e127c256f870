"""Values as people paste them.

Pasted text comes with line ends, quotes, and the words of the header it was copied from. What is
certainly not part of the value is left out, and said; what is doubtful is refused or warned about.
Nothing is cut in silence.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authui.model.credential import Credential, OAuth
from authui.model.errors import FieldProblem
from authui.model.secret import Secret
from authui.model.sendable import (
    HEADER_TOKENS,
    field_words,
    judge,
    judge_expiry,
    odd_expiry,
    oddities,
)

if TYPE_CHECKING:
    from authui.model.fields import FieldSpec

_PREFIXED = (*HEADER_TOKENS, ("CondaToken", "token"))

_LINE_BREAK = re.compile("[\n\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_QUOTES = (
    '""',
    "''",
    "``",
    "\u201c\u201d",
    "\u2018\u2019",
    "\u201e\u201c",
    "\u201d\u201d",
    "\u2019\u2019",
    "«»",
)
_HEADER = re.compile(r"(?i)(authorization\s*:\s*)?(?:(bearer|token)(?:\s+|$))?")
_BASIC = re.compile(r"(?i)(?:authorization\s*:\s*)?basic\s+\S")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A value fit to be stored; `said` is what was left out of it, `warnings` what is odd about it.

    A secret field gives a `Secret`, any other the text.
    """

    value: str | Secret
    said: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def clean(field: FieldSpec, text: str | Secret) -> Cleaned:
    """What a person meant to give for a field.

    Left out, and said: line ends, white space, invisible characters and quotes around the value,
    and the words of a header in front of a token. Raises `FieldProblem` for several lines, for an
    empty value, and for what rattler cannot send.
    """
    pasted = text.reveal() if isinstance(text, Secret) else text
    value, said = _without_noise(field, pasted)
    if _LINE_BREAK.search(value):
        raise FieldProblem(
            f"The {field_words(field.name)} has several lines",
            "Paste one line: nothing was cut, since nobody can say which one is meant",
            field=field.name,
        )
    if not value:
        words = field_words(field.name)
        left = " once what does not belong to it is left out" if pasted else ""
        raise FieldProblem(f"The {words} is empty{left}", f"Give the {words}", field=field.name)
    if field.type == "integer":
        judge_expiry(value)
        return Cleaned(value, said, odd_expiry(int(value)))
    judge(field.kind, field.name, value)
    warnings = oddities(field.kind, field.name, value)
    return Cleaned(Secret(value) if field.is_secret else value, said, warnings)


def check(credential: Credential) -> tuple[str, ...]:
    """What is odd about a credential that was given literally; nothing is left out of it.

    Raises `FieldProblem` for the first field that rattler could not send, or not to any use. That
    a value is present and of the right type is the decoder's business.
    """
    warnings: list[str] = []
    for field in dataclasses.fields(credential):
        value = getattr(credential, field.name)
        if isinstance(value, Secret):
            value = value.reveal()
        if isinstance(value, str):
            judge(credential.kind, field.name, value)
            warnings += oddities(credential.kind, field.name, value)
    if isinstance(credential, OAuth):
        if credential.expires_at is not None:
            warnings += odd_expiry(credential.expires_at)
        elif credential.refresh_token is not None:
            warnings.append("Without an expiry rattler never refreshes the access token")
    return tuple(warnings)


def _without_noise(field: FieldSpec, text: str) -> tuple[str, tuple[str, ...]]:
    """The value, and a sentence for each thing that was left out."""
    said: dict[str, None] = {}
    before = None
    while before != text:
        before = text
        bare = text.strip()
        if text != bare:
            said.update(dict.fromkeys(_white_space(text)))
        text = bare.strip(_INVISIBLE)
        if text != bare:
            said["The invisible characters around it were left out"] = None
        if len(text) > 1 and text[0] + text[-1] in _QUOTES:
            said["The surrounding quotes were left out"] = None
            text = text[1:-1]
        elif (field.kind, field.name) in _PREFIXED:
            text, words = _without_header(field.name, text)
            if words:
                said[f"The leading “{words}” was left out"] = None
    return text, tuple(said)


def _white_space(text: str) -> Iterator[str]:
    """What is said of the white space around a text."""
    end = text[len(text.rstrip()) :]
    if _LINE_BREAK.search(end):
        yield "The line break at the end was left out"
    if text[0].isspace() or _LINE_BREAK.sub("", end):
        yield "The white space around it was left out"


def _without_header(name: str, text: str) -> tuple[str, str]:
    """A token without the words of a header in front of it, and those words."""
    if _BASIC.match(text):
        raise FieldProblem(
            f"The {field_words(name)} is a Basic header, which holds a user name and a password",
            "Choose the kind BasicHTTP and give both",
            field=name,
        )
    found = _HEADER.match(text)
    if found is None or not found[0]:
        return text, ""
    words = ("Authorization:" if found[1] else "", (found[2] or "").capitalize())
    return text[found.end() :], " ".join(word for word in words if word)
