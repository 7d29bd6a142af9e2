"""Reviews → public messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from videre.orchestrator.api import present
from videre.orchestrator.document import Suggestion
from videre.orchestrator.review.model import ADVICE, Outcome
from videre.orchestrator.review.similar import Pair
from videre.orchestrator.store.review_records import ActionRecord, FindingRecord, ReviewRecord
from videre.v1 import analysis_pb2
from videre.v1 import review_pb2 as pb


def state_of(record: ReviewRecord, now_ns: int) -> analysis_pb2.ReviewState.ValueType:
    """Return a review's state; an open one that somebody holds is CLAIMED."""
    if record.held(now_ns):
        return analysis_pb2.REVIEW_STATE_CLAIMED
    return analysis_pb2.ReviewState.Value(f"REVIEW_STATE_{record.state}")


def review_message(record: ReviewRecord, now_ns: int, *, with_lease: bool = False) -> pb.Review:
    """Return a review as it stands now.

    Args:
        with_lease: to whom the lease was given: with its id.
    """
    message = pb.Review(
        review_id=record.id,
        project_id=record.project_id,
        media_id=record.media_id,
        job_id=record.job_id,
        revision=record.revision,
        last_revision=record.last_revision,
        suggestion=present.suggestion(record.suggestion),
        people_suggestion=present.suggestion(record.people),
        template=record.template,
        severity=pb.ReviewSeverity.ValueType(record.severity),
        state=state_of(record, now_ns),
        create_time=present.timestamp(record.create_ns),
        due_time=present.timestamp(record.due_ns),
        overdue=record.overdue(now_ns),
        decided_by=record.decided_by,
        escalations=record.escalations,
        appeals=record.appeals,
        categories=record.categories,
        finding_count=record.finding_count,
        etag=str(record.edit),
    )
    if record.decide_ns is not None:
        message.decide_time.CopyFrom(present.timestamp(record.decide_ns))
    if record.held(now_ns):
        message.claimed_by = record.claimed_by
        message.lease_end_time.CopyFrom(present.timestamp(record.lease_end_ns))
        message.lease_id = record.lease_id if with_lease else ""
    return message


def action_message(record: ActionRecord) -> pb.ReviewAction:
    """Return something that was done."""
    return pb.ReviewAction(
        action_id=record.id,
        kind=pb.ReviewActionKind.Value(f"REVIEW_ACTION_KIND_{record.kind}"),
        outcome=outcome_value(record.outcome),
        reason=reason_value(record.cause),
        note=record.note,
        rulings=[
            pb.ReviewRuling(
                finding=one["finding"],
                category=one["category"],
                medium=one["medium"],
                outcome=outcome_value(one["outcome"]),
                reason=reason_value(one["cause"]),
                note=one["note"],
            )
            for one in record.rulings
        ],
        people_suggestion=present.suggestion(record.people),
        origin_action_id=record.origin_id,
        reviewer=record.reviewer,
        created_by=record.created_by,
        create_time=present.timestamp(record.create_ns),
    )


def outcome_value(stored: str) -> pb.ReviewOutcome.ValueType:
    """Return a stored outcome; "" is UNSPECIFIED."""
    return pb.ReviewOutcome.Value(f"REVIEW_OUTCOME_{stored or 'UNSPECIFIED'}")


def reason_value(stored: str) -> pb.ReviewReason.ValueType:
    """Return a stored reason; "" is UNSPECIFIED."""
    return pb.ReviewReason.Value(f"REVIEW_REASON_{stored or 'UNSPECIFIED'}")


def summary(
    record: ReviewRecord, findings: Sequence[FindingRecord], now_ns: int
) -> analysis_pb2.VerdictReview:
    """Return what people say of a verdict, as it stands in the analysis."""
    message = analysis_pb2.VerdictReview(
        review_id=record.id,
        state=state_of(record, now_ns),
        suggestion=present.suggestion(record.people),
        reviewer=record.decided_by,
        groups=_groups(findings),
    )
    if record.decide_ns is not None:
        message.decide_time.CopyFrom(present.timestamp(record.decide_ns))
    return message


def similar_message(record: ReviewRecord, same: Iterable[Pair], now_ns: int) -> pb.SimilarReview:
    """Return a review that is about the same as another one."""
    return pb.SimilarReview(
        review=review_message(record, now_ns),
        findings=[
            pb.SimilarFinding(
                finding=pair.finding,
                of_finding=pair.of,
                likeness=pb.ReviewLikeness.Value(f"REVIEW_LIKENESS_{pair.likeness}"),
            )
            for pair in same
        ],
    )


def _groups(findings: Iterable[FindingRecord]) -> list[analysis_pb2.GroupReview]:
    """Return both suggestions of every category and medium, each the worst of its findings."""
    groups: dict[tuple[int, str, str], list[FindingRecord]] = {}
    for one in findings:
        groups.setdefault((one.place, one.category, one.medium), []).append(one)
    return [
        analysis_pb2.GroupReview(
            category=category,
            medium=medium,
            suggestion=present.suggestion(_worst(one.suggestion for one in found)),
            people_suggestion=present.suggestion(
                _worst(ADVICE[Outcome(one.outcome)] for one in found if one.outcome)
            ),
        )
        for (_, category, medium), found in sorted(groups.items())
    ]


def _worst(suggestions: Iterable[str]) -> str:
    """Return the worst suggestion; "" of none."""
    return max(suggestions, key=lambda one: Suggestion(one).severity, default="")
