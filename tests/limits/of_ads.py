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
        rows.append(Row("MatchAds", f"slots.{field}", {"slots": asked}, limit, actual))
    return rows


def _clip(field: str, value: Any, limit: str, actual: str) -> Row:
    given = {"slots": _SOME, "creative": _CLIP | {field: value}}
    return Row(_WRITE, f"creative.{field}", given, limit, actual)


_AD: dict[str, Any] = {"creative": _CLIP}
_KINDS = (
    "TRAIT_KIND_TAG, TRAIT_KIND_TOPIC, TRAIT_KIND_KEYWORD, TRAIT_KIND_PERSON, TRAIT_KIND_PLACE, "
    "TRAIT_KIND_NAME, TRAIT_KIND_EVENT, TRAIT_KIND_MOOD"
)
_LIKE: dict[str, Any] = {"kind": "TRAIT_KIND_TAG", "value": "vehicle.car", "weight": 1.0}
_FAR = {"seconds": 2**60}
_YEARS = ("years 1..9999", f"{2**60} s")
_LANGUAGE = "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
_EVENT = {
    "event_id": "e1",
    "act": "AD_ACT_CLICK",
    "ad_id": "a",
    "media_id": "m",
    "roll": "AD_ROLL_MID",
}


def _ad(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
    return Row("SetAd", f"ad.{field}", {"ad": _AD | given}, limit, actual)


def _clip_of(field: str, value: Any, limit: str, actual: str) -> Row:
    clip = {"creative": _AD["creative"] | {field: value}}
    return _ad(f"creative.{field}", clip, limit, actual)


def _subject(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
    return _ad(f"subjects[0]{field}", {"subjects": [_LIKE | given]}, limit, actual)


def _came(field: str, value: Any, limit: str, actual: str) -> Row:
    given = {"events": [_EVENT | {field: value}]}
    return Row("RecordAdEvents", f"events[0].{field}", given, limit, actual)


LIBRARY_ROWS = [
    _clip_of("creative_id", "", REQUEST_ID, ""),
    _clip_of("title", "", "1..256 printable bytes", "0"),
    _clip_of("media_uri", "https://a b", _URI, "https://a b"),
    _clip_of("media_type", "text/html", _TYPE, "text/html"),
    _clip_of("duration", {"seconds": 601}, "1..600", "601.0"),
    _clip_of("width", 0, "1..16384", "0"),
    _clip_of("height", 16_385, "1..16384", "16385"),
    _clip_of("impression_uri", "x", _URI, "x"),
    _clip_of("click_uri", "javascript:1", _URI, "javascript:1"),
    _ad("subjects", {"subjects": [_LIKE | {"value": str(i)} for i in range(101)]}, "100", "101"),
    _subject(".kind", {"kind": 0}, _KINDS, "0"),
    _subject(".value", {"value": ""}, "1..200 bytes", "0"),
    _subject(".weight", {"weight": 1.5}, "-1..1", "1.5"),
    _subject(".weight", {"weight": -0.5}, "above 0..1", "-0.5"),
    _ad("categories[0]", {"categories": ["IAB26"]}, "IAB1..IAB23", "IAB26"),
    _ad("categories[1]", {"categories": ["IAB2", "IAB2"]}, "each once", "IAB2"),
    _ad("blocked_categories[0]", {"blocked_categories": ["sports"]}, "IAB1..IAB26", "sports"),
    _ad("forbidden_contexts", {"forbidden_contexts": [{"kind": 1, "value": "x"}] * 101}, "100",
        "101"),
    _ad("forbidden_contexts[0].kind", {"forbidden_contexts": [{"value": "x"}]}, _KINDS, "0"),
    _ad("forbidden_contexts[0].value", {"forbidden_contexts": [{"kind": 1}]}, "1..200 bytes", "0"),
    _ad("language_codes", {"language_codes": ["en"] * 11}, "10", "11"),
    _ad("language_codes[0]", {"language_codes": ["e"]}, _LANGUAGE, "e"),
    _ad("segment_ids", {"segment_ids": ["s"] * 21}, "20", "21"),
    _ad("segment_ids[0]", {"segment_ids": [""]}, REQUEST_ID, ""),
    _ad("start_time", {"start_time": _FAR}, *_YEARS),
    _ad("end_time", {"end_time": _FAR}, *_YEARS),
    _ad("end_time", {"start_time": {"seconds": 9}, "end_time": {"seconds": 9}}, "> start_time",
        "9 s"),
    _ad("max_impressions", {"max_impressions": -1}, "0..1000000000000", "-1"),
    _ad("budget_micros", {"budget_micros": -1}, "0..1000000000000000", "-1"),
    _ad("cost_per_thousand_micros", {"cost_per_thousand_micros": -1}, "0..1000000000000", "-1"),
    _ad("cost_per_click_micros", {"cost_per_click_micros": -1}, "0..1000000000000", "-1"),
    _ad("user_cap", {"user_cap": 101}, "0..100", "101"),
    _ad("cap_window", {"cap_window": {"seconds": 1_800}}, "1..720", "0.5"),
    Row("DeleteAd", "ad_id", {"ad_id": ""}, REQUEST_ID, ""),
    Row("MatchAds", "slots.media_id", {"slots": {}}, "an id", ""),
    Row("MatchAds", "user_id", {"slots": _SOME, "user_id": "u" * 129}, "128 bytes", "129"),
    Row("MatchAds", "max_ads", {"slots": _SOME, "max_ads": 21}, "0..20", "21"),
    Row("MatchAds", "time", {"slots": _SOME, "time": _FAR}, *_YEARS),
    *(Row("GetAdReport", name, {name: _FAR}, *_YEARS) for name in ("start_time", "end_time")),
    Row("RecordAdEvents", "events", {"events": []}, "1..1000", "0"),
    _came("event_id", "", REQUEST_ID, ""),
    _came("act", 9, "AD_ACT_REQUEST, AD_ACT_IMPRESSION, AD_ACT_CLICK, AD_ACT_CONVERSION", "9"),
    _came("ad_id", "", REQUEST_ID, ""),
    _came("media_id", "", "1..64 bytes", ""),
    _came("roll", 0, "AD_ROLL_PRE, AD_ROLL_MID, AD_ROLL_POST", "0"),
    _came("user_id", "u" * 129, "128 bytes", "129"),
    _came("event_time", _FAR, *_YEARS),
]  # fmt: skip
AD_ROWS = [
    *LIBRARY_ROWS,
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
