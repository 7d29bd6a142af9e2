"""Limits of the calls about search."""

from __future__ import annotations

from limits.rows import Row

_ADVICE = "SUGGESTION_UNSPECIFIED, SUGGESTION_PASS, SUGGESTION_REVIEW, SUGGESTION_BLOCK"
_FACETS = (
    "SEARCH_FIELD_TAG, SEARCH_FIELD_PERSON, SEARCH_FIELD_TOPIC, SEARCH_FIELD_EVENT, "
    "SEARCH_FIELD_MOOD"
)
_CALL = "SearchMoments"
_LIKE = "FindSimilarMoments"
_SAME = "FindDuplicateMedia"
_SOME = {"query": "x"}
_MOMENT = {"moment": {"media_id": "m"}}
_FAR = {"seconds": 2**60}

SEARCH_ROWS = [
    Row(_CALL, "query", {"query": ""}, "1..1024 bytes", "0"),
    Row(_CALL, "query", {"query": "字" * 342}, "1..1024 bytes", "1026"),
    Row(_CALL, "query", {"query": 'a "b'}, '"', '"b'),
    Row(_CALL, "query", {"query": "x " * 65}, "at most 64 terms", "x " * 10),
    Row(_CALL, "facets[0]", {"facets": ["SEARCH_FIELD_SAID"]}, _FACETS, "3", beside=_SOME),
    Row(_CALL, "facets[1]", {"facets": ["SEARCH_FIELD_TAG"] * 2}, "each once", "5", beside=_SOME),
    Row(_CALL, "facet_size", {"facet_size": 101}, "0..100", "101", beside=_SOME),
    Row(_CALL, "moments_per_media", {"moments_per_media": 21}, "0..20", "21", beside=_SOME),
    Row(_CALL, "page_size", {"page_size": 101}, "0..100", "101", beside=_SOME),
    Row(_CALL, "page_token", {"page_token": "x"}, "a token of this call", "x",
        "PAGE_TOKEN_INVALID", _SOME),
    Row(_CALL, "filter.media_ids", {"filter": {"media_ids": ["m"] * 101}}, "100", "101",
        beside=_SOME),
    Row(_CALL, "filter.suggestions[0]", {"filter": {"suggestions": [9]}}, _ADVICE, "9",
        beside=_SOME),
    *(Row(_CALL, f"filter.{name}", {"filter": {name: _FAR}}, "years 1..9999", f"{2**60} s",
          beside=_SOME)
      for name in ("min_create_time", "max_create_time")),
    *(Row(_CALL, f"filter.{name}", {"filter": {name: {"seconds": 86_401}}}, "0..86400", "86401.0",
          beside=_SOME)
      for name in ("start_offset", "end_offset")),
    Row(_LIKE, "moment", {}, "moment, picture, text", "none"),
    Row(_LIKE, "text", {"text": ""}, "1..1024 bytes", "0"),
    Row(_LIKE, "text", {"text": "字" * 342}, "1..1024 bytes", "1026"),
    Row(_LIKE, "moment.media_id", {"moment": {"media_id": ""}}, "an id", ""),
    Row(_LIKE, "moment.offset", {"moment": {"media_id": "m", "offset": {"seconds": 86_401}}},
        "0..86400", "86401.0"),
    Row(_LIKE, "picture", {"picture": b""}, "1..3145728", "0"),
    Row(_LIKE, "engine", {"engine": "open-clip"}, "empty", "open-clip", beside=_MOMENT),
    Row(_LIKE, "query", {"query": "("}, "a word, a phrase or (", "", beside=_MOMENT),
    Row(_LIKE, "filter.media_ids", {"filter": {"media_ids": ["m"] * 101}}, "100", "101",
        beside=_MOMENT),
    Row(_LIKE, "filter.suggestions[0]", {"filter": {"suggestions": [9]}}, _ADVICE, "9",
        beside=_MOMENT),
    *(Row(_LIKE, f"filter.{name}", {"filter": {name: _FAR}}, "years 1..9999", f"{2**60} s",
          beside=_MOMENT)
      for name in ("min_create_time", "max_create_time")),
    *(Row(_LIKE, f"filter.{name}", {"filter": {name: {"seconds": 1}}}, "none", "given",
          beside=_MOMENT)
      for name in ("start_offset", "end_offset")),
    Row(_LIKE, "min_likeness", {"min_likeness": float("nan")}, "-1..1", "nan", beside=_MOMENT),
    Row(_LIKE, "max_moments", {"max_moments": 101}, "0..100", "101", beside=_MOMENT),
    Row(_SAME, "media_id", {"media_id": ""}, "an id", ""),
    Row(_SAME, "min_share", {"min_share": 1.5}, "0..1", "1.5", beside={"media_id": "m"}),
    Row(_SAME, "max_media", {"max_media": -1}, "0..100", "-1", beside={"media_id": "m"}),
    Row("RebuildSearchIndex", "page_token", {"page_token": "x"}, "a token of this call", "x",
        "PAGE_TOKEN_INVALID"),
]  # fmt: skip
