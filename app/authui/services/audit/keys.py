"""Rules about host patterns: those that never match, hide one another or reach too far."""

from __future__ import annotations

from authui.services.audit.rule import Rule

RULES: tuple[Rule, ...] = ()
"""In the order of their numbers."""
