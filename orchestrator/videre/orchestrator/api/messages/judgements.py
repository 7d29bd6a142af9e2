"""What differs between verdicts → public messages."""

from __future__ import annotations

from collections.abc import Mapping

from videre.orchestrator.api.messages.values import confidence
from videre.orchestrator.api.present import duration
from videre.orchestrator.document import Suggestion
from videre.orchestrator.moderation.compare import GroupChange, changes, suggestion_of
from videre.orchestrator.steps.judging import Judgement
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import template_pb2 as pb


def count_messages(
    counts: Mapping[tuple[Suggestion, Suggestion], int],
) -> list[pb.SuggestionCount]:
    """Return how often which suggestion became which, the mild ones first."""
    ordered = sorted(counts, key=lambda pair: (pair[0].severity, pair[1].severity))
    return [
        pb.SuggestionCount(
            from_suggestion=_suggestion(before),
            to_suggestion=_suggestion(after),
            count=counts[before, after],
        )
        for before, after in ordered
    ]


def change_message(judgement: Judgement, revision: int) -> pb.VerdictChange:
    """Return what is another in a media's verdict."""
    before, after = judgement.before, judgement.verdict
    return pb.VerdictChange(
        media_id=judgement.of.media_id,
        revision=revision,
        from_template=before.template if before is not None else "",
        from_suggestion=_suggestion(suggestion_of(before)),
        to_suggestion=_suggestion(after.suggestion),
        groups=[_group(change) for change in changes(before, after)],
    )


def _group(change: GroupChange) -> pb.GroupChange:
    message = pb.GroupChange(
        category=change.category,
        medium=change.medium,
        from_suggestion=_suggestion(change.before),
        to_suggestion=_suggestion(change.after),
        confidence=confidence(change.score),
        reason=change.reason,
    )
    worst = change.worst
    if worst is not None:
        message.label, message.rule_id = worst.label, worst.rule_id
        span = types_pb2.TimeSpan(
            start_offset=duration(worst.span.start_ns),
            end_offset=duration(worst.span.end_ns),
            start_frame=worst.span.start_frame,
            end_frame=worst.span.end_frame,
        )
        message.span.CopyFrom(span)
    return message


def _suggestion(value: Suggestion) -> analysis_pb2.Suggestion.ValueType:
    return analysis_pb2.Suggestion.Value(f"SUGGESTION_{value.upper()}")
