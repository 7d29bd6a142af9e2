"""Decisions as labels: one row per finding that people have spoken of."""

from __future__ import annotations

import csv
import io
import json

from google.protobuf.json_format import ParseDict

from videre.exports.review_labels import COLUMNS, rows, to_csv, to_json_lines
from videre.v1 import review_pb2

ANSWER = ParseDict(
    {
        "review": {"review_id": "r1", "media_id": "m1", "revision": 2, "template": "house@3",
                   "decided_by": "ann"},
        "findings": [
            {"category": "prohibited", "medium": "speech", "rule_id": "prohibited.speech",
             "suggestion": "SUGGESTION_REVIEW", "outcome": "REVIEW_OUTCOME_OVERTURN",
             "outcome_reason": "REVIEW_REASON_CONTEXT",
             "segment": {"label": "drugs", "confidence": 0.75,
                         "span": {"start_offset": "1.5s", "end_offset": "2s"},
                         "word_hits": [{"text": "=cocaine"}, {"text": "=cocaine"}]}},
            {"index": 1, "category": "porn", "medium": "image", "reason": "NOT_CHECKED",
             "suggestion": "SUGGESTION_REVIEW", "outcome": "REVIEW_OUTCOME_UPHOLD",
             "outcome_reason": "REVIEW_REASON_VIOLATION"},
            {"index": 2, "category": "ad", "medium": "text"},
        ],
    },
    review_pb2.GetReviewResponse(),
)  # fmt: skip


def test_every_finding_that_was_decided_is_a_row() -> None:
    first, second = rows([ANSWER])
    assert tuple(first) == COLUMNS
    assert (first["start_s"], first["end_s"], first["words"]) == (1.5, 2.0, "=cocaine")
    assert (first["outcome"], first["reason"], first["holds"]) == ("OVERTURN", "CONTEXT", False)
    assert (second["finding"], second["holds"], second["confidence"]) == (1, True, None)
    assert list(rows([])) == []


def test_tables_hold_no_formulas_and_lines_hold_the_same() -> None:
    table = list(csv.DictReader(io.StringIO(to_csv([ANSWER]))))
    assert [one["words"] for one in table] == ["'=cocaine", ""]
    lines = [json.loads(line) for line in to_json_lines([ANSWER]).splitlines()]
    assert lines == list(rows([ANSWER]))
    assert to_csv([]) == ",".join(COLUMNS) + "\r\n"
