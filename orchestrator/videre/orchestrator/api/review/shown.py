"""What a review is about, as its reviewer sees it: segments of the verdict, links to pictures."""

from __future__ import annotations

import asyncio

from videre.orchestrator.api import present
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.verdicts import finding_message, verdict_head
from videre.orchestrator.api.review.messages import outcome_value, reason_value
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Verdict
from videre.orchestrator.moderation.compare import judged_groups
from videre.orchestrator.store.review_records import FindingRecord, ReviewRecord
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE
from videre.v1 import analysis_pb2
from videre.v1 import review_pb2 as pb

_JPEG = "image/jpeg"


async def finding_messages(
    app: Orchestrator, reader: AnalysisReader, review: ReviewRecord
) -> tuple[analysis_pb2.Verdict, list[pb.ReviewFinding]]:
    """Return the verdict without its segments, and what people are asked about, worst first.

    Raises:
        VidereError: the analysis cannot be read.
    """
    records = await asyncio.to_thread(app.reviews.findings, review.id)
    published = await asyncio.to_thread(
        app.media.analysis, review.project_id, review.media_id, review.revision
    )
    document, timeline = await reader.document(published)
    taxonomy = await asyncio.to_thread(app.taxonomies.shown, review.project_id)
    verdict = document.verdict
    if verdict is None:
        raise ValueError(f"review {review.id} is about an analysis without a verdict")
    messages = Messages(timeline, taxonomy, DEFAULT_LANGUAGE)
    return verdict_head(verdict), [_finding(app, verdict, one, messages) for one in records]


def _finding(
    app: Orchestrator, verdict: Verdict, record: FindingRecord, messages: Messages
) -> pb.ReviewFinding:
    message = pb.ReviewFinding(
        index=record.position,
        category=record.category,
        medium=record.medium,
        rule_id=record.rule_id,
        reason=record.reason,
        suggestion=present.suggestion(record.suggestion),
        outcome=outcome_value(record.outcome),
        outcome_reason=reason_value(record.cause),
    )
    if record.segment is not None:
        segment = judged_groups(verdict)[record.place].segments[record.segment]
        message.segment.CopyFrom(finding_message(segment, messages))
        for name, digest in (
            ("picture_path", segment.picture),
            ("blurred_picture_path", segment.blurred_picture),
        ):
            if digest:
                setattr(message, name, app.links.path(record.project_id, digest, _JPEG))
    return message
