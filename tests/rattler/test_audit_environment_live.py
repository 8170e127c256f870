"""What the audit says of RATTLER_AUTH_FILE, before real rattler's eyes; and what it tells to type."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.audit.machines import Machine
from tests.support.judge import Judge

pytestmark = pytest.mark.rattler

URL = "http://any.test/c"


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """The file that is meant lies in the home and in the current directory."""
    machine = Machine(tmp_path)
    machine.client = "rattler"
    for folder in (machine.home, machine.cwd):
        machine.store({"any.test": {"BearerToken": folder.name}}, folder / "my file.json")
    return machine


def sent(judge: Judge, machine: Machine, cwd: Path | None = None) -> str | None:
    """What rattler sends with the variables of the machine."""
    names = ("HOME", "RATTLER_AUTH_FILE")
    variables = {n: machine.variables[n] for n in names if n in machine.variables}
    answer = judge.send(URL, variables=variables, cwd=str(cwd or machine.cwd))
    assert answer.stores_accepted, answer
    return answer.authorization


def type_the_hint(machine: Machine, rule: str = "A35") -> None:
    """Do in a shell what the first finding says."""
    command = (machine.found(rule)[0].hint or "").partition(" in your shell")[0]
    assert command.startswith(("unset ", "export "))
    told = subprocess.run(
        ["/bin/sh", "-c", f'{command} && printf "%s" "${{RATTLER_AUTH_FILE-none}}"'],
        env=machine.variables,
        cwd=machine.cwd,
        check=True,
        capture_output=True,
    ).stdout
    if told == b"none":
        del machine.variables["RATTLER_AUTH_FILE"]
    else:
        machine.variables["RATTLER_AUTH_FILE"] = os.fsdecode(told)


def test_a_tilde_stands_for_no_home(judge: Judge, machine: Machine) -> None:
    machine.variables["RATTLER_AUTH_FILE"] = "~/my file.json"
    assert [f.id for f in machine.found("A35")] == ["A35:auth-file:tilde"]
    assert sent(judge, machine) is None
    machine.store({"any.test": {"BearerToken": "literal"}}, machine.cwd / "~" / "my file.json")
    assert sent(judge, machine) == "Bearer literal"
    type_the_hint(machine)
    assert machine.found("A35") == []
    assert sent(judge, machine) == "Bearer machine"


def test_a_relative_path_depends_on_the_directory(judge: Judge, machine: Machine) -> None:
    machine.variables["RATTLER_AUTH_FILE"] = "my file.json"
    assert [f.id for f in machine.found("A35")] == ["A35:auth-file:relative"]
    assert sent(judge, machine) == "Bearer work"
    assert sent(judge, machine, machine.home) == "Bearer machine"
    type_the_hint(machine)
    assert machine.found("A35") == []
    assert sent(judge, machine) == sent(judge, machine, machine.home) == "Bearer work"


@pytest.mark.parametrize("value", ["", "/nonexistent/x.json"])
def test_an_empty_or_missing_one_holds_nothing(judge: Judge, machine: Machine, value: str) -> None:
    machine.store({"any.test": {"BearerToken": "default"}})
    machine.variables["RATTLER_AUTH_FILE"] = value
    assert len(machine.found("A35")) == 1
    assert sent(judge, machine) == "Bearer default"
    type_the_hint(machine)
    assert machine.found("A35") == []
    assert sent(judge, machine) == "Bearer default"


def test_the_variable_names_what_is_asked_first(judge: Judge, machine: Machine) -> None:
    """So that of two names for the default file the first is what rattler reads."""
    machine.store({"any.test": {"BearerToken": "default"}})
    machine.variables["RATTLER_AUTH_FILE"] = str(machine.home / "my file.json")
    assert machine.found("A41") == []
    assert sent(judge, machine) == "Bearer machine"
    machine.variables["RATTLER_AUTH_FILE"] = str(machine.default)
    assert len(machine.found("A41")) == 1
    assert sent(judge, machine) == "Bearer default"
    type_the_hint(machine, "A41")
    assert machine.found("A41") == []
    assert sent(judge, machine) == "Bearer default"


def test_http_carries_the_credential_like_https(judge: Judge, machine: Machine) -> None:
    machine.store({"any.test": {"BearerToken": "default"}})
    machine.put("pixi.toml", f'channels = ["{URL}"]\n')
    machine.project = str(machine.cwd)
    assert [f.id for f in machine.found("A22")] == ["A22:file:any.test:pixi.toml:1"]
    assert sent(judge, machine) == "Bearer default"
