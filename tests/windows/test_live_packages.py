"""Every package of the Windows Python has what it asks for on Windows, in a version it takes."""

from __future__ import annotations

import tomllib
from importlib.metadata import distributions, version
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_nothing_is_missing_and_no_version_is_wrong() -> None:
    """The set is written down by hand, since pip judges conditions by the system that it runs on."""
    asked = {"authui": tomllib.loads(PROJECT.read_text())["project"]["dependencies"]}
    asked |= {found.name: list(found.requires or ()) for found in distributions()}
    asked.pop("panda3d", None)
    wrong = [
        (name, str(requirement))
        for name, requirements in asked.items()
        for requirement in map(Requirement, requirements)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if not requirement.specifier.contains(version(requirement.name))
    ]
    assert len(asked) > 30
    assert wrong == []
