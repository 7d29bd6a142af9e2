"""Which objects an address may name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.buckets import (
    BucketAddress,
    etag_of,
    resolve_bucket_uri,
    version_of,
    with_etag,
)
from videre.orchestrator.settings import OrchestratorSettings

ROOTS = ("s3://media/in", "s3://open")


@pytest.mark.parametrize(
    ("uri", "meant"),
    [
        ("s3://media/in", BucketAddress("media", "in")),
        ("s3://media/in/", BucketAddress("media", "in")),
        ("s3://media/in/a%20b.mp4?etag=1%2B", BucketAddress("media", "in/a b.mp4", "1+")),
        ("s3://open", BucketAddress("open", "")),
        ("s3://open/x%3Fy%23z", BucketAddress("open", "x?y#z")),
    ],
)
def test_addresses_in_the_named_places_are_read(uri: str, meant: BucketAddress) -> None:
    assert resolve_bucket_uri(uri, ROOTS) == meant


def test_addresses_elsewhere_are_refused() -> None:
    for uri in (
        "s3://media", "s3://media/inner", "s3://media/in/../secret", "s3://media/in/%2e%2e/x",
        "s3://media/in//x", "s3://other/in", "s3://key@media/in", "s3://media:80/in",
        "s3://media/in/a?x=1", "s3://media/in/a#b", "s3://media/in/%00", "s3://media/in/%0a",
        "s3://169.254.169.254/in", "s3:///in", "s3:media/in", "s3://open/..", "s3://open/.",
        "s3://MEDIA/in", "s3://media/in\\..\\x/../..", "s3://[media/in",
    ):  # fmt: skip
        with pytest.raises(VidereError) as refused:
            resolve_bucket_uri(uri, ROOTS)
        assert refused.value.reason is Reason.URI_FORBIDDEN, uri
    with pytest.raises(VidereError):
        resolve_bucket_uri("s3://media/in", ())


def test_a_version_goes_into_an_address_and_comes_out_of_it() -> None:
    for tag in ('"9bb58f26-3"', 'W/"a b"', None):
        version = version_of(tag, 1_700_000_000.0)
        address = resolve_bucket_uri(with_etag("s3://open/a.mp4", etag_of(version)), ROOTS)
        assert address == BucketAddress("open", "a.mp4", etag_of(version))


@pytest.mark.parametrize("root", ["media", "s3:///x", "s3://Media", "s3://m", "s3://media?x"])
def test_places_that_are_none_stop_the_start(root: str) -> None:
    with pytest.raises(ValidationError):
        OrchestratorSettings(bucket_roots=(root,))
