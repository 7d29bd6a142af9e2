"""What people said of an analysis as rows."""

from __future__ import annotations

from dataclasses import dataclass

from videre.cli.formatting import when
from videre.cli.report.lists import Rows, cut
from videre.exports.statements import correction_words
from videre.v1 import analysis_pb2, feedback_pb2


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """A piece of feedback; `time` is "" where it is about the whole media."""

    time: str
    said: str
    by: str
    source: str
    revision: int


def feedback_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[FeedbackRow]:
    """Return the first pieces of feedback, in the order in which they were given."""

    def row(item: feedback_pb2.Feedback) -> FeedbackRow:
        said = item.correction
        return FeedbackRow(
            time=when(said.span) if said.HasField("span") else "",
            said=correction_words(said),
            by=item.author or item.created_by,
            source=item.source,
            revision=item.revision,
        )

    return cut(analysis.feedback, limit, row)
