"""An analysis → one long table as CSV (RFC 4180): a row per statement and stretch. Pure.

One table and not a file per list: filtering by `kind` is one click in a spreadsheet and one line
in pandas, joining nine files is neither. UTF-8 with a byte order mark, without which spreadsheets
take Chinese for Latin letters.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from videre.exports.segments import Entries, statements_from
from videre.exports.statements import Fact, Statement
from videre.exports.subject import Subject, lower, nanoseconds, stage_words, unlooked
from videre.v1 import analysis_pb2, job_pb2, types_pb2

COLUMNS: Final = (
    "kind", "name", "node_id", "parent_node_id", "level", "language", "detail", "confidence",
    "centric_score", "appearance_ratio", "modalities", "start_s", "end_s", "start_frame",
    "end_frame", "start_timecode", "end_timecode", "shot_index", "count", "x", "y", "width",
    "height", "start_char", "end_char", "id",
)  # fmt: skip
#: What makes a spreadsheet take a cell for a formula. Text in pictures and speech is written by
#: strangers: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def to_csv(subject: Subject) -> bytes:
    """Return the table.

    First come a row of kind "stage" for each stage that did not look everywhere, and one of kind
    "rule" for each rule of events that could not be evaluated, or not wholly. Times are seconds
    with nine digits, exact; boxes shares of the displayed picture. Text without times has
    characters (code points) in their place.
    """
    analysis = subject.analysis
    return "".join(csv_pieces(subject.job, analysis, lambda name: getattr(analysis, name))).encode()


def csv_pieces(job: job_pb2.Job, head: analysis_pb2.Analysis, entries: Entries) -> Iterator[str]:
    """Yield the same table in pieces, so that a long film need not be in memory as messages.

    Args:
        job: the job; not told of.
        head: the analysis; its long lists (`segments.LISTS`) are not looked at.
        entries: gives these lists.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="")
    table.writeheader()
    for stage in unlooked(head):
        table.writerow({"kind": "stage", "name": stage.name, "detail": stage_words(stage)})
    for rule in head.event_rules:
        if rule.evaluation != analysis_pb2.RULE_EVALUATION_EVALUATED:
            table.writerow(_rule(rule))
    yield f"\ufeff{text.getvalue()}"
    for statement in statements_from(head, entries):
        text.seek(0)
        text.truncate()
        table.writerow(_row(statement))
        yield text.getvalue()


def _rule(rule: analysis_pb2.EventRuleState) -> dict[str, Fact]:
    state = lower(analysis_pb2.RuleEvaluation.Name(rule.evaluation), "RULE_EVALUATION")
    why = f" ({', '.join(rule.stages)}: {rule.reason})" if rule.reason else ""
    return {
        "kind": "rule",
        "name": _plain(rule.name or rule.node_id),
        "node_id": rule.node_id,
        "detail": f"{state}{why}",
        "id": rule.rule_id,
    }


def _row(statement: Statement) -> dict[str, Fact]:
    row: dict[str, Fact] = {
        "kind": statement.kind,
        "name": _plain(statement.name),
        "node_id": statement.node_id,
        "language": statement.language,
        "confidence": "" if statement.confidence is None else statement.confidence,
        **statement.facts,
    }
    if statement.span is not None:
        row |= _times(statement.span)
    if statement.box is not None:
        for side in ("x", "y", "width", "height"):
            row[side] = round(getattr(statement.box, side), 4)
    return row


def _times(span: types_pb2.TimeSpan) -> dict[str, Fact]:
    if span.HasField("start_char"):
        return {"start_char": span.start_char, "end_char": span.end_char}
    times: dict[str, Fact] = {
        "start_s": _exact(nanoseconds(span.start_offset)),
        "end_s": _exact(nanoseconds(span.end_offset)),
        "start_timecode": span.start_timecode,
        "end_timecode": span.end_timecode,
    }
    if span.HasField("start_frame"):
        times |= {"start_frame": span.start_frame, "end_frame": span.end_frame}
    return times


def _exact(ns: int) -> str:
    return f"{ns // 1_000_000_000}.{ns % 1_000_000_000:09}"


def _plain(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with ' in front, where it would."""
    return f"'{text}" if text.startswith(_FORMULA) else text
