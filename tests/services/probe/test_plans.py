"""What would be asked, before anything is."""

from __future__ import annotations

from authui.model.credential import BearerToken, CondaToken
from authui.model.lookup import Failure, LookupResult, Request
from authui.model.secret import Secret
from authui.services.lookup import lookup
from authui.services.probe import plan_probe
from authui.stores.memory import MemoryStore
from authui.stores.pixi_config import PixiConfig, S3Bucket
from tests.services.probe.support import CANARY, FILE, TOKEN, found


class TestPlans:
    def test_nothing_is_asked_where_no_request_is_made(self) -> None:
        for url, said in (
            ("s3://bucket/c", "signed"),
            ("oci://ghcr.io/c", "exchanges"),
            ("gcs://b/c", "Google"),
            ("file:///c", "names no host"),
        ):
            bucket = S3Bucket("http://e", "r", True, "o")
            pixi = PixiConfig(s3_buckets={"bucket": bucket})
            result = lookup(url, [MemoryStore(FILE, {})], now=0, pixi=pixi)
            plan = plan_probe(result, url, pixi=pixi)
            assert plan.refusal is not None
            assert said in plan.refusal, plan.refusal
            assert (plan.with_, plan.without) == (None, None)

    def test_a_header_that_cannot_be_sent(self) -> None:
        plan = plan_probe(
            found("http://127.0.0.1/", BearerToken(Secret("a\nb"))), "http://127.0.0.1/"
        )
        assert plan.refusal is not None
        assert "control character" in plan.refusal

    def test_what_was_not_read_is_not_asked_about(self) -> None:
        result = found("http://127.0.0.1/", TOKEN)
        unread = LookupResult(
            result.url,
            result.match and type(result.match)("127.0.0.1", "keychain", None),
            None,
            None,
            "",
            (),
        )
        plan = plan_probe(unread, "http://127.0.0.1/")
        assert plan.refusal is not None
        assert "read it first" in plan.refusal

    def test_a_mirror_is_asked_instead(self) -> None:
        pixi = PixiConfig(mirrors={"https://a.test/": ("https://m.test:8443/x/",)})
        result = lookup(
            "https://a.test/c",
            [MemoryStore(FILE, {"m.test": CondaToken(Secret(CANARY))})],
            now=0,
            pixi=pixi,
        )
        plan = plan_probe(result, "https://a.test/c", pixi=pixi)
        assert plan.host == "m.test:8443"
        assert plan.url == "https://m.test:8443/x/c/noarch/repodata.json"
        assert plan.has_conda_token
        assert plan.without is not None
        assert plan.without.url.reveal() == plan.url

    def test_the_person_is_told_what_goes_where(self) -> None:
        plan = plan_probe(found("http://127.0.0.1/c", TOKEN), "http://127.0.0.1/c")
        assert plan.sentence == (
            "Asks 127.0.0.1 for http://127.0.0.1/c/noarch/repodata.json, once with "
            "Authorization: Bearer •••••• (from the file) and once without"
        )

    def test_a_token_that_would_be_refreshed_is_tried_as_it_is(self) -> None:
        result = found("http://127.0.0.1/c", TOKEN)
        assert result.request is not None
        request = Request(
            result.request.url,
            result.request.masked_url,
            Secret("Bearer x"),
            "Bearer ••••••",
            refresh=True,
        )
        old = LookupResult(result.url, result.match, request, None, "", ())
        assert "first get a new one" in plan_probe(old, "http://127.0.0.1/c").notes[0]
        only = Request(
            result.request.url,
            result.request.masked_url,
            None,
            None,
            refresh=True,
            only_refreshed=True,
        )
        refused = plan_probe(
            LookupResult(result.url, result.match, only, None, "", ()), "http://127.0.0.1/c"
        )
        assert refused.refusal is not None

    def test_a_failure_is_told(self) -> None:
        failure = Failure("file", "rattler stops at it", None)
        result = LookupResult("http://127.0.0.1/", None, None, failure, "", ())
        plan = plan_probe(result, "http://127.0.0.1/")
        assert plan.refusal == "There is no request to try: rattler stops at it"
