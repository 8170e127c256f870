"""authui against rattler's Windows build, over random cases in all stores of Windows."""

from __future__ import annotations

import random
import secrets
import time
from pathlib import Path

import pytest

from authui.stores.environment import Environment
from tests.support import credential_manager
from tests.support.comparison import answer_in, judge_answer, lay_out
from tests.support.lookup_cases import CaseMaker
from tests.windows import profile
from tests.windows.judge import WindowsJudge, kept

CASES = 300


def test_random_lookups_agree(
    judge: WindowsJudge, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = secrets.randbits(32)
    maker = CaseMaker(random.Random(seed), int(time.time()))
    # Windows keeps one item for a name, and locks none.
    for host, secret in (*maker.keychain_items(), *maker.locked_items()):
        credential_manager.put(kept(host, secret))
    found = 0
    told = []
    for _ in range(CASES):
        case = maker.make()
        profile.empty()
        variables = lay_out(case, own_home, "_netrc")
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            answer = answer_in(Environment.current(), case)
        found += answer.found_in == "keychain"
        told.append(judge_answer(judge, case, variables, answer))
    disagreements = [one for one in told if one is not None]
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)
    assert found >= CASES / 20
