"""The form of each kind of credential, made from the fields of its dataclass.

Only words are written down here; which fields there are, what they hold and which of them may be
left out is read from `credential.py`.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    Kind,
    OAuth,
    S3Credentials,
    UnknownField,
)
from authui.model.errors import FieldProblem
from authui.model.pasted import clean
from authui.model.secret import Secret

FieldType: TypeAlias = Literal["text", "secret", "integer"]
"""What a field holds."""

Values: TypeAlias = Mapping[str, str | Secret | None]
"""What stands in a form, by the names of the fields. Empty text, None and no value are blank."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a form: the name it has in the credential, and how it is shown.

    `is_advanced` fields are rarely typed by hand. They come last, although rattler may require them.
    """

    kind: Kind
    name: str
    label: str
    is_secret: bool
    is_required: bool
    is_advanced: bool
    type: FieldType
    placeholder: str


_LABELS = {
    "username": "User name",
    "access_key_id": "Access key ID",
    "client_id": "Client ID",
    "expires_at": "Expires at",
    "token_endpoint": "Token endpoint URL",
    "revocation_endpoint": "Revocation endpoint URL",
}

_PLACEHOLDERS = {
    "session_token": "only for temporary keys",
    "refresh_token": "without it the token cannot be renewed",
    "expires_at": "seconds since 1970; blank if it never ends",
    "token_endpoint": "https://auth.example.com/oauth/token",
    "revocation_endpoint": "https://auth.example.com/oauth/revoke",
    "client_id": "rattler",
    "audience": "only where the issuer asks for one",
}

_ADVANCED = frozenset(
    ("token_endpoint", "revocation_endpoint", "client_id", "audience", "expires_at")
)

_CLASSES: Mapping[str, type[Credential]] = {
    cls.__name__: cls for cls in (BearerToken, BasicHTTP, CondaToken, S3Credentials, OAuth)
}


@functools.cache
def fields_of(kind: Kind) -> tuple[FieldSpec, ...]:
    """The fields of a kind in the order in which a person fills them in."""
    hints = get_type_hints(_CLASSES[kind])
    specs = [
        _spec(kind, field.name, hints[field.name])
        for field in dataclasses.fields(_CLASSES[kind])
        if hints[field.name] != tuple[UnknownField, ...]
    ]
    return tuple(sorted(specs, key=lambda spec: spec.is_advanced))


def _spec(kind: Kind, name: str, hint: Any) -> FieldSpec:
    is_union = get_origin(hint) in (Union, UnionType)
    types = set(get_args(hint)) if is_union else {hint}
    required = type(None) not in types
    (held,) = types - {type(None)}
    words: dict[Any, FieldType] = {Secret: "secret", int: "integer", str: "text"}
    return FieldSpec(
        kind,
        name,
        _LABELS.get(name, name.replace("_", " ").capitalize()),
        is_secret=held is Secret,
        is_required=required,
        is_advanced=name in _ADVANCED,
        type=words[held],
        placeholder=_PLACEHOLDERS.get(name, ""),
    )


def to_model(
    kind: Kind,
    values: Values,
    *,
    old: Credential | None = None,
    clear: Collection[str] = (),
) -> Credential:
    """The credential that a form describes, its values cleaned as `pasted.clean` does.

    A blank secret keeps that of `old`, if `old` is of this kind, unless `clear` names it; any other
    blank optional field becomes None. Fields of `old` that this version does not know are kept.
    What stays as it is in `old` is not judged again.
    Raises `FieldProblem` for the first field that will not do; `problems` has them all.
    """
    made: dict[str, Any] = {}
    for spec, read in _read(kind, values, old, clear):
        if read.problem is not None:
            raise read.problem
        made[spec.name] = read.value
    same = _same_kind(kind, old)
    if same is not None and hasattr(same, "unknown"):
        made["unknown"] = same.unknown
    return cast("Credential", cast("Any", _CLASSES[kind])(**made))


def problems(
    kind: Kind,
    values: Values,
    *,
    old: Credential | None = None,
    clear: Collection[str] = (),
) -> dict[str, str]:
    """What is wrong, by the name of the field: empty where `to_model` would succeed."""
    return {
        spec.name: f"{read.problem.message}. {read.problem.hint}"
        if read.problem.hint
        else read.problem.message
        for spec, read in _read(kind, values, old, clear)
        if read.problem is not None
    }


def remarks(
    kind: Kind, values: Values, *, old: Credential | None = None
) -> dict[str, tuple[str, ...]]:
    """What was left out of the values and what is odd about them, by the name of the field."""
    return {spec.name: read.said for spec, read in _read(kind, values, old, ()) if read.said}


def text_of(credential: Credential, field: FieldSpec | str) -> str:
    """What a form shows in a field of a stored credential; nothing for a secret."""
    name = field if isinstance(field, str) else field.name
    value = getattr(credential, name)
    return "" if value is None or isinstance(value, Secret) else str(value)


@dataclass(frozen=True, slots=True)
class _Read:
    """What became of one field."""

    value: str | Secret | int | None = None
    said: tuple[str, ...] = ()
    problem: FieldProblem | None = None


def _read(
    kind: Kind, values: Values, old: Credential | None, clear: Collection[str]
) -> Iterator[tuple[FieldSpec, _Read]]:
    same = _same_kind(kind, old)
    for spec in fields_of(kind):
        value = values.get(spec.name)
        if not spec.is_secret:
            if same is not None and (value or "") == text_of(same, spec):
                yield spec, _Read(getattr(same, spec.name))
                continue
            if isinstance(value, str) and not value.strip():
                value = None
        if value:
            yield spec, _read_value(spec, value)
        elif spec.is_secret and same is not None and spec.name not in clear:
            yield spec, _Read(getattr(same, spec.name))
        elif spec.is_required:
            yield spec, _read_value(spec, "")
        else:
            yield spec, _Read()


def _read_value(spec: FieldSpec, value: str | Secret) -> _Read:
    try:
        cleaned = clean(spec, value)
    except FieldProblem as problem:
        return _Read(problem=problem)
    said = cleaned.said + cleaned.warnings
    if spec.type == "integer":
        return _Read(int(str(cleaned.value)), said)
    return _Read(cleaned.value, said)


def _same_kind(kind: Kind, old: Credential | None) -> Credential | None:
    return old if old is not None and old.kind == kind else None
