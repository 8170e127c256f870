"""Real rattler's Windows build as the judge: see `tests.support.judge`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.support.credential_manager import Kept
from tests.support.judge import Judge, Sent
from tests.support.judge_child import CLEARED


def kept(host: str, text: str) -> Kept:
    """An item as rattler makes it."""
    return Kept(f"{host}.rattler", text.encode("utf-16-le"), host)


class WindowsJudge(Judge):
    """rattler asks Windows for the home directory: it is that of the run, whatever `HOME` says."""

    def system_variables(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in CLEARED}

    def ask(self, url: str, answer: str | None = None, *, s3: bool = False, **more: str) -> Sent:
        """What it sends for a URL; `more` are variables, `answer` is what token endpoints say."""
        variables: Mapping[str, str] = {"HOME": str(Path.home()), **more}
        return self.send(url, variables=variables, token_answer=answer, s3=s3)
