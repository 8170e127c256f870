"""What an audit finds, and what mends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from authui.model.entry import StoreId
from authui.model.text import mask_url, printable
from authui.services.changes import Changes
from authui.stores.patience import Patience


class Severity(StrEnum):
    """How bad a finding is: `ERROR` stops tools or shows a secret to others."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Hands:
    """What a fix works with. `patience` is for a window of the keychain."""

    changes: Changes
    patience: Patience


Made: TypeAlias = tuple[str, ...]
"""What a fix did, in sentences without a full stop and without a secret."""


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a finding, once the person has seen it.

    `words` say it in short: "rename to host.example". `preview` tells every step and its cost, in
    sentences without a full stop. `make` does it and reads back what it did; it raises
    `AuthuiError`, and then nothing was lost.
    """

    words: str
    preview: tuple[str, ...]
    make: Callable[[Hands], Made] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a rule. No text of it holds a secret.

    `message` is one sentence that says what happens, without its full stop. `store` and `host` name
    the entry it is about, each None where it is about none. `subject` tells findings of one rule
    apart where these do not: a path, a variable. `details` are further sentences. `hint` says what
    a person can do where there is no `fix`.
    """

    rule: str
    severity: Severity
    message: str
    store: StoreId | None = None
    host: str | None = field(default=None, repr=False)  # as it stands: it may be a whole URL
    subject: str | None = None
    details: tuple[str, ...] = ()
    fix: Fix | None = field(default=None, compare=False)
    hint: str | None = None

    @property
    def id(self) -> str:
        """The same finding has the same id in every run: "A13:file:host.example:8080".

        It is made of names only, masked, and never of anything secret.
        """
        host = None if self.host is None else mask_url(self.host)
        parts = (self.rule, self.store, host, self.subject)
        return printable(":".join(part for part in parts if part is not None))
