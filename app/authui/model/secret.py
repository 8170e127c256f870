"""A value that must not be shown."""

from __future__ import annotations

from typing import Any, NoReturn

DOTS = "••••••"
"""What stands for a secret: always six dots, since a length is a clue."""

# Prefixes that issuers print at the front of every token of a kind: they tell what a token
# is and nothing about which one it is.
_PUBLIC_PREFIXES = ("pfx_", "pfd_", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "AKIA", "ASIA")


class Secret:
    """Text that authenticates; it shows itself as dots everywhere but in `reveal()`.

    It refuses formatting with a specification, pickling and copying, so that a secret cannot leave
    through a log line, a crash report or a serialiser that means well.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself. A test lists the modules that may call this."""
        return self._value

    def masked(self) -> str:
        """Six dots, after the issuer's public prefix where the token has one."""
        for prefix in _PUBLIC_PREFIXES:
            if self._value.startswith(prefix) and len(self._value) > len(prefix) + 12:
                return prefix + DOTS
        return DOTS

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._value == other._value

    __hash__ = None  # type: ignore[assignment]  # a hash could outlive the run and be compared

    def __repr__(self) -> str:
        return f"Secret({DOTS})"

    def __str__(self) -> str:
        return DOTS

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError("a secret takes no format specification")
        return DOTS

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")

    def __copy__(self) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")
