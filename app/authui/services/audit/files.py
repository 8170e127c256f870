"""Rules about a credentials file as a file: whether it decodes, who can read it, what lies beside it."""

from __future__ import annotations

from authui.services.audit.rule import Rule

RULES: tuple[Rule, ...] = ()
"""In the order of their numbers."""
