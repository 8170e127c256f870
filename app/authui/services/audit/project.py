"""Rules about the files of a project."""

from __future__ import annotations

from authui.services.audit.rule import Rule

RULES: tuple[Rule, ...] = ()
"""In the order of their numbers."""
