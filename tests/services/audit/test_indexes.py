from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from authui.model.credential import CondaToken
from authui.model.secret import Secret
from authui.services.audit.finding import Severity
from tests.services.audit.machines import Machine
from tests.services.audit.support import Stores, texts

CANARY = "c4nary-s3cret"
ENABLED = '[pypi-config]\nkeyring-provider = "subprocess"\n'
GOOGLE = "https://europe-west1-python.pkg.dev/p/r/simple"
CONDA = {"h.test": {"CondaToken": CANARY}}
BEARER = {"h.test": {"BearerToken": CANARY}}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def project(machine: Machine, *urls: str, folder: str = "") -> Path:
    listed = ", ".join(f'"{url}"' for url in urls)
    return machine.put(
        f"{folder}pixi.toml",
        f'[workspace]\n[pypi-options]\nindex-url = "https://pypi.org/simple"\n'
        f"extra-index-urls = [{listed}]\n",
    )


class TestCondaToken:
    """A20: a token in the path of a URL."""

    def test_of_the_host_of_an_index(self, machine: Machine) -> None:
        path = project(machine, "https://h.test/simple")
        machine.store(CONDA)
        (finding,) = machine.found("A20")
        assert (finding.store, finding.host) == ("file", "h.test")
        assert "the PyPI index https://h.test/simple too" in finding.message
        assert finding.details == (f"It is named in {path}:4",)
        assert CANARY not in texts([finding])

    def test_with_a_user_name_the_stores_are_not_asked(self, machine: Machine) -> None:
        project(machine, "https://u@h.test/simple")
        machine.store(CONDA)
        assert not machine.found("A20")

    def test_other_kinds_do_no_harm(self, machine: Machine) -> None:
        project(machine, "https://h.test/simple")
        machine.store(BEARER)
        assert not machine.found("A20")

    def test_an_index_behind_a_mirror(self, machine: Machine) -> None:
        project(machine, "https://pypi.test/simple")
        machine.put(machine.config, '[mirrors]\n"https://pypi.test/" = ["https://h.test/"]\n')
        machine.store(CONDA)
        assert len(machine.found("A20")) == 1

    def test_an_index_of_the_configuration_is_not_asked(self, machine: Machine) -> None:
        machine.put(machine.config, '[pypi-config]\nindex-url = "https://h.test/simple"\n')
        machine.store(CONDA)
        assert not machine.found("A20")

    def test_only_pixi_installs_from_pypi(self, machine: Machine) -> None:
        project(machine, "https://h.test/simple")
        machine.store(CONDA)
        machine.client = "rattler"
        assert not machine.found("A20")

    @pytest.mark.parametrize(
        ("token", "why"),
        [
            ("", "is empty"),
            ("..", "vanishes"),
            (".", "vanishes"),
            ("/t/x", "slash"),
            ("a\\b", "slash"),
            ("a%20b", "percent"),
            ("a?b", "no path can hold"),
            ("a#b", "no path can hold"),
            ("a b", "no path can hold"),
            ("ä", "no path can hold"),
            ("a\nb", "no path can hold"),
        ],
    )
    def test_that_does_not_arrive_as_it_is(self, token: str, why: str, machine: Machine) -> None:
        machine.store({"h.test": {"CondaToken": token}})
        (finding,) = machine.found("A20")
        assert why in finding.message
        assert finding.fix is None
        assert finding.hint

    @pytest.mark.parametrize("token", ["ab-12_x.~", "a:b@c", "a^b|c", "a=b&c", "a..b"])
    def test_that_arrives(self, token: str, machine: Machine) -> None:
        machine.store({"h.test": {"CondaToken": token}})
        assert not machine.found("A20")

    def test_white_space_around_it_is_taken_off(
        self, own_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stores = Stores(own_home, monkeypatch)
        stores.file({"h.test": CondaToken(Secret(f" {CANARY}\n"))})
        finding = stores.only("A20")
        stores.mend(finding)
        assert CANARY not in texts([finding])
        assert stores.held() == {"h.test": CondaToken(Secret(CANARY))}


class TestUser:
    """A48: with a user name in the URL rattler's stores are not asked."""

    def found(self, machine: Machine) -> list[tuple[str | None, Severity]]:
        found = machine.found("A48")
        assert CANARY not in texts(found)
        return [(finding.host, finding.severity) for finding in found]

    def test_keeps_a_credential_away(self, machine: Machine) -> None:
        path = project(machine, "https://bob@h.test/simple", "https://h.test/other")
        machine.store(BEARER)
        assert self.found(machine) == [("h.test", Severity.WARNING)]
        (finding,) = machine.found("A48")
        assert "https://bob@h.test/simple" in finding.message
        assert f"{path}:4" in str(finding.hint)
        assert "enable the keyring" in str(finding.hint)

    def test_is_right_where_the_keyring_is_asked(self, machine: Machine) -> None:
        project(machine, "https://bob@h.test/simple")
        machine.put(machine.config, ENABLED)
        machine.store(BEARER)
        assert self.found(machine) == [("h.test", Severity.INFO)]

    def test_is_right_with_a_password(self, machine: Machine) -> None:
        project(machine, f"https://bob:{CANARY}@h.test/simple", f"https://:{CANARY}@h.test/x")
        machine.store(BEARER)
        assert self.found(machine) == [("h.test", Severity.INFO)] * 2

    def test_is_right_where_uv_finds_that_user_in_netrc(self, machine: Machine) -> None:
        project(machine, "https://bob@h.test/simple")
        machine.put(machine.home / ".netrc", f"machine h.test login bob password {CANARY}\n")
        assert self.found(machine) == []
        machine.put(machine.home / ".netrc", f"machine h.test login ann password {CANARY}\n")
        assert self.found(machine) == [("h.test", Severity.WARNING)]

    def test_does_no_harm_where_nothing_is_stored(self, machine: Machine) -> None:
        project(machine, "https://bob@h.test/simple")
        key: dict[str, Any] = {"access_key_id": "A", "secret_access_key": "S"}
        machine.store({"h.test": {"S3Credentials": key}})
        assert self.found(machine) == []


class TestNobody:
    """A49: without a user name in the URL the keyring is not asked."""

    def found(self, machine: Machine) -> list[Severity]:
        return [finding.severity for finding in machine.found("A49")]

    def test_of_a_registry_that_needs_one(self, machine: Machine) -> None:
        path = project(machine, GOOGLE)
        assert self.found(machine) == []
        machine.put(machine.config, ENABLED)
        (finding,) = machine.found("A49")
        assert finding.severity is Severity.WARNING
        assert finding.hint == f"Write oauth2accesstoken@ in front of its host in {path}:4"

    def test_of_any_index(self, machine: Machine) -> None:
        project(machine, "https://h.test/simple", "https://bob@i.test/simple")
        machine.put(machine.config, ENABLED)
        assert self.found(machine) == [Severity.INFO]

    def test_is_not_needed_where_something_else_answers(self, machine: Machine) -> None:
        project(machine, "https://h.test/simple", "https://i.test/simple")
        machine.put(machine.config, ENABLED)
        machine.store(BEARER)
        machine.put(machine.home / ".netrc", "machine i.test user u password p\n")
        assert self.found(machine) == []

    def test_of_the_project_that_was_named(self, machine: Machine) -> None:
        project(machine, GOOGLE, folder="there/")
        machine.put("there/.pixi/config.toml", ENABLED)
        assert self.found(machine) == []
        machine.project = "there"
        assert self.found(machine) == [Severity.WARNING]


SECRET_URLS = (
    f"https://bob:{CANARY}@h.test/simple",
    f"https://:{CANARY}@h.test/simple",
    f"https://pfx_{CANARY}@h.test/simple",
    f"https://pfx_{CANARY}:@h.test/simple",
    f"https://h.test/t/{CANARY}/simple",
    f"https://bob@h.test/t/{CANARY}/simple?token={CANARY}#{CANARY}",
    f"https://bob:{CANARY}@[bad/simple",
    f"https://%FF:{CANARY}@h.test/simple",
)


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("stored", [CONDA, BEARER, {}])
def test_no_secret_of_an_index_url_is_shown(
    stored: dict[str, Any], enabled: bool, machine: Machine
) -> None:
    project(machine, *SECRET_URLS)
    machine.put(machine.config, ENABLED if enabled else "")
    machine.store(stored)
    found = [finding for finding in machine.all() if finding.rule in ("A20", "A48", "A49")]
    assert bool(found) is bool(stored or enabled)
    assert CANARY not in texts(found)
