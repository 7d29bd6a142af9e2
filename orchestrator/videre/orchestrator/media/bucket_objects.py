"""The objects of buckets, by the provider's library; imported when a bucket is first used.

An orchestrator without buckets does without its 4 MB. An object is read by a signed address through
the egress guard, as any other address is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import obstore
import structlog
from obstore import exceptions
from obstore.store import S3Store

from videre.common.egress import Download, Egress, Sink
from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.buckets import BucketAddress

log = structlog.get_logger(__name__)

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
    url = await _signed(store, "x")
    with _unnamed(url):
        await egress.check_host(url)
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
    with _unnamed(url):
        download = await egress.download(url, sink, max_bytes=max_bytes, timeout_s=timeout_s)
    if address.etag and download.etag != address.etag:
        raise VidereError(Reason.MEDIA_CHANGED, "another version of the object lies there")
    return download


@contextmanager
def _unnamed(url: str) -> Iterator[None]:
    """Have the guard's refusals say nothing of where the endpoint is: callers do not name it."""
    try:
        yield
    except VidereError as error:
        log.warning("a bucket failed", error=error.message)
        host = urlsplit(url).hostname or ""
        message = error.message
        if message.startswith(host):
            message = f"the bucket's server{message.removeprefix(host)}"
        told = {name: value for name, value in error.metadata.items() if name != "host"}
        raise VidereError(
            error.reason, message, metadata=told, retry_after_s=error.retry_after_s
        ) from error


@contextmanager
def failing() -> Iterator[None]:
    """Turn what the store's library fails by into FETCH_FAILED; its words name hosts: the log's."""
    try:
        yield
    except (exceptions.BaseError, OSError) as error:
        log.warning("a bucket failed", error=str(error)[:300])
        kind = type(error).__name__.removesuffix("Error")
        raise VidereError(Reason.FETCH_FAILED, f"the bucket failed: {kind}") from error
