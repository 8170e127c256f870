"""`authui audit`: what is wrong or unsafe, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from authui.cli.asking import can_ask, says_yes
from authui.cli.change_view import refuse_if_read_only, say_demo
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report, first_of
from authui.cli.sources import open_stores
from authui.cli.store_view import status_of
from authui.model.errors import AuthuiError, BadInput, ChangeError
from authui.model.text import mask_url

if TYPE_CHECKING:
    from authui.cli.layout import Line
    from authui.services.audit.auditing import Audit, AuditReport
    from authui.services.audit.finding import Finding
    from authui.stores.settings import Settings


def run(options: Options, report: Report) -> ExitStatus:
    """Show the findings, or mend or silence one of them."""
    _check(options)
    changes = options.fix is not None or options.silence is not None
    if changes:
        refuse_if_read_only(options)
        say_demo(options, report)
    audit, settings = _audit(options)
    if options.fix is not None:
        return _mend(options, report, audit, options.fix)
    if options.silence is not None:
        return _silence(report, audit, options.silence, settings)
    return _show(report, audit.run())


def _check(options: Options) -> None:
    if options.fix is not None and options.silence is not None:
        raise BadInput("--fix does not go with --silence", "Give one of them")
    if options.yes and options.fix is None:
        raise BadInput("--yes goes with --fix only", "authui audit --fix ID --yes mends a finding")
    if options.fix is not None and not options.yes and not can_ask():
        raise BadInput(
            "There is no terminal to ask whether to mend it", "Say so beforehand with --yes"
        )


def _audit(options: Options) -> tuple[Audit, Settings | None]:
    """The audit, and where it keeps what is silenced; the sample stores keep that nowhere."""
    from authui.services.audit.auditing import Audit
    from authui.stores.environment import Environment
    from authui.stores.settings import Settings

    settings = None if options.demo else Settings()
    audit = Audit(
        partial(open_stores, options),
        None if options.demo else Environment.current(),
        read_only=options.read_only,
        project=options.project,
        silences=settings,
    )
    return audit, settings


def _show(report: Report, found: AuditReport) -> ExitStatus:
    silenced = len(found.silenced)
    if report.as_json:
        report.json(
            {
                "silenced": silenced,
                "findings": [_object(finding) for finding in found.findings],
                "notes": list(found.notes),
            }
        )
    else:
        if found.findings:
            report.text(_lines(found))
        else:
            more = " but what is silenced" if silenced else ""
            report.note(f"Nothing found{more}")
        if silenced:
            report.note(f"{silenced} silenced")
    for note in found.notes:
        report.note(note)
    for store in found.listing.stores:
        if store.failure is not None and not store.state.is_answer:
            report.problem(
                f"{store.info.id} could not be read, so the audit is not complete: "
                f"{store.failure.message}",
                store.failure.hint,
            )
    worst = any(finding.severity == "error" for finding in found.findings)
    return first_of([status_of(found.listing), *((ExitStatus.FINDINGS,) if worst else ())])


def _object(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "host": None if finding.host is None else mask_url(finding.host),
        "store": finding.store,
        "message": finding.message,
        "fix": None if finding.fix is None else finding.fix.words,
        "details": list(finding.details),
        "hint": finding.hint,
    }


def _lines(found: AuditReport) -> Iterator[Line]:
    """The findings in groups, the worst first."""
    from authui.cli.layout import line
    from authui.services.words import count

    for severity, group in groupby(found.findings, key=lambda finding: finding.severity):
        findings = list(group)
        if findings[0] is not found.findings[0]:
            yield line()
        noun = "note" if severity == "info" else severity.value
        yield line(count(len(findings), noun), "strong")
        for finding in findings:
            yield line()
            yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[Line]:
    from authui.cli.layout import Cell, Line, line

    yield line(f"  {finding.message}", "bad" if finding.severity == "error" else "plain")
    for detail in finding.details:
        yield line(f"    {detail}")
    if finding.fix is not None:
        yield Line((Cell("    fix: ", "quiet"), Cell(finding.fix.words, "good")))
    elif finding.hint is not None:
        yield Line((Cell("    hint: ", "quiet"), Cell(finding.hint)))
    yield line(f"    {finding.id}", "quiet")


def _mend(options: Options, report: Report, audit: Audit, finding_id: str) -> ExitStatus:
    finding = audit.run().named(finding_id)
    fix = finding.fix
    if fix is None:
        raise AuthuiError(f"{finding.id} has no fix of its own", finding.hint)
    report.note(finding.message)
    for step in fix.preview:
        report.note(step)
    if not options.yes and not says_yes(report, f"{_sentence(fix.words)}?"):
        raise ChangeError("Nothing was changed", "Answer y to mend it, or give --yes")
    done = carry_out(report, lambda patience: audit.mend(finding, patience), doing="mending it")
    if report.as_json:
        report.json({"id": finding.id, "done": list(done), "fixed": True})
    else:
        from authui.cli.layout import line

        report.text(line(sentence, "good") for sentence in done)
    return ExitStatus.DONE


def _silence(
    report: Report, audit: Audit, finding_id: str, settings: Settings | None
) -> ExitStatus:
    found = audit.run()
    finding = found.named(finding_id)
    already = finding in found.silenced
    audit.silence(finding)
    if report.as_json:
        report.json({"id": finding.id, "silenced": True, "already": already})
    else:
        from authui.cli.layout import line

        said = "is silenced already" if already else "is silenced: audit only counts it from now on"
        report.text([line(f"{finding.id} {said}", "plain" if already else "good")])
    if settings is not None:
        report.note(f"To hear of it again, take it out of {settings.path}")
    return ExitStatus.DONE


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
