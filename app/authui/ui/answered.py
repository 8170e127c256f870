"""What is known of the URL that is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from authui.model.lookup import LookupResult

if TYPE_CHECKING:
    from authui.model.probe import ProbeResult
    from authui.model.pypi import PypiResult


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer for conda requests, and for PyPI requests where the URL is that of an index.

    `advice` are sentences about the registry that an index is of. `probe` is what the server said,
    if it was asked.
    """

    found: LookupResult
    index: PypiResult | None = None
    probe: ProbeResult | None = None
    advice: tuple[str, ...] = ()

    @property
    def shown(self) -> LookupResult:
        """What the stores said to the requests that are looked at."""
        return self.found if self.index is None else self.index.rattler
