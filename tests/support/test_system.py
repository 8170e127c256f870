from __future__ import annotations

import pytest

from tests.support import system


def test_a_missing_program_is_a_skip_here_and_a_failure_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        system.require("sh", "no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program"):
        system.require("no-such-program", "sh")
    system.require("sh")


def test_what_is_missing_is_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert not system.provide({"no-such-program": "its-package", "sh": "dash"}, "These tests")
    said = capsys.readouterr().err
    assert "These tests need no-such-program" in said
    assert "apt-get install -y --no-install-recommends its-package" in said
    assert "dash" not in said
    assert system.provide({"sh": "dash"}, "These tests")


def test_ci_installs_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[list[str]] = []

    def install(packages: list[str]) -> None:
        installed.append(packages)

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(system, "can_install", lambda: True)
    monkeypatch.setattr(system, "install", install)
    assert not system.provide({"no-such-program": "its-package"}, "These tests")
    assert installed == [["its-package"]]
    monkeypatch.setattr(system, "PACKAGES", {"no-such-program": "its-package"})
    assert system.main() == 1
    monkeypatch.delenv("CI")
    assert system.main() == 0
