"""What a rule of the audit is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from authui.services.audit.finding import Finding
from authui.services.audit.scene import Scene

Check: TypeAlias = Callable[[Scene], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `id` is its name for good, `title` what it looks for, in a few words."""

    id: str
    title: str
    check: Check
