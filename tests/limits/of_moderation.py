"""Limits of the calls about moderation."""

from __future__ import annotations

from limits.rows import HEX, Row, page_rows

_CATEGORIES = "porn, terrorism, political, prohibited, ad, custom"
_MEDIA = "image, speech, text, sound, metadata"
_MOST = 9_223_372_036_854_775_807
_SOME = {"media_id": "m"}


def _subject(call: str) -> list[Row]:
    """Return rows for a request that names a media or a job."""
    return [
        Row(call, "media_id", {"media_id": ""}, "an id", ""),
        Row(call, "revision", {"revision": -1}, f"0..{_MOST}", "-1", beside=_SOME),
        Row(call, "revision", {"revision": 2}, "0", "2", beside={"job_id": "j"}),
    ]


MODERATION_ROWS = [
    *_subject("ExplainVerdict"),
    *_subject("ExportVerdictReport"),
    Row("ExplainVerdict", "category", {"category": "taste"}, _CATEGORIES, "taste", beside=_SOME),
    Row("ExplainVerdict", "medium", {"medium": "smell"}, _MEDIA, "smell", beside=_SOME),
    Row("ExplainVerdict", "segment", {"segment": -1}, "0..2147483647", "-1",
        beside=_SOME | {"category": "porn", "medium": "image"}),
    Row("ExplainVerdict", "segment", {"segment": 0}, "category, medium", "0", beside=_SOME),
    *page_rows("ExplainVerdict", **_SOME),
    *(Row("AuditVerdicts", name, {name: ["x"] * 1_001}, "1000", "1001")
      for name in ("media_ids", "job_ids")),
    Row("AuditVerdicts", "known_link_number", {"known_link_number": -1}, f"0..{_MOST}", "-1",
        beside={"known_link_digest": "a" * 64}),
    Row("AuditVerdicts", "known_link_number", {"known_link_digest": "a" * 64}, "1..", "0"),
    Row("AuditVerdicts", "known_link_digest", {"known_link_number": 1}, HEX, ""),
    *page_rows("AuditVerdicts"),
]  # fmt: skip
