"""The objects of buckets, by the provider's library; imported when a bucket is first used.

An orchestrator without buckets does without its 4 MB. An object is read by a signed address through
the egress guard, as any other address is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import obstore
from obstore import exceptions
from obstore.store import S3Store

from videre.common.egress import Download, Egress, Sink
from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.buckets import BucketAddress

#: How long an address that was signed can be used; a download begins at once.
_SIGNED_FOR: Final = timedelta(minutes=10)
#: How long the endpoint is tried; who waits for it comes back.
_TRIED_FOR: Final = timedelta(seconds=30)


async def reached(egress: Egress, bucket: str) -> S3Store:
    """Return a bucket to be worked on, after its endpoint was vetted.

    Raises:
        VidereError: URI_FORBIDDEN, the endpoint may not be reached; FETCH_FAILED.
    """
    store = _store_of(bucket)
    await egress.check_host(await _signed(store, "x"))
    return store


def _store_of(bucket: str) -> S3Store:
    """Return a bucket, by the provider's variables; nothing is asked of it yet."""
    with failing():
        return S3Store(bucket, retry_config={"max_retries": 2, "retry_timeout": _TRIED_FOR})


async def _signed(store: S3Store, key: str) -> str:
    """Return an address by which an object can be read for a while.

    Raises:
        VidereError: FETCH_FAILED, there are no credentials.
    """
    with failing():
        return await obstore.sign_async(store, "GET", key, _SIGNED_FOR)


async def fetch_object(
    egress: Egress, address: BucketAddress, sink: Sink, *, max_bytes: int, timeout_s: float
) -> Download:
    """Copy an object into a sink.

    Args:
        egress: guards the way to the endpoint.
        address: of the object.
        sink: takes the bytes in order.
        max_bytes: most bytes; more is refused as soon as it is known.
        timeout_s: longest time for everything.

    Raises:
        VidereError: MEDIA_CHANGED, another version lies there; URI_FORBIDDEN, MEDIA_TOO_LARGE,
            FETCH_FAILED.
    """
    url = await _signed(_store_of(address.bucket), address.key)
    download = await egress.download(url, sink, max_bytes=max_bytes, timeout_s=timeout_s)
    if address.etag and download.etag != address.etag:
        raise VidereError(Reason.MEDIA_CHANGED, "another version of the object lies there")
    return download


@contextmanager
def failing() -> Iterator[None]:
    """Turn what the store's library fails by into FETCH_FAILED; its words name hosts: they stay."""
    try:
        yield
    except (exceptions.BaseError, OSError) as error:
        kind = type(error).__name__.removesuffix("Error")
        raise VidereError(Reason.FETCH_FAILED, f"the bucket failed: {kind}") from error
