"""Limits of the calls about ads."""

from __future__ import annotations

from typing import Any

from limits.rows import REQUEST_ID, Row

_FIND, _WRITE = "FindAdSlots", "ExportAdSchedule"
_SOME = {"media_id": "m"}
_TAG = "https://ads.example.com/vast"
_CLIP = {
    "creative_id": "c1", "title": "A clip", "media_uri": "https://ads.example.com/c.mp4",
    "media_type": "video/mp4", "duration": {"seconds": 15}, "width": 1280, "height": 720,
}  # fmt: skip
_TYPE = "video/[a-z0-9.+-]{1,64}"
_URI = "http://…, https://…"


def _slots(**given: Any) -> list[Row]:
    rows = []
    for field, value, limit, actual in (
        ("max_mid_rolls", 1_001, "0..1000", "1001"),
        ("spacing", {"nanos": 1}, "1..86400", "1e-09"),
        ("guard", {"seconds": 86_401}, "0..86400", "86401.0"),
        ("min_score", 1.5, "0..1", "1.5"),
    ):
        asked = _SOME | {field: value}
        rows.append(Row(_FIND, field, asked, limit, actual))
        rows.append(Row(_WRITE, f"slots.{field}", {"slots": asked, "ad_tag_uri": _TAG}, limit,
                        actual))  # fmt: skip
    return rows


def _clip(field: str, value: Any, limit: str, actual: str) -> Row:
    given = {"slots": _SOME, "creative": _CLIP | {field: value}}
    return Row(_WRITE, f"creative.{field}", given, limit, actual)


AD_ROWS = [
    Row(_FIND, "media_id", {"media_id": ""}, "an id", ""),
    Row(_WRITE, "slots.media_id", {"slots": {}, "ad_tag_uri": _TAG}, "an id", ""),
    *_slots(),
    Row(_WRITE, "ad_tag_uri", {"slots": _SOME}, "ad_tag_uri, creative", "none"),
    Row(_WRITE, "ad_tag_uri", {"slots": _SOME, "ad_tag_uri": "ftp://a"}, _URI, "ftp://a"),
    _clip("creative_id", "", REQUEST_ID, ""),
    _clip("title", "", "1..256 printable bytes", "0"),
    _clip("media_uri", "https://a b", _URI, "https://a b"),
    _clip("media_type", "text/html", _TYPE, "text/html"),
    _clip("duration", {"seconds": 601}, "1..600", "601.0"),
    _clip("width", 0, "1..16384", "0"),
    _clip("height", 16_385, "1..16384", "16385"),
    _clip("impression_uri", "x", _URI, "x"),
    _clip("click_uri", "javascript:1", _URI, "javascript:1"),
]
