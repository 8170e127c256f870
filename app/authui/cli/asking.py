"""Questions that are answered with yes or no."""

from __future__ import annotations

import sys

from authui.cli.report import Report, is_terminal


def can_ask() -> bool:
    """Whether a person sits there to be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def says_yes(report: Report, question: str) -> bool:
    """Ask, on standard error. Whatever is not a clear yes is a no."""
    report.question(f"{question} [y/N]")
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        report.line_end()
        raise
    except UnicodeDecodeError:
        answer = "\n"
    if not answer.endswith("\n"):
        report.line_end()
    return answer.strip().lower() in ("y", "yes")
