from __future__ import annotations

from pathlib import Path

import pytest

from authui.services.audit.finding import Finding, Severity
from tests.services.audit.machines import Machine
from tests.services.audit.support import Stores, basic, bearer, s3


@pytest.fixture
def stores(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    return Stores(own_home, monkeypatch)


def fixed(stores: Stores, rule: str) -> Finding:
    """The one finding of a rule, after its fix."""
    finding = stores.only(rule)
    assert finding.fix is not None, finding.hint
    stores.mend(finding)
    return finding


class TestLogin:
    """A14: a login for a bucket with one dot in its name."""

    def test_is_renamed_to_the_url_of_the_bucket(self, stores: Stores) -> None:
        stores.file({"*.my.bucket": s3("1"), "*.my.host": bearer("2"), "*.bucket": s3("3")})
        finding = fixed(stores, "A14")
        assert finding.severity is Severity.WARNING
        assert finding.fix is not None
        assert finding.fix.words == "rename to s3://my.bucket"
        assert set(stores.held()) == {"s3://my.bucket", "*.my.host", "*.bucket"}

    @pytest.mark.parametrize("taken", ["my.bucket", "s3://my.bucket"])
    def test_what_is_stored_already_stays(self, taken: str, stores: Stores) -> None:
        stores.file({"*.my.bucket": s3("1")})
        stores.auth({taken: s3("2")})
        finding = stores.only("A14")
        assert finding.fix is None
        assert finding.hint == (
            f"{taken} is stored already, so this one can go: authui remove *.my.bucket --store file"
        )

    def test_other_names_have_another_rule(self, stores: Stores) -> None:
        stores.file({"*.b": s3("1"), "*.a.b.c": s3("2"), "*.a b.c": s3("3")})
        assert not stores.found("A14")
        assert len(stores.found("A13")) == 3


class TestBareName:
    """A15: the name of a bucket beats the patterns with a path in it."""

    def test_becomes_the_url_of_its_bucket(self, stores: Stores) -> None:
        stores.file({"b": s3("whole"), "s3://b/one": s3("one"), "s3://b2/one": s3("x")})
        finding = fixed(stores, "A15")
        assert finding.host == "b"
        assert finding.details == (
            "s3://b/one from the credentials file (S3 credentials) is not used",
        )
        assert finding.fix is not None
        assert finding.fix.words == "rename to s3://b"
        assert set(stores.held()) == {"s3://b", "s3://b/one", "s3://b2/one"}

    def test_is_deleted_where_that_is_stored(self, stores: Stores) -> None:
        stores.file({"b": s3("bare"), "s3://b": s3("whole")})
        finding = fixed(stores, "A15")
        assert finding.fix is not None
        assert finding.fix.words == "delete it from the credentials file"
        assert stores.held() == {"s3://b": s3("whole")}

    def test_is_not_deleted_once_the_other_is_gone(self, stores: Stores) -> None:
        stores.file({"b": s3("bare"), "s3://b": s3("whole")})
        finding = stores.only("A15")
        stores.file({"b": s3("bare")})
        with pytest.raises(Exception, match=r"s3://b|changed"):
            stores.mend(finding)
        assert stores.held() == {"b": s3("bare")}

    def test_alone_is_in_nobodys_way(self, stores: Stores) -> None:
        stores.file({"b": s3("1"), "s3://c/x": s3("2"), "d": basic("3"), "s3://d/x": s3("4")})
        assert not stores.found("A15")


class TestWrongKind:
    """A16: a bucket and a host are looked up under the same name."""

    def test_a_host_in_the_way_of_a_bucket(self, stores: Stores) -> None:
        stores.file({"my.bucket": bearer("host"), "s3://my.bucket/c": s3("1")})
        finding = fixed(stores, "A16")
        assert "stops every request to the bucket" in finding.message
        assert stores.held() == {"*.my.bucket": bearer("host"), "s3://my.bucket/c": s3("1")}

    @pytest.mark.parametrize("taken", [True, False])
    def test_a_wildcard_that_would_reach_too_far_or_is_taken(
        self, taken: bool, stores: Stores
    ) -> None:
        host = "my.bucket" if taken else "bucket"
        stores.file({host: bearer("host"), f"s3://{host}/c": s3("1")})
        if taken:
            stores.auth({"*.my.bucket": bearer("other")})
        finding = stores.only("A16")
        assert finding.fix is None
        assert finding.hint is not None
        assert f"authui rename {host} HOST" in finding.hint

    def test_another_kind_under_the_url_of_a_bucket(self, stores: Stores) -> None:
        stores.file({"s3://b/c": basic("1")})
        finding = stores.only("A16")
        assert finding.fix is None
        assert finding.hint == (
            "Store S3 credentials there: authui set s3://b/c --kind S3Credentials --store file"
        )

    def test_a_bucket_in_the_way_of_a_host(self, stores: Stores) -> None:
        stores.file({"my.host.test": s3("1"), "*.host.test": bearer("2")})
        finding = fixed(stores, "A16")
        assert "hides *.host.test" in finding.message
        assert set(stores.held()) == {"s3://my.host.test", "*.host.test"}

    def test_hosts_that_are_no_bucket(self, stores: Stores) -> None:
        stores.file({"a.test": bearer("1"), "s3://b.test": s3("2"), "c.test": s3("3")})
        assert not stores.found("A16")

    def test_pixi_looks_up_only_the_buckets_of_its_configuration(self, tmp_path: Path) -> None:
        machine = Machine(tmp_path)
        key = {"access_key_id": "A", "secret_access_key": "S", "session_token": None}
        machine.store(
            {
                "nas.test": {"BearerToken": "t"},
                "s3://nas.test/c": {"S3Credentials": key},
                "other.test": {"BearerToken": "t"},
            }
        )
        assert not machine.found("A16")
        machine.put(
            machine.config,
            '[s3-options.other.test]\nendpoint-url = "https://s3.test"\nregion = "r"\n'
            "force-path-style = true\n",
        )
        assert not machine.found("A16"), "that table is not what it seems"
        machine.put(
            machine.config,
            '[s3-options."other.test"]\nendpoint-url = "https://s3.test"\nregion = "r"\n'
            "force-path-style = true\n",
        )
        assert [finding.host for finding in machine.found("A16")] == ["other.test"]
