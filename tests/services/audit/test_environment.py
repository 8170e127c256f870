from __future__ import annotations

import json
from pathlib import Path

import pytest

from authui.model.lookup import CLIENTS, Client
from authui.services.audit import environment
from authui.services.audit.finding import Finding, Severity
from tests.services.audit.machines import Machine

BEARER = {"BearerToken": "t"}
OAUTH = {
    "OAuth": {
        "access_token": "a",
        "refresh_token": None,
        "expires_at": None,
        "token_endpoint": "https://sso.example/token",
        "revocation_endpoint": None,
        "client_id": "c",
    }
}
S3 = {"S3Credentials": {"access_key_id": "a", "secret_access_key": "s", "session_token": None}}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def one(machine: Machine, rule: str) -> Finding:
    (finding,) = machine.found(rule)
    assert finding.hint
    for text in (finding.message, finding.hint, *finding.details):
        assert not text.endswith(".")
    return finding


@pytest.mark.parametrize("client", CLIENTS)
def test_on_an_empty_machine_no_rule_finds_anything(machine: Machine, client: Client) -> None:
    machine.client = client
    assert machine.all() == []
    machine.project = str(machine.cwd)
    assert machine.all() == []


def test_a5_an_older_tool_cannot_read_what_is_stored(machine: Machine) -> None:
    machine.store({"sso.example": OAUTH, "s3://b": S3, "a.example": BEARER})
    machine.program("pixi", "pixi 0.41.0")
    build = machine.program("rattler-build", "rattler-build 0.57.0")
    by_build, by_pixi = sorted(machine.found("A5"), key=lambda f: f.id, reverse=True)
    assert by_build.id == f"A5:file:{build}"
    assert by_pixi.severity is Severity.ERROR
    assert "pixi 0.41.0" in by_pixi.message
    assert "OAuth" in by_pixi.message
    assert "S3" in by_pixi.details[0]
    assert by_pixi.details[-1] == f"{machine.default} holds sso.example, s3://b"
    assert by_build.details == (f"{machine.default} holds sso.example",)
    assert by_build.hint == (
        "Install a newer rattler-build, or move them out of its way: "
        "authui migrate HOST --from file"
    )


@pytest.mark.parametrize(
    ("said", "entries"),
    [
        ("pixi 0.66.0", {"sso.example": OAUTH, "s3://b": S3}),
        ("pixi 0.41.1", {"s3://b": S3}),
        ("pixi 0.41.0", {"a.example": BEARER}),
        ("nothing", {"sso.example": OAUTH}),
    ],
)
def test_a5_not_where_it_can(machine: Machine, said: str, entries: dict[str, object]) -> None:
    machine.store(entries)
    machine.program("pixi", said)
    assert machine.found("A5") == []


def test_a5_starts_no_program_without_need(machine: Machine) -> None:
    machine.store({"a.example": BEARER})
    mark = machine.home / "started"
    machine.put(machine.home / ".pixi" / "bin" / "pixi", f"#!/bin/sh\ntouch {mark}\n").chmod(0o755)
    machine.all()
    assert not mark.exists()
    machine.store({"a.example": OAUTH})
    machine.all()
    assert mark.exists()


def test_a5_only_pixi_reads_the_override_file(machine: Machine) -> None:
    machine.store({"sso.example": OAUTH}, machine.cwd / "own.json")
    machine.auth_file = str(machine.cwd / "own.json")
    machine.program("rattler-build", "rattler-build 0.57.0")
    assert machine.found("A5") == []
    machine.program("pixi", "pixi 0.65.0")
    assert one(machine, "A5").store == "override-file"


def test_a33_netrc_machines_stop_a_logout(machine: Machine) -> None:
    machine.put(machine.home / ".netrc", "machine a.example login u password p\n")
    finding = one(machine, "A33")
    assert finding.id == "A33:netrc"
    assert "1 machine," in finding.message


@pytest.mark.parametrize("text", ["", "default login u password p", "machine a # b"])
def test_a33_not_where_rattler_reads_no_machine(machine: Machine, text: str) -> None:
    machine.put(machine.home / ".netrc", text)
    assert machine.found("A33") == []


def test_a34_netrc_names_nothing(machine: Machine) -> None:
    for value in ("/nonexistent/netrc", ""):
        machine.variables["NETRC"] = value
        finding = one(machine, "A34")
        assert finding.severity is Severity.INFO
        assert (finding.hint or "").startswith("unset NETRC")


def test_a34_not_where_it_names_a_file(machine: Machine) -> None:
    assert machine.found("A34") == []
    for value in (str(machine.put("n", "")), "/dev/null"):
        machine.variables["NETRC"] = value
        assert machine.found("A34") == []


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("", ["empty"]),
        ("~/a.json", ["tilde"]),
        ("~", ["tilde"]),
        ("a.json", ["relative", "missing"]),
        ("there.json", ["relative"]),
        ("~other/a.json", ["relative", "missing"]),
        ("{cwd}/there.json", []),
        ("{cwd}/missing.json", ["missing"]),
        ("{cwd}/bad\udcff.json", []),
    ],
)
def test_a35_what_the_variable_holds(machine: Machine, value: str, ids: list[str]) -> None:
    machine.store({}, machine.cwd / "there.json")
    machine.variables["RATTLER_AUTH_FILE"] = value.format(cwd=machine.cwd)
    found = machine.found("A35")
    assert [f.id for f in found] == [f"A35:auth-file:{name}" for name in ids]
    assert {f.severity for f in found} <= {Severity.WARNING}


def test_a35_says_what_to_type(machine: Machine) -> None:
    hints = {}
    for value in ("", "~/my file.json", "~", "my file.json", "/nonexistent/x"):
        machine.variables["RATTLER_AUTH_FILE"] = value
        hints[value] = machine.found("A35")[0].hint
    assert hints == {
        "": "unset RATTLER_AUTH_FILE in your shell, and take it out of where it is set",
        "~/my file.json": "export RATTLER_AUTH_FILE=\"$HOME\"/'my file.json'",
        "~": 'export RATTLER_AUTH_FILE="$HOME"',
        "my file.json": f"export RATTLER_AUTH_FILE='{machine.cwd}/my file.json'",
        "/nonexistent/x": "unset RATTLER_AUTH_FILE in your shell, and take it out of where it is "
        "set, or correct the path",
    }


def test_a35_rattler_build_does_not_start_with_an_empty_one(machine: Machine) -> None:
    machine.client = "rattler-build"
    machine.variables["RATTLER_AUTH_FILE"] = ""
    finding = one(machine, "A35")
    assert finding.severity is Severity.ERROR
    assert "refuses to start" in finding.message


@pytest.mark.parametrize("client", CLIENTS)
def test_a36_two_files_are_named(machine: Machine, client: Client) -> None:
    machine.client = client
    machine.put(machine.config, f'authentication-override-file = "{machine.cwd}/o.json"')
    assert machine.found("A36") == []
    machine.variables["RATTLER_AUTH_FILE"] = str(machine.cwd / "v.json")
    finding = one(machine, "A36")
    assert finding.id == "A36:override-file"
    assert f"authentication-override-file in {machine.config} and" in finding.message
    machine.variables["RATTLER_AUTH_FILE"] = str(machine.cwd / "o.json")
    assert machine.found("A36") == []


def test_a36_a_flag_counts_too(machine: Machine) -> None:
    machine.auth_file = "o.json"
    machine.variables["RATTLER_AUTH_FILE"] = str(machine.cwd / "v.json")
    assert one(machine, "A36").message.startswith("--auth-file and RATTLER_AUTH_FILE")
    machine.client = "rattler-build"
    assert machine.found("A36") == []


@pytest.mark.parametrize("client", CLIENTS)
def test_a37_an_override_file_is_set(machine: Machine, client: Client) -> None:
    machine.client = client
    machine.put(machine.config, 'default-channels = ["conda-forge"]')
    assert machine.found("A37") == []
    machine.put(machine.config, 'authentication-override-file = "/o.json"')
    finding = one(machine, "A37")
    assert str(machine.config) in finding.message
    assert str(machine.config) in (finding.hint or "")


@pytest.mark.parametrize("client", CLIENTS)
def test_a39_its_path_depends_on_the_directory(machine: Machine, client: Client) -> None:
    machine.client = client
    for path, meant, word in (
        ("~/o.json", machine.home / "o.json", "~"),
        ("~", machine.home, "~"),
        ("sub/o.json", machine.cwd / "sub" / "o.json", "relative"),
    ):
        machine.put(machine.config, f"authentication-override-file = {json.dumps(path)}")
        finding = one(machine, "A39")
        assert word in finding.message
        assert finding.hint == f'Write there: authentication-override-file = "{meant}"'
    machine.put(machine.config, 'authentication-override-file = "/o.json"')
    assert machine.found("A39") == []


@pytest.mark.parametrize("client", CLIENTS)
def test_a40_configuration_is_skipped(machine: Machine, client: Client) -> None:
    machine.client = client
    machine.put("pixi.toml", '[workspace]\nname = "x"\nchannels = []\nplatforms = []\n')
    project = machine.put(".pixi/config.toml", "")
    machine.put(machine.config, "")
    assert machine.found("A40") == []
    project.write_text('authentication-override-file = "/canary-4711')
    finding = one(machine, "A40")
    assert finding.id == f"A40:{project}"
    assert "says nothing" in finding.details[0]
    assert "canary" not in repr(finding)
    machine.put(machine.config, "[mirrors\n")
    assert [f.subject for f in machine.found("A40")] == [str(machine.config), str(project)]


def test_a41_the_default_file_is_named(machine: Machine) -> None:
    machine.store({})
    machine.variables["RATTLER_AUTH_FILE"] = str(machine.default)
    finding = one(machine, "A41")
    assert finding.severity is Severity.INFO
    link = machine.cwd / "link.json"
    link.symlink_to(machine.default)
    machine.variables["RATTLER_AUTH_FILE"] = str(link)
    assert one(machine, "A41").id == "A41:auth-file"
    link.unlink()
    machine.store({}, link)
    assert machine.found("A41") == []


def test_hints_are_for_the_system(machine: Machine) -> None:
    from dataclasses import replace

    here = replace(machine.environment, platform="win32")
    assert environment._unset(here, "NETRC").startswith("Remove-Item Env:NETRC")
    assert environment._set(here, "x", "C:\\it's") == "$Env:RATTLER_AUTH_FILE = 'C:\\it''s'"
