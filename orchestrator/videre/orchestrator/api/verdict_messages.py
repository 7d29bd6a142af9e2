"""A verdict → its public message, within a reply's size."""

from __future__ import annotations

from typing import Final

from videre.orchestrator import document as d
from videre.orchestrator.api.analysis_messages import Messages, confidence
from videre.v1 import analysis_pb2 as pb

#: Bytes that a verdict may take in a reply; beyond, mild segments give up their evidence first
#: (a segment without evidence is ~150 bytes: 10,000 of them fit).
_BUDGET: Final = 1_500_000


def verdict(value: d.Verdict, messages: Messages) -> pb.Verdict:
    """Return a verdict, shortened where it would not fit a reply."""
    message = pb.Verdict(
        suggestion=_suggestion(value.suggestion),
        template=value.template,
        groups=[_group(group, messages) for group in value.groups],
        coverage_complete=value.coverage_complete,
    )
    if message.ByteSize() > _BUDGET:
        _shorten(message)
    return message


def _suggestion(value: d.Suggestion) -> pb.Suggestion.ValueType:
    return pb.Suggestion.Value(f"SUGGESTION_{value.upper()}")


def _shorten(message: pb.Verdict) -> None:
    """Leave the strongest evidence per segment, worst segments first, within the budget."""
    segments = [segment for group in message.groups for segment in group.segments]
    kept = [list(segment.evidence) for segment in segments]
    for segment in segments:
        del segment.evidence[:]
    left = _BUDGET - message.ByteSize()
    order = sorted(
        range(len(segments)), key=lambda i: (-segments[i].suggestion, -segments[i].confidence, i)
    )
    for index in order:
        for ref in kept[index][:1]:
            left -= ref.ByteSize() + 4
            if left < 0:
                return
            segments[index].evidence.append(ref)


def _group(group: d.VerdictGroup, messages: Messages) -> pb.VerdictGroup:
    return pb.VerdictGroup(
        category=group.category,
        medium=group.medium,
        suggestion=_suggestion(group.suggestion),
        confidence=confidence(group.score),
        label=group.label,
        reason=group.reason,
        segments=[_segment(segment, messages) for segment in group.segments],
        coverage=[
            pb.LabelCoverage(
                label=item.label,
                state=pb.CoverageState.Value(f"COVERAGE_STATE_{item.state.upper()}"),
                reason=item.reason,
            )
            for item in group.coverage
        ],
    )


def _segment(segment: d.VerdictSegment, messages: Messages) -> pb.VerdictSegment:
    return pb.VerdictSegment(
        span=messages.span(segment.span),
        suggestion=_suggestion(segment.suggestion),
        confidence=confidence(segment.score),
        label=segment.label,
        rule_id=segment.rule_id,
        threshold=confidence(segment.threshold),
        word_hits=[
            pb.WordHit(
                entry=hit.entry, list=hit.word_list, text=hit.text, start=hit.start, end=hit.end
            )
            for hit in segment.word_hits
        ],
        evidence=messages.evidence(segment.evidence),
        picture_digest=segment.picture,
        blurred_picture_digest=segment.blurred_picture,
    )
