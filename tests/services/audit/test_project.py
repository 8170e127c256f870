from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from authui.model.errors import BadInput
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.scene import Scene
from authui.stores.demo import demo_discovery
from authui.stores.project_files import NAMES
from tests.leaks.canary import CANARY, in_text
from tests.services.audit.machines import NOW, Machine

BEARER = {"BearerToken": "t"}
S3 = {"S3Credentials": {"access_key_id": "a", "secret_access_key": "s", "session_token": None}}
SECRET = f"https://user:{CANARY}@a.example/x"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.project = str(machine.cwd)
    machine.variables["PATH"] = "/usr/bin:/bin"
    return machine


def git(machine: Machine) -> None:
    subprocess.run(["git", "init", "-q", str(machine.cwd)], check=True, capture_output=True)


def texts(finding: Finding) -> tuple[str, ...]:
    return (finding.id, finding.message, finding.hint or "", *finding.details, repr(finding))


def test_a57_a_credential_in_a_url(machine: Machine) -> None:
    machine.put(
        "pixi.toml", f'a = "{SECRET}"\nb = "https://b.example/t/{CANARY}/c"\nc = "{SECRET}"\n'
    )
    first, second = machine.found("A57")
    assert first.id == "A57:a.example:pixi.toml:1"
    assert second.id == "A57:b.example:pixi.toml:2"
    assert first.severity is second.severity is Severity.WARNING
    assert first.details == (
        "Line 1: https://••••••@a.example/…",
        "Line 3: https://••••••@a.example/…",
    )
    assert second.details == ("Line 2: https://b.example/t/••••••/…",)
    for finding in (first, second):
        assert not any(in_text(text) for text in texts(finding))
        assert finding.fix is None


@pytest.mark.parametrize("name", [*NAMES, "requirements-x.txt"])
def test_a57_no_secret_of_any_file_is_told(machine: Machine, name: str) -> None:
    machine.put(
        name,
        f"{SECRET}\nhttps://{CANARY}:{CANARY}@{CANARY[:-1]}.example:x/\n"
        f"https://a.example/t/{CANARY}?token={CANARY}\nhttp://a.example/{CANARY}\n"
        f"{CANARY} = https://u:{CANARY}/@b.example\n",
    )
    found = machine.all()
    assert [f.rule for f in found if f.rule == "A57"] == ["A57"] * 2
    assert not any(in_text(text) for finding in found for text in texts(finding))


def test_a57_at_most_five_lines_are_named(machine: Machine) -> None:
    machine.put("pixi.toml", f"{SECRET}\n" * 7)
    (finding,) = machine.found("A57")
    assert len(finding.details) == 6
    assert finding.details[-1] == "And 2 more"


def test_a57_in_a_git_work_tree_it_is_an_error_unless_ignored(machine: Machine) -> None:
    git(machine)
    machine.put("pixi.toml", SECRET)
    machine.put(".pixi/config.toml", f"# {SECRET}")
    machine.put(".gitignore", ".pixi\n")
    found = {f.subject: f.severity for f in machine.found("A57")}
    assert found == {"pixi.toml:1": Severity.ERROR, ".pixi/config.toml:1": Severity.WARNING}


def test_a57_an_ignored_file_that_is_tracked_is_an_error(machine: Machine) -> None:
    git(machine)
    machine.put("pixi.toml", SECRET)
    subprocess.run(["git", "-C", str(machine.cwd), "add", "pixi.toml"], check=True)
    machine.put(".gitignore", "pixi.toml\n")
    (finding,) = machine.found("A57")
    assert finding.severity is Severity.ERROR


def test_a57_a_url_without_a_readable_host(machine: Machine) -> None:
    machine.put("pixi.toml", f"https://user:{CANARY}/x@a.example/")
    (finding,) = machine.found("A57")
    assert finding.id == "A57:pixi.toml:1"
    assert finding.host is None


def test_a57_what_is_not_read_is_said(machine: Machine) -> None:
    machine.put(machine.home / "outside", SECRET)
    (machine.cwd / "pixi.lock").symlink_to(machine.home / "outside")
    (finding,) = machine.found("A57")
    assert finding.id == "A57:pixi.lock:unread"
    assert finding.severity is Severity.INFO
    assert "leads out of the folder" in finding.message


def test_a57_without_a_project_only_configuration_is_read(machine: Machine) -> None:
    machine.project = None
    machine.put("pixi.toml", f"[workspace]\nname = 'x'\n# {SECRET}\n")
    assert machine.found("A57") == []
    path = machine.put(".pixi/config.toml", f"# {SECRET}")
    (finding,) = machine.found("A57")
    assert finding.id == f"A57:a.example:{path}:1"


def test_a57_one_file_is_told_of_once(machine: Machine) -> None:
    machine.put("pixi.toml", "[workspace]\nname = 'x'\n")
    machine.put(".pixi/config.toml", f"# {SECRET}")
    (finding,) = machine.found("A57")
    assert finding.subject == ".pixi/config.toml:1"


@pytest.mark.parametrize("folder", ["nowhere", "", "pixi.toml", f"https://u:{CANARY}@a.example"])
def test_a_project_that_is_no_folder_is_refused(machine: Machine, folder: str) -> None:
    machine.put("pixi.toml", "")
    machine.project = folder
    with pytest.raises(BadInput) as caught:
        machine.all()
    assert not in_text(caught.value.message + str(caught.value.hint))


def test_a_project_is_named_from_the_current_directory(machine: Machine) -> None:
    machine.put("sub/pixi.toml", SECRET)
    machine.project = "sub"
    (finding,) = machine.found("A57")
    assert finding.subject == "pixi.toml:1"


def test_a22_a_credential_goes_in_clear(machine: Machine) -> None:
    machine.store({"*.a.example": BEARER})
    machine.put("pixi.toml", 'channels = ["http://c.a.example/x", "http://c.a.example/y"]\n')
    machine.put(machine.config, 'default-channels = ["http://a.example/x"]\n')
    found = machine.found("A22")
    assert [f.id for f in found] == [
        "A22:file:*.a.example:pixi.toml:1",
        f"A22:file:*.a.example:{machine.config}:1",
    ]
    assert found[0].hint == "Write https:// there"
    assert "c.a.example" in found[0].message


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/x",
        "http://other.example/x",
        "http://localhost:8080/x http://127.0.0.1/x http://[::1]/x http://x.localhost",
        "http://user:password@a.example/x",
        "http://s3.example/x",
    ],
)
def test_a22_not_where_none_does(machine: Machine, text: str) -> None:
    hosts = ("a.example", "localhost", "127.0.0.1", "*.localhost", "[::1]")
    machine.store({"s3.example": S3, **dict.fromkeys(hosts, BEARER)})
    machine.put("pixi.toml", text)
    assert machine.found("A22") == []


def test_a22_not_where_pixi_asks_a_mirror_instead(machine: Machine) -> None:
    machine.store({"a.example": BEARER, "b.example": BEARER})
    machine.put(
        machine.config,
        '[mirrors]\n"http://a.example/x" = ["https://b.example/x"]\n'
        '"https://c.example" = ["http://b.example/y"]\n',
    )
    machine.put("pixi.toml", 'a = "http://a.example/x/y"\n')
    # The mirror itself is told of once, by the rule about mirrors.
    assert [f.host for f in machine.found("A22")] == ["b.example"]
    machine.put("pixi.toml", 'a = "http://a.example/z"\n')
    assert [f.host for f in machine.found("A22")] == ["b.example", "a.example"]


def test_the_sample_stores_have_no_project() -> None:
    from authui.services.audit.project import RULES

    scene = Scene(demo_discovery("pixi", NOW), None, NOW)
    assert [f for rule in RULES for f in rule.check(scene)] == []
