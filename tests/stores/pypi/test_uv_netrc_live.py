"""netrc files against real uv."""

from __future__ import annotations

import base64
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.stores.environment import Environment
from authui.stores.pypi.uv_netrc import UvNetrc
from tests.support.netrc_cases import random_netrc
from tests.support.uv_netrc_cases import random_uv_netrc
from tests.support.uv_netrc_judge import Question, UvNetrcJudge

FRESH_FILES = 48
HOSTS = ("127.0.0.1", "h.test", "h.test:80", "x.test:8080")


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[UvNetrcJudge]:
    with UvNetrcJudge(tmp_path) as judge:
        yield judge


def foretold(question: Question) -> list[str | None]:
    """What uv sends, by authui: first nothing, and after the refusal what the netrc file gives."""
    here = Environment(question.variables, "/nonexistent", "linux")
    machine = UvNetrc(here).find(question.host.partition(":")[0], question.user)
    if machine is None:
        return [None]
    pair = f"{machine.login}:{machine.password.reveal()}".encode()
    return [None, f"Basic {base64.b64encode(pair).decode()}"]


def compare_uv_netrc(judge: UvNetrcJudge, place: Path, seed: int, count: int) -> list[str]:
    """The disagreements over so many random files."""
    rng = random.Random(seed)
    questions = []
    for number in range(count):
        home = place / str(number)
        home.mkdir()
        is_rattlers = rng.random() < 0.4
        text = random_netrc(rng) if is_rattlers else random_uv_netrc(rng).encode()
        (home / ".netrc").write_bytes(text)
        questions.append(Question(rng.choice(HOSTS), {"HOME": str(home)}))
    return [
        f"{Path(question.variables['HOME'], '.netrc').read_bytes()!r} {question.host}\n"
        f"  authui: {foretold(question)}\n  uv: {sent}"
        for question, sent in zip(questions, judge.send(questions), strict=True)
        if sent != foretold(question)
    ]


def test_fresh_netrc_files_agree(judge: UvNetrcJudge, tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    disagreements = compare_uv_netrc(judge, tmp_path, seed, FRESH_FILES)
    assert not disagreements, f"seed {seed}\n" + "\n".join(disagreements)


def test_the_random_files_are_of_every_form(own_home: Path) -> None:
    rng = random.Random(1)
    drawn: Counter[str] = Counter()
    count = 1000
    for _ in range(count):
        text = random_uv_netrc(rng)
        (own_home / ".netrc").write_text(text)
        netrc = UvNetrc(Environment.current())
        drawn["ignored as a whole"] += netrc.failure is not None
        drawn["sent to somebody"] += any(netrc.find(host, None) for host in ("127.0.0.1", "h.test"))
        drawn["by default"] += "machine" not in text and netrc.find("h.test", None) is not None
        for form in ("\n# ", " # ", "\n\n#", '"', "\\", '""', "user", "account", "default", "macdef", "\r\n", "é"):  # fmt: skip
            drawn[form] += form in text
    assert count / 4 < drawn["ignored as a whole"] < count * 3 / 4, drawn
    assert drawn["sent to somebody"] > count / 5, drawn
    assert all(times > count / 100 for times in drawn.values()), drawn


def test_which_file_it_is(judge: UvNetrcJudge, tmp_path: Path) -> None:
    home, other = tmp_path / "one", tmp_path / "other"
    for folder in (home, other, home / "~"):
        folder.mkdir()
        (folder / ".netrc").write_text(f"machine h.test login {folder.name} password p")
    (home / "named").write_text("machine h.test login named password p")
    forms: list[dict[str, str]] = [
        {"HOME": str(home)},
        {"HOME": str(home), "NETRC": str(other / ".netrc")},
        {"HOME": str(home), "NETRC": "~/named"},
        {"HOME": str(home), "NETRC": "~"},
        {"HOME": str(home), "NETRC": ""},
        {"HOME": str(home), "NETRC": str(home / "none")},
        {"HOME": str(home), "NETRC": str(home)},
        {"HOME": str(home), "NETRC": "/dev/null"},
        {"HOME": str(other)},
        {"HOME": str(tmp_path / "none")},
        {"NETRC": str(home / "named")},
    ]
    questions = [Question("h.test", variables) for variables in forms]
    assert judge.send(questions) == [foretold(question) for question in questions]


@pytest.mark.parametrize(
    ("user", "is_sent"), [("me", True), ("other", False), ("m%65", True), ("ME", False)]
)
def test_the_user_of_the_url_must_be_the_login(
    judge: UvNetrcJudge, own_home: Path, user: str, is_sent: bool
) -> None:
    (own_home / ".netrc").write_text("machine h.test login me password p\n")
    (sent,) = judge.send([Question("h.test", {"HOME": str(own_home)}, user)])
    header = "Basic " + base64.b64encode(b"me:p").decode()
    assert (header in sent) is is_sent
