"""Decisions of people as labels, one per finding: what classifiers and thresholds are trained on.

Each row says what a rule found, where, and whether it holds. CSV for tables, JSON Lines for
programs; both have the same columns.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from videre.v1 import analysis_pb2, review_pb2

COLUMNS: Final = (
    "review_id", "media_id", "revision", "finding", "template", "rule_id", "category", "medium",
    "label", "confidence", "start_s", "end_s", "words", "picture_digest", "suggestion", "outcome",
    "reason", "holds", "decided_by",
)  # fmt: skip
#: First characters that spreadsheets take for formulas.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def rows(reviews: Iterable[review_pb2.GetReviewResponse]) -> Iterator[dict[str, Any]]:
    """Yield a row per finding that people have spoken of; `holds` is the label."""
    for answer in reviews:
        for finding in answer.findings:
            if finding.outcome:
                yield _row(answer.review, finding)


def _row(review: review_pb2.Review, finding: review_pb2.ReviewFinding) -> dict[str, Any]:
    segment = finding.segment
    span = segment.span if finding.HasField("segment") else None
    timed = span is not None and not span.HasField("start_char")
    words = dict.fromkeys(hit.text for hit in segment.word_hits)
    return {
        "review_id": review.review_id,
        "media_id": review.media_id,
        "revision": review.revision,
        "finding": finding.index,
        "template": review.template,
        "rule_id": finding.rule_id,
        "category": finding.category,
        "medium": finding.medium,
        "label": segment.label,
        "confidence": round(segment.confidence, 4) if span is not None else None,
        "start_s": span.start_offset.ToNanoseconds() / 1e9 if span is not None and timed else None,
        "end_s": span.end_offset.ToNanoseconds() / 1e9 if span is not None and timed else None,
        "words": " | ".join(words),
        "picture_digest": segment.picture_digest,
        "suggestion": _name(analysis_pb2.Suggestion.Name(finding.suggestion), "SUGGESTION"),
        "outcome": _name(review_pb2.ReviewOutcome.Name(finding.outcome), "REVIEW_OUTCOME"),
        "reason": _name(review_pb2.ReviewReason.Name(finding.outcome_reason), "REVIEW_REASON"),
        "holds": finding.outcome == review_pb2.REVIEW_OUTCOME_UPHOLD,
        "decided_by": review.decided_by,
    }


def to_csv(reviews: Iterable[review_pb2.GetReviewResponse]) -> str:
    """Return the rows as CSV with a head; no cell begins like a formula."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    for row in rows(reviews):
        table.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def to_json_lines(reviews: Iterable[review_pb2.GetReviewResponse]) -> str:
    """Return the rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(reviews))


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _name(value: str, prefix: str) -> str:
    return value.removeprefix(f"{prefix}_")
