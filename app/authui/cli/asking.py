"""Questions on the command line."""

from __future__ import annotations

import sys

from authui.cli.report import Report, is_terminal


def can_ask() -> bool:
    """Whether a person sits there to be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def says_yes(report: Report, question: str) -> bool:
    """Ask, on standard error. Whatever is not a clear yes is a no."""
    return answer_to(report, f"{question} [y/N]") in ("y", "yes")


def answer_to(report: Report, question: str) -> str:
    """What the person types, in small letters; empty where that is nothing."""
    report.question(question)
    try:
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        report.line_end()
        raise
    except UnicodeDecodeError:
        answer = "\n"
    if not answer.endswith("\n"):
        report.line_end()
    return answer.strip().lower()
