"""Limits of the calls about recommendations."""

from __future__ import annotations

from typing import Any

from limits.rows import REQUEST_ID, Row

_RECORD, _ASK, _SAY = "RecordEvents", "Recommend", "SetUserInterests"
_ACTS = (
    "USER_ACT_VIEW, USER_ACT_WATCH, USER_ACT_LIKE, USER_ACT_SKIP, USER_ACT_SHARE, USER_ACT_PURCHASE"
)
_KINDS = (
    "TRAIT_KIND_TAG, TRAIT_KIND_TOPIC, TRAIT_KIND_KEYWORD, TRAIT_KIND_PERSON, TRAIT_KIND_PLACE, "
    "TRAIT_KIND_NAME, TRAIT_KIND_EVENT, TRAIT_KIND_MOOD"
)
_TAG = "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
_NAME = "1..128 bytes"
_USER = {"user_id": "ada"}
_FAR = {"seconds": 2**60}
_LIKE: dict[str, Any] = {"kind": "TRAIT_KIND_TAG", "value": "animal.dog", "weight": 1.0}


def _event(field: str, value: Any, limit: str, actual: str, **beside: Any) -> Row:
    event = {"user_id": "ada", "media_id": "m", "act": "USER_ACT_WATCH"} | beside | {field: value}
    return Row(_RECORD, f"events[0].{field}", {"events": [event]}, limit, actual)


def _said(field: str, limit: str, actual: str, *interests: dict[str, Any]) -> Row:
    return Row(_SAY, field, {"interests": list(interests)}, limit, actual, beside=_USER)


def _segment(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
    segment = {"segment_id": "s", "all_of": [{"language_code": "en"}]} | given
    return Row("SetSegment", f"segment.{field}", {"segment": segment}, limit, actual)


def _rule(field: str, condition: dict[str, Any], limit: str, actual: str) -> list[Row]:
    return [
        _segment(f"{name}[0]{field}", {name: [condition]}, limit, actual)
        for name in ("all_of", "none_of")
    ]


_DONE: dict[str, Any] = {"days": 1, "min_count": 1}
_ANY_ACT = (
    "USER_ACT_UNSPECIFIED, USER_ACT_VIEW, USER_ACT_WATCH, USER_ACT_LIKE, USER_ACT_SKIP, "
    "USER_ACT_SHARE, USER_ACT_PURCHASE"
)
SEGMENT_ROWS = [
    _segment("segment_id", {"segment_id": ""}, REQUEST_ID, ""),
    _segment("name", {"name": "n" * 257}, "256 bytes", "257"),
    _segment("all_of", {"all_of": []}, "1..20", "0"),
    _segment("none_of", {"none_of": [{"language_code": "en"}] * 21}, "20", "21"),
    *_rule("", {}, "interest, activity, language_code", "none"),
    *_rule(".interest.kind", {"interest": {**_LIKE, "kind": 0}}, _KINDS, "0"),
    *_rule(".interest.value", {"interest": {**_LIKE, "value": ""}}, "1..200 bytes", "0"),
    *_rule(".interest.weight", {"interest": {**_LIKE, "weight": -0.5}}, "above 0..1", "-0.5"),
    *_rule(".activity.act", {"activity": {**_DONE, "act": 9}}, _ANY_ACT, "9"),
    *_rule(".activity.days", {"activity": {**_DONE, "days": 366}}, "1..365", "366"),
    *_rule(".activity.min_count", {"activity": {**_DONE, "min_count": 0}}, "1..500", "0"),
    *_rule(".language_code", {"language_code": "e"}, _TAG, "e"),
    *(Row(call, "segment_id", {"segment_id": ""}, REQUEST_ID, "")
      for call in ("DeleteSegment", "CountSegmentUsers")),
    Row("CountSegmentUsers", "page_token", {"page_token": "x"}, "a token of this call", "x",
        "PAGE_TOKEN_INVALID", {"segment_id": "s"}),
]  # fmt: skip
RECOMMENDATION_ROWS = [
    *SEGMENT_ROWS,
    Row(_RECORD, "events", {"events": []}, "1..1000", "0"),
    Row(_RECORD, "events",
        {"events": [{"user_id": "ada", "media_id": "m", "act": "USER_ACT_LIKE"}] * 1_001},
        "1..1000", "1001"),
    _event("user_id", "", _NAME, "0"),
    _event("user_id", "字" * 43, _NAME, "129"),
    _event("media_id", "", "1..64 bytes", ""),
    _event("act", 9, _ACTS, "9"),
    _event("event_time", _FAR, "years 1..9999", f"{2**60} s"),
    _event("watched", {"seconds": 86_401}, "0..86400", "86401.0"),
    _event("watched", {"seconds": 1}, "USER_ACT_WATCH", "3", act="USER_ACT_LIKE"),
    _event("event_id", "a b", REQUEST_ID, "a b"),
    Row(_ASK, "user_id", {"user_id": "u" * 129}, "128 bytes", "129"),
    Row(_ASK, "max_items", {"max_items": 101}, "0..100", "101"),
    Row(_ASK, "language_codes", {"language_codes": ["en"] * 11}, "10", "11"),
    Row(_ASK, "language_codes[0]", {"language_codes": ["e"]}, _TAG, "e"),
    *(Row(_ASK, name, {name: ["m"] * 1_001}, "1000", "1001")
      for name in ("candidate_media_ids", "exclude_media_ids")),
    *(Row(_ASK, name, {name: 1.5}, "0..1", "1.5") for name in ("diversity", "exploration")),
    Row(_ASK, "time", {"time": _FAR}, "years 1..9999", f"{2**60} s"),
    *(Row(call, "user_id", {"user_id": ""}, _NAME, "0")
      for call in (_SAY, "GetUserProfile", "DeleteUser")),
    _said("interests", "100", "101", *({**_LIKE, "value": str(i)} for i in range(101))),
    _said("interests[0].kind", _KINDS, "0", {**_LIKE, "kind": 0}),
    _said("interests[0].value", "1..200 bytes", "0", {**_LIKE, "value": ""}),
    _said("interests[0].weight", "-1..1", "1.5", {**_LIKE, "weight": 1.5}),
    _said("interests[0].weight", "-1..1, not 0", "0.0", {**_LIKE, "weight": 0.0}),
    _said("interests[1]", "each once", "Animal.Dog", _LIKE, {**_LIKE, "value": "Animal.Dog"}),
    Row(_SAY, "language_codes", {"language_codes": ["en"] * 11}, "10", "11", beside=_USER),
    Row(_SAY, "language_codes[0]", {"language_codes": ["e"]}, _TAG, "e", beside=_USER),
    Row("GetUserProfile", "time", {"time": _FAR}, "years 1..9999", f"{2**60} s", beside=_USER),
    *(Row(call, "after_token", {"after_token": "x"}, "a token of this call", "x",
          "PAGE_TOKEN_INVALID") for call in ("ExportItems", "ExportUserEvents")),
    Row("RotateProfileKey", "page_token", {"page_token": "x"}, "a token of this call", "x",
        "PAGE_TOKEN_INVALID"),
]  # fmt: skip
