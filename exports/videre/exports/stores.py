"""Addresses of objects in vendors' stores: bucket, region and key. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_HOST: Final = r"^https?://(?P<bucket>[^./]+)\."
_COS: Final = re.compile(_HOST + r"cos\.(?P<region>[a-z0-9-]+)\.myqcloud\.com/(?P<key>[^?#]+)")
_OSS: Final = re.compile(_HOST + r"(?P<region>oss-[a-z0-9-]+)\.aliyuncs\.com/(?P<key>[^?#]+)")
_S3: Final = re.compile(_HOST + r"s3[.-](?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<key>[^?#]+)")
_SCHEMES: Final = {"oss": re.compile(r"^oss://(?P<bucket>[^/]+)/(?P<key>.+)"),
                   "s3": re.compile(r"^s3://(?P<bucket>[^/]+)/(?P<key>[^?#]+)")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in a store; `region` is "" where the address does not say it."""

    bucket: str
    key: str
    region: str = ""


def cos_object(uri: str) -> StoredObject | None:
    """Return the object of Tencent's store that an address names; None if it names none."""
    return _object(uri, _COS)


def oss_object(uri: str) -> StoredObject | None:
    """Return the object of Alibaba's store that an address names; None if it names none."""
    return _object(uri, _OSS, _SCHEMES["oss"])


def s3_object(uri: str) -> StoredObject | None:
    """Return the object of Amazon's store that an address names; None if it names none."""
    return _object(uri, _S3, _SCHEMES["s3"])


def _object(uri: str, *forms: re.Pattern[str]) -> StoredObject | None:
    for form in forms:
        if found := form.match(uri):
            fields = found.groupdict(default="")
            key = fields["key"]
            return StoredObject(
                fields["bucket"],
                key if uri.startswith("oss:") else unquote(key),
                fields.get("region", ""),
            )
    return None
