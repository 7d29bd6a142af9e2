"""Objects of buckets as sources: in places that the operator names, by the operator's endpoint.

Callers name neither hosts nor credentials: both are the process's own, in the provider's variables
(`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` …), as for artifacts in an object store. An object is read
by a signed address through the egress guard, as any other address is.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote

import obstore
from obstore import exceptions
from obstore.store import S3Store

from videre.common.egress import Download, Egress, Sink
from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.uris import resolve_folder_uri, split_uri, uri_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How long an address that was signed can be used; a download begins at once.
_SIGNED_FOR: Final = timedelta(minutes=10)
#: How long the endpoint is tried; who waits for it comes back.
_TRIED_FOR: Final = timedelta(seconds=30)
#: What an address says of the version that it means.
_VERSION: Final = "etag"


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """An object, or a folder of objects.

    Args:
        bucket: its name.
        key: of the object, or what the keys of the folder begin with, without a "/" at the end.
        etag: entity tag of the object's version; "" = whatever is there.
    """

    bucket: str
    key: str
    etag: str = ""


def resolve_bucket_uri(uri: str, roots: Sequence[str]) -> BucketAddress:
    """Return what an `s3://` address names.

    Args:
        uri: "s3://bucket/key", percent-encoded, with "?etag=…" for one version.
        roots: "s3://bucket/prefix" that may be read; none = nothing may.

    Raises:
        VidereError: URI_FORBIDDEN.
    """
    parts = split_uri(uri)
    key = unquote(parts.path).removeprefix("/").removesuffix("/")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    etag = query.pop(_VERSION, "")
    strange = key != "" and not {"", ".", ".."}.isdisjoint(key.split("/"))
    if query or parts.fragment or strange or not key.isprintable():
        raise _forbidden("the address is not s3://bucket/key")
    if not any(_is_below(parts.netloc, key, root) for root in roots):
        raise _forbidden("the address is in none of VIDERE_BUCKET_ROOTS")
    return BucketAddress(parts.netloc, key, etag)


def _is_below(bucket: str, key: str, root: str) -> bool:
    named, _, prefix = root.removeprefix("s3://").strip("/").partition("/")
    return bucket == named and (not prefix or key == prefix or key.startswith(f"{prefix}/"))


def _forbidden(message: str) -> VidereError:
    return VidereError(Reason.URI_FORBIDDEN, message, metadata={"field": "uri"})


def resolve_place_uri(
    uri: str, roots: Sequence[Path], buckets: Sequence[str]
) -> Path | BucketAddress:
    """Return the folder, on a disk or in a bucket, that files are taken from or written to.

    Args:
        uri: "file:///folder" or "s3://bucket/prefix".
        roots: as of `resolve_folder_uri`.
        buckets: as of `resolve_bucket_uri`.

    Raises:
        VidereError: URI_SCHEME; URI_FORBIDDEN.
    """
    if uri_scheme(uri) != "s3":
        return resolve_folder_uri(uri, roots)
    folder = resolve_bucket_uri(uri, buckets)
    if folder.etag:
        raise _forbidden("a folder has no version")
    return folder


def with_etag(uri: str, etag: str) -> str:
    """Return the address of one version of an object."""
    return f"{uri}?{_VERSION}={quote(etag, safe='')}"


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
