"""What is said in passing. Every text is made harmless here."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from textual.screen import Screen

from authui.model.errors import AuthuiError
from authui.ui.words import shown

Weight: TypeAlias = Literal["information", "warning", "error"]


def tell(screen: Screen[Any], *lines: str | None, severity: Weight = "information") -> None:
    """A toast of these lines, without those that are None."""
    screen.notify(
        "\n".join(shown(line) for line in lines if line is not None),
        severity=severity,
        markup=False,
        timeout=10 if severity == "error" else 8,
    )


def refuse(screen: Screen[Any], error: AuthuiError, *, severity: Weight = "error") -> None:
    """An error with its hint."""
    tell(screen, error.message, error.hint, severity=severity)
