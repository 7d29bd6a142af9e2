"""What vendors' views of a verdict share: scores, words, what nobody looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Final

from google.protobuf import timestamp_pb2

from videre.exports.subject import NotCarriedError, Subject, lower, pixels, score
from videre.v1 import analysis_pb2 as pb

#: States of coverage that leave something open: of these, silence says nothing.
_OPEN: Final = frozenset({pb.COVERAGE_STATE_NOT_CHECKED, pb.COVERAGE_STATE_FAILED})


def verdict_of(subject: Subject) -> pb.Verdict:
    """Return the verdict.

    Raises:
        NotCarriedError: the job was not moderated.
    """
    if not subject.analysis.HasField("verdict"):
        raise NotCarriedError("the job has no verdict: it was not moderated")
    return subject.analysis.verdict


def suggestion_word(value: pb.Suggestion.ValueType) -> str:
    """Return "pass", "review" or "block"."""
    return lower(pb.Suggestion.Name(value), "SUGGESTION")


def worst(values: Iterable[pb.Suggestion.ValueType]) -> pb.Suggestion.ValueType:
    """Return the worst suggestion (BLOCK > REVIEW > PASS); PASS of none."""
    return max(values, default=pb.SUGGESTION_PASS)  # the numbers of the contract are in order


def number(value: float) -> int | float:
    """Return a number without a fraction as an integer: 14, not 14.0."""
    return int(value) if value == int(value) else value


def percent(confidence: float) -> int | float:
    """Return a confidence 0..1 as vendors have it, 0..100 with two digits at most."""
    return number(round(score(confidence) * 100, 2))


def iso_seconds(time: timestamp_pb2.Timestamp) -> str:
    """Return a time in UTC by the second: "2019-07-16T06:21:27Z"."""
    return time.ToDatetime(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unlooked_labels(group: pb.VerdictGroup) -> list[str]:
    """Return the labels that nobody, or nobody with success, looked for: "vulgar (NO_ENGINE)"."""
    return [
        f"{item.label or 'words'} ({item.reason or lower(_state(item), 'COVERAGE_STATE')})"
        for item in group.coverage
        if item.state in _OPEN
    ]


def failure(group: pb.VerdictGroup) -> str:
    """Return why somebody who looked failed, "FAILED" where nobody says; "" where nobody failed."""
    reasons = [
        item.reason or "FAILED" for item in group.coverage if item.state == pb.COVERAGE_STATE_FAILED
    ]
    return reasons[0] if reasons else ""


def unlooked_words(groups: Iterable[pb.VerdictGroup]) -> str:
    """Return what nobody looked for in one line; "" where everything was looked for."""
    open_groups = [
        f"{group.category}/{group.medium}: {', '.join(labels)}"
        for group in groups
        if (labels := unlooked_labels(group))
    ]
    return f"not looked at: {'; '.join(open_groups)}" if open_groups else ""


def not_carried_words(groups: Iterable[pb.VerdictGroup]) -> str:
    """Return, in one line, groups that do not pass and have no place in a view; "" for none."""
    told = [
        f"{group.category}/{group.medium} {suggestion_word(group.suggestion)}"
        for group in groups
        if group.suggestion != pb.SUGGESTION_PASS
    ]
    return f"not carried by this format: {', '.join(told)}" if told else ""


def area(subject: Subject, segment: pb.VerdictSegment) -> list[int]:
    """Return left, top, right and bottom of the strongest evidence in pixels; [] without one."""
    video = subject.analysis.media_info.video
    for ref in segment.evidence:
        if ref.HasField("box") and video.width:
            return list(pixels(ref.box, video.width, video.height))
    return []


def given(**fields: object) -> dict[str, object]:
    """Return the fields that have a value: vendors leave out what is null."""
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _state(item: pb.LabelCoverage) -> str:
    return pb.CoverageState.Name(item.state)
