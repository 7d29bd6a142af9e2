"""A verdict → its public message, in pieces that fit replies."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import confidence
from videre.orchestrator.api.replies import FRAMING, fitting
from videre.orchestrator.moderation.label_table import label_table
from videre.v1 import analysis_pb2 as pb

#: Bytes that a verdict with evidence may take; beyond, mild segments give up their evidence first
#: (a segment without evidence is ~150 bytes: 10,000 of them fit).
_BUDGET: Final = 1_500_000
#: Bytes that the words of one segment may take: a book in which every word is listed has millions.
_WORDS_BUDGET: Final = 1 << 16
#: More bytes than a message may have.
_NO_BUDGET: Final = 1 << 31
#: Bytes that the verdicts on what was given may take (one that only passes is ~20 bytes: the most
#: comments that a job may have are 250,000).
_GIVEN_BUDGET: Final = 1_500_000


class _Detail(IntEnum):
    """How much is told of one thing that was given."""

    SUGGESTION = 0
    GROUPS = 1
    SEGMENTS = 2


#: What is tried, the most first.
_DETAILS: Final = tuple(sorted(_Detail, reverse=True))


class Finding(NamedTuple):
    """A segment of a verdict, with the position of its group."""

    group: int
    segment: pb.VerdictSegment


def verdict_head(value: d.Verdict) -> pb.Verdict:
    """Return a verdict with all its groups, but without their segments."""
    return pb.Verdict(
        suggestion=suggestion(value.suggestion),
        template=value.template,
        groups=[_group(group) for group in value.groups],
        coverage_complete=value.coverage_complete,
        allowed=[hash_message(hit) for hit in value.allowed],
        libraries=value.libraries,
    )


def whole_verdict(value: d.Verdict, messages: Messages) -> pb.Verdict:
    """Return a verdict with all that it found in the media, however much that is."""
    made = verdict_head(value)
    for group, message in zip(value.groups, made.groups, strict=True):
        message.segments.extend(
            finding_message(one, messages, words_budget=_NO_BUDGET) for one in group.segments
        )
    return made


def put_given(message: pb.Verdict, value: d.Verdict, messages: Messages) -> None:
    """Add the verdicts on what was given with the media; mild ones say less where it is too much.

    What they leave out stands in the groups of the verdict.
    """
    left = _GIVEN_BUDGET
    made: dict[int, pb.GivenVerdict] = {}
    worst = sorted(enumerate(value.given), key=lambda item: -item[1].suggestion.severity)
    for place, one in worst:
        for detail in _DETAILS:
            made[place] = _given(one, messages, detail)
            size = made[place].ByteSize() + FRAMING
            if size <= left:
                break
        left -= size
    message.given.extend(made[place] for place in sorted(made))
    message.given_coverage.extend(
        pb.GivenCoverage(
            kind=pb.GivenKind.Value(f"GIVEN_KIND_{item.kind.upper()}"),
            count=item.count,
            state=_coverage(item.state),
            reason=item.reason,
            categories=item.categories,
        )
        for item in value.given_coverage
    )


def _given(value: d.GivenVerdict, messages: Messages, detail: _Detail) -> pb.GivenVerdict:
    message = pb.GivenVerdict(
        kind=pb.GivenKind.Value(f"GIVEN_KIND_{value.kind.upper()}"),
        given_id=value.given_id,
        suggestion=suggestion(value.suggestion),
        span=messages.span(value.span) if value.span else None,
    )
    for group in value.groups if detail > _Detail.SUGGESTION else ():
        made = _group(group)
        if detail is _Detail.SEGMENTS:
            made.segments.extend(finding_message(one, messages) for one in group.segments)
        message.groups.append(made)
    return message


def findings(value: d.Verdict, messages: Messages) -> list[Finding]:
    """Return the segments of a verdict, worst first, with less evidence where it is too much."""
    found = [
        Finding(position, finding_message(segment, messages))
        for position, group in enumerate(value.groups)
        for segment in group.segments
    ]
    found.sort(key=lambda one: (-one.segment.suggestion, -one.segment.confidence))
    if sum(one.segment.ByteSize() + FRAMING for one in found) > _BUDGET:
        _shorten([one.segment for one in found])
    return found


def suggestion(value: d.Suggestion) -> pb.Suggestion.ValueType:
    """Return what a verdict advises."""
    return pb.Suggestion.Value(f"SUGGESTION_{value.upper()}")


def _coverage(value: d.Coverage) -> pb.CoverageState.ValueType:
    return pb.CoverageState.Value(f"COVERAGE_STATE_{value.upper()}")


def _shorten(segments: Sequence[pb.VerdictSegment]) -> None:
    """Leave the strongest evidence per segment, worst segments first, within the budget."""
    strongest = [list(segment.evidence[:1]) for segment in segments]
    for segment in segments:
        del segment.evidence[:]
    left = _BUDGET - sum(segment.ByteSize() + FRAMING for segment in segments)
    for segment, evidence in zip(segments, strongest, strict=True):
        left -= sum(ref.ByteSize() + FRAMING for ref in evidence)
        if left < 0:
            return
        segment.evidence.extend(evidence)


def _group(group: d.VerdictGroup) -> pb.VerdictGroup:
    return pb.VerdictGroup(
        category=group.category,
        medium=group.medium,
        suggestion=suggestion(group.suggestion),
        confidence=confidence(group.score),
        label=group.label,
        reason=group.reason,
        coverage=[coverage_message(item) for item in group.coverage],
    )


def coverage_message(item: d.LabelCoverage) -> pb.LabelCoverage:
    """Return whether somebody looked for a label."""
    return pb.LabelCoverage(
        label=item.label,
        state=_coverage(item.state),
        reason=item.reason,
    )


def hash_message(hit: d.HashHit) -> pb.HashHit:
    """Return an entry of a hash list that was found."""
    return pb.HashHit(
        library=hit.library,
        entry_id=hit.entry_id,
        exact=hit.exact,
        distance=hit.distance,
        max_distance=hit.max_distance,
        frame=None if hit.exact else hit.frame,
    )


def finding_message(
    segment: d.VerdictSegment, messages: Messages, words_budget: int = _WORDS_BUDGET
) -> pb.VerdictSegment:
    """Return one stretch that reaches a threshold, with as many words as have room."""
    return pb.VerdictSegment(
        span=messages.span(segment.span),
        suggestion=suggestion(segment.suggestion),
        confidence=confidence(segment.score),
        label=segment.label,
        rule_id=segment.rule_id,
        threshold=confidence(segment.threshold),
        word_hits=fitting((word_message(hit, messages) for hit in segment.word_hits), words_budget),
        evidence=messages.evidence(segment.evidence),
        picture_digest=segment.picture,
        blurred_picture_digest=segment.blurred_picture,
        label_levels=[
            pb.LabelLevel(
                label=entry.label, name=entry.name, parent=entry.parent, level=entry.level
            )
            for entry in label_table().lineage(segment.label)
        ],
        hash_hits=[hash_message(hit) for hit in segment.hash_hits],
    )


def word_message(hit: d.WordHit, messages: Messages) -> pb.WordHit:
    """Return a listed word that was found."""
    return pb.WordHit(
        entry=hit.entry,
        list=hit.word_list,
        text=hit.text,
        start=hit.start,
        end=hit.end,
        folds=hit.folds,
        category=hit.category,
        language=hit.language,
        weight=hit.weight,
        span=messages.span(hit.span) if hit.span else None,
    )
