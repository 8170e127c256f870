"""What is said of registries that want a plugin of keyring.

A real `keyring` stands for one without plugins. The plugins talk to clouds, so that a script stands
for a keyring that has one: it names the backends that real ones with these packages named.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from authui.model.registry import AWS, AZURE, GOOGLE, Registry, RegistryAdvice, find_registry
from authui.model.secret import DOTS
from authui.model.url import parse_url
from authui.services.registries import advise_registry
from authui.stores.environment import Environment
from authui.stores.pixi_config import PixiConfig, load
from authui.stores.pypi.sources import PypiSources

CANARY = "c4nary-s3cret"
KEYRING = str(Path(sys.executable).parent)
HOSTS = {
    "https://europe-west1-python.pkg.dev/project/repo/simple": GOOGLE,
    "https://pkgs.dev.azure.com/org/project/_packaging/feed/pypi/simple/": AZURE,
    "https://org.pkgs.visualstudio.com/_packaging/feed/pypi/simple/": AZURE,
    "https://my-domain-111122223333.d.codeartifact.eu-central-1.amazonaws.com/pypi/r/simple/": AWS,
}
BACKENDS = {
    GOOGLE.plugin: "keyrings.gauth.GooglePythonAuth (priority: 9)",
    AZURE.plugin: "keyrings_artifacts.artifacts.ArtifactsKeyringBackend (priority: 9.9)",
    "artifacts-keyring": "artifacts_keyring.ArtifactsKeyringBackend (priority: 9.9)",
    AWS.plugin: "keyrings.codeartifact.CodeArtifactBackend (priority: 9.9)",
}
INDEX = next(iter(HOSTS))


class Machine:
    """A home with pixi's configuration, and a `PATH` of its own."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self._patch = patch
        self.path("/nonexistent")

    def path(self, *folders: str) -> None:
        """What the `PATH` is."""
        self._patch.setenv("PATH", ":".join(folders))

    def configure(self, text: str, folder: str = ".pixi") -> Path:
        """A configuration file of pixi."""
        path = self.home / folder / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def keyring(self, *backends: str, folder: str = "bin") -> Path:
        """A program that names these backends, found on the `PATH`."""
        path = self.home / folder / "keyring"
        path.parent.mkdir(parents=True)
        lines = "\n".join(f"echo '{line}'" for line in backends) or "exit 1"
        path.write_text(f'#!/bin/sh\ntest "$1" = --list-backends || exit 3\n{lines}\n')
        path.chmod(0o755)
        self.path(str(path.parent))
        return path

    @property
    def sources(self) -> PypiSources:
        """What pixi would see now."""
        here = Environment.current()
        return PypiSources(here, load(here))

    def advice(self, url: str = INDEX, *, run: bool = True) -> RegistryAdvice:
        """What is said of an index of a registry."""
        advice = advise_registry(url, self.sources, run=run)
        assert advice is not None
        for sentence in advice.sentences:
            assert sentence
            assert not sentence.endswith(".")
            assert CANARY not in sentence
        assert CANARY not in repr(advice)
        return advice

    def missing(self, url: str = INDEX) -> list[str]:
        """The names of what is missing."""
        return [problem.missing for problem in self.advice(url).problems]


@pytest.fixture
def machine(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(own_home, monkeypatch)


@pytest.mark.parametrize("url", HOSTS)
def test_hosts_that_are_known(url: str, machine: Machine) -> None:
    registry = HOSTS[url]
    assert find_registry(parse_url(url)) is registry
    assert machine.missing(url) == ["username", "provider", "program"]
    first = machine.advice(url).problems[0]
    assert first.fix == f"write {url.replace('://', f'://{registry.username}@')}"


@pytest.mark.parametrize(
    "url",
    [
        "https://pypi.org/simple",
        "https://europe-python.pkg.dev.example/simple",
        "https://python.pkg.dev/simple",
        "https://europe-docker.pkg.dev/simple",
        "https://dev.azure.com/org",
        "https://x.pkgs.visualstudio.com.example/",
        "https://d-1.d.codeartifact.eu-central-1.amazonaws.com/pypi/r/simple/",
        "https://s3.amazonaws.com/pypi",
        "file:///simple",
        "no url",
    ],
)
def test_other_hosts_get_no_advice(url: str, machine: Machine) -> None:
    assert advise_registry(url, machine.sources) is None


@pytest.mark.parametrize("package", BACKENDS)
def test_nothing_is_missing(package: str, machine: Machine) -> None:
    registry = next((r for r in (GOOGLE, AWS) if r.plugin == package), AZURE)
    url = next(u for u in HOSTS if HOSTS[u] is registry).replace("//", f"//{registry.username}@")
    machine.configure('[pypi-config]\nkeyring-provider = "subprocess"\n')
    program = machine.keyring("keyring.backends.fail.Keyring (priority: 0)", BACKENDS[package])
    advice = machine.advice(url)
    assert (advice.problems, advice.unchecked) == ((), ())
    assert advice.program == str(program)
    named = ("keyring.backends.fail.Keyring (priority: 0)", BACKENDS[package])
    assert advice.backends == tuple(sorted(named))
    assert registry.login in advice.sentences[-1]
    others: list[Registry] = [r for r in (GOOGLE, AZURE, AWS) if r is not registry]
    assert not any(other.is_served_by(advice.backends) for other in others)


def test_a_real_keyring_without_the_plugin(machine: Machine) -> None:
    machine.path(KEYRING)
    advice = machine.advice()
    assert advice.backends is not None
    assert "keyring.backends.fail.Keyring (priority: 0)" in advice.backends
    (problem,) = (p for p in advice.problems if p.missing == "plugin")
    assert problem.command == f"{KEYRING}/python3 -m pip install {GOOGLE.plugin}"


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (".pixi/bin", "pixi global install keyring --with"),
        (".local/share/uv/tools/keyring/bin", "uv tool install keyring --with"),
        (".local/share/pipx/venvs/keyring/bin", "pipx inject keyring"),
        ("bin", None),
    ],
)
def test_what_installs_a_plugin_depends_on_where_keyring_lies(
    folder: str, command: str | None, machine: Machine
) -> None:
    program = machine.keyring("keyring.backends.fail.Keyring (priority: 0)", folder=folder)
    link = machine.home / "links"
    link.mkdir()
    if folder not in ("bin", ".pixi/bin"):
        (link / "keyring").symlink_to(program)
        machine.path(str(link))
    problem = machine.advice().problems[-1]
    assert problem.missing == "plugin"
    assert problem.command == (command and f"{command} {GOOGLE.plugin}")
    assert GOOGLE.plugin in problem.fix


def test_without_running_it_the_plugin_is_not_known(machine: Machine) -> None:
    program = machine.keyring("keyring.backends.fail.Keyring (priority: 0)")
    advice = machine.advice(run=False)
    assert "plugin" not in [problem.missing for problem in advice.problems]
    assert advice.backends is None
    assert "keyring --list-backends" in advice.unchecked[0]
    assert str(program) in advice.unchecked[0]


def test_a_keyring_that_does_not_tell_its_backends(machine: Machine) -> None:
    machine.keyring()
    advice = machine.advice()
    assert "plugin" not in [problem.missing for problem in advice.problems]
    assert "names no backends" in advice.unchecked[0]


def test_another_user_name(machine: Machine) -> None:
    problem = machine.advice(INDEX.replace("//", "//bob@")).problems[0]
    assert (problem.missing, "bob" in problem.message) == ("username", True)
    token = f"pfx_{CANARY}"
    problem = machine.advice(INDEX.replace("//", f"//{token}@")).problems[0]
    assert "another user" in problem.message


def test_the_place_of_the_url_is_named(machine: Machine) -> None:
    path = machine.home / "pixi.toml"
    path.write_text(f'[workspace]\n[pypi-options]\nindex-url = "{INDEX}"\n')
    assert machine.advice().problems[0].fix.endswith(f"/simple in {path} (line 3)")


def test_a_password_in_the_url_makes_it_needless(machine: Machine) -> None:
    advice = machine.advice(INDEX.replace("//", f"//oauth2accesstoken:{CANARY}@"))
    assert advice.problems == ()
    assert DOTS in advice.index
    assert len(advice.sentences) == 2


class TestProvider:
    """Where the setting is written depends on which file is read, and which disables it."""

    def fix(self, machine: Machine) -> tuple[str | None, str, str]:
        (found,) = (p for p in machine.advice().problems if p.missing == "provider")
        return found.command, found.fix, found.message

    def test_nowhere(self, machine: Machine) -> None:
        command, fix, _ = self.fix(machine)
        assert command == fix == "pixi config set --global pypi-config.keyring-provider subprocess"

    def test_disabled_for_the_user(self, machine: Machine) -> None:
        path = machine.configure('[pypi-config]\nkeyring-provider = "disabled"\n')
        command, _, message = self.fix(machine)
        assert command is not None
        assert "--global" in command
        assert str(path) in message

    def test_disabled_for_the_project(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project = machine.home / "p"
        project.mkdir()
        (project / "pixi.toml").write_text("[workspace]\n")
        machine.configure('[pypi-config]\nkeyring-provider = "subprocess"\n')
        local = machine.configure('[pypi-config]\nkeyring-provider = "disabled"\n', "p/.pixi")
        monkeypatch.chdir(project)
        command, _, message = self.fix(machine)
        assert command == "pixi config set --local pypi-config.keyring-provider subprocess"
        assert str(local) in message

    def test_the_files_of_the_user_are_not_read(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (machine.home / "pixi.toml").write_text("[workspace]\n")
        monkeypatch.setenv("PIXI_NO_CONFIG", "1")
        command, _, _ = self.fix(machine)
        assert command == "pixi config set --local pypi-config.keyring-provider subprocess"

    def test_one_file_instead_of_all(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIXI_CONFIG_FILE", "/some/file.toml")
        command, fix, _ = self.fix(machine)
        assert command is None
        assert fix == (
            'write keyring-provider = "subprocess" below [pypi-config] in /some/file.toml'
        )


def test_the_samples_have_no_program() -> None:
    advice = advise_registry(INDEX, PypiSources(None, PixiConfig()), run=True)
    assert advice is not None
    assert [problem.missing for problem in advice.problems] == ["username", "provider"]
    assert advice.program is None
