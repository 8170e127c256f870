"""What the audit says of the sample stores."""

from __future__ import annotations

from authui.services.audit.auditing import RULES
from authui.services.audit.finding import Finding
from authui.services.audit.scene import Scene
from authui.stores.demo import demo_discovery
from tests.services.audit.scenes import NOW
from tests.services.audit.support import texts


def found() -> list[Finding]:
    scene = Scene(demo_discovery("pixi", NOW), None, NOW)
    return [finding for rule in RULES for finding in rule.check(scene)]


def test_an_example_of_most_that_can_be_wrong() -> None:
    assert {finding.id for finding in found()} >= {
        "A10:file:*.prefix.dev",
        "A13:file:host.example:8080",
        "A23:file:gone.example:expired",
        "A25:keychain:internal.example",
        "A26:keychain:vault.example",
        "A27:keychain:old.example",
        "A56:keychain:*.corp.example",
    }
    assert not [finding.id for finding in found() if "of-the-demo" in texts([finding])]


def test_each_reads_well_and_says_what_to_do() -> None:
    for finding in found():
        assert finding.fix is not None or finding.hint, finding.id
        fix = () if finding.fix is None else (finding.fix.words, *finding.fix.preview)
        for text in (finding.message, *finding.details, *fix, finding.hint or "x"):
            assert text
            assert not text.endswith(".")
            assert "  " not in text
