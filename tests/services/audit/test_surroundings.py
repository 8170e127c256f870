from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from authui.services.audit.finding import Severity
from authui.services.audit.surroundings import LEAST_FREE
from authui.stores.disk_space import free_bytes
from tests.services.audit.machines import Machine
from tests.services.audit.support import texts
from tests.support.full_disk import PAGE, room

CANARY = "c4nary-s3cret"
BEARER = {"BearerToken": CANARY}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


class TestUploads:
    """A38: rattler-build uploads look into one file only."""

    def test_the_file_of_the_variable(self, machine: Machine) -> None:
        auth = machine.store({"a.test": BEARER}, machine.home / "auth.json")
        machine.store({"a.test": BEARER, "b.test": BEARER})
        machine.client = "rattler-build"
        assert not machine.found("A38")
        machine.variables["RATTLER_AUTH_FILE"] = str(auth)
        (finding,) = machine.found("A38")
        assert finding.store == "auth-file"
        assert finding.details == ("b.test from the credentials file",)
        assert CANARY not in texts([finding])

    def test_the_file_of_the_flag(self, machine: Machine) -> None:
        auth = machine.store({"a.test": BEARER}, machine.home / "auth.json")
        machine.variables["RATTLER_AUTH_FILE"] = str(auth)
        machine.auth_file = str(machine.store({"b.test": BEARER}, machine.home / "flag.json"))
        machine.client = "rattler-build"
        (finding,) = machine.found("A38")
        assert (finding.store, len(finding.details)) == ("override-file", 1)

    def test_other_clients_only_beside_a_rattler_build(self, machine: Machine) -> None:
        machine.store({f"{n}.test": BEARER for n in range(7)})
        auth = machine.store({"a.test": BEARER}, machine.home / "auth.json")
        machine.variables["RATTLER_AUTH_FILE"] = str(auth)
        assert not machine.found("A38")
        machine.program("rattler-build", "rattler-build 0.66.0")
        (finding,) = machine.found("A38")
        assert finding.details[-1] == "And 2 more"

    def test_nothing_else_is_stored(self, machine: Machine) -> None:
        auth = machine.store({"a.test": BEARER}, machine.home / "auth.json")
        machine.variables["RATTLER_AUTH_FILE"] = str(auth)
        machine.client = "rattler-build"
        assert not machine.found("A38")


FULL = """
import json, os, subprocess, sys
from pathlib import Path
from tests.services.audit.machines import Machine
from tests.support.full_disk import PAGE, mount
place = Path(sys.argv[1])
mount(place, f"size={16 * PAGE}")
machine = Machine(place)
machine.store({"a.test": {"BearerToken": "t"}})
said = []
for left in (8, 2, 0):
    with (place / "filler").open("wb") as filler:
        free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        filler.write(bytes(free - left * PAGE))
    said.append([f.severity for f in machine.found("A43")])
    (place / "filler").unlink()
print(json.dumps(said))
"""


def test_a_disk_that_is_all_but_full(tmp_path: Path) -> None:
    done = subprocess.run(
        [*room(), sys.executable, "-c", FULL, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 8 * PAGE > LEAST_FREE > 2 * PAGE
    assert json.loads(done.stdout) == [[], ["error"], ["error"]]


def test_nothing_tells_how_full_it_is(tmp_path: Path) -> None:
    assert free_bytes(str(tmp_path / "none" / "there.json")) is None
    assert free_bytes("/a\0b/c") is None
    assert (free_bytes(str(tmp_path / "there.json")) or 0) > LEAST_FREE


class TestCi:
    """A44: trusted publishing works only where nothing is stored."""

    def found(self, machine: Machine, **variables: str) -> list[tuple[str | None, Severity]]:
        here = dict(machine.variables)
        machine.variables.update(variables)
        found = machine.found("A44")
        machine.variables = here
        assert CANARY not in texts(found)
        return [(finding.host, finding.severity) for finding in found]

    def test_a_stored_credential(self, machine: Machine) -> None:
        machine.store({"*.prefix.dev": BEARER})
        once = [("*.prefix.dev", Severity.WARNING)]
        assert self.found(machine) == []
        assert self.found(machine, CI="true") == []
        assert self.found(machine, GITHUB_ACTIONS="true") == []
        assert self.found(machine, CI="true", BUILDKITE="true") == once
        github = {"CI": "true", "GITHUB_ACTIONS": "true"}
        assert self.found(machine, **github) == [("*.prefix.dev", Severity.INFO)]
        assert self.found(machine, **github, ACTIONS_ID_TOKEN_REQUEST_TOKEN=CANARY) == once
        gitlab = {"CI": "true", "GITLAB_CI": "true"}
        assert self.found(machine, **gitlab, PREFIX_DEV_ID_TOKEN=CANARY) == once

    def test_both_hosts(self, machine: Machine) -> None:
        machine.store({"prefix.dev": BEARER, "repo.prefix.dev": BEARER, "a.test": BEARER})
        found = self.found(machine, CI="1", CIRCLECI="true")
        assert {host for host, _ in found} == {"prefix.dev", "repo.prefix.dev"}
        machine.store({"a.test": BEARER})
        assert self.found(machine, CI="1", CIRCLECI="true") == []


class TestOci:
    """A50: pixi sends nothing that is stored to oci:// registries."""

    def test_channels_and_mirrors(self, machine: Machine) -> None:
        machine.store({"*.io": BEARER, "m.test": BEARER, "h.test": BEARER, "gone.test": BEARER})
        path = machine.put(
            "pixi.toml",
            '[workspace]\nchannels = ["conda-forge", "oci://ghcr.io/c", "https://h.test/c",'
            ' "oci://gone.test/c", "oci://ghcr.io/d"]\n',
        )
        machine.put(
            machine.config,
            '[mirrors]\n"https://x.test/" = ["oci://m.test/c"]\n'
            '"oci://gone.test/" = ["https://elsewhere.test/"]\n',
        )
        found = machine.found("A50")
        assert [(finding.host, finding.details) for finding in found] == [
            ("*.io", (f"It is a channel in {path}:2",)),
            ("m.test", ("It is a mirror in pixi's configuration",)),
        ]
        assert CANARY not in texts(found)
        machine.client = "rattler"
        assert not machine.found("A50")

    def test_the_project_that_was_named(self, machine: Machine) -> None:
        machine.store({"ghcr.io": BEARER})
        machine.put("there/pixi.toml", '[workspace]\nchannels = ["oci://ghcr.io/c"]\n')
        assert not machine.found("A50")
        machine.project = "there"
        assert [finding.host for finding in machine.found("A50")] == ["ghcr.io"]
