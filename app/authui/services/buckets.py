"""What pixi makes of an `s3://` URL: who signs it, and where the signed request goes.

pixi looks for stored S3 credentials only for buckets that its configuration names. The request it
signs is an http one, which then passes the layer that attaches stored credentials. Sources:
rattler_networking, `S3Middleware`; pixi, `reqwest_client_builder`; AWS SDK, endpoint rules for S3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from authui.model.errors import BadUrl
from authui.model.host import keys_for
from authui.model.lookup import Match
from authui.model.text import mask_url, printable
from authui.model.url import Url, parse_url
from authui.services.asking import known
from authui.services.words import KIND_WORDS, store_words
from authui.stores.base import Store
from authui.stores.pixi_config import PixiConfig, S3Bucket

# Of other buckets the name cannot stand in front of the host, or only without encryption.
_IN_HOST = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


def signed_host(name: str, bucket: S3Bucket) -> Url | None:
    """A URL with the host to which the signed request goes; None where the endpoint is no URL.

    The name of the bucket comes in front, unless the options or the name itself forbid that, or
    the endpoint is an address.
    """
    try:
        endpoint = parse_url(bucket.endpoint_url)
        if endpoint.host is None or not endpoint.is_http:
            return None
        host = endpoint.host
        if not bucket.force_path_style and endpoint.is_domain and _IN_HOST.fullmatch(name):
            host = f"{name}.{host}"
        return parse_url(f"{endpoint.scheme}://{host}/")
    except BadUrl:
        return None


def options_missing(bucket: str) -> str:
    """What to write so that pixi asks its stores about a bucket."""
    return (
        f"below [s3-options.{printable(bucket)}] write its endpoint-url, region and "
        "force-path-style in pixi's configuration"
    )


def notes_on_bucket(url: Url, pixi: PixiConfig, stores: Sequence[Store]) -> tuple[str, ...]:
    """What else there is to know about pixi's request to an `s3://` URL; nothing for others."""
    if url.scheme != "s3" or url.host is None:
        return ()
    name = printable(url.host)
    bucket = pixi.s3_buckets.get(url.host)
    if bucket is None:
        stored = _stored(url, stores)
        if stored is None:
            return ()
        note = (
            f"{_words(stored)} is not used: AWS's own credentials sign requests to the bucket "
            f"{name}, as pixi's configuration has no [s3-options.{name}]; to use it, "
        )
        return (note + options_missing(url.host),)
    style = "in the path" if bucket.force_path_style else "in the host where it can be"
    where = (
        f"The bucket {name} is asked at {printable(mask_url(bucket.endpoint_url))} (region "
        f"{printable(bucket.region)}, its name {style}), as {printable(bucket.origin)} says"
    )
    host = signed_host(url.host, bucket)
    added = None if host is None else _stored(host, stores)
    if host is None or added is None or added.kind == "S3Credentials":
        return (where,)
    breaks = (
        f"{_words(added)} answers for the host {printable(host.host or '')}: pixi adds it to the "
        "request, which is signed already, and servers then refuse it"
    )
    return where, breaks


def _stored(url: Url, stores: Sequence[Store]) -> Match | None:
    """The entry at which a lookup of the URL would end, without asking anybody."""
    for key in keys_for(url):
        for store in stores:
            answer = known(store, key)
            if answer.outcome == "hit":
                kind = None if answer.credential is None else answer.credential.kind
                return Match(key, store.info.id, kind)
    return None


def _words(match: Match) -> str:
    kind = "" if match.kind is None else f" ({KIND_WORDS[match.kind]})"
    return f"{mask_url(match.host)} from {store_words(match.store)}{kind}"
