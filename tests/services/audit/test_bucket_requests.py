from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from authui.services.audit.finding import Severity
from tests.services.audit.machines import Machine

KEY: dict[str, Any] = {
    "S3Credentials": {"access_key_id": "A", "secret_access_key": "S", "session_token": None}
}
BEARER = {"BearerToken": "t"}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def options(bucket: str, endpoint: str = "https://s3.test", style: str = "true") -> str:
    return (
        f'[s3-options."{bucket}"]\nendpoint-url = "{endpoint}"\nregion = "r"\n'
        f"force-path-style = {style}\n"
    )


class TestOptions:
    """A17: S3 credentials that pixi does not look for."""

    def test_a_bucket_without_options(self, machine: Machine) -> None:
        hosts = ("b", "s3://b/c", "s3://other", "*.my.bucket", "s3:/")
        machine.store(dict.fromkeys(hosts, KEY) | {"h.test": BEARER})
        machine.put("pixi.toml", "[workspace]\n")
        machine.put(machine.config, options("other"))
        found = machine.found("A17")
        assert [finding.host for finding in found] == ["b", "s3://b/c"]
        assert {finding.severity for finding in found} == {Severity.WARNING}
        assert all("[s3-options.b]" in str(finding.hint) for finding in found)

    def test_a_project_may_have_them(self, machine: Machine) -> None:
        machine.store({"b": KEY})
        (finding,) = machine.found("A17")
        assert finding.severity is Severity.INFO
        assert finding.details

    def test_only_pixi_needs_them(self, machine: Machine) -> None:
        machine.store({"b": KEY})
        machine.client = "rattler-build"
        assert not machine.found("A17")


class TestSigned:
    """A18: credentials for the hosts that signed requests go to."""

    @pytest.mark.parametrize(
        ("host", "style", "breaks"),
        [
            ("s3.test", "true", True),
            ("*.test", "true", True),
            ("s3.test", "false", False),
            ("bucket.s3.test", "false", True),
            ("other.test", "true", False),
        ],
    )
    def test_the_endpoint_of_a_bucket(
        self, host: str, style: str, breaks: bool, machine: Machine
    ) -> None:
        machine.put(machine.config, options("bucket", style=style))
        machine.store({"bucket": KEY, host: BEARER})
        assert [f.host for f in machine.found("A18")] == ([host] if breaks else [])
        machine.store({"bucket": KEY, host: KEY})
        assert not machine.found("A18")

    @pytest.mark.parametrize(
        ("host", "breaks"),
        [
            ("*.amazonaws.com", True),
            ("*.eu-central-1.amazonaws.com", True),
            ("*.us-gov-west-1.amazonaws.com", True),
            ("*.s3.amazonaws.com", True),
            ("s3.eu-central-1.amazonaws.com", True),
            ("b.s3.eu-central-1.amazonaws.com", True),
            ("b.s3-eu-west-1.amazonaws.com", True),
            ("d-1.d.codeartifact.eu-central-1.amazonaws.com", False),
            ("*.codeartifact.eu-central-1.amazonaws.com", False),
            ("ecr.eu-central-1.amazonaws.com", False),
            ("amazonaws.com", False),
        ],
    )
    def test_amazon(self, host: str, breaks: bool, machine: Machine) -> None:
        machine.store({host: BEARER})
        assert bool(machine.found("A18")) is breaks
        machine.client = "rattler-build"
        assert bool(machine.found("A18")) is breaks
        machine.client = "rattler"
        assert not machine.found("A18")

    def test_a_machine_of_the_netrc_file(self, machine: Machine) -> None:
        machine.put(machine.config, options("b"))
        machine.put(machine.home / ".netrc", "machine s3.test login u password p\n")
        (finding,) = machine.found("A18")
        assert finding.store == "netrc"
