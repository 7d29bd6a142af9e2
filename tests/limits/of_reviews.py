"""Limits of the calls about reviews."""

from __future__ import annotations

from typing import Any

from limits.rows import REQUEST_ID, Row, id_rows, page_rows

_STATES = "REVIEW_STATE_OPEN, REVIEW_STATE_CLAIMED, REVIEW_STATE_DECIDED, REVIEW_STATE_SUPERSEDED"
_CATEGORIES = "porn, terrorism, political, prohibited, ad, custom"
_SEVERITIES = (
    "REVIEW_SEVERITY_LOW, REVIEW_SEVERITY_MEDIUM, REVIEW_SEVERITY_HIGH, REVIEW_SEVERITY_CRITICAL"
)
_OUTCOMES = "REVIEW_OUTCOME_UPHOLD, REVIEW_OUTCOME_OVERTURN, REVIEW_OUTCOME_ESCALATE"
_LEASE = "10..28800"
_FALSE = {
    "outcome": "REVIEW_OUTCOME_OVERTURN", "reason": "REVIEW_REASON_FALSE_POSITIVE",
}  # fmt: skip

_STEPS: dict[str, dict[str, Any]] = {
    "AppealReview": {"review_id": "x", "note": "n"},
    "UndoDecision": {"review_id": "x"},
    "DecideSimilarReviews": {"review_id": "x", "similar_review_ids": ["y"]},
}


def _filter_rows(call: str) -> list[Row]:
    far = {"seconds": 2**60}
    return [
        Row(call, "filter.categories[1]", {"filter": {"categories": ["ad", "x"]}}, _CATEGORIES,
            "x"),
        Row(call, "filter.severities[0]", {"filter": {"severities": [9]}}, _SEVERITIES, "9"),
        *(Row(call, f"filter.{name}", {"filter": {name: far}}, "years 1..9999", f"{2**60} s")
          for name in ("min_create_time", "max_create_time")),
    ]  # fmt: skip


def _reviewer_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "reviewer", {"reviewer": "r" * 129}, "128 bytes", "129", beside=beside),
        Row(call, "reviewer", {"reviewer": "a\0"}, "no zero character", "a\0", beside=beside),
    ]


def _lease_rows(call: str, **beside: Any) -> list[Row]:
    return [
        Row(call, "lease", {"lease": {"seconds": 9}}, _LEASE, "9.0", beside=beside),
        Row(call, "lease", {"lease": {"seconds": 28_801}}, _LEASE, "28801.0", beside=beside),
    ]


def _ruling(field: str, limit: str, actual: str, **given: Any) -> Row:
    ruling = {"category": "porn"} | _FALSE | given
    return Row("DecideReview", f"rulings[0].{field}", {"rulings": [ruling]}, limit, actual,
               beside={"review_id": "x"})  # fmt: skip


REVIEW_ROWS = [
    *page_rows("ListReviews"),
    *_filter_rows("ListReviews"),
    Row("ListReviews", "filter.states[0]", {"filter": {"states": [0]}}, _STATES, "0"),
    *id_rows("review_id", "an id", "GetReview", "RenewReview", "ReleaseReview"),
    Row("DecideReview", "review_id", _FALSE, "an id", ""),
    *_filter_rows("ClaimReviews"),
    *(Row("ClaimReviews", f"filter.{name}", {"filter": {name: given}}, "none", "given")
      for name, given in (("states", [1]), ("reviewer", "ann"))),
    Row("ClaimReviews", "review_ids", {"review_ids": ["x"] * 101}, "100", "101"),
    Row("ClaimReviews", "review_ids[1]", {"review_ids": ["x", ""]}, "an id", ""),
    Row("ClaimReviews", "review_ids", {"review_ids": ["x"], "max_reviews": 1},
        "no filter, no max_reviews", "both"),
    Row("ClaimReviews", "max_reviews", {"max_reviews": 101}, "0..100", "101"),
    Row("ClaimReviews", "request_id", {"request_id": "?"}, REQUEST_ID, "?"),
    *_lease_rows("ClaimReviews"),
    *_lease_rows("RenewReview", review_id="x"),
    *_reviewer_rows("ClaimReviews"),
    *_reviewer_rows("RenewReview", review_id="x"),
    *_reviewer_rows("ReleaseReview", review_id="x"),
    *_reviewer_rows("DecideReview", review_id="x", **_FALSE),
    Row("DecideReview", "request_id", {"request_id": "?"}, REQUEST_ID, "?",
        beside={"review_id": "x"} | _FALSE),
    Row("DecideReview", "outcome", {"review_id": "x"}, _OUTCOMES, "0"),
    Row("DecideReview", "outcome", {"outcome": 9}, _OUTCOMES, "9", beside={"review_id": "x"}),
    Row("DecideReview", "reason", {"outcome": "REVIEW_OUTCOME_UPHOLD",
                                   "reason": "REVIEW_REASON_CLEAN"},
        "REVIEW_REASON_VIOLATION, REVIEW_REASON_OTHER", "REVIEW_REASON_CLEAN",
        beside={"review_id": "x"}),
    Row("DecideReview", "note", {"outcome": "REVIEW_OUTCOME_UPHOLD",
                                 "reason": "REVIEW_REASON_OTHER"}, "1 character", "0",
        beside={"review_id": "x"}),
    Row("DecideReview", "note", {"note": "n" * 4_097}, "4096 bytes", "4097",
        beside={"review_id": "x"} | _FALSE),
    Row("DecideReview", "rulings", {"rulings": [{"category": "porn"} | _FALSE] * 1_001}, "1000",
        "1001", beside={"review_id": "x"}),
    Row("DecideReview", "rulings", {"rulings": [{"category": "porn"} | _FALSE]}, "none", "1",
        beside={"review_id": "x", "outcome": "REVIEW_OUTCOME_ESCALATE",
                "reason": "REVIEW_REASON_SECOND_OPINION"}),
    _ruling("finding", "0..2147483647", "-1", finding=-1),
    _ruling("category", _CATEGORIES, "x", category="x"),
    _ruling("medium", "image, speech, text, sound, metadata", "x", medium="x"),
    _ruling("outcome", "REVIEW_OUTCOME_UPHOLD, REVIEW_OUTCOME_OVERTURN", "3", outcome=3),
    _ruling("reason", "REVIEW_REASON_FALSE_POSITIVE, REVIEW_REASON_CONTEXT, REVIEW_REASON_CLEAN, "
            "REVIEW_REASON_OTHER", "REVIEW_REASON_VIOLATION", reason="REVIEW_REASON_VIOLATION"),
    _ruling("note", "4096 bytes", "4097", note="n" * 4_097),
    *(row for call, beside in _STEPS.items() for row in (
        Row(call, "request_id", {"request_id": "?"}, REQUEST_ID, "?", beside=beside),
        Row(call, "review_id", {"review_id": ""}, "an id", "", beside=beside),
        Row(call, "note", {"note": "n" * 4_097}, "4096 bytes", "4097", beside=beside),
    )),
    *_reviewer_rows("UndoDecision", **_STEPS["UndoDecision"]),
    *_reviewer_rows("DecideSimilarReviews", **_STEPS["DecideSimilarReviews"]),
    *_reviewer_rows("ListSimilarReviews", review_id="x"),
    *id_rows("review_id", "an id", "ListSimilarReviews"),
    Row("AppealReview", "note", {"note": " "}, "1 character", "0", beside={"review_id": "x"}),
    Row("AppealReview", "author", {"author": "a" * 129}, "128 bytes", "129",
        beside=_STEPS["AppealReview"]),
    Row("ListSimilarReviews", "max_reviews", {"max_reviews": 101}, "0..100", "101",
        beside={"review_id": "x"}),
    *(Row("DecideSimilarReviews", "similar_review_ids", {"similar_review_ids": ["y"] * count},
          "1..100", str(count), beside={"review_id": "x"}) for count in (0, 101)),
    Row("DecideSimilarReviews", "similar_review_ids[0]", {"similar_review_ids": [""]}, "an id", "",
        beside={"review_id": "x"}),
    *(Row("GetRuleRates", name, {name: {"seconds": 2**60}}, "years 1..9999", f"{2**60} s")
      for name in ("min_decide_time", "max_decide_time")),
    Row("GetRuleRates", "max_overturn_rate", {"max_overturn_rate": 1.5}, "0..1", "1.5"),
    *(Row("GetRuleRates", "min_reviews", {"min_reviews": count}, "1..1000000", str(count))
      for count in (0, 1_000_001)),
    *(Row("LearnFromReviews", "review_ids", {"review_ids": ["x"] * count}, "1..100", str(count),
          beside={"template_id": "t"}) for count in (0, 101)),
    Row("LearnFromReviews", "review_ids[0]", {"review_ids": [""]}, "an id", "",
        beside={"template_id": "t"}),
    Row("LearnFromReviews", "template_id", {"review_ids": ["x"]}, "one of the two", ""),
    Row("LearnFromReviews", "template_id", {"template_id": "t@1"}, "id or number", "t@1",
        beside={"review_ids": ["x"]}),
    Row("LearnFromReviews", "phrases", {"phrases": ["p"]}, "template_id", "1",
        beside={"review_ids": ["x"], "library_id": "l"}),
    Row("LearnFromReviews", "phrases", {"phrases": ["p"] * 1_001}, "1000", "1001",
        beside={"review_ids": ["x"], "template_id": "t"}),
    Row("LearnFromReviews", "phrases[0]", {"phrases": ["p" * 257]}, "256 bytes", "257",
        beside={"review_ids": ["x"], "template_id": "t"}),
    Row("LearnFromReviews", "phrases[0]", {"phrases": ["!"]}, "a letter or digit", "!",
        beside={"review_ids": ["x"], "template_id": "t"}),
]  # fmt: skip
