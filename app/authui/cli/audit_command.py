"""`authui audit`: what is wrong or unsafe, and what mends it."""

from __future__ import annotations

from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report


def run(options: Options, report: Report) -> ExitStatus:
    """To come."""
    raise NotImplementedError
