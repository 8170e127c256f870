"""What the audit says of buckets, netrc files and PyPI indexes, real rattler does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.credential import CondaToken, S3Credentials
from authui.model.lookup import Client
from authui.model.secret import Secret
from authui.model.url import parse_url
from authui.services.audit.finding import Finding
from authui.services.buckets import signed_host
from authui.stores.pixi_config import S3Bucket
from tests.services.audit.scenes import audit
from tests.services.audit.support import Stores, basic, bearer, s3
from tests.support.judge import Judge, Sent

pytestmark = pytest.mark.rattler

AWS = "AWSCHAIN"
WRONG_KIND = re.compile("authentication method|not S3 credentials")


class World(Stores):
    """Files of one home, for authui's audit and for real rattler."""

    client: Client = "rattler"

    def __init__(self, judge: Judge, home: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(home, patch)
        self._judge = judge

    def asked(self, url: str, *, attaches: bool = False) -> Sent:
        """What rattler does for the URL."""
        is_bucket = url.startswith("s3:")
        return self._judge.send(url, variables=self.variables, s3=is_bucket, attaches=attaches)

    def sends(self, url: str) -> str | None:
        """The header that rattler sends, or the key that it signs with."""
        sent = self.asked(url)
        assert sent.url is not None, sent.error
        key = re.search(r"X-Amz-Credential=([^%]*)", sent.url)
        return sent.authorization if key is None else key[1]

    def found(self, *rules: str) -> list[Finding]:
        """What these rules find for the client."""
        return [one for one in audit(self.client).all() if one.rule in rules]

    def fix(self, rule: str) -> None:
        """Have the one finding of a rule fixed; the audit sees for itself that it is gone."""
        finding = self.only(rule)
        assert finding.fix is not None, finding.hint
        audit(self.client).mend(finding)


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """Real rattler."""
    with Judge() as judge:
        yield judge


@pytest.fixture
def world(judge: Judge, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(judge, own_home, monkeypatch)


def key(name: str) -> S3Credentials:
    return S3Credentials(name, Secret("secret"))


def test_a_login_for_a_bucket_with_a_dot(world: World) -> None:
    world.file({"*.my.bucket": s3("secret")})
    assert world.sends("s3://my.bucket/c") == AWS
    world.fix("A14")
    assert world.sends("s3://my.bucket/c") == "AKIA"


@pytest.mark.parametrize("whole", [True, False])
def test_the_name_of_a_bucket_before_more_specific_patterns(whole: bool, world: World) -> None:
    more = {"s3://bucket": key("WHOLE")} if whole else {}
    world.file({"bucket": key("BARE"), "s3://bucket/one": key("ONE"), **more})
    assert world.sends("s3://bucket/one") == world.sends("s3://bucket/two") == "BARE"
    world.fix("A15")
    assert world.sends("s3://bucket/one") == "ONE"
    assert world.sends("s3://bucket/two") == ("WHOLE" if whole else "BARE")


def test_a_host_in_the_way_of_a_bucket(world: World) -> None:
    world.file({"my.bucket": bearer("token-1"), "s3://my.bucket/c": key("MINE")})
    sent = world.asked("s3://my.bucket/c")
    assert sent.url is None, "rattler makes no request"
    assert WRONG_KIND.search(sent.error or "")
    world.fix("A16")
    assert world.sends("s3://my.bucket/c") == "MINE"
    assert world.sends("http://my.bucket/c") == "Bearer token-1"


def test_another_kind_under_the_url_of_a_bucket(world: World) -> None:
    world.file({"s3://bucket/c": basic("p")})
    assert world.only("A16").host == "s3://bucket/c"
    assert world.asked("s3://bucket/c").url is None
    assert world.sends("s3://bucket/d") == AWS


def test_a_bucket_in_the_way_of_a_host(world: World) -> None:
    world.file({"a.host.test": key("MINE"), "*.host.test": bearer("token-1")})
    assert world.sends("http://a.host.test/c") is None
    assert world.sends("http://b.host.test/c") == "Bearer token-1"
    world.fix("A16")
    assert world.sends("http://a.host.test/c") == "Bearer token-1"
    assert world.sends("s3://a.host.test/c") == "MINE"


def test_what_is_added_to_a_signed_request(world: World, own_home: Path) -> None:
    world.client = "pixi"
    config = own_home / ".pixi" / "config.toml"
    config.parent.mkdir()
    config.write_text(
        '[s3-options.bucket]\nendpoint-url = "http://127.0.0.1:9000"\nregion = "eu-central-1"\n'
        "force-path-style = true\n"
    )
    for credential in (bearer("token-1"), CondaToken(Secret("token-1"))):
        world.file({"bucket": key("MINE"), "127.0.0.1": credential})
        assert world.only("A18").host == "127.0.0.1"
        sent = world.asked("s3://bucket/c", attaches=True)
        assert sent.url is not None
        assert "X-Amz-Credential=MINE" in sent.url, "it is signed"
        assert "token-1" in f"{sent.url} {sent.authorization}"
    world.file({"bucket": key("MINE"), "127.0.0.1": key("OTHER")})
    assert not world.found("A18")
    sent = world.asked("s3://bucket/c", attaches=True)
    assert sent.authorization is None


@pytest.mark.parametrize("name", ["bucket", "bu.cket", "MyBucket", "buc_ket", "b2-c", "x" * 63])
@pytest.mark.parametrize(
    "endpoint", ["http://s3.test:9000/base", "http://192.0.2.1", "http://[::2]"]
)
def test_the_host_that_a_signed_request_goes_to(
    name: str, endpoint: str, judge: Judge, own_home: Path
) -> None:
    variables = {"HOME": str(own_home)}
    sent = judge.send(f"s3://{name}/c", variables=variables, s3=True, endpoint=endpoint)
    assert sent.url is not None, sent.error
    bucket = S3Bucket(endpoint, "eu-central-1", force_path_style=False, origin="x")
    expected = signed_host(name, bucket)
    assert expected is not None
    assert parse_url(sent.url).host == expected.host


ODD = {
    "": "http://h.test/t//c/",
    "..": "http://h.test/c/",
    ".": "http://h.test/t/c/",
    "a/b": "http://h.test/t/a/b/c/",
    "a?b": "http://h.test/t/a%3Fb/c/",
    "a b": "http://h.test/t/a%20b/c/",
    "a%20b": "http://h.test/t/a%20b/c/",
    "ä": "http://h.test/t/%C3%A4/c/",
}


@pytest.mark.parametrize("token", ODD)
def test_a_conda_token_that_does_not_arrive(token: str, world: World) -> None:
    world.file({"h.test": CondaToken(Secret(token))})
    assert world.only("A20").host == "h.test"
    assert str(world.asked("http://h.test/c").url).startswith(ODD[token])


@pytest.mark.parametrize("token", ["ab-12_x.~", "a:b@c", "a^b|c", "a=b&c", "a..b", "a'(b)*"])
def test_a_conda_token_that_arrives(token: str, world: World) -> None:
    world.file({"h.test": CondaToken(Secret(token))})
    assert not world.found("A20")
    assert str(world.asked("http://h.test/c").url).startswith(f"http://h.test/t/{token}/c/")


def test_white_space_around_a_conda_token(world: World) -> None:
    world.file({"h.test": CondaToken(Secret(" token-1\n"))})
    assert "/t/token-1/c/" not in str(world.asked("http://h.test/c").url)
    world.fix("A20")
    assert "/t/token-1/c/" in str(world.asked("http://h.test/c").url)


def index(home: Path, url: str) -> None:
    """The manifest of a project that installs from an index."""
    (home / "pixi.toml").write_text(f'[workspace]\n[pypi-options]\nindex-url = "{url}"\n')


def test_a_conda_token_in_the_path_of_an_index(world: World, own_home: Path) -> None:
    world.client = "pixi"
    index(own_home, "http://h.test/simple")
    world.file({"h.test": CondaToken(Secret("token-1"))})
    assert world.only("A20").host == "h.test"
    assert "/t/token-1/simple/" in str(world.asked("http://h.test/simple").url)
    index(own_home, "http://u@h.test/simple")
    assert not world.found("A20")
    assert "token-1" not in str(world.asked("http://u@h.test/simple").url)


def test_a_user_name_in_an_index_url_keeps_the_stores_away(world: World, own_home: Path) -> None:
    world.client = "pixi"
    index(own_home, "http://u@h.test/simple")
    world.file({"h.test": bearer("token-1")})
    assert world.only("A48").host == "h.test"
    assert world.sends("http://u@h.test/simple") == "Basic dTo="
    index(own_home, "http://h.test/simple")
    assert not world.found("A48")
    assert world.sends("http://h.test/simple") == "Bearer token-1"


def test_a_netrc_file_that_rattler_ignores(world: World) -> None:
    world.netrc("machine h.test login u password p\n# a comment\n")
    assert world.only("A30").store == "netrc"
    assert world.sends("http://h.test/c") is None
    world.netrc("machine h.test login u password p\n")
    assert not world.found("A30")
    assert world.sends("http://h.test/c") == "Basic dTpw"


def test_the_default_entry_of_a_netrc_file(world: World) -> None:
    world.netrc("machine h.test login u password p\ndefault login d password x\n")
    assert world.only("A31").store == "netrc"
    assert world.sends("http://other.test/c") is None
    assert world.sends("http://h.test/c") == "Basic dTpw"


@pytest.mark.parametrize(
    ("fields", "sent"),
    [("login u", "Basic dTo="), ("password p", "Basic OnA="), ("", "Basic Og==")],
)
def test_an_incomplete_machine_of_a_netrc_file(fields: str, sent: str, world: World) -> None:
    world.netrc(f"machine h.test {fields}\n")
    assert world.only("A32").host == "h.test"
    assert world.sends("http://h.test/c") == sent
