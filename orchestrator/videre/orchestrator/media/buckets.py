"""Addresses of objects in buckets: in places that the operator names, by the operator's endpoint.

Callers name neither hosts nor credentials: both are the process's own, in the provider's variables
(`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` …), as for artifacts in an object store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from videre.common.values import NS
from videre.orchestrator.media.uris import forbidden, resolve_folder_uri, split_uri, uri_scheme

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
        raise forbidden("the address is not s3://bucket/key")
    if not any(_is_below(parts.netloc, key, root) for root in roots):
        raise forbidden("the address is in none of VIDERE_BUCKET_ROOTS")
    return BucketAddress(parts.netloc, key, etag)


def _is_below(bucket: str, key: str, root: str) -> bool:
    named, _, prefix = root.removeprefix("s3://").strip("/").partition("/")
    return bucket == named and (not prefix or key == prefix or key.startswith(f"{prefix}/"))


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
        raise forbidden("a folder has no version")
    return folder


def with_etag(uri: str, etag: str) -> str:
    """Return the address of one version of an object."""
    return f"{uri}?{_VERSION}={quote(etag, safe='')}"


def version_of(e_tag: str | None, modified_s: float) -> str:
    """Return what tells a version of an object from others."""
    return f"{(e_tag or '').strip(chr(34))}-{round(modified_s * NS)}"


def etag_of(version: str) -> str:
    """Return the entity tag of a version."""
    return version.rpartition("-")[0]
