from __future__ import annotations

from pathlib import Path

import pytest

from authui.services.audit.finding import Severity
from tests.services.audit.machines import Machine
from tests.services.audit.support import texts

CANARY = "c4nary-s3cret"
PLAIN = f"machine a.test login u password {CANARY}\n"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def netrc(machine: Machine, text: str | bytes) -> Path:
    path = machine.home / ".netrc"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "place", "uv"),
    [
        (f"{PLAIN}# comment\n", "(line 2, column 1)", "PyPI requests use it all the same"),
        (
            f"machine a.test user u password {CANARY}\n",
            "(line 1, column 16)",
            "use it all the same",
        ),
        (f'machine a.test login u password "{CANARY} x"\n', "column 48)", "use it all the same"),
        (f"machine a.test login u\n\n# {CANARY}\n", "(line 3, column 1)", "PyPI requests do not"),
        (f"machine a.test port {CANARY}\n", "(line 1, column 16)", "PyPI requests do not"),
        (f"\ufeff{PLAIN}", "(line 1, column 1)", "PyPI requests do not"),
        (
            PLAIN.encode() + b"machine b.test login \xfc\n",
            "not UTF-8 (line 2",
            "use it all the same",
        ),
    ],
)
def test_a_file_that_rattler_ignores(
    text: str | bytes, place: str, uv: str, machine: Machine
) -> None:
    path = netrc(machine, text)
    (finding,) = machine.found("A30")
    assert finding.severity is Severity.WARNING
    assert str(path) in finding.message
    assert place in finding.message
    assert uv in finding.details[0]
    assert finding.hint
    assert CANARY not in texts([finding])


def test_a_file_that_rattler_reads(machine: Machine) -> None:
    netrc(machine, PLAIN)
    assert not machine.found("A30")
    (machine.home / ".netrc").unlink()
    assert not machine.found("A30")


def test_uv_reads_another_file_where_it_is_named_by_a_tilde(machine: Machine) -> None:
    machine.put("~/named", "# a comment that rattler does not know\n")
    machine.put(machine.home / "named", PLAIN)
    machine.variables["NETRC"] = "~/named"
    (finding,) = machine.found("A30")
    assert str(machine.cwd / "~" / "named") in finding.message
    assert finding.details == (
        f"PyPI requests do not use it either: uv reads {machine.home / 'named'}",
    )


def test_a_folder_in_the_place_of_the_file(machine: Machine) -> None:
    machine.variables["NETRC"] = str(machine.home)
    (finding,) = machine.found("A30")
    assert str(machine.home) in finding.message


def test_a_default_entry(machine: Machine) -> None:
    path = netrc(machine, f"{PLAIN}default login d password {CANARY}\n")
    (finding,) = machine.found("A31")
    assert f"line 2 of {path}" in finding.message
    assert CANARY not in texts([finding])
    netrc(machine, PLAIN)
    assert not machine.found("A31")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("machine a.test login u\n", "no password"),
        (f"machine a.test password {CANARY}\n", "no login"),
        ("machine a.test\n", "no login and no password"),
        (PLAIN, None),
    ],
)
def test_a_machine_without_a_login_or_password(
    text: str, missing: str | None, machine: Machine
) -> None:
    netrc(machine, text)
    found = machine.found("A32")
    assert [f"{missing}: rattler" in finding.message for finding in found] == [True] * (
        missing is not None
    )
    assert CANARY not in texts(found)


def test_one_that_is_complete_elsewhere_is_not_sent(machine: Machine) -> None:
    netrc(machine, "machine a.test login u\n")
    machine.store({"a.test": {"BearerToken": "t"}})
    assert not machine.found("A32")
