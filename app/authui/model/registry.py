"""Registries of PyPI packages that want a plugin of keyring: which they are, and what they need.

Sources: pixi's documentation on PyPI authentication; the plugins' own code, keyrings.google-
artifactregistry-auth 1.1, keyrings.artifacts 1.0, artifacts-keyring 1.0, keyrings.codeartifact 2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from authui.model.url import Url


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry that gives out short-lived tokens through a plugin of keyring.

    `username` is what has to stand in the URL, `plugin` the package to install. `backends` are what
    the names of backends begin with that serve it, also those of other packages than `plugin`.
    `login` is how a person logs in, so that the plugin has something to get a token with.
    """

    name: str
    username: str
    plugin: str
    backends: tuple[str, ...]
    login: str

    def is_served_by(self, backends: tuple[str, ...]) -> bool:
        """Whether one of the backends of a keyring gets tokens for it."""
        return any(backend.startswith(self.backends) for backend in backends)


GOOGLE = Registry(
    "Google Artifact Registry",
    "oauth2accesstoken",
    "keyrings.google-artifactregistry-auth",
    ("keyrings.gauth.",),
    "gcloud auth application-default login",
)
AZURE = Registry(
    "Azure DevOps",
    "VssSessionToken",
    "keyrings.artifacts",
    ("keyrings_artifacts.artifacts.", "keyrings.artifacts.", "artifacts_keyring"),
    "az login",
)
AWS = Registry(
    "AWS CodeArtifact",
    "aws",
    "keyrings.codeartifact",
    ("keyrings.codeartifact.",),
    "aws sso login",
)

_HOSTS = (
    (re.compile(r"[a-z0-9-]+-python\.pkg\.dev"), GOOGLE),
    (re.compile(r"pkgs\.dev\.azure\.com|[a-z0-9-]+\.pkgs\.visualstudio\.com"), AZURE),
    (re.compile(r"[a-z0-9-]+-[0-9]{12}\.d\.codeartifact\.[a-z0-9-]+\.amazonaws\.com"), AWS),
)

Missing: TypeAlias = Literal["username", "provider", "program", "plugin"]
"""What keeps pixi from getting a token."""


def find_registry(url: Url) -> Registry | None:
    """The registry behind an index URL; None where its host belongs to none that is known."""
    host = url.host or ""
    return next((registry for name, registry in _HOSTS if name.fullmatch(host)), None)


@dataclass(frozen=True, slots=True)
class RegistryProblem:
    """One thing that is missing. `message` says what happens, `fix` what to do about it.

    `command` is the fix as it can be typed, where it is a command.
    """

    missing: Missing
    message: str
    fix: str
    command: str | None = None


@dataclass(frozen=True, slots=True)
class RegistryAdvice:
    """What an index of a known registry needs, and what of it is missing here.

    `index` may be shown. `program` is the `keyring` that uv would run, None where there is none;
    `backends` are what it names, None where it was not asked or did not tell. `unchecked` are
    sentences about what is not known. No sentence ends in a full stop.
    """

    registry: Registry
    index: str
    problems: tuple[RegistryProblem, ...]
    program: str | None = None
    backends: tuple[str, ...] | None = None
    unchecked: tuple[str, ...] = ()
    has_password: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it: what it is, what is missing with what mends it, and what was not checked."""
        registry = self.registry
        what = (
            f"{self.index} is {registry.name}, whose tokens come from the keyring plugin "
            f"{registry.plugin} for the user name {registry.username}"
        )
        if self.has_password:
            return what, "The password in the URL is sent instead, so that none of it is needed"
        missing = (f"{problem.message}: {problem.fix}" for problem in self.problems)
        if self.problems or self.unchecked:
            return (what, *missing, *self.unchecked)
        return (
            what,
            f"All of it is here; where the plugin still gets no token: {registry.login}",
        )
